"""Exact search: the entries nearest under φ = α·JSD + β·Geo, with a proof.

1. One matrix product bounds φ of every entry from below (`sketch`, `GeometryIndex`).
2. The entries with the lowest bounds are evaluated in single precision. The K-th
   smallest of their upper bounds is a limit that the answer cannot exceed.
3. Only entries whose bound lies within the limit are evaluated too, lowest bound first;
   the limit falls meanwhile.
4. Entries that single precision cannot tell apart from the answer are evaluated in
   double precision and sorted.

Every bound counts the rounding of its own steps in, so the result is that of a full
scan in double precision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.retrieval.divergence import (
    as_distributions,
    jensen_shannon_divergence_reference,
)
from deepexpr.retrieval.entries import Entries
from deepexpr.retrieval.geometric_distance import GeometryIndex
from deepexpr.retrieval.presets import SHARPNESS, RetrievalPreset
from deepexpr.retrieval.search import Nearest, SearchCertificate
from deepexpr.retrieval.sketch import Sketch

_FIRST_ENTRIES = 64
_CHUNK = 256
_BOUNDS_AT_ONCE = 2**23
_ABOVE_ROUNDING = 1.0 + 1e-9


class SearchIndex:
    """The entries of a gallery, ready to be searched.

    Attributes:
        features: (N, D) features as given.
        entries: the same as distributions.
        sketch: what bounds divergences.
        geometry: what bounds geometric distances.
        sharpness: power that features are raised to before they are compared.
    """

    def __init__(
        self,
        features: NDArray[Any],
        measures: NDArray[Any],
        stored: tuple[Entries, Sketch] | None = None,
        sharpness: float = SHARPNESS,
    ) -> None:
        """Prepare a gallery for search.

        Args:
            features: (N, D) non-negative features; N at least 1.
            measures: (N, 9) geometric measures.
            stored: what `index_files` kept of the same features at the same sharpness;
                made anew if None.
            sharpness: power that features are raised to, that of the presets the index
                will be searched with.

        Raises:
            ShapeError: if a shape is wrong or the lengths differ.
            ValueError: if a feature is negative or not finite.
        """
        check_shape("features", features, (None, None))
        check_shape("measures", measures, (len(features), None))
        self.features = features
        self.sharpness = sharpness
        if stored is None:
            entries = Entries.of(features, sharpness)
            stored = entries, Sketch.of(entries)
        self.entries, self.sketch = stored
        self.geometry = GeometryIndex.of(measures)

    def __len__(self) -> int:
        return len(self.features)

    def nearest(
        self,
        features: NDArray[Any],
        measures: NDArray[Any],
        count: int,
        preset: RetrievalPreset,
    ) -> list[Nearest]:
        """Find the entries nearest to each of some faces, exactly.

        Args:
            features: (B, D) non-negative features, one row a face.
            measures: (B, 9) their geometric measures.
            count: how many entries to return; all if there are fewer.
            preset: α and β; its sharpness must be that of the index.

        Returns:
            For each face the nearest entries with their float64 distances and the
            certificate.

        Raises:
            ShapeError: if the shapes do not fit together.
            ValueError: if count is below 1, numbers are not finite or negative, or the
                preset is of another sharpness.
        """
        if count < 1:
            raise ValueError(f"count must be at least 1, but is {count}")
        if preset.sharpness != self.sharpness:
            raise ValueError(
                f"the index was made for sharpness {self.sharpness:g}, but the preset "
                f"has {preset.sharpness:g}"
            )
        check_shape("measures", measures, (len(features), None))
        at_once = max(1, _BOUNDS_AT_ONCE // len(self))
        found: list[Nearest] = []
        for start in range(0, len(features), at_once):
            part = slice(start, start + at_once)
            bounds = self._lower_bounds(features[part], measures[part], preset)
            for row, lower in enumerate(bounds, start=start):
                scan = _Scan(self, features[row], measures[row], preset)
                found.append(scan.nearest(lower, count))
        return found

    def _lower_bounds(
        self, features: NDArray[Any], measures: NDArray[Any], preset: RetrievalPreset
    ) -> NDArray[np.float32]:
        """(B, N) lower bounds of φ, in units of the larger weight."""
        alpha, beta = _shares(preset)
        sharpened = as_distributions(features, self.sharpness)
        bounds = self.sketch.lower_bounds(sharpened)
        bounds *= np.float32(alpha * (1.0 - 2.0**-20))
        if beta > 0:
            apart = self.geometry.lower_bounds(measures)
            apart *= np.float32(beta * (1.0 - 2.0**-20))
            bounds += apart
            bounds *= np.float32(1.0 - 2.0**-20)
        return bounds


@dataclass(frozen=True, slots=True)
class _Scan:
    """One query on its way through the entries."""

    index: SearchIndex
    features: NDArray[Any]
    measures: NDArray[Any]
    preset: RetrievalPreset

    def nearest(self, lower: NDArray[np.float32], count: int) -> Nearest:
        """The answer; the lower bounds are used up."""
        count = min(count, len(lower))
        tried, bounds, limit = self._single_precision(lower, count)
        kept = bounds <= limit
        rows = tried[kept]
        skipped = min(
            float(lower.min()), float(bounds[~kept].min(initial=np.inf))
        ) * max(self.preset.feature_weight, self.preset.geometry_weight)
        divergences = self._double_precision(rows)
        geometry = self.index.geometry.distances(self.measures, rows)
        distances = (
            self.preset.feature_weight * divergences
            + self.preset.geometry_weight * geometry
        )
        order = np.lexsort((rows, distances))[:count]
        return Nearest(
            indices=rows[order],
            distances=distances[order],
            divergences=divergences[order],
            geometry=geometry[order],
            certificate=SearchCertificate(
                entries=len(lower),
                refined=len(tried),
                worst_kept=float(distances[order[-1]]),
                least_skipped_bound=skipped,
            ),
        )

    def _single_precision(
        self, lower: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], float]:
        """Entries evaluated, their lower bounds, and a limit on the K-th distance.

        The lower bounds of evaluated entries are set to infinity.
        """
        query = as_distributions(self.features[None], self.index.sharpness)[0]
        first = _lowest(lower, max(_FIRST_ENTRIES, 4 * count))
        rows, bounds = [first], [self._bounds(query, first)]
        lower[first] = np.inf
        limit, best = self._limit(bounds[0], np.empty(0), count)
        left = np.flatnonzero(lower <= _rounded_up(limit))
        left = left[np.argsort(lower[left], kind="stable")]
        for start in range(0, len(left), _CHUNK):
            chunk = left[start : start + _CHUNK]
            chunk = chunk[lower[chunk] <= _rounded_up(limit)]
            if not len(chunk):
                break
            rows.append(chunk)
            bounds.append(self._bounds(query, chunk))
            lower[chunk] = np.inf
            limit, best = self._limit(bounds[-1], best, count)
        return np.concatenate(rows), np.concatenate(bounds), limit

    def _bounds(
        self, query: NDArray[np.float64], rows: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Lower bounds of φ from single precision, in units of the larger weight."""
        alpha, beta = _shares(self.preset)
        entries = self.index.entries
        nats = entries.divergences(query, rows) - entries.divergence_margin
        bounds = alpha * np.maximum(nats, 0.0)
        if beta > 0:
            bounds += beta * self.index.geometry.distances(self.measures, rows)
        return bounds

    def _limit(
        self, bounds: NDArray[np.float64], best: NDArray[np.float64], count: int
    ) -> tuple[float, NDArray[np.float64]]:
        """Limit on the K-th distance, and the K smallest bounds so far."""
        best = np.concatenate([best, bounds])
        if len(best) > count:
            best = np.partition(best, count - 1)[:count]
        alpha, _ = _shares(self.preset)
        gap = 2 * alpha * self.index.entries.divergence_margin
        return (float(best.max()) + gap) * _ABOVE_ROUNDING, best

    def _double_precision(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        parts: Sequence[NDArray[np.float64]] = [
            jensen_shannon_divergence_reference(
                self.features,
                self.index.features[rows[start : start + _CHUNK]],
                self.index.sharpness,
            )
            for start in range(0, len(rows), _CHUNK)
        ]
        return np.concatenate(parts)


def _shares(preset: RetrievalPreset) -> tuple[float, float]:
    """α and β divided by the larger of them, so that float32 can hold the bounds."""
    largest = max(preset.feature_weight, preset.geometry_weight)
    return preset.feature_weight / largest, preset.geometry_weight / largest


def _lowest(bounds: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    if count >= len(bounds):
        return np.arange(len(bounds))
    return np.argpartition(bounds, count)[:count]


def _rounded_up(limit: float) -> np.float32:
    with np.errstate(over="ignore"):
        above: np.float32 = np.nextafter(np.float32(limit), np.float32(np.inf))
    return above
