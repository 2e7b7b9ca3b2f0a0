"""The pocket behind the lips: skin that is drawn dark and without gloss."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.canonical import canonical_head, face_masks
from deepexpr.characters.building.makehuman.geometry import Floats, smooth_step
from deepexpr.characters.building.rig_source import Points, Triangles

_RIM_DEPTH = 0.006
_DARKNESS = 0.55
"""What the back of the pocket keeps of its colour."""


@dataclass(frozen=True, slots=True)
class MouthPocket:
    """Which part of the fine skin lies in the mouth.

    Attributes:
        inside: (m',) fine triangles of the pocket.
        rows: (k,) fine vertices of the pocket and of a ring around it.
        triangles: (j, 3) the pocket and that ring, as numbers of `rows`.
        sunk: (k, 1) how far each vertex lies below the skin, which hides the rim.
    """

    inside: NDArray[np.bool_]
    rows: NDArray[np.int64]
    triangles: Triangles
    sunk: Floats

    def vertices(self, skin: Points, normals: Points) -> Points:
        """Vertices (k, 3) on the posed fine skin (n', 3) with its normals."""
        lined: Points = skin[self.rows] - self.sunk * normals[self.rows]
        return lined

    def colours(self, skin: Points) -> Points:
        """Colours (k, 3) of the pocket, from those of the fine skin (n', 3)."""
        depth = canonical_head().fine[self.rows, 2]
        light = _DARKNESS + (1 - _DARKNESS) * smooth_step(0.9, 1.4, depth)
        shaded: Points = skin[self.rows] * light[:, None]
        return shaded


@cache
def mouth_pocket() -> MouthPocket:
    """The pocket of the canonical head.

    It is closed, so that whatever is kept of it hides what lies behind; the ring lies
    over the skin and covers the seam.
    """
    head = canonical_head()
    interior = head.refine(face_masks().mouth_interior)
    hidden: NDArray[np.bool_] = interior[head.triangles] > 0.5
    rows, triangles = np.unique(head.triangles[hidden.any(axis=1)], return_inverse=True)
    sunk = _RIM_DEPTH * (interior[rows] <= 0.5).astype(float)
    inside = hidden.sum(axis=1) == hidden.shape[1]
    return MouthPocket(inside, rows, triangles.reshape(-1, 3), sunk[:, None])
