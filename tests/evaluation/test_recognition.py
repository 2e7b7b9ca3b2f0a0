import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.recognition import (
    accuracy,
    class_recognition,
    confusion_matrix,
    macro_f1,
    recognition_report,
)

CLASS = st.integers(0, 6)


def test_lengths_that_differ_are_refused():
    with pytest.raises(ShapeError, match="predicted"):
        confusion_matrix(np.zeros(3, int), np.zeros(2, int))


def test_faces_without_a_majority_are_refused():
    with pytest.raises(DatasetError, match="leave out faces without a majority"):
        confusion_matrix(np.array([-1]), np.array([0]))


def test_a_matrix_of_eight_classes_is_refused():
    with pytest.raises(ShapeError):
        accuracy(np.zeros((8, 8), np.int64))
    with pytest.raises(ShapeError):
        class_recognition(np.zeros((8, 8), np.int64))


def test_no_faces_have_no_scores():
    empty = confusion_matrix(np.array([], int), np.array([], int))
    assert empty.sum() == 0
    assert math.isnan(accuracy(empty).value)
    assert math.isnan(macro_f1(empty))


def test_four_faces_worked_out_on_paper():
    # two of anger: one called fear; one of fear: right; one of joy: called fear
    labels, predicted = np.array([0, 0, 2, 3]), np.array([0, 2, 2, 2])
    confusion = confusion_matrix(labels, predicted)
    assert confusion[0].tolist() == [1, 0, 1, 0, 0, 0, 0]
    assert confusion[3, 2] == 1
    assert accuracy(confusion).value == 0.5
    scores = {entry.expression: entry for entry in class_recognition(confusion)}
    anger, fear = scores[Expression.ANGER], scores[Expression.FEAR]
    assert (anger.recall.value, anger.precision.value) == (0.5, 1.0)
    assert (fear.recall.value, fear.precision.value) == (1.0, 1 / 3)
    assert anger.f1 == pytest.approx(2 / 3)
    assert fear.f1 == pytest.approx(1 / 2)
    assert scores[Expression.JOY].f1 == 0
    assert math.isnan(scores[Expression.JOY].precision.value)
    assert math.isnan(scores[Expression.DISGUST].f1)
    assert macro_f1(confusion) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


@given(st.lists(st.tuples(CLASS, CLASS), min_size=1, max_size=60))
def test_the_matrix_counts_what_a_plain_loop_counts(pairs):
    slow = [[0] * 7 for _ in range(7)]
    for label, predicted in pairs:
        slow[label][predicted] += 1
    labels, predicted = (np.array(column) for column in zip(*pairs, strict=True))
    confusion = confusion_matrix(labels, predicted)
    assert confusion.tolist() == slow
    for index, entry in enumerate(class_recognition(confusion)):
        recall, precision = entry.recall.value, entry.precision.value
        shown, named = (labels == index).any(), (predicted == index).any()
        assert shown == (not math.isnan(recall))
        assert named == (not math.isnan(precision))
        if shown and named and recall + precision > 0:
            harmonic = 2 * recall * precision / (recall + precision)
            assert entry.f1 == pytest.approx(harmonic)


def test_a_report_holds_every_score():
    probabilities = np.eye(7)[[0, 1, 2, 3, 4, 5, 5]]
    report = recognition_report(probabilities, np.arange(7))
    assert report.accuracy.value == 6 / 7
    assert report.confusion[6, 5] == 1
    assert [entry.expression for entry in report.classes] == list(EXPRESSIONS)
    # sadness has the precision 1/2, surprise is never named
    assert report.macro_f1 == pytest.approx((5 + 2 / 3) / 7)
    # always quite sure, once wrong
    assert report.calibration_error == pytest.approx(1 / 7)


def test_a_report_needs_as_many_labels_as_rows():
    with pytest.raises(ShapeError):
        recognition_report(np.eye(7), np.arange(6))
