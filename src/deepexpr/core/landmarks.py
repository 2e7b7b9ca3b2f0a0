"""Facial landmarks: 49 named points in image coordinates.

The order is that of the 68-point iBUG annotation without the jaw line and the two inner
mouth corners: 10 brow, 9 nose, 12 eye and 18 mouth points (Aneja et al. 2016, section
3.1, after IntraFace). Left and right are the subject's own sides, so the right eye of a
person facing the camera lies on the left of the image.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import ShapeError

RIGHT_BROW = slice(0, 5)
LEFT_BROW = slice(5, 10)
NOSE_BRIDGE = slice(10, 14)
NOSE_BASE = slice(14, 19)
RIGHT_EYE = slice(19, 25)
LEFT_EYE = slice(25, 31)
OUTER_LIPS = slice(31, 43)
INNER_LIPS = slice(43, 49)

RIGHT_EYE_OUTER_CORNER, RIGHT_EYE_INNER_CORNER = 19, 22
LEFT_EYE_INNER_CORNER, LEFT_EYE_OUTER_CORNER = 25, 28
RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER = 31, 37

LANDMARK_COUNT = 49


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The 49-point annotation of one face.

    Attributes:
        points: (49, 2) float64, x right and y down, in pixels of the image they lie on.
    """

    points: NDArray[np.float64]

    def __post_init__(self) -> None:
        check_shape("landmarks.points", self.points, (LANDMARK_COUNT, 2))
        if not np.isfinite(self.points).all():
            raise ShapeError("landmarks.points must be finite numbers")

    @property
    def interocular_distance(self) -> float:
        """Distance between the outer eye corners, in pixels."""
        corners = self.points[[RIGHT_EYE_OUTER_CORNER, LEFT_EYE_OUTER_CORNER]]
        return float(np.linalg.norm(corners[1] - corners[0]))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest box around the points: (x, y, width, height) in pixels."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        return float(low[0]), float(low[1]), *(float(v) for v in high - low)  # type: ignore[return-value]

    def transformed(self, matrix: NDArray[np.float64]) -> "Landmarks":
        """Return the landmarks moved by a (2, 3) affine matrix acting on (x, y, 1)."""
        check_shape("matrix", matrix, (2, 3))
        return Landmarks(self.points @ matrix[:, :2].T + matrix[:, 2])
