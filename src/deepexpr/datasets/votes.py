"""From raters' votes to label distributions."""

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.expression import EXPRESSIONS


def vote_distribution(votes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn votes into distributions, single votes dropped as outliers.

    A class with one vote is dropped where another class of the face has more, as the
    authors of FER+ do (Barsoum et al. 2016, "Training deep networks for facial
    expression recognition with crowd-sourced label distribution").

    Args:
        votes: (N, 7) non-negative counts in canonical order.

    Returns:
        (N, 7) rows summing to 1; rows without votes are all zero.
    """
    check_shape("votes", votes, (None, len(EXPRESSIONS)))
    contested = votes.max(axis=1, keepdims=True, initial=0) > 1
    kept = np.where((votes <= 1) & contested, 0, votes)
    total = kept.sum(axis=1, keepdims=True)
    return kept / np.where(total > 0, total, 1)


def majority(votes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Index of the class with most votes; -1 for a tie or no vote at all.

    Args:
        votes: (N, C) counts.

    Returns:
        (N,) class indices or -1.
    """
    best = votes.max(axis=1, keepdims=True)
    unique = ((votes == best).sum(axis=1) == 1) & (best[:, 0] > 0)
    return np.where(unique, votes.argmax(axis=1), -1)
