"""Grid lines of a head around its mouth, conformal to a slit.

Circles in the plane are sent by the Joukowski map to ellipses around a slit, and by
inverse stereographic projection to directions in space. The unit circle becomes the lip
line, larger circles become rings around the mouth that end at the back of the head.
Angles between grid lines stay right, so the quads are even all over the face.
"""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    unit,
)

_LAST_RING_DEG = 172.0
_STEP_BEYOND_LIP = 1.06


@dataclass(frozen=True, slots=True)
class MouthGridSpec:
    """How a head's grid is laid out.

    Attributes:
        direction: three numbers, where the mouth lies seen from the head's centre.
        half_width_deg: half the width of the mouth seen from the head's centre.
        columns: grid lines that leave the lip line; a multiple of 4.
        lip_deg: width of the rounded lip, in degrees seen from the centre.
        lip_rings: rings on the rounded lip.
        face_rings: rings between the lip and the back of the head.
    """

    direction: tuple[float, float, float]
    half_width_deg: float
    columns: int
    lip_deg: float
    lip_rings: int = 7
    face_rings: int = 40


@dataclass(frozen=True, slots=True)
class MouthGrid:
    """The grid lines.

    Attributes:
        angle: (columns,) polar angle of each column; 0 is the subject's left corner,
            a quarter turn the middle of the upper lip.
        ring_deg: (rings,) distance of each ring from the lip line in degrees.
        ring_radius: (rings,) radius of each ring's circle in the plane, from 1.
        lip_ring: number of the ring at the outer rim of the lip.
        directions: (rings, columns, 3) unit vectors.
    """

    angle: FloatArray
    ring_deg: FloatArray
    ring_radius: FloatArray
    lip_ring: int
    directions: FloatArray


def mouth_grid(spec: MouthGridSpec) -> MouthGrid:
    """Lay out the grid lines of a head."""
    angle = np.arange(spec.columns) / spec.columns * 2 * np.pi
    slit = float(np.tan(np.radians(spec.half_width_deg) / 2))
    ring_deg, lip_ring = _ring_distances(spec)
    ring_radius = _plane_radius(ring_deg, slit)
    circle = np.exp(1j * angle)
    rings = ring_radius[:, None] * circle
    plane = slit / 2 * (rings + 1 / rings)
    polar, azimuth = 2 * np.arctan(np.abs(plane)), np.angle(plane)
    facing_forward = np.stack(
        [
            np.sin(polar) * np.cos(azimuth),
            np.sin(polar) * np.sin(azimuth),
            np.cos(polar),
        ],
        axis=-1,
    )
    aim = unit(np.asarray(spec.direction, dtype=float))
    pitch_deg = float(np.degrees(np.arcsin(aim[1])))
    directions = facing_forward @ rotation("x", -pitch_deg).T
    return MouthGrid(angle, ring_deg, ring_radius, lip_ring, directions)


def _ring_distances(spec: MouthGridSpec) -> tuple[FloatArray, int]:
    """Distances of all rings from the lip line, and the number of the lip's rim.

    Rings crowd at the lip line, where the lip turns inwards.
    """
    quarter = np.linspace(0, np.pi / 2, spec.lip_rings)
    on_lip = np.r_[(1 - np.cos(quarter))[:-1], 1.0, _STEP_BEYOND_LIP]
    step = np.linspace(0, 1, spec.face_rings + 1)[1:]
    start = spec.lip_deg * _STEP_BEYOND_LIP
    beyond = start + (_LAST_RING_DEG - start) * (0.55 * step**1.7 + 0.45 * step)
    return np.r_[on_lip * spec.lip_deg, beyond], len(on_lip) - 2


def _plane_radius(ring_deg: FloatArray, slit: float) -> FloatArray:
    """Radius of the circle whose ellipse lies that far above the middle of the slit."""
    height = np.tan(np.radians(ring_deg) / 2) / slit
    return np.asarray(height + np.sqrt(1 + height**2))
