"""Colours and surfaces of Mumbo."""

from deepexpr.characters.building.rig_source import MaterialSource
from deepexpr.characters.building.toons.kit.colours import linear_colour, linear_triple
from deepexpr.characters.building.toons.kit.materials import felt, plain

BODY = linear_colour("#7d4fd0")
SHADE = linear_colour("#4c2a96")
LIGHT = linear_colour("#b494f0")
BLUSH = linear_colour("#f08ab8")
THROAT = linear_colour("#23040c")
MOUTH = linear_colour("#8c1c34")
SCLERA = linear_colour("#f7f4ea")
LID_LINE = linear_colour("#1c0b3c")
HAIR = linear_colour("#22104a")
TUFT = linear_colour("#ff9c4a")
NOSE = linear_colour("#ff9030")
TOOTH = linear_colour("#fff6e0")
TONGUE = linear_colour("#f2708f")
TONGUE_GROOVE = linear_colour("#c23d63")
HORN = linear_colour("#ffe2a0")
HORN_RING = linear_colour("#ff9c4a")

MATERIALS: dict[str, MaterialSource] = {
    "felt": felt(subsurface=0.55, rim=0.40, noise=(0.16, 20), bump=0.30),
    "eye": MaterialSource(
        kind="eye",
        roughness=0.1,
        highlight_cosine=0.955,
        iris_angle=0.50,
        pupil_ratio=0.60,
        iris_colour=linear_triple("#1b1420"),
        iris_inner_colour=linear_triple("#0d0a12"),
    ),
    "brow": felt(subsurface=0.3, rim=0.30, noise=(0.22, 30), bump=0.4),
    "tooth": plain(specular=0.05, roughness=0.3, rim=0.05, ambient_floor=0.20),
    "tongue": felt(subsurface=0.8, rim=0.12, noise=(0.06, 18), bump=0.15),
    "nose": felt(
        subsurface=0.7,
        rim=0.25,
        noise=(0.10, 24),
        bump=0.25,
        specular=0.03,
        roughness=0.6,
    ),
    "horn": plain(roughness=0.5, rim=0.12),
}
