"""Adapting to a new character from a few labelled pictures; needs no PyTorch.

With five pictures an expression, a classifier of its own would know less than the
shared one. So the shared answer is corrected: a penalised logistic regression whose
prior is the encoder's own answer (a maximum a posteriori estimate). How strong the
penalty is and how far the encoder is trusted is decided by cross-validation within the
labelled pictures.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.expression.adapted_head import (
    AdaptedHead,
    log_answers,
    roots_of_shares,
    softmax,
)
from deepexpr.expression.encoder import Encoding

PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
TRUSTS = (0.0, 0.25, 0.5, 1.0)
_FOLDS = 7
_ROUNDS, _ROUNDS_FOR_CHOICE = 150, 60
_MOST_FOR_CHOICE = 120


@dataclass(frozen=True, slots=True)
class _Pictures:
    """Labelled pictures as the fit sees them: (N, D) roots, (N, 7) answers, (N,)."""

    roots: NDArray[np.float64]
    answers: NDArray[np.float64]
    label: NDArray[np.int64]

    def subset(self, chosen: NDArray[np.int64]) -> "_Pictures":
        return _Pictures(self.roots[chosen], self.answers[chosen], self.label[chosen])


def adapt_head(
    encoding: Encoding, label: NDArray[np.int64], encoder_sha256: str = ""
) -> AdaptedHead:
    """Fit a head to labelled pictures of one character.

    Args:
        encoding: of the N pictures.
        label: (N,) index of each picture's expression.
        encoder_sha256: digest of the encoder.

    Raises:
        DatasetError: if fewer than two expressions are shown.
    """
    if len(set(label.tolist())) < 2:
        raise DatasetError(
            f"the {len(label)} labelled pictures show one expression; a head needs "
            "pictures of two or more"
        )
    pictures = _Pictures(
        roots_of_shares(encoding.features), log_answers(encoding), label
    )
    penalty, trust = _chosen(pictures)
    return _fitted(pictures, penalty, trust, encoder_sha256=encoder_sha256)


def _chosen(pictures: _Pictures) -> tuple[float, float]:
    """Penalty and trust with the best likelihood of pictures that were left aside."""
    order = np.random.default_rng(0).permutation(len(pictures.label))[:_MOST_FOR_CHOICE]
    few = pictures.subset(order)
    fold = _stratified_folds(few.label)

    def loss(choice: tuple[float, float]) -> float:
        total = 0.0
        for part in range(_FOLDS):
            aside = np.flatnonzero(fold == part)
            if not len(aside):
                continue
            others = few.subset(np.flatnonzero(fold != part))
            head = _fitted(others, *choice, rounds=_ROUNDS_FOR_CHOICE)
            logits = (
                choice[1] * few.answers[aside]
                + (few.roots[aside] - head.mean) @ head.weights
                + head.bias
            )
            named = softmax(logits)[np.arange(len(aside)), few.label[aside]]
            total -= float(np.log(named.clip(1e-6)).sum())
        return total

    return min(product(PENALTIES, TRUSTS), key=loss)


def _stratified_folds(label: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) fold of each picture; those of one expression are dealt in turn."""
    fold = np.zeros(len(label), np.int64)
    dealt = 0
    for expression in range(len(EXPRESSIONS)):
        members = np.flatnonzero(label == expression)
        fold[members] = (dealt + np.arange(len(members))) % _FOLDS
        dealt += len(members)
    return fold


def _fitted(
    pictures: _Pictures,
    penalty: float,
    trust: float,
    *,
    rounds: int = _ROUNDS,
    encoder_sha256: str = "",
) -> AdaptedHead:
    """Penalised logistic regression around `trust` times the encoder's answers.

    Solved in the span of the N pictures by steps along a fixed bound of the curvature,
    which lower the loss every time.

    Source of the bound: Böhning (1992), "Multinomial logistic regression algorithm".
    """
    mean = pictures.roots.mean(axis=0)
    moved = pictures.roots - mean
    # Unit mean square, so that a penalty means the same for every encoder.
    scale = 1 / max(float(np.square(moved).sum(axis=1).mean()), 1e-12)
    kernel = scale * (moved @ moved.T) + 1
    wanted = np.eye(len(EXPRESSIONS))[pictures.label]
    offset = trust * pictures.answers
    step = np.linalg.inv(kernel / 2 + penalty * np.eye(len(kernel)))
    dual = np.zeros_like(wanted)
    for _ in range(rounds):
        surplus = softmax(offset + kernel @ dual) - wanted
        dual -= step @ (surplus + penalty * dual)
    return AdaptedHead(
        trust=trust,
        mean=mean,
        weights=scale * (moved.T @ dual),
        bias=dual.sum(axis=0),
        encoder_sha256=encoder_sha256,
    )
