"""The rest of Pip: antenna, side knobs, feet and the rim of the cup."""

import numpy as np

from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    ball,
    outward,
    torus_triangles,
    tube,
    tube_mesh,
    upright_ball,
)
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.sides import SIDES, Side, side_sign
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import FloatArray, unit, vector
from deepexpr.characters.building.toons.pip import palette
from deepexpr.characters.building.toons.pip.head import RIM_HEIGHT

_SPRING_TURNS, _SPRING_SECTIONS, _SPRING_SIDES = 5, 60, 8
_RIM_SECTIONS, _RIM_SIDES = 72, 10


def rigid_parts(surface: RadialSurface) -> list[ToonPart]:
    """Everything that no expression moves."""
    pairs = [part for side in SIDES for part in _knob_and_foot(surface, side)]
    return [_spring(), _bobble(), *pairs, _rim(surface)]


def _spring() -> ToonPart:
    share = np.linspace(0, 1, _SPRING_SECTIONS)
    turn = share * 2 * np.pi * _SPRING_TURNS
    line = vector(0.05 * np.cos(turn), 1.14 + 0.13 * share, 0.05 * np.sin(turn))
    wire = np.full(_SPRING_SECTIONS, 0.016)
    upward = np.tile(vector(0, 1, 0), (_SPRING_SECTIONS, 1))
    mesh = tube_mesh(tube(line, upward, wire, wire, _SPRING_SIDES), _SPRING_SIDES)
    return ToonPart("spring", mesh, "metal", palette.METAL)


def _bobble() -> ToonPart:
    shape = ball(20, 26)
    points = shape.vertices * 0.10 + vector(0, 1.34, 0)
    return ToonPart("bobble", Mesh(points, shape.triangles), "ball", palette.CUP)


def _knob_and_foot(surface: RadialSurface, side: Side) -> list[ToonPart]:
    """The winding knob of one side, which turns with the egg, and the foot below it."""
    sign = side_sign(side)
    shape = ball(20, 26)
    temple = surface.project(vector(sign, -0.02, 0)) + vector(sign * 0.01, 0, 0)
    knob = shape.vertices[:, [2, 0, 1]] * [0.10, 0.20, 0.20] + temple
    sole = upright_ball(20, 26)
    foot = sole.vertices * [0.28, 0.13, 0.30] + vector(sign * 0.42, -1.16, 0.28)
    return [
        ToonPart(f"knob {side}", Mesh(knob, shape.triangles), "ball", palette.LIMB),
        ToonPart(
            f"foot {side}",
            Mesh(foot, sole.triangles),
            "ball",
            palette.LIMB,
            head_weights=0.0,
        ),
    ]


def _rim(surface: RadialSurface) -> ToonPart:
    """A bead around the egg where the cup begins."""
    turn = np.linspace(0, 2 * np.pi, _RIM_SECTIONS + 1)[:-1]
    ring = _level_ring(surface, turn)
    outwards = unit(ring * [1, 0, 1])
    angle = np.linspace(0, 2 * np.pi, _RIM_SIDES, endpoint=False)
    section = (
        outwards[:, None] * (0.040 * np.cos(angle))[None, :, None]
        + vector(0, 1, 0) * (0.052 * np.sin(angle))[None, :, None]
    )
    points = (ring[:, None] + section).reshape(-1, 3)
    triangles = outward(points, torus_triangles(_RIM_SECTIONS, _RIM_SIDES))
    return ToonPart("rim", Mesh(points, triangles), "ball", palette.WHITE * 0.9)


def _level_ring(surface: RadialSurface, turn: FloatArray) -> FloatArray:
    """Points (k, 3) of the surface at the height of the rim, found by iteration."""
    ring = surface.project(vector(np.sin(turn), -0.80, np.cos(turn)))
    for _ in range(12):
        offset = ring - surface.centre
        distance = np.linalg.norm(offset, axis=1)
        rise = (RIM_HEIGHT - surface.centre[1]) / distance
        aim = unit(offset)
        ring = surface.at(vector(aim[:, 0], rise, aim[:, 2]))
    return ring
