import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.ranks import mean_ranks, ranks_among


def test_nothing_has_no_ranks():
    assert mean_ranks(np.array([])).tolist() == []


def test_values_that_are_not_numbers_have_no_rank():
    with pytest.raises(DatasetError, match="must not be NaN"):
        mean_ranks(np.array([1, np.nan]))


def test_a_table_is_not_one_ranking():
    with pytest.raises(ShapeError):
        mean_ranks(np.ones((2, 2)))
    with pytest.raises(ShapeError):
        ranks_among(np.ones((2, 2)), np.ones(2))


def test_ties_share_the_mean_of_their_ranks():
    assert mean_ranks(np.array([3, 1, 1, 5])).tolist() == [3, 1.5, 1.5, 4]
    assert mean_ranks(np.array([7, 7, 7])).tolist() == [2, 2, 2]


def test_infinite_distances_stand_last():
    assert mean_ranks(np.array([np.inf, 0, np.inf])).tolist() == [2.5, 1, 2.5]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20))
def test_ranks_count_the_smaller_and_half_of_the_equal(values):
    slow = [
        sum(other < value for other in values)
        + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]
    ranks = mean_ranks(np.array(values))
    assert ranks.tolist() == slow
    assert ranks.sum() == len(values) * (len(values) + 1) / 2
