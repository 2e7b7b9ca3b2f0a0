"""Spearman's ρ and Kendall's τ-b of rankings with ties.

Both are cosines: ρ of the mean ranks less their mean, τ-b of the signs of all pairs'
differences. 1 for the same order, −1 for the reverse; NaN where one ranking ties all.

Sources: Spearman (1904), "The proof and measurement of association between two things";
Kendall (1945), "The treatment of ties in ranking problems".
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.evaluation.ranks import mean_ranks


def spearman(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Spearman's rank correlation of two rankings.

    Args:
        first: (N,) numbers to rank, not NaN.
        second: (N,) numbers to rank, not NaN.

    Returns:
        ρ, −1 to 1; NaN if all numbers of a ranking are equal.

    Raises:
        ShapeError: if the lengths differ.
        DatasetError: if a number is NaN.
    """
    return float(spearman_table(*_pair(first, second))[0, 0])


def kendall(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Kendall's τ-b of two rankings; memory grows with N².

    Args:
        first: (N,) numbers to rank, not NaN.
        second: (N,) numbers to rank, not NaN.

    Returns:
        τ-b, −1 to 1; NaN if all numbers of a ranking are equal.

    Raises:
        ShapeError: if the lengths differ.
        DatasetError: if a number is NaN.
    """
    return float(kendall_table(*_pair(first, second))[0, 0])


def spearman_table(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """Spearman's ρ of every row of one table with every row of another.

    Args:
        first: (R, N) rankings, one a row.
        second: (S, N) rankings of the same N things.

    Returns:
        (R, S) correlations; NaN where a ranking ties all.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a number is NaN.
    """
    _check_tables(first, second)
    return _cosines(_centred_ranks(first), _centred_ranks(second))


def kendall_table(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """Kendall's τ-b of every row of one table with every row of another.

    Args:
        first: (R, N) rankings, one a row.
        second: (S, N) rankings of the same N things.

    Returns:
        (R, S) correlations; NaN where a ranking ties all.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a number is NaN.
    """
    _check_tables(first, second)
    return _cosines(_pair_signs(first), _pair_signs(second))


def _centred_ranks(rankings: NDArray[Any]) -> NDArray[np.float64]:
    ranks = np.array([mean_ranks(row) for row in rankings])
    centred: NDArray[np.float64] = ranks - (rankings.shape[1] + 1) / 2
    return centred


def _pair_signs(rankings: NDArray[Any]) -> NDArray[np.float64]:
    ranks = np.array([mean_ranks(row) for row in rankings])
    above, below = np.triu_indices(rankings.shape[1], k=1)
    signs: NDArray[np.float64] = np.sign(ranks[:, above] - ranks[:, below])
    return signs


def _cosines(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64]:
    # Sums of half integers are exact, so equal rankings give exactly 1.
    squares = np.outer((first**2).sum(axis=1), (second**2).sum(axis=1))
    lengths = np.sqrt(np.where(squares > 0, squares, np.nan))
    cosines: NDArray[np.float64] = (first @ second.T) / lengths
    return cosines


def _pair(
    first: NDArray[Any], second: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    check_shape("first ranking", first, (None,))
    check_shape("second ranking", second, (len(first),))
    return first[None], second[None]


def _check_tables(first: NDArray[Any], second: NDArray[Any]) -> None:
    check_shape("first rankings", first, (None, None))
    check_shape("second rankings", second, (None, first.shape[1]))
