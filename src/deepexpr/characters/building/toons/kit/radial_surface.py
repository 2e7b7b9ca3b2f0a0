"""Star-shaped surface of a signed distance function, tabulated once and splined."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import RectBivariateSpline

from deepexpr.characters.building.toons.kit.vectors import FloatArray, unit

DistanceField: TypeAlias = Callable[[FloatArray], FloatArray]

_AZIMUTHS, _ELEVATIONS = 240, 121
_PADDING = 6  # azimuth columns repeated on each side so that the spline is periodic
_LARGEST_RADIUS = 2.5
_MARCH_STEPS, _BISECTIONS = 60, 18
_FARTHEST_Z = 2.6


class RadialSurface:
    """The outermost surface of a distance field, as a radius for every direction.

    Attributes:
        centre: (3,) the point from which directions are counted; must lie inside.
    """

    def __init__(self, field: DistanceField, centre: ArrayLike) -> None:
        self.centre = np.asarray(centre, dtype=float)
        elevation = np.linspace(-np.pi / 2, np.pi / 2, _ELEVATIONS)
        azimuth = np.linspace(-np.pi, np.pi, _AZIMUTHS, endpoint=False)
        radius = self._trace(field, elevation, azimuth)
        radius[0], radius[-1] = radius[0].mean(), radius[-1].mean()
        head, tail = radius[:, :_PADDING], radius[:, -_PADDING:]
        self._spline = RectBivariateSpline(
            elevation,
            np.r_[
                azimuth[-_PADDING:] - 2 * np.pi,
                azimuth,
                azimuth[:_PADDING] + 2 * np.pi,
            ],
            np.concatenate([tail, radius, head], axis=1),
        )

    def _trace(
        self, field: DistanceField, elevation: FloatArray, azimuth: FloatArray
    ) -> FloatArray:
        rise, turn = np.meshgrid(elevation, azimuth, indexing="ij")
        directions = np.stack(
            [np.sin(turn) * np.cos(rise), np.sin(rise), np.cos(turn) * np.cos(rise)],
            axis=-1,
        )

        def is_inside(radius: FloatArray) -> NDArray[np.bool_]:
            return field(self.centre + directions * radius[..., None]) < 0

        step = _LARGEST_RADIUS / _MARCH_STEPS
        inner = np.full(rise.shape, _LARGEST_RADIUS)
        found = np.zeros(rise.shape, dtype=bool)
        for count in range(_MARCH_STEPS):
            radius = _LARGEST_RADIUS - count * step
            entered = is_inside(np.full(rise.shape, radius)) & ~found
            inner[entered] = radius
            found |= entered
        return _bisect(is_inside, inner, inner + step)

    def radius(self, directions: FloatArray) -> FloatArray:
        """Radius (...) of the surface along unit directions (..., 3)."""
        elevation = np.arcsin(np.clip(directions[..., 1], -1, 1))
        azimuth = np.arctan2(directions[..., 0], directions[..., 2])
        return np.asarray(self._spline.ev(elevation, azimuth))

    def at(self, directions: ArrayLike) -> FloatArray:
        """Surface points (..., 3) along directions (..., 3) of any length."""
        aim = unit(np.asarray(directions, dtype=float))
        return np.asarray(self.centre + aim * self.radius(aim)[..., None])

    def project(self, points: ArrayLike) -> FloatArray:
        """Move points (..., 3) along their direction from the centre to the surface."""
        return self.at(np.asarray(points, dtype=float) - self.centre)

    def front(self, x: ArrayLike, y: ArrayLike) -> FloatArray:
        """Foremost surface points (..., 3) with the given x and y.

        Beyond the silhouette, the points at the centre's depth.
        """
        across, up = np.broadcast_arrays(
            np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        )

        def is_inside(depth: FloatArray) -> NDArray[np.bool_]:
            offset = np.stack([across, up, depth], axis=-1) - self.centre
            distance = np.linalg.norm(offset, axis=-1)
            return np.asarray(distance < self.radius(unit(offset)))

        back = self.centre[2]
        step = (_FARTHEST_Z - back) / (_MARCH_STEPS - 1)
        low, high = np.full(across.shape, back), np.full(across.shape, _FARTHEST_Z)
        for depth in np.linspace(_FARTHEST_Z, back, _MARCH_STEPS):
            entered = is_inside(np.full(across.shape, depth)) & (low == back)
            low = np.where(entered, depth, low)
            high = np.where(entered, depth + step, high)
        return np.stack([across, up, _bisect(is_inside, low, high)], axis=-1)

    def normals(self, points: ArrayLike) -> FloatArray:
        """Outward unit normals (..., 3) at surface points (..., 3)."""
        spread = 0.02
        aim = unit(np.asarray(points, dtype=float) - self.centre)
        first = unit(np.cross(aim, np.array([0.31, 0.92, 0.2])))
        second = np.cross(aim, first)
        along_first = self.at(aim + spread * first) - self.at(aim - spread * first)
        along_second = self.at(aim + spread * second) - self.at(aim - spread * second)
        return unit(np.cross(along_first, along_second))


def _bisect(
    is_inside: Callable[[FloatArray], NDArray[np.bool_]],
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """Close in on the surface between an inside and an outside coordinate."""
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        inside = is_inside(middle)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.asarray((low + high) / 2)
