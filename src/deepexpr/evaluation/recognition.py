"""Recognition: which expression is this? Accuracy, recall, precision, F1, confusion."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.calibration import expected_calibration_error
from deepexpr.evaluation.intervals import Estimate, wilson_interval
from deepexpr.evaluation.labels import (
    CLASS_COUNT,
    check_distributions,
    check_labels,
)


@dataclass(frozen=True, slots=True)
class ClassRecognition:
    """How well one expression is recognised.

    Attributes:
        expression: the expression.
        recall: share of its faces that are given its name.
        precision: share of the faces given its name that show it.
        f1: harmonic mean of both, 2·TP / (2·TP + FP + FN); NaN if the expression is
            neither shown nor named.
    """

    expression: Expression
    recall: Estimate
    precision: Estimate
    f1: float


@dataclass(frozen=True, slots=True)
class RecognitionReport:
    """Scores of one set of predictions.

    Attributes:
        accuracy: share of faces given their label, with Wilson interval.
        classes: the seven expressions in canonical order.
        macro_f1: mean F1 over the expressions that are shown or named.
        calibration_error: expected calibration error, 15 equal bins; 0 is best.
        confusion: (7, 7) counts; rows are the labels, columns the predictions.
    """

    accuracy: Estimate
    classes: tuple[ClassRecognition, ...]
    macro_f1: float
    calibration_error: float
    confusion: NDArray[np.int64]


def confusion_matrix(
    labels: NDArray[Any], predicted: NDArray[Any]
) -> NDArray[np.int64]:
    """Count how often each expression is taken for each.

    Args:
        labels: (N,) class indices that are right.
        predicted: (N,) class indices that were predicted.

    Returns:
        (7, 7) counts; row i, column j: faces of class i that were called j.

    Raises:
        ShapeError: if the lengths differ.
        DatasetError: if a number is not the index of an expression.
    """
    check_labels("labels", labels)
    check_labels("predicted", predicted, len(labels))
    pairs = labels.astype(np.int64) * CLASS_COUNT + predicted.astype(np.int64)
    counts = np.bincount(pairs, minlength=CLASS_COUNT**2)
    return counts.reshape(CLASS_COUNT, CLASS_COUNT).astype(np.int64)


def accuracy(confusion: NDArray[np.int64]) -> Estimate:
    """Share of faces on the diagonal of a (7, 7) confusion matrix, Wilson interval."""
    _check_confusion(confusion)
    return wilson_interval(int(np.trace(confusion)), int(confusion.sum()))


def class_recognition(confusion: NDArray[np.int64]) -> tuple[ClassRecognition, ...]:
    """Recall, precision and F1 of the seven expressions.

    Args:
        confusion: (7, 7) counts; rows are the labels.

    Returns:
        Seven entries in canonical order; a share of nothing is NaN.

    Raises:
        ShapeError: if the matrix is not (7, 7).
    """
    _check_confusion(confusion)
    shown, named = confusion.sum(axis=1), confusion.sum(axis=0)
    classes = []
    for index, expression in enumerate(EXPRESSIONS):
        right = int(confusion[index, index])
        either = int(shown[index] + named[index])
        classes.append(
            ClassRecognition(
                expression=expression,
                recall=wilson_interval(right, int(shown[index])),
                precision=wilson_interval(right, int(named[index])),
                f1=2 * right / either if either else float("nan"),
            )
        )
    return tuple(classes)


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Mean F1 over the expressions that are shown or named; NaN without faces."""
    scores = np.array([entry.f1 for entry in class_recognition(confusion)])
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if len(known) else float("nan")


def recognition_report(
    probabilities: NDArray[Any], labels: NDArray[Any]
) -> RecognitionReport:
    """Score predicted probabilities against labels.

    Args:
        probabilities: (N, 7) rows summing to 1, in canonical order.
        labels: (N,) class indices.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a row is no distribution or a label no class index.
    """
    check_distributions("probabilities", probabilities, len(labels))
    confusion = confusion_matrix(labels, probabilities.argmax(axis=1))
    return RecognitionReport(
        accuracy=accuracy(confusion),
        classes=class_recognition(confusion),
        macro_f1=macro_f1(confusion),
        calibration_error=expected_calibration_error(probabilities, labels),
        confusion=confusion,
    )


def _check_confusion(confusion: NDArray[np.int64]) -> None:
    check_shape("confusion", confusion, (CLASS_COUNT, CLASS_COUNT))
