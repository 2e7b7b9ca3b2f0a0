"""From a point of a picture to a point of the mesh that is seen there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.card import MeshPoint
from deepexpr.characters.model import CharacterModel
from deepexpr.characters.rendering.camera import Camera
from deepexpr.characters.rendering.kernels_raster import draw_triangles

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VisibleFace:
    """Which triangle of the parts that move lies at every pixel, at rest.

    Hair, glasses and all else that no control moves is left out, so that a point can be
    taken through it.

    Attributes:
        triangles: (m, 3) int32 of the parts that move.
        numbers: (size, size) int32 triangle, -1 for none.
        shares: (size, size, 2) weights of its second and third corner.
    """

    triangles: NDArray[np.int32]
    numbers: NDArray[np.int32]
    shares: NDArray[np.float32]

    @classmethod
    def of(cls, model: CharacterModel, camera: Camera, size_px: int) -> "VisibleFace":
        """Draw the face of a model.

        Args:
            model: the rig.
            camera: from where it is seen.
            size_px: side of the picture in pixels.
        """
        mesh = model.mesh
        face = mesh.triangles.max(axis=1) < mesh.face_count
        double = np.array([material.double_sided for material in mesh.materials])
        chosen = np.ascontiguousarray(mesh.triangles[face])
        single = (~double[mesh.triangle_materials[face]]).astype(np.uint8)
        numbers = np.full((size_px, size_px), -1, np.int32)
        depth = np.zeros((size_px, size_px), np.float32)
        shares = np.zeros((size_px, size_px, 2), np.float32)
        points = camera.project(mesh.neutral, size_px).astype(np.float32)
        whole = (0, len(chosen))
        draw_triangles(points, chosen, single, whole, numbers, depth, shares)
        return cls(chosen, numbers, shares)

    def point(
        self,
        place: tuple[float, float],
        reach_px: float,
        wanted: Flags | None = None,
    ) -> MeshPoint | None:
        """Return the mesh point that is seen nearest to a place.

        Args:
            place: x and y in pixels.
            reach_px: how far away it may be.
            wanted: (n,) vertices; all three corners of its triangle must be among them.

        Returns:
            Three vertices and their weights, or None where nothing is near enough.
        """
        x, y = place
        low_x, high_x = _window(x, reach_px, self.numbers.shape[1])
        low_y, high_y = _window(y, reach_px, self.numbers.shape[0])
        numbers = self.numbers[low_y:high_y, low_x:high_x]
        allowed: Flags = numbers >= 0
        if wanted is not None:
            whole: Flags = np.asarray(wanted[self.triangles].all(axis=1), bool)
            allowed &= whole[numbers]
        rows, columns = np.nonzero(allowed)
        if not len(rows):
            return None
        away = np.hypot(columns + low_x + 0.5 - x, rows + low_y + 0.5 - y)
        nearest = int(away.argmin())
        if away[nearest] > reach_px:
            return None
        row, column = rows[nearest] + low_y, columns[nearest] + low_x
        second, third = (float(share) for share in self.shares[row, column])
        a, b, c = (int(corner) for corner in self.triangles[self.numbers[row, column]])
        weights = (1.0 - second - third, second, third)
        return tuple(
            (vertex, round(weight, 6))
            for vertex, weight in zip((a, b, c), weights, strict=True)
        )


def _window(centre: float, reach: float, size: int) -> tuple[int, int]:
    low, high = int(centre - reach - 1), int(centre + reach + 2)
    return min(max(low, 0), size), min(max(high, 0), size)
