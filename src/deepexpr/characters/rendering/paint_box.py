"""Textures of a rig as the kernels read them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepexpr.characters.material import MASK
from deepexpr.characters.rendering.shading_inputs import Floats, Integers, Texels
from deepexpr.characters.rig_mesh import RigMesh

SMALLEST_COPY_PX = 4
"""Shorter side of the smallest copy of a texture."""


class PaintBox:
    """The textures of one rig and where they lie on its triangles.

    Args:
        mesh: the rig.
        triangles: (m, 3) int32 in drawing order.
        triangle_materials: (m,) int32.

    Attributes:
        texels: all textures with their smaller copies.
        coordinates: (n, 2) places on the textures; zeros for a rig without any.
        opacities: (n,) opacities of the vertices.
        factors: (materials, 2) opacity factor, and cut-off or -1.
    """

    def __init__(
        self, mesh: RigMesh, triangles: Integers, triangle_materials: Integers
    ) -> None:
        count, paint = len(mesh.neutral), mesh.paint
        self.coordinates = np.zeros((count, 2), np.float32)
        self.opacities = np.ones(count, np.float32)
        self.texels = _texels(mesh)
        self.factors = np.array(
            [
                (m.opacity, m.alpha_cutoff if m.alpha_mode == MASK else -1.0)
                for m in mesh.materials
            ],
            np.float32,
        )
        self._triangles = triangles
        self._sizes = np.zeros(len(triangles), np.float32)
        if paint is None:
            return
        self.coordinates, self.opacities = paint.coordinates, paint.opacities
        first = self.texels.first[triangle_materials]
        textured = np.flatnonzero(first >= 0)
        sides = self.texels.levels[first[textured], 1:]
        flat = _areas(self.coordinates, triangles[textured])
        self._sizes[textured] = flat * sides[:, 0] * sides[:, 1]

    def shrinking(self, points: Floats) -> Floats:
        """Return how many texture pixels lie along the side of a sample.

        Args:
            points: (n, 2 or more) places in the picture, in samples.

        Returns:
            (m,) float32, one a triangle; 0 for those without a texture.
        """
        shrinking = np.zeros(len(self._triangles), np.float32)
        rows = np.flatnonzero(self._sizes)
        if len(rows):
            seen = np.maximum(_areas(points[:, :2], self._triangles[rows]), 1e-3)
            shrinking[rows] = np.sqrt(self._sizes[rows] / seen)
        return shrinking


def _areas(points: Floats, triangles: Integers) -> NDArray[np.float64]:
    a, b, c = (points[triangles[:, corner]].astype(np.float64) for corner in range(3))
    u, v = b - a, c - a
    areas: NDArray[np.float64] = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    return areas


def _texels(mesh: RigMesh) -> Texels:
    pixels: list[NDArray[np.uint8]] = [np.zeros((1, 4), np.uint8)]
    levels: list[tuple[int, int, int]] = []
    spans: list[tuple[int, int]] = []
    start = 1
    for texture in mesh.paint.textures if mesh.paint else ():
        begin = len(levels)
        for copy in _copies(texture):
            height, width = copy.shape[:2]
            levels.append((start, width, height))
            pixels.append(copy.reshape(-1, 4))
            start += width * height
        spans.append((begin, len(levels) - 1))
    chosen = [spans[m.texture] if m.texture >= 0 else (-1, -1) for m in mesh.materials]
    ends = np.array(chosen or [(-1, -1)], np.int32)
    return Texels(
        np.concatenate(pixels),
        np.array(levels or [(0, 1, 1)], np.int64),
        np.ascontiguousarray(ends[:, 0]),
        np.ascontiguousarray(ends[:, 1]),
        _linear_light(),
    )


def _copies(texture: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    copies = [texture]
    while min(copies[-1].shape[:2]) >= 2 * SMALLEST_COPY_PX:
        height, width = copies[-1].shape[:2]
        smaller = Image.fromarray(copies[-1]).resize(
            (width // 2, height // 2), Image.Resampling.BOX
        )
        copies.append(np.array(smaller, np.uint8))
    return copies


def _linear_light() -> Floats:
    """Return (256,) linear light of sRGB bytes; IEC 61966-2-1."""
    encoded = np.arange(256) / 255.0
    curve = ((encoded + 0.055) / 1.055) ** 2.4
    return np.where(encoded <= 0.04045, encoded / 12.92, curve).astype(np.float32)
