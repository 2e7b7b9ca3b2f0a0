"""Wrinkles as strokes on the canonical face, seen from the front.

Each channel is a few strokes; their relief is stored as slopes and darkness, so that
wrinkles stay sharp whatever the density of the mesh and follow each character's warp.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from deepexpr.characters.building.crease_source import CreaseChannel, CreaseSource
from deepexpr.characters.building.makehuman.crease_strokes import (
    CENTRAL_DRIVERS,
    CENTRAL_STROKES,
    PEBBLE_CHANNEL,
    SIDED_DRIVERS,
    SIDED_STROKES,
    Stroke,
)
from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.rig_source import Points

_LEFT, _RIGHT, _BOTTOM, _TOP = -0.80, 0.80, 5.95, 8.15
_COLUMNS, _ROWS = 320, 440
_CELL = (_RIGHT - _LEFT) / (_COLUMNS - 1)
_FRONT_DEPTH = 0.9
"""Canonical depth behind which the skin has no wrinkles."""

_PIECES = 27
_TAPER = 0.35
_WALL = 2.8
"""Width of the bulge beside a wrinkle over the width of the wrinkle."""


@dataclass(frozen=True, slots=True)
class _Relief:
    """Height and darkness (rows, columns) of one channel."""

    height: Floats
    darkness: Floats

    def image(self) -> NDArray[np.float32]:
        """Slopes along x and y, and darkness: (rows, columns, 3)."""
        along_x = np.gradient(self.height, _CELL, axis=1)
        along_y = np.gradient(self.height, _CELL, axis=0)
        return np.stack([along_x, along_y, self.darkness], 2).astype(np.float32)


@cache
def face_creases() -> CreaseSource:
    """All wrinkles, the same for every character."""
    channels = []
    for side, sign in (("Left", 1), ("Right", -1)):
        for name, strokes in SIDED_STROKES.items():
            mirrored = [stroke.mirrored(sign) for stroke in strokes]
            drivers = {
                control + side: gain for control, gain in SIDED_DRIVERS[name].items()
            }
            image = _relief(mirrored).image()
            channels.append(CreaseChannel(name + side, image, drivers))
    for name, strokes in CENTRAL_STROKES.items():
        image = _relief(strokes).image()
        channels.append(CreaseChannel(name, image, CENTRAL_DRIVERS[name]))
    channels.append(
        CreaseChannel(
            PEBBLE_CHANNEL, _pebbles().image(), CENTRAL_DRIVERS[PEBBLE_CHANNEL]
        )
    )
    return CreaseSource(tuple(channels))


def face_coordinates(canonical: Points) -> NDArray[np.float64]:
    """Position (n, 2) of canonical points on the crease images, 0 to 1.

    Points behind the face are drawn out to the nearer side of the image, where there
    are no wrinkles; so nothing is smeared across the border.
    """
    across, height, depth = canonical.T
    behind = np.clip((_FRONT_DEPTH - depth) * 4, 0, None)
    spread = across + np.where(across < 0, -behind, behind)
    coordinates: NDArray[np.float64] = np.clip(
        np.column_stack(
            [
                (spread - _LEFT) / (_RIGHT - _LEFT),
                (height - _BOTTOM) / (_TOP - _BOTTOM),
            ]
        ),
        0,
        1,
    )
    return coordinates


@cache
def _grid() -> tuple[Floats, Floats]:
    x, y = np.meshgrid(
        np.linspace(_LEFT, _RIGHT, _COLUMNS), np.linspace(_BOTTOM, _TOP, _ROWS)
    )
    return x, y


def _relief(strokes: Sequence[Stroke]) -> _Relief:
    height = np.zeros((_ROWS, _COLUMNS))
    darkness = np.zeros((_ROWS, _COLUMNS))
    for stroke in strokes:
        groove, bulge = _profile(stroke)
        darkness = np.maximum(darkness, groove * stroke.depth)
        height += stroke.depth * stroke.width * (0.55 * bulge - groove)
    return _Relief(height, darkness)


def _profile(stroke: Stroke) -> tuple[Floats, Floats]:
    """Groove and wider bulge of a stroke, both fading at its ends."""
    distance, along = _distance_to(_spline(np.array(stroke.points, float)))
    end = np.clip(np.minimum(along, 1 - along) / _TAPER, 0, 1) ** 0.7
    width = stroke.width * (0.55 + 0.45 * end)
    groove: Floats = end * np.exp(-((distance / width) ** 2))
    bulge: Floats = end * np.exp(-((distance / (_WALL * width)) ** 2))
    return groove, bulge


def _spline(knots: Floats) -> Floats:
    share = np.linspace(0, 1, _PIECES + 1)
    if len(knots) == 2:
        straight: Floats = knots[0] + (knots[1] - knots[0]) * share[:, None]
        return straight
    curve: Floats = CubicSpline(np.linspace(0, 1, len(knots)), knots)(share)
    return curve


def _distance_to(path: Floats) -> tuple[Floats, Floats]:
    """Distance of every cell to a polyline, and the share of its length there."""
    x, y = _grid()
    distance, along = np.full(x.shape, 9.0), np.zeros(x.shape)
    for piece in range(_PIECES):
        start, step = path[piece], path[piece + 1] - path[piece]
        projected = (x - start[0]) * step[0] + (y - start[1]) * step[1]
        share = np.clip(projected / (step @ step + 1e-12), 0, 1)
        away = np.hypot(x - start[0] - share * step[0], y - start[1] - share * step[1])
        nearer = away < distance
        distance[nearer] = away[nearer]
        along[nearer] = ((piece + share) / _PIECES)[nearer]
    return distance, along


def _pebbles() -> _Relief:
    """Dimples of a tensed chin."""
    x, y = _grid()
    random = np.random.RandomState(3)
    height, darkness = np.zeros(x.shape), np.zeros(x.shape)
    for _ in range(26):
        centre = random.uniform(-0.11, 0.11), random.uniform(6.235, 6.37)
        dimple = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / 0.017**2)
        darkness = np.maximum(darkness, dimple * 0.75)
        height -= dimple * 0.014
    return _Relief(height, darkness)
