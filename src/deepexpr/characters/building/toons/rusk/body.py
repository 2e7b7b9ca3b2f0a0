"""The rest of Rusk: nose, whiskers, fur tufts, torso and scarf."""

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    ball,
    join,
    outward,
    tube,
    tube_mesh,
    upright_ball,
)
from deepexpr.characters.building.toons.kit.sides import SIDES, Side, side_sign
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    smooth_step,
    vector,
)
from deepexpr.characters.building.toons.rusk import palette

_WHISKERS = ((0.205, -0.235, 12), (0.225, -0.285, -2), (0.205, -0.335, -16))
"""Each whisker: x and y of its root on the left, upward angle in degrees."""

_WHISKER_SECTIONS, _WHISKER_SIDES = 14, 6
_WHISKER_LENGTH = 0.52


def nose_part(rig: FaceRig) -> ToonPart:
    """A boxy black nose that rises and tilts in a sneer."""
    shape = upright_ball(20, 28, (0.85, 0.85))
    tip = rig.head.surface.front(0.0, -0.165)
    form = shape.vertices * [0.142, 0.098, 0.085]
    form[:, 0] *= 1 + 0.28 * shape.vertices[:, 1]

    def nose(left: float, right: float) -> FloatArray:
        both, slant = left + right, left - right
        turned = form * [1 + 0.05 * both, 1 - 0.05 * both, 1]
        turned = turned @ rotation("x", -9 * both).T
        return turned + tip + vector(0.012 * slant, 0.035 * both, -0.01 * both)

    def posed(control: str) -> FloatArray:
        return nose(control == "noseSneerLeft", control == "noseSneerRight")

    mesh = Mesh(nose(0, 0), outward(nose(0, 0), shape.triangles))
    return ToonPart("nose", mesh, "nose", palette.NOSE, posed)


def whisker_parts(rig: FaceRig) -> list[ToonPart]:
    """Whiskers with their freckles, left before right."""
    return [_whiskers(rig, side) for side in SIDES]


def _whiskers(rig: FaceRig, side: Side) -> ToonPart:
    """Three whiskers that follow the skin in the middle of their pad."""
    sign = side_sign(side)
    surface = rig.head.surface
    share = np.linspace(0, 1, _WHISKER_SECTIONS)
    forward = uniform(vector(0, 0, 1), _WHISKER_SECTIONS)
    width = 0.0105 * (1 - 0.85 * share)
    freckle = ball(8, 10)
    meshes = []
    for x, y, angle_deg in _WHISKERS:
        root = surface.front(sign * x, y)
        along = _WHISKER_LENGTH * share
        rise = np.tan(np.radians(angle_deg)) * along - 0.10 * share**2
        line = root + vector(sign * along, rise, 0.01 - 0.30 * share - 0.05 * share**2)
        hair = tube(line, forward, width, width, _WHISKER_SIDES)
        meshes.append(tube_mesh(hair, _WHISKER_SIDES))
        meshes.append(Mesh(freckle.vertices * 0.014 + root, freckle.triangles))
    mesh = join(meshes)
    offsets = rig.head.vertices - surface.front(sign * 0.215, -0.285)
    pad = int(np.argmin((offsets**2).sum(axis=1)))
    return ToonPart(
        name=f"whiskers {side}",
        mesh=mesh,
        material="whisker",
        colours=palette.WHISKER,
        posed=lambda control: mesh.vertices + rig.displacement_at(control, pad),
    )


def torso_part() -> ToonPart:
    """A pear-shaped torso with a cream belly."""
    shape = upright_ball(28, 36)
    points = shape.vertices * [0.60, 0.80, 0.46] + vector(0, -1.22, -0.22)
    belly = smooth_step(0.30, 0.20, np.abs(points[:, 0]))
    belly = belly * smooth_step(-0.1, 0.1, points[:, 2])
    return ToonPart(
        name="torso",
        mesh=Mesh(points, outward(points, shape.triangles)),
        material="fur",
        colours=blend(uniform(palette.FUR * 0.92, len(points)), palette.CREAM, belly),
        head_weights=smooth_step(-1.10, -0.70, points[:, 1]),
    )
