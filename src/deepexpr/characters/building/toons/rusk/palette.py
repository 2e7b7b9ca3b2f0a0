"""Colours and surfaces of Rusk."""

from deepexpr.characters.building.rig_source import MaterialSource
from deepexpr.characters.building.toons.kit.colours import (
    linear_colour,
    linear_triple,
)
from deepexpr.characters.building.toons.kit.materials import felt, plain

FUR = linear_colour("#f27a24")
CREAM = linear_colour("#fff0da")
DARK = linear_colour("#41231c")
BLUSH = linear_colour("#ff9f8a")
FOREHEAD = linear_colour("#c9531a")
THROAT = linear_colour("#2a060c")
MOUTH = linear_colour("#a33345")
SCLERA = linear_colour("#fbf8f0")
UPPER_LID_LINE = linear_colour("#4a2010")
LOWER_LID_LINE = linear_colour("#7a3a18")
NOSE = linear_colour("#2a1a1c")
TOOTH = linear_colour("#fffaf0")
TONGUE = linear_colour("#f0788c")
TONGUE_GROOVE = linear_colour("#c9405c")
WHISKER = linear_colour("#3a2420")
FRINGE_TIP = linear_colour("#ffa850")
EAR_ROOT = linear_colour("#ffcfae")
EAR_DEPTH = linear_colour("#f39a8b")
SCARF = linear_colour("#2f8f9c")
SCARF_END = linear_colour("#37a6b2")
SCARF_KNOT = linear_colour("#257a86")

MATERIALS: dict[str, MaterialSource] = {
    "fur": felt(subsurface=0.55, rim=0.38, noise=(0.10, 26), bump=0.22),
    "eye": MaterialSource(
        kind="eye",
        roughness=0.1,
        highlight_cosine=0.95,
        iris_angle=0.66,
        pupil_ratio=0.50,
        iris_colour=linear_triple("#46b37a"),
        iris_inner_colour=linear_triple("#0f5a45"),
    ),
    "brow": felt(subsurface=0.3, rim=0.2, noise=(0.15, 30), bump=0.3),
    "tooth": plain(specular=0.05, roughness=0.25, rim=0.05, ambient_floor=0.75),
    "tongue": felt(
        subsurface=0.9,
        rim=0.1,
        noise=(0.04, 18),
        bump=0.1,
        specular=0.04,
        roughness=0.35,
    ),
    "nose": plain(specular=0.06, roughness=0.22, rim=0.12),
    "whisker": plain(specular=0.03, roughness=0.5),
    "scarf": felt(subsurface=0.2, rim=0.25, noise=(0.15, 30), bump=0.4),
}
