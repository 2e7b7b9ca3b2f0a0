"""Textures of a GLB, and the seams that they cut into its meshes."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from deepexpr.characters.gltf import GLB
from deepexpr.characters.rig_mesh import Floats, Integers
from deepexpr.core.errors import CharacterError

LARGEST_TEXTURE_PX = 1024
"""Textures with a longer side are made smaller when they are read."""


def textures(glb: GLB) -> tuple[NDArray[np.uint8], ...]:
    """Return the decoded textures of a GLB by number, (h, w, 4) uint8 each.

    Raises:
        CharacterError: if a picture is not embedded or cannot be decoded.
    """
    return tuple(texture(glb, number) for number in range(len(glb.listed("textures"))))


def texture(glb: GLB, number: int) -> NDArray[np.uint8]:
    """Return one decoded texture, (h, w, 4) uint8: sRGB and opacity.

    Raises:
        CharacterError: if its picture is not embedded or cannot be decoded.
    """
    entry = glb.listed("textures")[number]
    source = entry.get("source")
    if source is None:
        source = entry.get("extensions", {}).get("EXT_texture_webp", {}).get("source")
    if source is None:
        raise CharacterError(
            f"texture {number} is stored as {', '.join(entry.get('extensions', {}))}, "
            "which cannot be read; export its picture as PNG or JPEG"
        )
    try:
        with Image.open(BytesIO(glb.image(source))) as picture:
            whole = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError) as error:
        raise CharacterError(f"picture {source} of the GLB is damaged") from error
    whole.thumbnail((LARGEST_TEXTURE_PX, LARGEST_TEXTURE_PX))
    return np.array(whole, np.uint8)


def opacities(glb: GLB, entry: dict[str, Any], count: int) -> Floats:
    """Return the (n,) opacity that the vertex colours of a primitive carry."""
    accessor = entry["attributes"].get("COLOR_0")
    opaque = np.ones(count, np.float32)
    if accessor is None:
        return opaque
    colours = glb.accessor(accessor).astype(np.float32)
    return colours[:, 3] if colours.shape[1] == 4 else opaque


def seams(positions: Floats, normals: Floats | None) -> Integers:
    """Return (n,) the first vertex at the same place with the same normal.

    Args:
        positions: (n, 3).
        normals: (n, 3), or None where the file has none: then the place decides.
    """
    rows = positions if normals is None else np.hstack([positions, normals])
    rounded = np.round(np.asarray(rows, np.float64), 5) + 0.0
    _, first, places = np.unique(
        rounded, axis=0, return_index=True, return_inverse=True
    )
    numbers: Integers = first[places.ravel()].astype(np.int32)
    return numbers
