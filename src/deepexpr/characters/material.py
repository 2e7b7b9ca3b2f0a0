"""Materials of a rig: plain glTF for any viewer, our shading parameters beside it."""

from dataclasses import dataclass, fields
from typing import Any

from deepexpr.core.errors import CharacterError

OPAQUE, MASK, BLEND = "OPAQUE", "MASK", "BLEND"
"""How the opacity of a surface counts: not at all, as all or nothing, as it is."""

MATERIAL_KINDS = ("skin", "eye", "hair", "plain", "felt")
"""Ways of shading; a kind that is not named here is shaded as "plain"."""

EXTRAS_KEY = "deepexpr"
"""Entry of glTF `extras` that holds what is ours."""

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface meets light. Colours are linear RGB in [0, 1].

    Attributes:
        name: unique within the rig.
        kind: one of `MATERIAL_KINDS`.
        base_colour: factor on the vertex colours.
        roughness: 0 mirror to 1 chalk.
        specular: reflectance at normal incidence; strength of the strand highlight for
            hair.
        subsurface: 0 hard terminator to 1 soft skin.
        rim: brightness of the grazing-angle glow.
        noise_amount: relative strength of the colour noise.
        noise_frequency: noise cells per unit of length at rest.
        bump: strength of the noise in the surface normal.
        anisotropic_shift: how far hair highlights move along the normal.
        iris_angle: half angle of the iris seen from the eye's centre, radians; 0 where
            the vertex colours paint the eye.
        pupil_ratio: pupil radius over iris radius, in angle; below 0 for no pupil.
        iris_colour: colour at the iris' rim.
        iris_inner_colour: colour beside the pupil.
        sclera_colour: colour of the white of the eye.
        highlight_cosine: cosine of the half angle of the eye's highlight.
        ambient_floor: light that reaches the surface however deep it lies.
        double_sided: whether the back of its triangles is seen too.
        texture: number of the glTF texture that colours it; -1 for none.
        opacity: factor on the opacity of vertices and texture.
        alpha_mode: `OPAQUE`, `MASK` or `BLEND`.
        alpha_cutoff: opacity from which a `MASK` is there.
    """

    name: str
    kind: str = "plain"
    base_colour: Colour = (1.0, 1.0, 1.0)
    roughness: float = 0.5
    specular: float = 0.04
    subsurface: float = 0.0
    rim: float = 0.0
    noise_amount: float = 0.0
    noise_frequency: float = 0.0
    bump: float = 0.0
    anisotropic_shift: float = 0.0
    iris_angle: float = 0.0
    pupil_ratio: float = 0.0
    iris_colour: Colour = (0.0, 0.0, 0.0)
    iris_inner_colour: Colour = (0.0, 0.0, 0.0)
    sclera_colour: Colour = (0.85, 0.81, 0.77)
    highlight_cosine: float = 0.0
    ambient_floor: float = 0.0
    double_sided: bool = False
    texture: int = -1
    opacity: float = 1.0
    alpha_mode: str = OPAQUE
    alpha_cutoff: float = 0.5


_PLAIN_GLTF = (
    "name", "base_colour", "double_sided", "texture", "opacity", "alpha_mode",
    "alpha_cutoff",
)  # fmt: skip
_PARAMETERS = {
    field.name: type(field.default)
    for field in fields(Material)
    if field.name not in _PLAIN_GLTF
}


def material_from_gltf(entry: dict[str, Any], number: int) -> Material:
    """Read a glTF material; unknown ones keep their base colour and roughness.

    Args:
        entry: the glTF material.
        number: its place in the file, for materials without a name.

    Raises:
        CharacterError: if one of our parameters has a wrong type.
    """
    surface = entry.get("pbrMetallicRoughness", {})
    stored = entry.get("extras", {}).get(EXTRAS_KEY, {})
    red, green, blue, opacity = surface.get("baseColorFactor", [1.0, 1.0, 1.0, 1.0])
    mode = str(entry.get("alphaMode", OPAQUE))
    values: dict[str, Any] = {"roughness": float(surface.get("roughnessFactor", 1.0))}
    name = str(entry.get("name", f"material {number}"))
    try:
        for parameter, form in _PARAMETERS.items():
            if parameter in stored:
                values[parameter] = _parameter(stored[parameter], form)
    except (TypeError, ValueError) as error:
        raise CharacterError(f"material {name!r} is damaged ({error})") from error
    if values.get("kind") not in MATERIAL_KINDS:
        values["kind"] = "plain"
    return Material(
        name=name,
        base_colour=(float(red), float(green), float(blue)),
        double_sided=bool(entry.get("doubleSided", False)),
        texture=int(surface.get("baseColorTexture", {}).get("index", -1)),
        opacity=float(opacity),
        alpha_mode=mode if mode in (MASK, BLEND) else OPAQUE,
        alpha_cutoff=float(entry.get("alphaCutoff", 0.5)),
        **values,
    )


def material_to_gltf(material: Material) -> dict[str, Any]:
    """Return the glTF form of a material, with all our parameters in its extras."""
    surface: dict[str, Any] = {
        "baseColorFactor": [*material.base_colour, material.opacity],
        "metallicFactor": 0.0,
        "roughnessFactor": material.roughness,
    }
    if material.texture >= 0:
        surface["baseColorTexture"] = {"index": material.texture}
    entry: dict[str, Any] = {
        "name": material.name,
        "doubleSided": material.double_sided,
        "pbrMetallicRoughness": surface,
        "extras": {EXTRAS_KEY: {name: getattr(material, name) for name in _PARAMETERS}},
    }
    if material.alpha_mode != OPAQUE:
        entry["alphaMode"] = material.alpha_mode
    if material.alpha_mode == MASK:
        entry["alphaCutoff"] = material.alpha_cutoff
    return entry


def _parameter(value: Any, form: type) -> str | float | Colour:
    if form is tuple:
        red, green, blue = (float(part) for part in value)
        return red, green, blue
    return str(value) if form is str else float(value)
