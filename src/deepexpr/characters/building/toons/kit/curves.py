"""Curves and width profiles along which tubes, brows and tongues are laid."""

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from deepexpr.characters.building.toons.kit.vectors import FloatArray


def bezier(controls: ArrayLike, parameters: FloatArray) -> FloatArray:
    """Points (n, d) of the Bézier curve of control points (k, d) at n parameters."""
    points = np.asarray(controls, dtype=float)
    degree = len(points) - 1
    share = parameters[:, None]
    curve = np.zeros((len(parameters), points.shape[1]))
    for index, point in enumerate(points):
        weight = comb(degree, index) * share**index * (1 - share) ** (degree - index)
        curve = curve + weight * point
    return curve


def resample(polyline: FloatArray, shares: FloatArray) -> FloatArray:
    """Points (n, d) of a polyline (k, d) at shares (n,) of its length."""
    steps = np.linalg.norm(np.diff(polyline, axis=0), axis=1)
    travelled = np.r_[0, np.cumsum(steps)]
    columns = [
        np.interp(shares * travelled[-1], travelled, column) for column in polyline.T
    ]
    return np.stack(columns, axis=1)


def capsule_profile(count: int, cap: float = 0.12) -> tuple[FloatArray, FloatArray]:
    """Sample a bar with round ends along its length.

    Args:
        count: how many samples.
        cap: share of the length that each round end takes.

    Returns:
        (count,) positions in [0, 1], dense at the ends, and (count,) radii in (0, 1].
    """
    angles = np.linspace(0, np.pi / 2, max(4, count // 5))
    start = cap * (1 - np.cos(angles))
    rise = np.sin(angles)
    middle = np.linspace(cap, 1 - cap, count - 2 * len(angles) + 2)[1:-1]
    positions = np.r_[start, middle, 1 - start[::-1]]
    radii = np.r_[rise, np.ones(len(middle)), rise[::-1]]
    return positions, np.maximum(radii, 0.02)
