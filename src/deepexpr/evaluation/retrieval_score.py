"""Retrieval score: where in a ranking do the poses with the query's expression stand?

The score of a query is the average normalised rank of its relevant entries,

    (Σ R_k − N_rel·(N_rel + 1)/2) / (N·N_rel),

with N entries, N_rel relevant ones and their ranks R_k: the share of the gallery that
stands before a relevant entry without being relevant. 0 is perfect, chance is
(N − N_rel)/2N.

Source: Aneja et al. (2016), equation 6, after Müller et al. (2001), "Performance
evaluation in content-based image retrieval: overview and proposals".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.intervals import (
    NOTHING_COUNTED,
    RESAMPLES,
    Estimate,
    bootstrap_means,
    percentile_interval,
)
from deepexpr.evaluation.labels import CLASS_COUNT, check_labels, check_votes
from deepexpr.evaluation.ranks import ranks_among


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Retrieval scores of one system; 0 is perfect, lower is better.

    Attributes:
        characters: names of the galleries that were searched.
        by_character: (K, 7) mean score of a character and class; NaN if it has none.
        by_class: the mean over a class's queries and over characters, with bootstrap
            interval over the queries; seven in canonical order.
        overall: mean of the classes that have queries.
    """

    characters: tuple[str, ...]
    by_character: NDArray[np.float64]
    by_class: tuple[Estimate, ...]
    overall: Estimate


def average_normalised_rank(
    distances: NDArray[Any], relevant: NDArray[np.bool_]
) -> float:
    """Score of one query; 0 is perfect, lower is better.

    Equal distances share their mean rank, so that the score is the mean over all orders
    of the tied entries.

    Args:
        distances: (N,) distances of the entries from the query, lower is closer.
        relevant: (N,) whether an entry shows the query's expression.

    Returns:
        The score, 0 to 1; NaN if no entry is relevant.

    Raises:
        ShapeError: if the lengths differ.
        DatasetError: if a distance is NaN.
    """
    check_shape("distances", distances, (None,))
    check_shape("relevant", relevant, (len(distances),))
    ranks = ranks_among(distances[relevant], distances)
    count = len(ranks)
    if not count:
        return float("nan")
    least = count * (count + 1) / 2
    return float((ranks.sum() - least) / (len(distances) * count))


def query_scores(
    distances: NDArray[Any], query_labels: NDArray[Any], entry_labels: NDArray[Any]
) -> NDArray[np.float64]:
    """Scores of many queries against one gallery; 0 is perfect, lower is better.

    Args:
        distances: (Q, N) distances, lower is closer.
        query_labels: (Q,) class indices of the queries.
        entry_labels: (N,) class indices of the entries.

    Returns:
        (Q,) scores; NaN where the gallery has no entry of the query's class.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a distance is NaN or a label no class index.
    """
    check_labels("query_labels", query_labels)
    check_labels("entry_labels", entry_labels)
    check_shape("distances", distances, (len(query_labels), len(entry_labels)))
    scores = [
        average_normalised_rank(row, entry_labels == label)
        for row, label in zip(distances, query_labels, strict=True)
    ]
    return np.array(scores, np.float64)


def chance_scores(entry_labels: NDArray[Any]) -> NDArray[np.float64]:
    """Expected score of a random order for each class, (N − N_rel)/2N.

    Args:
        entry_labels: (N,) class indices of the entries.

    Returns:
        (7,) scores; NaN for a class without entries.

    Raises:
        ShapeError: if labels are not (N,).
        DatasetError: if a label is no class index.
    """
    check_labels("entry_labels", entry_labels)
    sizes = np.bincount(entry_labels, minlength=CLASS_COUNT).astype(np.float64)
    sizes[sizes == 0] = np.nan
    chance: NDArray[np.float64] = (len(entry_labels) - sizes) / 2
    return chance / max(len(entry_labels), 1)


