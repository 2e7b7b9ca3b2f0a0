"""Three numbers that make probabilities honest and give rare expressions their due.

Probabilities are softmax((logits + shift) / temperature). The shift is 0 except for
disgust and fear, which a network that has seen few of them hesitates to name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.calibration import fit_temperature, tempered_probabilities
from deepexpr.evaluation.recognition import accuracy, confusion_matrix, macro_f1

RARE = (Expression.DISGUST, Expression.FEAR)
"""Expressions whose logits are raised."""

CORRECTIONS = tuple(0.15 * step for step in range(11))
"""What is tried for each of them: 0 to 1.5."""

_EVENING_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns logits into probabilities.

    Attributes:
        temperature: divides the shifted logits; above 1 softens them.
        shift: (7,) added to the logits first.
    """

    temperature: float
    shift: NDArray[np.float64]

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities (N, 7) of logits (N, 7)."""
        return tempered_probabilities(logits + self.shift, self.temperature)


def calibrate(
    views: Sequence[NDArray[np.float64]], label: NDArray[np.int64]
) -> Calibration:
    """Fit the shift to the best accuracy + macro-F1, then the temperature.

    Args:
        views: logits (N, 7) of the validation faces, one array a view of them; faces
            are judged by the mean of their views' probabilities.
        label: (N,) majority expression; every face has one.
    """
    logits, repeated = np.concatenate(views), np.tile(label, len(views))
    wanted = np.eye(len(EXPRESSIONS))[repeated]

    def worth(shift: NDArray[np.float64]) -> float:
        answer = averaged(Calibration(1.0, shift), views)
        confusion = confusion_matrix(label, answer.argmax(axis=1))
        return accuracy(confusion).value + macro_f1(confusion)

    shift = max(map(_shift, product(CORRECTIONS, repeat=len(RARE))), key=worth)
    return Calibration(fit_temperature(logits + shift, wanted), shift)


def averaged(
    calibration: Calibration, views: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Probabilities (N, 7), the mean over the views of each face."""
    answers = [calibration.probabilities(logits) for logits in views]
    return np.mean(answers, axis=0, dtype=np.float64)


def cross_calibrated(
    views: Sequence[NDArray[np.float64]], label: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probabilities (N, 7) of faces that had no part in their own calibration.

    Every other face is answered by the calibration that was fitted on the rest.

    Args:
        views: as for `calibrate`; at least two faces.
        label: as for `calibrate`.
    """
    answers = np.zeros_like(views[0])
    for half in (0, 1):
        fitted_on = np.arange(len(label)) % 2 != half
        calibration = calibrate([v[fitted_on] for v in views], label[fitted_on])
        answers[~fitted_on] = averaged(calibration, [v[~fitted_on] for v in views])
    return answers


def evened(
    calibration: Calibration, logits: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probabilities that name every expression equally often; no label is used.

    A network that has never seen a character takes its looks for expressions: round
    eyes for fear, say. Where pictures are known to show every expression about as
    often, as renders of key poses do, a shift of the logits takes that back (prior
    correction without labels: Saerens, Latinne & Decaestecker 2002).

    Args:
        calibration: of the network.
        logits: (N, 7) of pictures of one character.

    Returns:
        (N, 7) whose mean is the same for every expression.
    """
    shares = calibration.probabilities(logits)
    scales = np.ones(len(EXPRESSIONS))
    for _ in range(_EVENING_ROUNDS):
        answers = shares * scales
        answers /= answers.sum(axis=1, keepdims=True)
        scales /= answers.mean(axis=0) * len(EXPRESSIONS)
    return np.asarray(answers)


def _shift(corrections: Sequence[float]) -> NDArray[np.float64]:
    shift = np.zeros(len(EXPRESSIONS))
    for expression, correction in zip(RARE, corrections, strict=True):
        shift[EXPRESSIONS.index(expression)] = correction
    return shift
