"""Ranks with ties: equal values share the mean of the ranks that they fill."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError


def mean_ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Ranks of values from 1, the smallest first; ties share their mean rank.

    For example 3, 1, 1, 5 have the ranks 3, 1.5, 1.5, 4.

    Args:
        values: (N,) numbers, not NaN.

    Returns:
        (N,) ranks, summing to N(N + 1)/2.

    Raises:
        ShapeError: if values are not (N,).
        DatasetError: if a value is NaN.
    """
    return ranks_among(values, np.asarray(values))


def ranks_among(some: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    """Mean ranks of some of the values among all of them.

    Args:
        some: (M,) numbers, each one of the values.
        values: (N,) numbers, not NaN.

    Returns:
        (M,) ranks from 1, the smallest value first.

    Raises:
        ShapeError: if an array has more than one axis.
        DatasetError: if a value is NaN.
    """
    check_shape("values", values, (None,))
    check_shape("some", some, (None,))
    if np.isnan(values).any():
        raise DatasetError("values to rank must not be NaN")
    ordered = np.sort(values)
    before = np.searchsorted(ordered, some, side="left")
    up_to = np.searchsorted(ordered, some, side="right")
    ranks: NDArray[np.float64] = (before + up_to + 1) / 2
    return ranks
