import numpy as np
import pytest

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.labels import check_distributions, check_labels, check_votes


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        pytest.param([0, -1], "-1", id="no majority"),
        pytest.param([0, 7], "7", id="eighth class"),
        pytest.param([0.5], "float64", id="fractions"),
        pytest.param([True], "bool", id="truth values"),
    ],
)
def test_what_is_no_class_index_is_named(labels, found):
    with pytest.raises(DatasetError, match=rf"labels must be whole .* has {found};"):
        check_labels("labels", np.array(labels))


def test_labels_of_another_shape_are_refused():
    with pytest.raises(ShapeError, match=r"labels must have shape \(3\)"):
        check_labels("labels", np.zeros(2, int), 3)
    with pytest.raises(ShapeError):
        check_labels("labels", np.zeros((2, 7), int))


def test_no_labels_are_fine():
    check_labels("labels", np.array([]))


def test_a_row_that_does_not_sum_to_one_is_named():
    rows = np.full((3, 7), 1 / 7)
    check_distributions("rows", rows, 3)
    rows[1] *= 1.01
    with pytest.raises(DatasetError, match=r"row 1 sums to 1\.01"):
        check_distributions("rows", rows)


@pytest.mark.parametrize("wrong", [np.nan, -0.1, np.inf])
def test_numbers_that_no_share_can_be_are_refused(wrong):
    rows = np.full((1, 7), 1 / 7)
    rows[0, 0] = wrong
    with pytest.raises(DatasetError, match="finite and not negative"):
        check_distributions("rows", rows)
    with pytest.raises(DatasetError, match="finite and not negative"):
        check_votes("votes", rows)


def test_a_face_without_votes_is_named():
    with pytest.raises(DatasetError, match="row 1 has none"):
        check_votes("votes", np.array([[1, 0, 0, 0, 0, 0, 0], [0] * 7]))


def test_six_classes_are_too_few():
    with pytest.raises(ShapeError):
        check_votes("votes", np.ones((2, 6)))
    with pytest.raises(ShapeError):
        check_distributions("rows", np.full((2, 6), 1 / 6))
