"""Colours and surfaces of Pip."""

from deepexpr.characters.building.rig_source import MaterialSource
from deepexpr.characters.building.toons.kit.colours import linear_colour
from deepexpr.characters.building.toons.kit.materials import felt, plain

SHELL = linear_colour("#fff3dc")
CUP = linear_colour("#ff6b57")
INK = linear_colour("#33202b")
BLUSH = linear_colour("#ff8f86")
THROAT = linear_colour("#3a0a16")
MOUTH = linear_colour("#7c1a2c")
EYE = linear_colour("#1c1218")
WHITE = linear_colour("#ffffff")
TONGUE = linear_colour("#ff7d86")
METAL = linear_colour("#b8bcc8")
LIMB = linear_colour("#46b6c9")

MATERIALS: dict[str, MaterialSource] = {
    "vinyl": felt(
        subsurface=0.35, rim=0.22, noise=(0, 0), bump=0, specular=0.05, roughness=0.25
    ),
    "eye": plain(specular=0.20, roughness=0.22, rim=0.0),
    "ink": plain(roughness=0.35, rim=0.15),
    "tooth": plain(roughness=0.3, rim=0.05, ambient_floor=0.95),
    "tongue": felt(
        subsurface=0.8, rim=0.1, noise=(0, 0), bump=0, specular=0.04, roughness=0.35
    ),
    "metal": plain(specular=0.30, roughness=0.25, rim=0.2),
    "ball": plain(specular=0.06, roughness=0.18, rim=0.25),
}
