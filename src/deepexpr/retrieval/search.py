"""What a search answers: matches, and the proof that no other entry is nearer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import Expression
from deepexpr.retrieval.gallery_table import GalleryTable


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
        least_skipped_bound: smallest lower bound among the entries whose distance was
            not evaluated in double precision; infinite if there are none.
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


@dataclass(frozen=True, slots=True)
class GalleryRanking:
    """Matches of one query in one gallery.

    Attributes:
        matches: nearest first.
        certificate: why they are the nearest.
    """

    matches: tuple[Match, ...]
    certificate: SearchCertificate


def matches_of(found: Nearest, table: GalleryTable) -> tuple[Match, ...]:
    """The nearest entries with the ids and labels of their rows."""
    return tuple(
        Match(
            rank=place + 1,
            index=int(index),
            pose_id=table.ids[index],
            label=table.labels[index],
            distance=float(found.distances[place]),
            divergence=float(found.divergences[place]),
            geometry=float(found.geometry[place]),
        )
        for place, index in enumerate(found.indices)
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
