"""Many raters' rankings made into one.

Each way takes the (R, C) ranks of R raters and returns C values, lower for more alike.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.ranks import mean_ranks

PRIOR = 0.1
"""Wins and losses a rater of each candidate against an imagined one of strength 1.

Without them a candidate that always wins would be infinitely strong; with them every
set of rankings has one most likely set of strengths (Hunter 2004, section 2).
"""

_TOLERANCE = 1e-10


def borda(ranks: NDArray[Any]) -> NDArray[np.float64]:
    """Voting: the mean rank of each candidate; lower is more alike.

    Source: Borda (1784), "Mémoire sur les élections au scrutin".

    Args:
        ranks: (R, C) ranks, 1 for most alike; ties share their mean rank.

    Returns:
        (C,) mean ranks.

    Raises:
        ShapeError: if ranks are not (R, C).
        DatasetError: if there is no rater, or a rank is NaN.
    """
    rows = _checked(ranks)
    below = (rows[:, None, :] < rows[:, :, None]).sum(axis=(0, 2))
    level = (rows[:, None, :] == rows[:, :, None]).sum(axis=(0, 2))
    means: NDArray[np.float64] = (below + (level + len(rows)) / 2) / len(rows)
    return means


def bradley_terry(ranks: NDArray[Any], prior: float = PRIOR) -> NDArray[np.float64]:
    """Ranks by Bradley-Terry strengths; lower is more alike.

    Of two candidates a rater prefers a with the probability s_a / (s_a + s_b); a tie
    counts as half a win for each. The strengths are found by minorisation-maximisation.
    Where every rater ranks every candidate, as here, their order is that of the mean
    ranks (the number of wins decides); the strengths say by how much one is preferred.

    Source: Hunter (2004), "MM algorithms for generalized Bradley-Terry models".

    Args:
        ranks: (R, C) ranks, 1 for most alike.
        prior: wins and losses a rater against the imagined candidate, above 0.

    Returns:
        (C,) mean ranks of the strengths, the strongest first.

    Raises:
        ShapeError: if ranks are not (R, C).
        DatasetError: if there is no rater, or a rank is NaN.
        ValueError: if the prior is not above 0.
    """
    return _ranked(bradley_terry_strengths(ranks, prior))


def bradley_terry_strengths(
    ranks: NDArray[Any], prior: float = PRIOR
) -> NDArray[np.float64]:
    """Bradley-Terry strengths (C,) themselves; see `bradley_terry`."""
    rows = _checked(ranks)
    _check_prior(prior)
    ahead = (rows[:, :, None] < rows[:, None, :]).sum(axis=0)
    level = (rows[:, :, None] == rows[:, None, :]).sum(axis=0)
    won = ahead + level / 2
    np.fill_diagonal(won, 0)
    met = won + won.T
    imagined = prior * len(rows)
    wins = won.sum(axis=1) + imagined

    def improved(strengths: NDArray[np.float64]) -> NDArray[np.float64]:
        against = met / (strengths[:, None] + strengths[None, :])
        result: NDArray[np.float64] = wins / (
            against.sum(axis=1) + 2 * imagined / (strengths + 1)
        )
        return result

    return _fixed_point(improved, rows.shape[1])


def plackett_luce(ranks: NDArray[Any], prior: float = PRIOR) -> NDArray[np.float64]:
    """Ranks by Plackett-Luce strengths; lower is more alike.

    A rater picks the most alike candidate with a probability in proportion to its
    strength, then the next among the rest, and so on. Tied candidates are each picked
    from all that are left when the first of them is (as Breslow 1974 treats ties).

    Source: Hunter (2004), "MM algorithms for generalized Bradley-Terry models",
    section 5.

    Args:
        ranks: (R, C) ranks, 1 for most alike.
        prior: wins and losses a rater against the imagined candidate, above 0.

    Returns:
        (C,) mean ranks of the strengths, the strongest first.

    Raises:
        ShapeError: if ranks are not (R, C).
        DatasetError: if there is no rater, or a rank is NaN.
        ValueError: if the prior is not above 0.
    """
    return _ranked(plackett_luce_strengths(ranks, prior))


def plackett_luce_strengths(
    ranks: NDArray[Any], prior: float = PRIOR
) -> NDArray[np.float64]:
    """Plackett-Luce strengths (C,) themselves; see `plackett_luce`."""
    rows = _checked(ranks)
    _check_prior(prior)
    picks, left = _picks(rows)
    imagined = prior * len(rows)
    picked = picks.sum(axis=0) + imagined

    def improved(strengths: NDArray[np.float64]) -> NDArray[np.float64]:
        shares = picks.sum(axis=1) / (left @ strengths)
        result: NDArray[np.float64] = picked / (
            shares @ left + 2 * imagined / (strengths + 1)
        )
        return result

    return _fixed_point(improved, rows.shape[1])


AGGREGATIONS: dict[str, Callable[[NDArray[Any]], NDArray[np.float64]]] = {
    "voting": borda,
    "bradley-terry": bradley_terry,
    "plackett-luce": plackett_luce,
}


def _picks(
    rows: NDArray[Any],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each stage of each ranking: who is picked, and who was left to pick from."""
    picks, left = [], []
    for row in rows:
        for rank in np.unique(row):
            if (row >= rank).sum() > 1:
                picks.append(row == rank)
                left.append(row >= rank)
    shape = (len(picks), rows.shape[1])
    return (
        np.array(picks, np.float64).reshape(shape),
        np.array(left, np.float64).reshape(shape),
    )


def _fixed_point(
    improved: Callable[[NDArray[np.float64]], NDArray[np.float64]], count: int
) -> NDArray[np.float64]:
    strengths, change = np.ones(count), np.inf
    while change > _TOLERANCE:
        following = _rescaled(improved(strengths))
        change = float(np.abs(following / strengths - 1).max(initial=0.0))
        strengths = following
    return strengths


def _rescaled(strengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strengths times the factor that fits the imagined candidate better.

    Only the weak prior fixes the scale, so that without this step (one of Newton's, on
    Σ s / (s + 1) = C / 2) it would take thousands of iterations to settle.
    """
    shares = strengths / (strengths + 1)
    excess = shares.sum() - len(shares) / 2
    step = excess / (shares * (1 - shares)).sum()
    scaled: NDArray[np.float64] = strengths * np.exp(-np.clip(step, -1, 1))
    return scaled


def _ranked(strengths: NDArray[np.float64]) -> NDArray[np.float64]:
    # Strengths that are equal by symmetry differ by what the iteration left over.
    return mean_ranks(-np.log(strengths).round(6))


def _checked(ranks: NDArray[Any]) -> NDArray[Any]:
    check_shape("ranks", ranks, (None, None))
    if not len(ranks):
        raise DatasetError("there are no ranks to aggregate; give at least one rater")
    if np.isnan(ranks).any():
        raise DatasetError("ranks must not be NaN; every rater ranks every candidate")
    return ranks


def _check_prior(prior: float) -> None:
    if not prior > 0:
        raise ValueError(f"prior must be above 0, but is {prior}")
