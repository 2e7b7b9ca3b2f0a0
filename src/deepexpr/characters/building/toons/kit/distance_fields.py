"""Signed distance functions: negative inside, positive outside, zero on the surface."""

from collections.abc import Sequence

import numpy as np

from deepexpr.characters.building.toons.kit.vectors import FloatArray


def ellipsoid(
    points: FloatArray, centre: Sequence[float], radii: Sequence[float]
) -> FloatArray:
    """Approximate distance (...) of points (..., 3) from an axis-parallel ellipsoid.

    Exact on the surface; elsewhere scaled by the gradient of the implicit function.
    """
    offset = points - np.asarray(centre, dtype=float)
    radius = np.asarray(radii, dtype=float)
    level = np.linalg.norm(offset / radius, axis=-1)
    slope = np.linalg.norm(offset / radius**2, axis=-1)
    return np.asarray(level * (level - 1) / np.maximum(slope, 1e-9))


def round_cone(
    points: FloatArray,
    ends: tuple[Sequence[float], Sequence[float]],
    radii: tuple[float, float],
) -> FloatArray:
    """Distance (...) of points (..., 3) from a bar that tapers from end to end.

    Args:
        points: (..., 3) positions.
        ends: the two ends of the bar's axis.
        radii: radius at each end.
    """
    start, stop = (np.asarray(end, dtype=float) for end in ends)
    axis = stop - start
    share = np.clip(((points - start) @ axis) / (axis @ axis), 0, 1)
    nearest = start + share[..., None] * axis
    radius = radii[0] + (radii[1] - radii[0]) * share
    return np.asarray(np.linalg.norm(points - nearest, axis=-1) - radius)


def smooth_union(
    first: FloatArray, second: FloatArray, blend_width: float
) -> FloatArray:
    """Union of two fields whose seam is rounded over `blend_width`."""
    share = np.clip(0.5 + 0.5 * (second - first) / blend_width, 0, 1)
    fillet = blend_width * share * (1 - share)
    return np.asarray(second * (1 - share) + first * share - fillet)
