"""Two numbers that make probabilities honest: a temperature and a prior correction.

Probabilities are softmax((logits − correction · log(share)) / temperature), where share
is each expression's share of the validation faces: a positive correction gives rare
expressions, which a network hesitates to name, their due.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.recognition import macro_f1

_CORRECTIONS = np.linspace(0, 0.5, 11)
_TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(2.5), 33))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns logits into probabilities.

    Attributes:
        temperature: divides the logits; above 1 softens them.
        bias: (7,) added to the divided logits.
    """

    temperature: float
    bias: NDArray[np.float64]

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities (N, 7) of logits (N, 7)."""
        shifted = logits / self.temperature + self.bias
        shifted = shifted - shifted.max(axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def calibrate(
    logits: NDArray[np.float64], targets: NDArray[np.float64], label: NDArray[np.int64]
) -> Calibration:
    """Fit the correction to the best macro-F1, then the temperature to the votes.

    Args:
        logits: (N, 7) of validation faces.
        targets: (N, 7) vote distributions.
        label: (N,) majority expression; every face has one.
    """
    counts = np.bincount(label, minlength=len(EXPRESSIONS)).clip(1)
    log_share = np.log(counts / counts.sum())

    def f1(correction: float) -> float:
        named = (logits - correction * log_share).argmax(axis=1)
        return macro_f1(label, named)

    correction = max(_CORRECTIONS, key=f1)

    def tempered(temperature: float) -> Calibration:
        bias = -correction * log_share / temperature
        return Calibration(float(temperature), bias - bias.mean())

    def cross_entropy(temperature: float) -> float:
        probabilities = tempered(temperature).probabilities(logits)
        return float(-(targets * np.log(probabilities + 1e-12)).sum(axis=1).mean())

    return tempered(min(_TEMPERATURES, key=cross_entropy))
