import numpy as np
import pytest

from deepexpr.core.errors import ShapeError
from deepexpr.datasets.votes import majority, vote_distribution


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]),
        ([1, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0]),
        ([1, 1, 0, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0, 0, 0]),  # nobody has more
        ([1, 4, 0, 0, 4, 1, 0], [0, 0.5, 0, 0, 0.5, 0, 0]),
        ([0, 2, 6, 0, 0, 0, 0], [0, 0.25, 0.75, 0, 0, 0, 0]),
    ],
)
def test_single_votes_are_dropped_where_another_class_has_more(votes, expected):
    result = vote_distribution(np.array([votes], dtype=np.float64))
    np.testing.assert_allclose(result, [expected])


def test_no_faces_have_no_distributions():
    assert vote_distribution(np.zeros((0, 7))).shape == (0, 7)


def test_votes_for_another_number_of_classes_are_refused():
    with pytest.raises(ShapeError, match="votes"):
        vote_distribution(np.zeros((2, 8)))


def test_the_majority_is_the_only_class_with_most_votes():
    votes = np.array([[0, 3, 1], [2, 2, 0], [0, 0, 0], [0, 0, 1]], dtype=np.float64)
    assert majority(votes).tolist() == [1, -1, -1, 2]
