"""The rest of Mumbo: nose, horns, tuft and torso."""

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.curves import bezier
from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    join,
    outward,
    tube,
    tube_mesh,
    upright_ball,
)
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    gaussian_window,
    rotation,
    smooth_step,
    vector,
)
from deepexpr.characters.building.toons.mumbo import palette

_SECTIONS = 22
_HORN_SIDES, _STRAND_SIDES = 14, 10
_NOSE_CARRIED = {"mouthFunnel": (0.06, 0.04), "mouthPucker": (0.03, 0.06)}
"""How far the lips carry the nose up and forward."""

_STRANDS = (
    (-0.20, 0.80, -0.22, 0.50),
    (-0.03, 0.82, -0.04, 0.60),
    (0.16, 0.80, 0.20, 0.52),
    (0.07, 0.80, 0.09, 0.42),
    (-0.11, 0.80, -0.12, 0.44),
)
"""Each strand of the tuft: x and y of its root, lean, length."""


def nose_part(surface: RadialSurface) -> ToonPart:
    """A round nose that rises and flattens in a sneer, and rides on rounded lips."""
    shape = upright_ball(18, 26)
    place = surface.front(0.0, 0.16) + vector(0, 0, 0.05)

    def nose(left: float, right: float) -> FloatArray:
        both, slant = left + right, left - right
        radii = vector(0.205 + 0.015 * both, 0.165 - 0.02 * both, 0.16)
        turned = shape.vertices * radii @ rotation("z", 5 * slant).T
        return turned + place + vector(0.02 * slant, 0.06 * both, 0.01 * both)

    def posed(control: str) -> FloatArray:
        carried = vector(0, *_NOSE_CARRIED.get(control, (0.0, 0.0)))
        sneer = nose(control == "noseSneerLeft", control == "noseSneerRight")
        return np.asarray(sneer + carried)

    mesh = Mesh(nose(0, 0), outward(nose(0, 0), shape.triangles))
    return ToonPart("nose", mesh, "nose", palette.NOSE, posed)


def rigid_parts() -> list[ToonPart]:
    """Horns, tuft and torso."""
    return [_horn("horn Left", 1), _horn("horn Right", -1), _tuft(), _torso()]


def _horn(name: str, sign: int) -> ToonPart:
    share = np.linspace(0, 1, _SECTIONS)
    line = bezier(
        [
            [sign * 0.74, 0.56, 0.02],
            [sign * 0.92, 0.84, 0.04],
            [sign * 1.04, 1.02, 0.10],
            [sign * 0.92, 1.20, 0.14],
        ],
        share,
    )
    width = 0.15 * np.sqrt(np.clip(1 - share, 0, 1)) * (1 - 0.25 * share) + 0.004
    forward = uniform(vector(0, 0, 1), _SECTIONS)
    ringed = (np.sin(share * 26) > 0.35) & (share < 0.86)
    colours = blend(uniform(palette.HORN, _SECTIONS), palette.HORN_RING, 0.65 * ringed)
    return ToonPart(
        name=name,
        mesh=tube_mesh(tube(line, forward, width, width, _HORN_SIDES), _HORN_SIDES),
        material="horn",
        colours=np.repeat(colours, _HORN_SIDES, axis=0),
    )


def _tuft() -> ToonPart:
    share = np.linspace(0, 1, _SECTIONS)
    forward = uniform(vector(0, 0, 1), _SECTIONS)
    width = 0.085 * np.sin(np.pi * np.clip(0.28 + 0.72 * share, 0, 1)) ** 0.8 + 0.003
    strands = []
    for x, y, lean, length in _STRANDS:
        line = bezier(
            [
                [x, y - 0.12, -0.10],
                [x + lean * 0.2, y + length * 0.5, -0.14],
                [x + lean, y + length, -0.08],
                [x + lean * 2.2, y + length * 1.02, 0.06],
            ],
            share,
        )
        strand = tube(line, forward, width, width * 0.6, _STRAND_SIDES)
        strands.append(tube_mesh(strand, _STRAND_SIDES))
    return ToonPart("tuft", join(strands), "brow", palette.TUFT)


def _torso() -> ToonPart:
    shape = upright_ball(30, 40)
    points = shape.vertices * [0.80, 0.72, 0.52] + vector(0, -1.42, -0.30)
    belly = gaussian_window(points, (0, -1.35, 0.2), (0.42, 0.8, 0.4))
    return ToonPart(
        name="torso",
        mesh=Mesh(points, outward(points, shape.triangles)),
        material="felt",
        colours=blend(
            uniform(palette.BODY * 0.92, len(points)), palette.LIGHT, 0.8 * belly
        ),
        head_weights=smooth_step(-1.30, -0.80, points[:, 1]),
    )
