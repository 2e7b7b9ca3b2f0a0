"""Class labels as numbers 0 to 6 in canonical order, checked at the door."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS

CLASS_COUNT = len(EXPRESSIONS)


def check_labels(name: str, labels: NDArray[Any], count: int | None = None) -> None:
    """Raise unless an array holds one class index a row.

    Args:
        name: what the array is, for the message.
        labels: (N,) integers 0 to 6, the place of the expression in `EXPRESSIONS`.
        count: N, if it is known.

    Raises:
        ShapeError: if the array is not (count,).
        DatasetError: if a number is not the index of an expression.
    """
    check_shape(name, labels, (count,))
    if labels.size == 0:
        return
    whole = np.issubdtype(labels.dtype, np.integer)
    if not whole or labels.min() < 0 or labels.max() >= CLASS_COUNT:
        wrong = labels[(labels < 0) | (labels >= CLASS_COUNT)][:1]
        found = wrong[0] if wrong.size else labels.dtype
        raise DatasetError(
            f"{name} must be whole numbers from 0 to {CLASS_COUNT - 1}, but has "
            f"{found}; leave out faces without a majority label"
        )


def check_distributions(
    name: str, rows: NDArray[Any], count: int | None = None
) -> None:
    """Raise unless an array holds one distribution over the expressions a row.

    Args:
        name: what the array is, for the message.
        rows: (N, 7) non-negative numbers; each row sums to 1 within 0.001.
        count: N, if it is known.

    Raises:
        ShapeError: if the array is not (count, 7).
        DatasetError: if a number is negative or not finite, or a row does not sum to 1.
    """
    check_shape(name, rows, (count, CLASS_COUNT))
    if not (np.isfinite(rows).all() and (rows >= 0).all()):
        raise DatasetError(f"{name} must be finite and not negative")
    sums = rows.sum(axis=1, dtype=np.float64)
    wrong = np.flatnonzero(np.abs(sums - 1) > 1e-3)
    if wrong.size:
        raise DatasetError(
            f"{name} must sum to 1 in each row, but row {wrong[0]} sums to "
            f"{sums[wrong[0]]:.4g}"
        )


def check_votes(name: str, votes: NDArray[Any], count: int | None = None) -> None:
    """Raise unless an array holds raters' votes, at least one a row.

    Args:
        name: what the array is, for the message.
        votes: (N, 7) non-negative counts or shares in canonical order.
        count: N, if it is known.

    Raises:
        ShapeError: if the array is not (count, 7).
        DatasetError: if a number is negative or not finite, or a row has no vote.
    """
    check_shape(name, votes, (count, CLASS_COUNT))
    if not (np.isfinite(votes).all() and (votes >= 0).all()):
        raise DatasetError(f"{name} must be finite and not negative")
    empty = np.flatnonzero(votes.sum(axis=1) == 0)
    if empty.size:
        raise DatasetError(
            f"{name} must have a vote in each row, but row {empty[0]} has none"
        )
