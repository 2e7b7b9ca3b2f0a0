"""Exact search: the entries nearest under φ = α·JSD + β·Geo, with a proof.

One matrix product of square roots gives ln 2·h² ≤ JSD for every entry. Entries are
refined in the order of the lower bound α·ln 2·h² + β·Geo, and the search ends when the
next bound lies above the worst distance that is kept: no other entry can come closer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.expression import Expression
from deepexpr.retrieval.divergence import (
    LARGEST_DIVERGENCE_NATS,
    jensen_shannon_divergence_reference,
    square_roots,
)
from deepexpr.retrieval.presets import RetrievalPreset

_FIRST_CHUNK = 16
_LARGEST_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Match:
    """One entry of a ranking.

    Attributes:
        rank: position from 1, nearest first.
        index: row of the gallery.
        pose_id: id of the pose in the gallery.
        label: expression that the pose shows.
        distance: φ = α·divergence + β·geometry, what it was sorted by; lower is closer.
        divergence: Jensen-Shannon divergence in nats, 0 to ln 2.
        geometry: standardised geometric distance, 0 for equal measures.
    """

    rank: int
    index: int
    pose_id: str
    label: Expression
    distance: float
    divergence: float
    geometry: float


@dataclass(frozen=True, slots=True)
class SearchCertificate:
    """Why a search result is exact.

    Attributes:
        entries: how many entries were searched.
        refined: for how many of them the divergence itself was evaluated.
        worst_kept: largest distance among the entries returned.
        least_skipped_bound: smallest lower bound among the entries that were not
            refined; infinite if all were.
    """

    entries: int
    refined: int
    worst_kept: float
    least_skipped_bound: float

    @property
    def holds(self) -> bool:
        """Whether no skipped entry can be nearer than one that was returned."""
        return self.least_skipped_bound > self.worst_kept


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest entries, nearest first; equal distances in row order.

    Attributes:
        indices: (K,) rows of the gallery.
        distances: (K,) φ of each.
        divergences: (K,) Jensen-Shannon divergence in nats, float64.
        geometry: (K,) geometric distances.
        certificate: why these are the nearest.
    """

    indices: NDArray[np.intp]
    distances: NDArray[np.float64]
    divergences: NDArray[np.float64]
    geometry: NDArray[np.float64]
    certificate: SearchCertificate


def squared_hellinger_lower_bound(
    query: NDArray[Any], roots: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Lower bound of h² = 1 − Σ√(p·q), rounding of the float32 product included.

    Args:
        query: (D,) non-negative features.
        roots: (N, D) float32 square roots of distributions.

    Returns:
        (N,) float64 in [0, 1]; never above the true h².

    Raises:
        ShapeError: if the shapes do not fit together.
    """
    check_shape("roots", roots, (None, len(query)))
    similarity = roots @ square_roots(query[None])[0]
    # A float32 product of two unit vectors errs by at most (D + 3)·2⁻²⁴, the rounding
    # of the square roots included (Higham 2002, section 3.1).
    margin = (len(query) + 3) * 2.0**-24
    bound: NDArray[np.float64] = 1.0 - similarity.astype(np.float64) - margin
    return bound.clip(0.0, 1.0)


def nearest(
    query: NDArray[Any],
    features: NDArray[Any],
    roots: NDArray[np.float32],
    geometry: NDArray[np.float64],
    count: int,
    preset: RetrievalPreset,
) -> Nearest:
    """Find the entries nearest to a query, exactly.

    Args:
        query: (D,) non-negative features of the query.
        features: (N, D) non-negative features of the entries.
        roots: (N, D) their `square_roots`.
        geometry: (N,) geometric distances of the entries from the query.
        count: how many entries to return; all if there are fewer.
        preset: α and β.

    Returns:
        The nearest entries with their float64 distances and the certificate.

    Raises:
        ShapeError: if the shapes do not fit together.
        ValueError: if count is below 1, or features are not finite or are negative.
    """
    check_shape("geometry", geometry, (len(features),))
    if count < 1:
        raise ValueError(f"count must be at least 1, but is {count}")
    alpha, beta = preset.feature_weight, preset.geometry_weight
    lower = (
        alpha * LARGEST_DIVERGENCE_NATS * squared_hellinger_lower_bound(query, roots)
    )
    lower += beta * geometry
    order = np.argsort(lower, kind="stable")
    divergences = np.empty(len(order))
    distances = np.empty(len(order))
    done, size, worst = 0, max(_FIRST_CHUNK, 2 * count), np.inf
    while done < len(order) and not (done >= count and lower[order[done]] > worst):
        chunk = order[done : done + size]
        part = slice(done, done + len(chunk))
        divergences[part] = jensen_shannon_divergence_reference(query, features[chunk])
        distances[part] = alpha * divergences[part] + beta * geometry[chunk]
        done += len(chunk)
        size = min(2 * size, _LARGEST_CHUNK)
        if done >= count:
            worst = float(np.partition(distances[:done], count - 1)[count - 1])
    kept = np.lexsort((order[:done], distances[:done]))[:count]
    return Nearest(
        indices=order[kept],
        distances=distances[kept],
        divergences=divergences[kept],
        geometry=geometry[order[kept]],
        certificate=SearchCertificate(
            entries=len(order),
            refined=done,
            worst_kept=float(distances[kept[-1]]),
            least_skipped_bound=float(
                lower[order[done]] if done < len(order) else np.inf
            ),
        ),
    )


def same_label_then_geometry(
    matches: Sequence[Match], label: Expression
) -> tuple[Match, ...]:
    """Put matches with one label first, ordered by geometry alone; then the others.

    A shortlist retrieved by divergence is re-sorted as in the paper: among faces of the
    right expression the one with the most alike features of the face is best.

    Source: Aneja et al. (2016), section 3.2.

    Args:
        matches: a ranking, nearest first.
        label: the query's expression.

    Returns:
        The same matches with new ranks; their distances are unchanged, so they need not
        rise with the rank. Matches with other labels keep their order.
    """
    same = sorted(
        (match for match in matches if match.label == label),
        key=lambda match: match.geometry,
    )
    others = [match for match in matches if match.label != label]
    return tuple(
        replace(match, rank=rank)
        for rank, match in enumerate([*same, *others], start=1)
    )
