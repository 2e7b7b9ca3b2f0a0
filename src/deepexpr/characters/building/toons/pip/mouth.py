"""What Pip has in its mouth: a tooth bar and a round tongue, both bound to the lips."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    grid_triangles,
    outward,
    upright_ball,
)
from deepexpr.characters.building.toons.kit.sides import split_side
from deepexpr.characters.building.toons.kit.slit_head import SlitHead
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    IntArray,
    smooth_step,
    unit,
    vector,
)
from deepexpr.characters.building.toons.pip import palette

_BAR_ROWS = 9
_BAR_HALF_LENGTH = 0.80  # share of the half mouth width
_BAR_HEIGHT = 0.10


@dataclass(frozen=True, slots=True)
class _LipPairs:
    """Columns of the head whose upper and lower lip face each other.

    Attributes:
        upper: (k,) vertex numbers on the upper lip line, from left to right.
        lower: (k,) vertex numbers below them.
        along_lip: (k,) position along the lip.
    """

    upper: IntArray
    lower: IntArray
    along_lip: FloatArray


def mouth_parts(rig: FaceRig) -> list[ToonPart]:
    """Tooth bar and tongue."""
    pairs = _lip_pairs(rig.head)
    return [_tooth_bar(rig, pairs), _tongue(rig, pairs)]


def _lip_pairs(head: SlitHead) -> _LipPairs:
    columns = np.arange(1, head.columns // 2)
    columns = columns[np.abs(head.along_lip[columns]) < _BAR_HALF_LENGTH]
    first = head.vertex_number(0, 0)
    return _LipPairs(
        first + columns, first + head.columns - columns, head.along_lip[columns]
    )


def _tooth_bar(rig: FaceRig, pairs: _LipPairs) -> ToonPart:
    """A bar behind the upper lip, hidden above it while the mouth is closed."""
    lip = rig.head.vertices[pairs.upper]
    row = np.linspace(0, 1, _BAR_ROWS)
    inwards = unit(lip - rig.head.surface.centre)[:, None]
    depth = (0.075 - 0.022 * np.sin(np.pi * row))[None, :, None]
    height = (_BAR_HEIGHT * (1.05 - row))[None, :, None]
    grid = lip[:, None] + vector(0, 1, 0) * height - inwards * depth
    middle = smooth_step(0.80, 0.70, np.abs(pairs.along_lip))
    grid[:, :, 1] += (1 - middle)[:, None] * 0.03 * row
    rest = grid.reshape(-1, 3)

    def posed(control: str) -> FloatArray:
        moved = rig.posed(control) - rig.head.vertices
        upper, lower = moved[pairs.upper], moved[pairs.lower]
        gap = np.linalg.norm(upper - lower, axis=1)[:, None]
        base = split_side(control)[0]
        shares = {
            "jawOpen": 0.55,
            "mouthUpperUp": 0.25,
            "mouthLowerDown": 0.5,
            "mouthStretch": 0.5,
            "noseSneer": 0.3,
        }
        bar = np.repeat(upper[:, None], _BAR_ROWS, axis=1) * shares.get(base, 1.0)
        if base == "jawOpen":
            bar[:, :, 1] -= 0.055 * middle[:, None]
        if base == "mouthFunnel":
            bar[:, :, 1] += 0.07
        if base in ("mouthLowerDown", "mouthStretch"):
            bar[:, :, 1] -= 0.70 * gap * (row * 0.9 + 0.1)
        return np.asarray(rest + bar.reshape(-1, 3))

    mesh = Mesh(rest, grid_triangles(len(lip), _BAR_ROWS, wrap=False))
    return ToonPart("teeth", mesh, "tooth", palette.WHITE, posed)


def _tongue(rig: FaceRig, pairs: _LipPairs) -> ToonPart:
    head = rig.head
    middle = int(pairs.lower[len(pairs.lower) // 2])
    lip = head.vertices[middle]
    inwards = unit(lip - head.surface.centre)
    shape = upright_ball(16, 24)
    resting = shape.vertices * [0.15, 0.07, 0.09] + lip - inwards * 0.16
    resting = resting + vector(0, -0.10, 0)
    out = shape.vertices * [0.125, 0.155, 0.05] + lip + vector(0, -0.115, 0.04)
    halfway = shape.vertices * [0.115, 0.085, 0.06] + lip + vector(0, -0.035, 0.02)

    def posed(control: str) -> FloatArray:
        if control == "tongueOut":
            return np.asarray(out)
        motion = rig.displacement_at(control, middle)
        base = split_side(control)[0]
        if base == "jawOpen":
            motion = motion * 0.80 + vector(0, 0, 0.02)
        if base == "mouthLowerDown":
            motion = motion * 0.3
        return np.asarray(resting + motion)

    mesh = Mesh(resting, outward(resting, shape.triangles))
    return ToonPart(
        name="tongue",
        mesh=mesh,
        material="tongue",
        colours=palette.TONGUE,
        posed=posed,
        halfway={"tongueOut": halfway},
    )
