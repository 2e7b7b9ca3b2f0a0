"""Two numbers that make probabilities honest: a prior correction and a temperature.

Probabilities are softmax((logits − correction · log(share)) / temperature), where share
is each expression's share of the validation faces: a positive correction gives rare
expressions, which a network hesitates to name, their due.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.calibration import fit_temperature, tempered_probabilities
from deepexpr.evaluation.recognition import confusion_matrix, macro_f1

CORRECTIONS = tuple(float(step) / 20 for step in range(11))
"""The corrections that are tried: 0 to 0.5."""


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


def calibrate(logits: NDArray[np.float64], label: NDArray[np.int64]) -> Calibration:
    """Fit the correction to the best macro-F1, then the temperature to the majority.

    Args:
        logits: (N, 7) of validation faces.
        label: (N,) majority expression; every face has one.
    """
    counts = np.bincount(label, minlength=len(EXPRESSIONS)).clip(1)
    log_share = np.log(counts / counts.sum())

    def worth(correction: float) -> float:
        named = (logits - correction * log_share).argmax(axis=1)
        return macro_f1(confusion_matrix(label, named))

    shift = -max(CORRECTIONS, key=worth) * log_share
    shift -= shift.mean()
    wanted = np.eye(len(EXPRESSIONS))[label]
    return Calibration(fit_temperature(logits + shift, wanted), shift)
