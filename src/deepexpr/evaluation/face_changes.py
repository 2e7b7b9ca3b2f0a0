"""What befalls pictures of faces, at a few strengths: coarse, dark, covered, turned.

Every change maps a square grey (S, S) uint8 face crop onto one of the same size, and
gives the same picture for the same crop. Strengths are in pixels of a crop of 48, the
size that the encoder sees, or in shares of its side.
"""

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from deepexpr.faces.warp import Region, warp

GreyFace = NDArray[np.uint8]
"""(S, S) uint8 face crop, forehead to chin."""

COVER_GREY = 128
"""Of the bands that cover a part of the face."""

Band = tuple[float, float, float, float]
"""Left, upper, right and lower edge, in shares of the side."""

MOUTH: Band = (0, 0.58, 1, 1)
EYES: Band = (0, 0.18, 1, 0.5)
HALF: Band = (0.5, 0, 1, 1)
"""In crops from forehead to chin such as FER+'s; wide, as not all faces sit alike."""


@dataclass(frozen=True, slots=True)
class FaceChange:
    """One change at one strength.

    Attributes:
        kind: what happens, such as "blur"; strengths of one kind share it.
        strength: how much of it, for people to read.
        apply: makes the changed crop; the crop itself is left as it is.
    """

    kind: str
    strength: str
    apply: Callable[[GreyFace], GreyFace]


def coarser(face: GreyFace, side_px: int) -> GreyFace:
    """Shrink to (side_px, side_px) by area, and enlarge again bilinearly."""
    small = Image.fromarray(face).resize((side_px, side_px), Image.Resampling.BOX)
    return np.array(small.resize(face.shape[::-1], Image.Resampling.BILINEAR))


def blurred(face: GreyFace, sigma_px: float) -> GreyFace:
    """Blur by a Gaussian of a standard deviation in pixels."""
    return np.array(Image.fromarray(face).filter(ImageFilter.GaussianBlur(sigma_px)))


def noisy(face: GreyFace, level: float) -> GreyFace:
    """Add normal noise of a standard deviation in shares of white.

    The crop's own pixels seed the noise, so that a face has the same noise in every
    run and in every choice of faces.
    """
    rng = np.random.default_rng(zlib.crc32(face.tobytes()))
    return _grey_levels(face + 255 * level * rng.standard_normal(face.shape))


def compressed(face: GreyFace, quality: int) -> GreyFace:
    """Save as JPEG of a quality from 1 to 95, and open again."""
    file = io.BytesIO()
    Image.fromarray(face).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))


def toned(face: GreyFace, gamma: float) -> GreyFace:
    """Raise grey, as a share of white, to a power; above 1 is darker."""
    return _grey_levels(255 * (face / 255) ** gamma)


def flattened(face: GreyFace, contrast: float) -> GreyFace:
    """Bring every pixel nearer to the mean: contrast is the share that stays."""
    mean = face.mean()
    return _grey_levels(mean + contrast * (face - mean))


def lit_from_one_side(face: GreyFace, loss: float) -> GreyFace:
    """Take a share of the light from the left column, none from the right one."""
    return _grey_levels(face * np.linspace(1 - loss, 1, face.shape[1]))


def covered(face: GreyFace, band: Band) -> GreyFace:
    """Lay a grey band over a part of the face."""
    left, upper, right, lower = (round(edge * len(face)) for edge in band)
    changed = face.copy()
    changed[upper:lower, left:right] = COVER_GREY
    return changed


def reframed(
    face: GreyFace, *, turn_deg: float = 0, shift: float = 0, zoom: float = 1
) -> GreyFace:
    """Turn, move and zoom the face about the middle; edges are repeated.

    Args:
        face: the crop.
        turn_deg: how far the face is turned clockwise.
        shift: how far it moves to the left and up, in shares of the side.
        zoom: how much larger it becomes; below 1 smaller.
    """
    side = len(face)
    middle = side / 2 + side * shift
    seen = Region(middle, middle, side / zoom, -turn_deg)
    colours = np.repeat(face[..., None], 3, axis=2)
    return warp(colours, seen.to_crop(side), side, repeat_edges=True)[..., 0].copy()


def mirrored(face: GreyFace) -> GreyFace:
    """Swap left and right."""
    return np.ascontiguousarray(face[:, ::-1])


def _grey_levels(values: NDArray[np.float64]) -> GreyFace:
    return values.round().clip(0, 255).astype(np.uint8)


def _strengths(
    kind: str,
    change: Callable[..., GreyFace],
    parameter: str,
    values: dict[str, Any],
) -> list[FaceChange]:
    """One change at several strengths: how each is called, and its number."""
    return [
        FaceChange(kind, strength, partial(change, **{parameter: value}))
        for strength, value in values.items()
    ]


FACE_CHANGES: tuple[FaceChange, ...] = (
    *_strengths(
        "lower resolution", coarser, "side_px", {"32 px": 32, "24 px": 24, "16 px": 16}
    ),
    *_strengths("blur", blurred, "sigma_px", {"σ 1 px": 1.0, "σ 2 px": 2.0}),
    *_strengths("noise", noisy, "level", {"5 % of white": 0.05, "10 % of white": 0.1}),
    *_strengths("JPEG", compressed, "quality", {"quality 30": 30, "quality 10": 10}),
    *_strengths("darker", toned, "gamma", {"γ 2": 2.0, "γ 3": 3.0}),
    *_strengths("brighter", toned, "gamma", {"γ 1/2": 1 / 2, "γ 1/3": 1 / 3}),
    *_strengths(
        "less contrast", flattened, "contrast", {"50 % left": 0.5, "20 % left": 0.2}
    ),
    *_strengths(
        "side light", lit_from_one_side, "loss", {"60 % lost": 0.6, "90 % lost": 0.9}
    ),
    *_strengths(
        "covered",
        covered,
        "band",
        {"mouth and chin": MOUTH, "eyes and brows": EYES, "half the face": HALF},
    ),
    *_strengths("turned", reframed, "turn_deg", {"10°": 10, "20°": 20, "30°": 30}),
    *_strengths("off centre", reframed, "shift", {"8 %": 0.08, "16 %": 0.16}),
    *_strengths("closer", reframed, "zoom", {"1.15 times": 1.15, "1.3 times": 1.3}),
    *_strengths("farther", reframed, "zoom", {"0.85 times": 0.85, "0.7 times": 0.7}),
    FaceChange("mirrored", "", mirrored),
)
"""What robustness is measured under, mildest strength first."""
