"""Distance between the geometric measures of two faces, in standard deviations."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape

MEASURE_COUNT = 9
"""Left and right brow height, left and right eyelid height, nose width, mouth width,
mouth openness, left and right lip height: fractions of the landmarks' box."""

SMALLEST_SCALE = 0.02
"""Least standard deviation that a measure is divided by: 2 % of the face.

A measure that a character hardly moves would otherwise turn the jitter of landmarks
into the largest part of the distance.
"""


def geometry_scale(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """Standard deviation of each measure over a gallery's poses.

    Args:
        geometry: (N, 9) measures, one row a pose.

    Returns:
        (9,) float64, at least `SMALLEST_SCALE` each.

    Raises:
        ShapeError: if geometry is not (N, 9).
    """
    check_shape("geometry", geometry, (None, MEASURE_COUNT))
    deviation = np.asarray(geometry, np.float64).std(axis=0)
    scale: NDArray[np.float64] = np.maximum(deviation, SMALLEST_SCALE)
    return scale


def geometric_distance(
    query: NDArray[Any], gallery: NDArray[Any], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Standardised L2 distance of one face from every gallery entry; lower is closer.

    Each difference is divided by its measure's scale, and the L2 norm by √9, so that
    the unit is one standard deviation per measure.

    Source: Aneja et al. (2016), section 3.2.

    Args:
        query: (9,) measures of the query.
        gallery: (N, 9) measures, one row an entry.
        scale: (9,) positive scales, from `geometry_scale`.

    Returns:
        (N,) float64 distances, 0 for equal measures.

    Raises:
        ShapeError: if a shape is wrong.
        ValueError: if a number is not finite, or a scale is not positive.
    """
    check_shape("query", query, (MEASURE_COUNT,))
    check_shape("gallery", gallery, (None, MEASURE_COUNT))
    check_shape("scale", scale, (MEASURE_COUNT,))
    if not (scale > 0).all():
        raise ValueError("every geometry scale must be above 0")
    entries = np.asarray(gallery, np.float64)
    difference = (np.asarray(query, np.float64) - entries) / scale
    distances: NDArray[np.float64] = np.sqrt((difference**2).mean(axis=1))
    if not np.isfinite(distances).all():
        raise ValueError("geometric measures must be finite numbers")
    return distances