def rater_agreement(votes: NDArray[Any]) -> NDArray[np.float64]:
    """Share of the raters who named the most frequent expression of each face.

    Args:
        votes: (Q, 7) non-negative counts, at least one vote a row.

    Returns:
        (Q,) shares; weights or a threshold for `summarise_scores`.

    Raises:
        ShapeError: if votes are not (Q, 7).
        DatasetError: if a count is negative or a row has no vote.
    """
    check_votes("votes", votes)
    shares: NDArray[np.float64] = votes.max(axis=1, initial=0) / votes.sum(axis=1)
    return shares


def summarise_scores(
    scores: Mapping[str, NDArray[np.float64]],
    query_labels: NDArray[Any],
    rng: np.random.Generator,
    weights: NDArray[Any] | None = None,
    resamples: int = RESAMPLES,
) -> RetrievalScores:
    """Average the scores over the queries of a class and over characters.

    Args:
        scores: character to the (Q,) scores of the same queries, as `query_scores`
            gives them.
        query_labels: (Q,) class indices of the queries.
        rng: the source of chance of the bootstrap.
        weights: (Q,) how much a query counts, such as its `rater_agreement`, or 1 above
            a threshold of it and 0 below; all alike if None.
        resamples: how many bootstrap resamples give an interval.

    Raises:
        ShapeError: if the lengths differ.
        DatasetError: if there is no character, a label is no class index, or a weight
            is negative or not finite.
    """
    check_labels("query_labels", query_labels)
    counted = np.ones(len(query_labels)) if weights is None else weights
    check_shape("weights", counted, (len(query_labels),))
    if not (np.isfinite(counted).all() and (counted >= 0).all()):
        raise DatasetError("weights must be finite and not negative")
    table = _score_table(scores, len(query_labels))
    by_character = np.full((len(table), CLASS_COUNT), np.nan)
    by_class, draws = [], []
    for label in range(CLASS_COUNT):
        chosen = (query_labels == label) & (counted > 0)
        by_character[:, label] = _row_means(table[:, chosen], counted[chosen])
        means, known = _mean_over_characters(table[:, chosen])
        if not known.any():
            by_class.append(NOTHING_COUNTED)
            continue
        values, shares = means[known], counted[chosen][known]
        draws.append(bootstrap_means(values, shares, rng, resamples))
        value = float(np.average(values, weights=shares))
        by_class.append(percentile_interval(value, draws[-1], len(values)))
    return RetrievalScores(
        characters=tuple(scores),
        by_character=by_character,
        by_class=tuple(by_class),
        overall=_overall(by_class, draws),
    )


def _score_table(
    scores: Mapping[str, NDArray[np.float64]], queries: int
) -> NDArray[np.float64]:
    if not scores:
        raise DatasetError("there are no scores; search at least one character")
    for character, row in scores.items():
        check_shape(f"scores of {character}", row, (queries,))
    return np.array(list(scores.values()), np.float64)


def _mean_over_characters(
    table: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean of each column over the characters that have the class; which have any."""
    known = ~np.isnan(table)
    counts = known.sum(axis=0)
    sums = np.where(known, table, 0.0).sum(axis=0)
    return sums / np.maximum(counts, 1), counts > 0


def _row_means(
    table: NDArray[np.float64], weights: NDArray[Any]
) -> NDArray[np.float64]:
    means = [
        float(np.average(row[~np.isnan(row)], weights=weights[~np.isnan(row)]))
        if (~np.isnan(row)).any()
        else float("nan")
        for row in table
    ]
    return np.array(means)


def _overall(by_class: list[Estimate], draws: list[NDArray[np.float64]]) -> Estimate:
    if not draws:
        return NOTHING_COUNTED
    values = [entry.value for entry in by_class if entry.count]
    return percentile_interval(
        float(np.mean(values)),
        np.mean(draws, axis=0),
        sum(entry.count for entry in by_class),
    )
