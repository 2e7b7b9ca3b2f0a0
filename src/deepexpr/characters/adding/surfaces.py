"""Materials and textures of somebody's model as a character keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from PIL import Image

from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.material import OPAQUE, Material, material_from_gltf
from deepexpr.characters.rig_paint import texture

JPEG_QUALITY = 92

_UNLIT_ROUGHNESS = 0.9
_SPECULAR_GLOSSINESS = "KHR_materials_pbrSpecularGlossiness"


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Materials ready to be written.

    Attributes:
        materials: by number; the last one stands for parts that have none.
        pictures: number of a texture of the model to its encoded picture and MIME type;
            `Material.texture` is the place of a texture in it.
    """

    materials: tuple[Material, ...]
    pictures: dict[int, tuple[bytes, str]]


def surfaces(glb: GLB) -> Surfaces:
    """Return the materials of a model; only what colours and veils them is kept.

    Raises:
        CharacterError: if a picture is not embedded or cannot be decoded.
    """
    entries = [_with_base_texture(glb, number) for number in range(_count(glb))]
    plain = [material_from_gltf(entry, n) for n, entry in enumerate(entries)]
    wanted = list(dict.fromkeys(m.texture for m in plain if m.texture >= 0))
    veiled = {m.texture for m in plain if m.alpha_mode != OPAQUE}
    pictures = {
        number: _encoded(glb, number, veiled=number in veiled) for number in wanted
    }
    kept = [
        replace(
            material,
            kind="plain",
            texture=wanted.index(material.texture) if material.texture >= 0 else -1,
        )
        for material in plain
    ]
    names = _distinct(material.name for material in kept)
    named = [replace(m, name=name) for m, name in zip(kept, names, strict=True)]
    return Surfaces((*named, Material("none", roughness=_UNLIT_ROUGHNESS)), pictures)


def write_pictures(
    found: Surfaces, builder: GLBBuilder
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Write the pictures; return the glTF lists of textures and images."""
    images = [
        {"mimeType": kind, "bufferView": builder.view(picture)}
        for picture, kind in found.pictures.values()
    ]
    return [{"source": number} for number in range(len(images))], images


def _count(glb: GLB) -> int:
    return len(glb.listed("materials"))


def _with_base_texture(glb: GLB, number: int) -> dict[str, Any]:
    """A material whose base colour is where glTF 2.0 expects it."""
    entry = {**glb.listed("materials")[number]}
    surface = {**entry.get("pbrMetallicRoughness", {})}
    extensions = entry.get("extensions", {})
    older = extensions.get(_SPECULAR_GLOSSINESS)
    if older is not None:
        if "diffuseTexture" in older:
            surface["baseColorTexture"] = older["diffuseTexture"]
        surface.setdefault("baseColorFactor", older.get("diffuseFactor", [1, 1, 1, 1]))
    if "baseColorTexture" not in surface:
        index = _toon_texture(glb, number)
        if index is not None:
            surface["baseColorTexture"] = {"index": index}
    if "KHR_materials_unlit" in extensions or "VRMC_materials_mtoon" in extensions:
        surface["roughnessFactor"] = _UNLIT_ROUGHNESS
    entry["pbrMetallicRoughness"] = surface
    entry.pop("extras", None)
    return entry


def _toon_texture(glb: GLB, number: int) -> int | None:
    """The main texture of a VRM 0.x toon material."""
    toons = glb.document.get("extensions", {}).get("VRM", {}).get("materialProperties")
    if not toons or number >= len(toons):
        return None
    index = toons[number].get("textureProperties", {}).get("_MainTex")
    return None if index is None else int(index)


def _encoded(glb: GLB, number: int, *, veiled: bool) -> tuple[bytes, str]:
    pixels, stream = texture(glb, number), BytesIO()
    if veiled and pixels[..., 3].min() < 255:
        Image.fromarray(pixels).save(stream, "PNG", optimize=True)
        return stream.getvalue(), "image/png"
    colours = Image.fromarray(pixels).convert("RGB")
    colours.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return stream.getvalue(), "image/jpeg"


def _distinct(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found:
            number += 1
            own = f"{name} {number}"
        found.append(own)
    return found
