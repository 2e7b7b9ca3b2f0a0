"""Rusk's tufts of fur and scarf: leaves laid along curves, and a loop with a knot."""

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.curves import bezier
from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    ball,
    join,
    outward,
    torus_triangles,
    tube,
    tube_mesh,
)
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    smooth_step,
    unit,
    vector,
)
from deepexpr.characters.building.toons.rusk import palette

_LEAF_SECTIONS, _LEAF_SIDES = 18, 10
_SCARF_SECTIONS, _SCARF_SIDES = 60, 14
_FRINGE = (
    (-0.15, -0.16, 0.10),
    (-0.07, -0.05, 0.19),
    (0.02, 0.06, 0.25),
    (0.10, 0.16, 0.17),
    (0.17, 0.24, 0.07),
)
"""Each lock of the fringe: x of its root, lean, length."""

_CHEEKS = (
    (0.66, -0.24, 0.40, 0.05, 0.13),
    (0.66, -0.36, 0.46, -0.09, 0.15),
    (0.54, -0.46, 0.40, -0.19, 0.13),
)
"""Each tuft of the left cheek: x and y of its root, length, rise, half width."""

_SCARF_HEIGHT = -0.84


def tuft_part() -> ToonPart:
    """Fringe and cheek fur."""
    fringe = [_fringe_lock(*lock) for lock in _FRINGE]
    cheeks = [_cheek_tuft(sign, *tuft) for sign in (1, -1) for tuft in _CHEEKS]
    fringe_colours = _leaf_colours(palette.FUR, palette.FRINGE_TIP)
    cheek_colours = _leaf_colours(palette.CREAM, palette.CREAM * 0.97)
    return ToonPart(
        name="tufts",
        mesh=join([*fringe, *cheeks]),
        material="fur",
        colours=np.concatenate(
            [fringe_colours] * len(fringe) + [cheek_colours] * len(cheeks)
        ),
    )


def scarf_part() -> ToonPart:
    """A scarf around the neck; its upper edge follows the head."""
    loop = _loop()
    end = bezier(
        [
            [0.26, -0.92, 0.34],
            [0.30, -1.08, 0.46],
            [0.33, -1.28, 0.44],
            [0.37, -1.55, 0.36],
        ],
        np.linspace(0, 1, _LEAF_SECTIONS),
    )
    hanging = _leaf(end, _flat(), half_width=0.16, thickness=0.35)
    round_mesh = ball(14, 18)
    knot_points = round_mesh.vertices * [0.12, 0.11, 0.09] + vector(0.26, -0.95, 0.40)
    knot = Mesh(knot_points, round_mesh.triangles)
    mesh = join([loop, hanging, knot])
    colours = [
        uniform(palette.SCARF, len(loop.vertices)),
        _leaf_colours(palette.SCARF, palette.SCARF_END),
        uniform(palette.SCARF_KNOT, len(knot_points)),
    ]
    return ToonPart(
        name="scarf",
        mesh=mesh,
        material="scarf",
        colours=np.concatenate(colours),
        head_weights=0.85 * smooth_step(-1.10, -0.72, mesh.vertices[:, 1]),
    )


def _fringe_lock(x: float, lean: float, length: float) -> Mesh:
    line = bezier(
        [
            [x * 0.8, 0.66, 0.12],
            [x + lean * 0.1, 0.84 + length * 0.5, 0.12],
            [x + lean * 0.6, 0.90 + length, 0.12],
            [x + lean * 1.6, 0.90 + length * 1.1, 0.16],
        ],
        np.linspace(0, 1, _LEAF_SECTIONS),
    )
    upward = unit(np.cross(vector(1, 0, 0), np.gradient(line, axis=0)))
    return _leaf(line, upward, half_width=0.085, thickness=0.75)


def _cheek_tuft(
    sign: int, x: float, y: float, length: float, rise: float, half_width: float
) -> Mesh:
    root = sign * x
    line = bezier(
        [
            [root, y, 0.14],
            [root + sign * length * 0.5, y + rise * 0.3, 0.14],
            [root + sign * length, y + rise * 0.8, 0.08],
            [root + sign * length * 1.10, y + rise * 1.4, 0.0],
        ],
        np.linspace(0, 1, _LEAF_SECTIONS),
    )
    return _leaf(line, _flat(), half_width, thickness=0.8)


def _flat() -> FloatArray:
    """Directions in which a leaf that faces the viewer is thin."""
    return uniform(vector(0, 0.2, 1), _LEAF_SECTIONS)


def _leaf(
    line: FloatArray, upward: FloatArray, half_width: float, thickness: float
) -> Mesh:
    """A leaf along a line, widest in its first half and pointed at its end."""
    share = np.linspace(0, 1, _LEAF_SECTIONS)
    outline = np.sin(np.pi * np.clip(0.30 + 0.70 * share, 0, 1)) ** 0.9
    width = half_width * outline + 0.002
    return tube_mesh(
        tube(line, upward, width, width * thickness, _LEAF_SIDES), _LEAF_SIDES
    )


def _leaf_colours(root: FloatArray, tip: FloatArray) -> FloatArray:
    share = np.linspace(0, 1, _LEAF_SECTIONS)
    blended = blend(uniform(root, _LEAF_SECTIONS), tip, share)
    return np.repeat(blended, _LEAF_SIDES, axis=0)


def _loop() -> Mesh:
    turn = np.linspace(0, 2 * np.pi, _SCARF_SECTIONS + 1)[:-1]
    line = vector(
        0.55 * np.sin(turn),
        _SCARF_HEIGHT - 0.12 * np.cos(turn) + 0.03 * np.sin(3 * turn),
        -0.16 + 0.48 * np.cos(turn),
    )
    outwards = unit(line - vector(0, _SCARF_HEIGHT, -0.16))
    tangent = unit(np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0))
    across = np.cross(tangent, outwards)
    angle = np.linspace(0, 2 * np.pi, _SCARF_SIDES, endpoint=False)
    section = (
        0.15 * outwards[:, None] * np.cos(angle)[None, :, None]
        + 0.165 * across[:, None] * np.sin(angle)[None, :, None]
    )
    points = (line[:, None] + section).reshape(-1, 3)
    triangles = torus_triangles(_SCARF_SECTIONS, _SCARF_SIDES)
    return Mesh(points, outward(points, triangles))
