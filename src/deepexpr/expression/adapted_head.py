"""Answers for one new character: a correction of the shared encoder's, fitted to it."""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import WeightsError
from deepexpr.core.files import whole_file
from deepexpr.expression.encoder import Encoding

_LEAST_PROBABILITY = 1e-4


@dataclass(frozen=True, slots=True)
class AdaptedHead:
    """A linear correction of the encoder's answers, in square roots of feature shares.

    logits = trust · log p + (√share − mean) · weights + bias, where p are the encoder's
    probabilities and share its features divided by their sum. Distances between square
    roots of shares bound the Jensen-Shannon divergence that retrieval uses.

    Attributes:
        trust: how much the encoder's own answer counts, in [0, 1].
        mean: (D,) mean of √share over the pictures it was fitted to.
        weights: (D, 7).
        bias: (7,).
        encoder_sha256: digest of the encoder it belongs to.
    """

    trust: float
    mean: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    encoder_sha256: str

    def probabilities(self, encoding: Encoding) -> NDArray[np.float64]:
        """Probabilities (N, 7) of faces that the encoder has encoded."""
        moved = roots_of_shares(encoding.features) - self.mean
        logits = self.trust * log_answers(encoding) + moved @ self.weights + self.bias
        return softmax(logits)

    def save(self, path: Path) -> None:
        """Write the head as one .npz file, whole or not at all."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        with whole_file(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: Path, encoder_sha256: str) -> "AdaptedHead":
        """Read a head written by `save`.

        Args:
            path: the file.
            encoder_sha256: digest of the encoder that it will be used with.

        Raises:
            WeightsError: if the file is missing or damaged, or belongs to another
                encoder.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                head = cls(
                    trust=float(stored["trust"]),
                    mean=stored["mean"],
                    weights=stored["weights"],
                    bias=stored["bias"],
                    encoder_sha256=str(stored["encoder_sha256"]),
                )
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise WeightsError(
                f"{path}: is no adapted head ({error}); make it again with `deepexpr "
                "characters adapt`"
            ) from error
        if head.encoder_sha256 != encoder_sha256:
            raise WeightsError(
                f"{path}: was fitted with the encoder {head.encoder_sha256[:12]}…, not "
                f"{encoder_sha256[:12]}…; make it again with `deepexpr characters "
                "adapt --encoder`"
            )
        return head


def roots_of_shares(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Square roots (N, D) of features read as distributions; rows have length 1."""
    wide = features.astype(np.float64)
    roots: NDArray[np.float64] = np.sqrt(
        wide / wide.sum(axis=1, keepdims=True).clip(1e-12)
    )
    return roots


def log_answers(encoding: Encoding) -> NDArray[np.float64]:
    """Logarithms (N, 7) of the encoder's probabilities, none below a ten-thousandth."""
    answers = encoding.probabilities.astype(np.float64)
    logarithms: NDArray[np.float64] = np.log(answers.clip(_LEAST_PROBABILITY))
    return logarithms


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (N, C) of logits (N, C)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    quotient: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return quotient
