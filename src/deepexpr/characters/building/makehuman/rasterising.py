"""Which triangle covers which pixel: compiled loops over triangles and pixels."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from deepexpr.characters.building.rig_source import Triangles

_Loop = TypeVar("_Loop", bound=Callable[..., Any])

Screen = NDArray[np.float32]
"""(n, 3) float32: pixel x, pixel y and nearness (larger is in front) of vertices."""


class TriangleMap:
    """What a picture of a mesh shows at each pixel.

    Attributes:
        triangle: (size, size) int32 number of the nearest triangle, or -1.
        nearness: (size, size) float32 nearness of it, 0 where there is none.
        second: (size, size) float32 weight of the triangle's second corner.
        third: (size, size) float32 weight of its third corner.
    """

    def __init__(self, screen: Screen, triangles: Triangles, size: int) -> None:
        """Draw triangles into a square picture; nearness must be above 0."""
        self.triangle = np.full((size, size), -1, np.int32)
        self.nearness = np.zeros((size, size), np.float32)
        self.second = np.zeros((size, size), np.float32)
        self.third = np.zeros((size, size), np.float32)
        _draw_triangles(
            screen,
            np.ascontiguousarray(triangles, np.int32),
            self.triangle,
            self.nearness,
            self.second,
            self.third,
        )

    def weights(self, row: int, column: int) -> tuple[float, float, float]:
        """Weights of the three corners at a covered pixel."""
        second, third = self.second[row, column], self.third[row, column]
        return float(1 - second - third), float(second), float(third)


def draw_nearness(
    screen: Screen, triangles: Triangles, picture: NDArray[np.float32]
) -> None:
    """Raise each pixel of a picture (rows, columns) to the nearest triangle over it."""
    _draw_nearness(screen, np.ascontiguousarray(triangles, np.int32), picture)


def _compiled(loop: _Loop) -> _Loop:
    return cast(_Loop, njit(cache=True, fastmath=True)(loop))


@_compiled
def _box(
    screen: Screen, corners: NDArray[np.int32], rows: int, columns: int
) -> tuple[int, int, int, int]:
    """First and last row, first and last column of a triangle inside the picture."""
    ax, bx, cx = screen[corners[0], 0], screen[corners[1], 0], screen[corners[2], 0]
    ay, by, cy = screen[corners[0], 1], screen[corners[1], 1], screen[corners[2], 1]
    return (
        max(0, int(np.floor(min(ay, by, cy)))),
        min(rows - 1, int(np.ceil(max(ay, by, cy)))),
        max(0, int(np.floor(min(ax, bx, cx)))),
        min(columns - 1, int(np.ceil(max(ax, bx, cx)))),
    )


@_compiled
def _shares(
    screen: Screen, corners: NDArray[np.int32], x: float, y: float
) -> tuple[float, float, float]:
    """Weights of a triangle's corners at a point; all -1 if it has no area."""
    ax, ay = screen[corners[0], 0], screen[corners[0], 1]
    bx, by = screen[corners[1], 0], screen[corners[1], 1]
    cx, cy = screen[corners[2], 0], screen[corners[2], 1]
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if area == 0.0:
        return -1.0, -1.0, -1.0
    inverse = 1.0 / area
    first = ((bx - x) * (cy - y) - (cx - x) * (by - y)) * inverse
    second = ((cx - x) * (ay - y) - (ax - x) * (cy - y)) * inverse
    return first, second, 1.0 - first - second


@_compiled
def _draw_nearness(
    screen: Screen, triangles: NDArray[np.int32], picture: NDArray[np.float32]
) -> None:
    rows, columns = picture.shape
    for number in range(triangles.shape[0]):
        a, b, c = triangles[number]
        low, high, left, right = _box(screen, triangles[number], rows, columns)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                first, second, third = _shares(
                    screen, triangles[number], column + 0.5, row + 0.5
                )
                # a little overlap, so that shared edges leave no pinholes
                if min(first, second, third) >= -1e-4:
                    near = (
                        first * screen[a, 2]
                        + second * screen[b, 2]
                        + third * screen[c, 2]
                    )
                    picture[row, column] = max(picture[row, column], near)


@_compiled
def _draw_triangles(
    screen: Screen,
    triangles: NDArray[np.int32],
    shown: NDArray[np.int32],
    nearness: NDArray[np.float32],
    seconds: NDArray[np.float32],
    thirds: NDArray[np.float32],
) -> None:
    rows, columns = nearness.shape
    for number in range(triangles.shape[0]):
        a, b, c = triangles[number]
        low, high, left, right = _box(screen, triangles[number], rows, columns)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                first, second, third = _shares(
                    screen, triangles[number], column + 0.5, row + 0.5
                )
                if min(first, second, third) < 0:
                    continue
                near = (
                    first * screen[a, 2] + second * screen[b, 2] + third * screen[c, 2]
                )
                if near > nearness[row, column]:
                    nearness[row, column] = near
                    shown[row, column] = number
                    # weights as a perspective camera sees them: 1 / nearness is the
                    # distance
                    seconds[row, column] = second * screen[b, 2] / near
                    thirds[row, column] = third * screen[c, 2] / near
