"""Scores of the head of a ranking: precision at k, average precision, nDCG.

All take a ranking from its best entry to its worst; entries with equal distances stand
in the order in which the search returned them. 1 is perfect, higher is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.labels import check_labels, check_votes


@dataclass(frozen=True, slots=True)
class RankingMetrics:
    """Means over the queries of one gallery; higher is better.

    Attributes:
        precision_at: cut-off k to mean share of relevant entries among the first k.
        mean_average_precision: mean average precision of the queries whose expression
            the gallery has.
        ndcg: mean normalised discounted cumulative gain of the whole ranking.
        queries: how many queries there are.
    """

    precision_at: dict[int, float]
    mean_average_precision: float
    ndcg: float
    queries: int


def precision_at(relevant: NDArray[np.bool_], cut_off: int) -> float:
    """Share of relevant entries among the first `cut_off`.

    Args:
        relevant: (N,) whether each entry is relevant, best entry first.
        cut_off: k; places beyond a shorter ranking count as not relevant.

    Raises:
        ShapeError: if relevant is not (N,).
        ValueError: if the cut-off is below 1.
    """
    check_shape("relevant", relevant, (None,))
    if cut_off < 1:
        raise ValueError(f"cut_off must be at least 1, but is {cut_off}")
    return float(relevant[:cut_off].sum()) / cut_off


def average_precision(relevant: NDArray[np.bool_]) -> float:
    """Mean of the precision at the place of every relevant entry.

    For example relevant entries at the places 1 and 3 give (1/1 + 2/3)/2 = 0.833.

    Args:
        relevant: (N,) whether each entry is relevant, best entry first.

    Returns:
        The average precision, 0 to 1; NaN if no entry is relevant.

    Raises:
        ShapeError: if relevant is not (N,).
    """
    check_shape("relevant", relevant, (None,))
    places = np.flatnonzero(relevant) + 1
    if not len(places):
        return float("nan")
    return float((np.arange(1, len(places) + 1) / places).mean())


def graded_relevance(
    query_votes: NDArray[Any], entry_votes: NDArray[Any]
) -> NDArray[np.float64]:
    """How much of the raters' opinion a query and an entry share, Σ min(q, e).

    1 minus the total variation distance of the two vote distributions: 1 if raters see
    the same mixture in both, 0 if they never name the same expression.

    Args:
        query_votes: (7,) votes for the query.
        entry_votes: (N, 7) votes for the entries, at least one a row.

    Returns:
        (N,) relevance, 0 to 1.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a count is negative or not finite, or a row has no vote.
    """
    check_shape("query_votes", query_votes, (None,))
    check_votes("query_votes", query_votes[None])
    check_votes("entry_votes", entry_votes)
    query = query_votes / query_votes.sum()
    entries = entry_votes / entry_votes.sum(axis=1, keepdims=True)
    shared: NDArray[np.float64] = np.minimum(query, entries).sum(axis=1)
    return shared


def ndcg(gains: NDArray[Any], cut_off: int | None = None) -> float:
    """Normalised discounted cumulative gain of one ranking.

    DCG = Σ gain_i / log2(i + 1) over the places i from 1, divided by the DCG of the
    best order. The gain is the relevance itself, which already lies between 0 and 1.

    Source: Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR
    techniques".

    Args:
        gains: (N,) graded relevance, best entry first, finite and not negative.
        cut_off: how many places count; all if None.

    Returns:
        The gain, 0 to 1; NaN if no entry has any relevance.

    Raises:
        ShapeError: if gains are not (N,).
        DatasetError: if a gain is negative or not finite.
        ValueError: if the cut-off is below 1.
    """
    check_shape("gains", gains, (None,))
    if cut_off is not None and cut_off < 1:
        raise ValueError(f"cut_off must be at least 1, but is {cut_off}")
    if not (np.isfinite(gains).all() and (gains >= 0).all()):
        raise DatasetError("gains must be finite and not negative")
    discount = 1 / np.log2(np.arange(len(gains)) + 2)
    best = float((np.sort(gains)[::-1] * discount)[:cut_off].sum())
    if best == 0:
        return float("nan")
    return float((gains * discount)[:cut_off].sum()) / best


def ranking_metrics(
    orders: NDArray[np.integer[Any]],
    query_votes: NDArray[Any],
    query_labels: NDArray[Any],
    entry_votes: NDArray[Any],
    cut_offs: Sequence[int] = (1, 5, 10),
) -> RankingMetrics:
    """Score the rankings of one gallery.

    An entry is relevant if its most frequent vote is the query's label.

    Args:
        orders: (Q, N) rows of the gallery, best entry first; each row a permutation.
        query_votes: (Q, 7) votes for the queries.
        query_labels: (Q,) class indices of the queries.
        entry_votes: (N, 7) votes for the entries; one-hot for an entry without raters.
        cut_offs: the k of precision at k.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a row is no permutation, a label no class index, or a row has
            no vote.
        ValueError: if a cut-off is below 1.
    """
    check_labels("query_labels", query_labels)
    check_votes("query_votes", query_votes, len(query_labels))
    check_votes("entry_votes", entry_votes)
    check_shape("orders", orders, (len(query_labels), len(entry_votes)))
    if (np.sort(orders, axis=1) != np.arange(len(entry_votes))).any():
        raise DatasetError("each row of orders must name every entry once")
    entry_labels = entry_votes.argmax(axis=1)
    precisions: dict[int, list[float]] = {cut_off: [] for cut_off in cut_offs}
    averages, gains = [], []
    for order, votes, label in zip(orders, query_votes, query_labels, strict=True):
        relevant = entry_labels[order] == label
        for cut_off, column in precisions.items():
            column.append(precision_at(relevant, cut_off))
        averages.append(average_precision(relevant))
        gains.append(ndcg(graded_relevance(votes, entry_votes)[order]))
    return RankingMetrics(
        precision_at={k: _mean_of_known(column) for k, column in precisions.items()},
        mean_average_precision=_mean_of_known(averages),
        ndcg=_mean_of_known(gains),
        queries=len(query_labels),
    )


def _mean_of_known(values: list[float]) -> float:
    known = [value for value in values if value == value]
    return sum(known) / len(known) if known else float("nan")
