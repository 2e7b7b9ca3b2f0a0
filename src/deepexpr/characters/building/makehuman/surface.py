"""Points that ride on the skin: three vertices and their weights each."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.rig_source import Points, Triangles, VertexWeights

Corner = tuple[NDArray[np.int64], tuple[float, float, float]]
"""The three vertices of a triangle and a point's weights on them."""


@dataclass(frozen=True, slots=True)
class SurfacePoints:
    """Points (k) on a mesh.

    Attributes:
        corners: (k, 3) vertex numbers.
        weights: (k, 3) weights that sum to 1.
    """

    corners: NDArray[np.int64]
    weights: Floats

    @staticmethod
    def of(corners: Iterable[Corner]) -> "SurfacePoints":
        """Points from single triangles and weights."""
        listed = list(corners)
        return SurfacePoints(
            np.array([triangle for triangle, _ in listed], np.int64),
            np.array([weights for _, weights in listed], np.float64),
        )

    def on(self, values: Points) -> Points:
        """Values (n, 3) of the mesh's vertices, taken at the points: (k, 3)."""
        taken: Points = (values[self.corners] * self.weights[..., None]).sum(axis=1)
        return taken

    def vertex_weights(self, at: int) -> VertexWeights:
        """One point as (vertex, weight) pairs."""
        return tuple(
            (int(vertex), float(weight))
            for vertex, weight in zip(self.corners[at], self.weights[at], strict=True)
        )


class FrontView:
    """A mesh seen from the front (along -z), to find what lies at some (x, y)."""

    def __init__(self, vertices: Points, triangles: Triangles) -> None:
        """Prepare the triangles of `vertices` (n, 3)."""
        self._triangles = triangles
        corners = vertices[triangles]
        self._first, self._second, self._third = corners.transpose(1, 0, 2)
        self._depths = corners[:, :, 2]

    def points_at(self, positions: Floats) -> SurfacePoints:
        """The frontmost surface point at each (x, y) of positions (k, 2)."""
        return SurfacePoints.of(self._point_at(x, y) for x, y in positions)

    def _point_at(self, x: float, y: float) -> Corner:
        first, second, third = self._first, self._second, self._third
        height_a, width_a = second[:, 1] - third[:, 1], third[:, 0] - second[:, 0]
        height_b, width_b = third[:, 1] - first[:, 1], first[:, 0] - third[:, 0]
        area = height_a * width_b - width_a * height_b
        from_third = x - third[:, 0], y - third[:, 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            weight_a = (height_a * from_third[0] + width_a * from_third[1]) / area
            weight_b = (height_b * from_third[0] + width_b * from_third[1]) / area
        weights = np.stack([weight_a, weight_b, 1 - weight_a - weight_b], axis=1)
        inside = (weights >= -1e-6).all(axis=1)
        depth = np.full(len(weights), -9.0)
        depth[inside] = (weights[inside] * self._depths[inside]).sum(axis=1)
        nearest = int(np.argmax(depth))
        a, b, c = (float(weight) for weight in weights[nearest])
        return self._triangles[nearest], (a, b, c)
