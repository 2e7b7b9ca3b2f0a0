"""Distance between the geometric measures of two faces, in standard deviations."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class GeometryIndex:
    """The measures of all entries of a gallery, ready to be compared.

    Attributes:
        measures: (N, 9) as stored.
        scale: (9,) what each difference is divided by.
        centre: (9,) mean of the measures.
        places: (N, 9) float32, centred and scaled.
        lengths: (N,) float32, squared lengths of the places.
    """

    measures: NDArray[Any]
    scale: NDArray[np.float64]
    centre: NDArray[np.float64]
    places: NDArray[np.float32]
    lengths: NDArray[np.float32]

    @classmethod
    def of(cls, measures: NDArray[Any]) -> "GeometryIndex":
        """Prepare measures with their own `geometry_scale`.

        Raises:
            ShapeError: if measures are not (N, 9).
        """
        scale = geometry_scale(measures)
        centre = np.asarray(measures, np.float64).mean(axis=0)
        places = ((measures - centre) / scale).astype(np.float32)
        lengths = np.einsum("ij,ij->i", places, places, dtype=np.float64)
        return cls(measures, scale, centre, places, lengths.astype(np.float32))

    def __len__(self) -> int:
        return len(self.measures)

    def lower_bounds(self, queries: NDArray[Any]) -> NDArray[np.float32]:
        """Lower bounds of the distance of faces from every entry.

        Args:
            queries: (B, 9) measures.

        Returns:
            (B, N) float32, never above `geometric_distance`: |x|² + |y|² − 2·⟨x, y⟩
            less the rounding of its float32 steps.

        Raises:
            ShapeError: if the queries are not (B, 9).
            ValueError: if a number is not finite.
        """
        check_shape("queries", queries, (None, MEASURE_COUNT))
        if not np.isfinite(queries).all():
            raise ValueError("geometric measures must be finite numbers")
        places = ((np.asarray(queries, np.float64) - self.centre) / self.scale).astype(
            np.float32
        )
        own = np.einsum("ij,ij->i", places, places, dtype=np.float64).astype(np.float32)
        squares: NDArray[np.float32] = places @ (-2.0 * self.places.T)
        # Every step errs by a few units in the last place of the summed lengths.
        kept = np.float32(1.0 - 64 * 2.0**-24)
        squares += kept * own[:, None]
        squares += kept * self.lengths
        squares *= np.float32(1.0 / MEASURE_COUNT)
        # fmax: where measures are so far out that float32 overflows, nothing is known.
        np.fmax(squares, np.float32(0), out=squares)
        return np.sqrt(squares, out=squares)

    def distances(
        self, query: NDArray[Any], rows: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """`geometric_distance` of one face from some rows.

        Args:
            query: (9,) measures.
            rows: (n,) which entries.
        """
        return geometric_distance(query, self.measures[rows], self.scale)
