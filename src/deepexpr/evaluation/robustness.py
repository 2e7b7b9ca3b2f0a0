"""How much recognition suffers when faces are changed, or differ in brightness."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.face_changes import FaceChange
from deepexpr.evaluation.intervals import (
    RESAMPLES,
    Estimate,
    percentile_interval,
)
from deepexpr.evaluation.labels import CLASS_COUNT
from deepexpr.evaluation.recognition import RecognitionReport, recognition_report

UNCHANGED = FaceChange("unchanged", "", lambda face: face)

THIRDS = ("darkest third", "middle third", "brightest third")


@dataclass(frozen=True, slots=True)
class ChangeScore:
    """Recognition under one change.

    Attributes:
        kind: what was changed; "unchanged" in the first row.
        strength: how much.
        accuracy: share of faces given their label, Wilson interval.
        difference: accuracy minus that of the same faces unchanged; interval of the
            paired bootstrap.
        same_answer: share of faces whose answer stays what it was, Wilson interval.
        macro_f1: mean F1 of the classes, bootstrap interval.
        fear: recall of fear, Wilson interval.
        disgust: recall of disgust, Wilson interval.
        largest_shift: how far a probability moves at most, in [0, 1].
    """

    kind: str
    strength: str
    accuracy: Estimate
    difference: Estimate
    same_answer: Estimate
    macro_f1: Estimate
    fear: Estimate
    disgust: Estimate
    largest_shift: float


@dataclass(frozen=True, slots=True)
class BrightnessScore:
    """Recognition of the unchanged faces of one third by brightness.

    Attributes:
        name: which third.
        low: least mean grey of its faces, in [0, 255].
        high: largest mean grey of its faces.
        accuracy: share of faces given their label, Wilson interval.
        at_equal_shares: accuracy if each expression had the share that it has among
            all faces, so that a third is not better for showing easier expressions.
        macro_f1: mean F1 of the classes, bootstrap interval.
        fear: recall of fear, Wilson interval.
        disgust: recall of disgust, Wilson interval.
    """

    name: str
    low: float
    high: float
    accuracy: Estimate
    at_equal_shares: Estimate
    macro_f1: Estimate
    fear: Estimate
    disgust: Estimate


def change_scores(
    probabilities: NDArray[Any],
    labels: NDArray[np.int64],
    changes: Sequence[FaceChange],
    seed: int,
) -> tuple[ChangeScore, ...]:
    """Score what was answered under each change against the answers without it.

    Args:
        probabilities: (C + 1, N, 7), the unchanged faces first.
        labels: (N,) class indices.
        changes: the C changes.
        seed: of the bootstrap, which draws the same faces for all changes.

    Returns:
        C + 1 scores, of the unchanged faces first.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if there are no faces, a row is no distribution or a label no
            class index.
    """
    check_shape(
        "probabilities", probabilities, (len(changes) + 1, len(labels), CLASS_COUNT)
    )
    drawn = _resamples(len(labels), seed)
    before = probabilities[0].argmax(axis=1)
    scores = []
    for change, rows in zip((UNCHANGED, *changes), probabilities, strict=True):
        report, predicted = recognition_report(rows, labels), rows.argmax(axis=1)
        gained = (predicted == labels).astype(float) - (before == labels)
        draws = drawn @ gained / len(labels)
        scores.append(
            ChangeScore(
                kind=change.kind,
                strength=change.strength,
                accuracy=report.accuracy,
                difference=percentile_interval(
                    float(gained.mean()), draws, len(labels)
                ),
                same_answer=recognition_report(rows, before).accuracy,
                macro_f1=_macro_f1(report, labels, predicted, drawn),
                fear=_recall(report, Expression.FEAR),
                disgust=_recall(report, Expression.DISGUST),
                largest_shift=float(np.abs(rows - probabilities[0]).max()),
            )
        )
    return tuple(scores)


def face_brightness(faces: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean grey (N,) of the middle half of crops (N, S, S): brows to mouth, no hair."""
    side = faces.shape[1]
    middle = slice(side // 4, side - side // 4)
    return np.asarray(faces[:, middle, middle].mean(axis=(1, 2)))


def brightness_thirds(brightness: NDArray[np.float64]) -> NDArray[np.int64]:
    """Third of each face: 0 darkest, 1 middle, 2 brightest.

    Thirds differ by one face at most in size; equally bright faces keep their order.
    """
    thirds = np.zeros(len(brightness), np.int64)
    order = np.argsort(brightness, kind="stable")
    for third, rows in enumerate(np.array_split(order, len(THIRDS))):
        thirds[rows] = third
    return thirds


def brightness_scores(
    faces: NDArray[np.uint8],
    probabilities: NDArray[Any],
    labels: NDArray[np.int64],
    seed: int,
) -> tuple[BrightnessScore, ...]:
    """Score the thirds of the faces by brightness apart.

    Args:
        faces: (N, S, S) uint8 grey crops, N at least 3.
        probabilities: (N, 7) of the faces.
        labels: (N,) class indices.
        seed: of the bootstrap.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if there are fewer than 3 faces, a row is no distribution or a
            label no class index.
    """
    if len(labels) < len(THIRDS):
        raise DatasetError(f"{len(labels)} faces cannot be split into thirds")
    brightness = face_brightness(faces)
    thirds = brightness_thirds(brightness)
    shares = np.bincount(labels, minlength=CLASS_COUNT) / len(labels)
    scores = []
    for third, name in enumerate(THIRDS):
        rows = thirds == third
        report = recognition_report(probabilities[rows], labels[rows])
        predicted = probabilities[rows].argmax(axis=1)
        drawn = _resamples(int(rows.sum()), seed + third)
        matrices = _confusions(labels[rows], predicted, drawn)
        even = float(_at_shares(report.confusion[None], shares)[0])
        draws = _at_shares(matrices, shares)
        scores.append(
            BrightnessScore(
                name=name,
                low=float(brightness[rows].min()),
                high=float(brightness[rows].max()),
                accuracy=report.accuracy,
                at_equal_shares=percentile_interval(even, draws, int(rows.sum())),
                macro_f1=_macro_f1(report, labels[rows], predicted, drawn),
                fear=_recall(report, Expression.FEAR),
                disgust=_recall(report, Expression.DISGUST),
            )
        )
    return tuple(scores)


def macro_f1s(matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Macro F1 (R,) of R confusion matrices (R, 7, 7), as `recognition.macro_f1`."""
    right = np.einsum("rii->ri", matrices)
    either = matrices.sum(axis=1) + matrices.sum(axis=2)
    scores = np.divide(2 * right, either, out=np.zeros_like(right), where=either > 0)
    return np.asarray(scores.sum(axis=1) / (either > 0).sum(axis=1))


def _resamples(count: int, seed: int) -> NDArray[np.float64]:
    """(R, N): how often each face is drawn into each resample."""
    if not count:
        raise DatasetError("robustness needs at least one labelled face, but has none")
    rng = np.random.default_rng(seed)
    even = np.full(count, 1 / count)
    return rng.multinomial(count, even, size=RESAMPLES).astype(np.float64)


def _macro_f1(
    report: RecognitionReport,
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    drawn: NDArray[np.float64],
) -> Estimate:
    matrices = _confusions(labels, predicted, drawn)
    return percentile_interval(report.macro_f1, macro_f1s(matrices), len(labels))


def _confusions(
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    drawn: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(R, 7, 7) confusion matrices of R resamples."""
    pairs = np.eye(CLASS_COUNT**2)[labels * CLASS_COUNT + predicted]
    return np.reshape(drawn @ pairs, (len(drawn), CLASS_COUNT, CLASS_COUNT))


def _at_shares(
    matrices: NDArray[Any], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(R,) means of the recalls, weighted by shares; classes not shown are left out."""
    shown = matrices.sum(axis=2)
    weights = np.where(shown > 0, shares, 0)
    recalls = np.einsum("rii->ri", matrices) / np.maximum(shown, 1)
    return np.asarray((weights * recalls).sum(axis=1) / weights.sum(axis=1))


def _recall(report: RecognitionReport, expression: Expression) -> Estimate:
    return report.classes[EXPRESSIONS.index(expression)].recall
