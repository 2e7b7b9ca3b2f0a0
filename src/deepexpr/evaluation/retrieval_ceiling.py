"""What retrieval score can be reached at all, given that people disagree about faces.

A face that eight of ten raters call joy and two neutral is a joy query, but a
recogniser as good as a rater sometimes takes it for neutral. Both models below know the
gallery's expressions exactly and err only as the crowd does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.evaluation.labels import CLASS_COUNT, check_labels, check_votes


@dataclass(frozen=True, slots=True)
class CrowdCeiling:
    """Expected retrieval scores of a perfect recogniser that errs as the crowd does.

    Attributes:
        one_answer: (Q,) scores of asking one rater: the entries with the expression
            named come first, all others after them in random order.
        ordered_answers: (Q,) scores of asking until all expressions are named: of two
            expressions the one that a rater names first comes first, with the
            probability v_a / (v_a + v_b).
    """

    one_answer: NDArray[np.float64]
    ordered_answers: NDArray[np.float64]


def crowd_ceiling(
    votes: NDArray[Any], query_labels: NDArray[Any], entry_labels: NDArray[Any]
) -> CrowdCeiling:
    """Expected scores of a recogniser with the crowd's own confusions; 0 is perfect.

    The score is the share of the gallery that is not relevant and stands before a
    relevant entry (`retrieval_score`), so expectations add up over the classes: a class
    of n_c entries before the relevant ones costs n_c / N.

    Args:
        votes: (Q, 7) raters' votes for each query, at least one a row.
        query_labels: (Q,) class indices of the queries.
        entry_labels: (N,) class indices of the gallery's entries.

    Returns:
        Two expected scores a query; NaN where the gallery lacks the query's class.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a label is no class index, a vote is negative, or a row has no
            vote.
    """
    check_labels("query_labels", query_labels)
    check_labels("entry_labels", entry_labels)
    check_votes("votes", votes, len(query_labels))
    shares = votes / votes.sum(axis=1, keepdims=True)
    sizes = np.bincount(entry_labels, minlength=CLASS_COUNT) / max(len(entry_labels), 1)
    queries = np.arange(len(query_labels))
    right = shares[queries, query_labels]
    others = np.ones_like(shares)
    others[queries, query_labels] = 0
    relevant = sizes[query_labels]
    missing = np.where(relevant > 0, 0.0, np.nan)

    # Another class is named: its entries, and half of the rest, stand before.
    named_wrong = (others * shares * (1 + sizes - relevant[:, None]) / 2).sum(axis=1)
    either = shares + right[:, None]
    before = np.divide(shares, either, out=np.full_like(shares, 0.5), where=either > 0)
    return CrowdCeiling(
        one_answer=named_wrong + missing,
        ordered_answers=(others * sizes * before).sum(axis=1) + missing,
    )
