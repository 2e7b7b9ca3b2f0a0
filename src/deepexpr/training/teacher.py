"""Targets from a trained encoder, mixed into the raters' votes.

Ten raters give a coarse distribution. A network that has learnt from all gives a
smoother one, and a network of the same shape that learns from the mixture passes its
teacher (born-again networks: Furlanello et al. 2018).
"""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from deepexpr.evaluation.calibration import tempered_probabilities
from deepexpr.expression.card import WeightsCard
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.training.augment import sample_frames
from deepexpr.training.face_set import FaceSet

_BATCH = 256


def taught(people: FaceSet, encoder: ExpressionEncoder, share: float) -> FaceSet:
    """Return the faces with targets (1 − share)·votes + share·teacher.

    Args:
        people: faces with vote distributions.
        encoder: the teacher; it answers for both framings of a face, and its
            calibration is taken back, since votes are what is learnt.
        share: weight of the teacher's answer, 0 to 1.
    """
    answers = (framed_answers(people, encoder, framing) for framing in (0, 1))
    teacher = np.mean(list(answers), axis=0)
    mixed = (1 - share) * people.targets + share * teacher
    return replace(people, targets=mixed.astype(np.float32))


def framed_answers(
    people: FaceSet, encoder: ExpressionEncoder, framing: int
) -> NDArray[np.float64]:
    """The encoder's uncalibrated probabilities (N, 7) for one framing of the faces."""
    parts = []
    for start in range(0, len(people), _BATCH):
        views = sample_frames(
            torch.from_numpy(people.faces[start : start + _BATCH]),
            torch.from_numpy(people.frames[start : start + _BATCH, framing]),
        )
        parts.append(encoder.encode_grey(views.numpy()).probabilities)
    return _uncalibrated(np.concatenate(parts), encoder.card)


def _uncalibrated(
    probabilities: NDArray[np.float32], card: WeightsCard
) -> NDArray[np.float64]:
    calibration = card.details["calibration"]
    logits = np.log(probabilities.astype(np.float64).clip(1e-12))
    return tempered_probabilities(
        logits * calibration["temperature"] - np.array(calibration["shift"]), 1.0
    )
