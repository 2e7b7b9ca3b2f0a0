import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.intervals import (
    bootstrap_means,
    mean_and_spread,
    percentile_interval,
    wilson_interval,
)


@pytest.mark.parametrize(("successes", "total"), [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(successes, total):
    with pytest.raises(DatasetError, match="successes must lie between"):
        wilson_interval(successes, total)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_in_percent_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        wilson_interval(1, 2, confidence)
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        percentile_interval(0.5, np.ones(3), 3, confidence)


def test_a_share_of_nothing_is_not_a_number():
    nothing = wilson_interval(0, 0)
    assert nothing.count == 0
    assert all(map(math.isnan, (nothing.value, nothing.low, nothing.high)))


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [
        # z² = 3.8415: 5 of 10 lie about 1/2 by z·√(1/40 + z²/400) / (1 + z²/10)
        pytest.param(5, 10, 0.2366, 0.7634, id="half"),
        # 0 of 10: the upper end is z² / (10 + z²)
        pytest.param(0, 10, 0.0, 0.2775, id="none"),
        pytest.param(10, 10, 0.7225, 1.0, id="all"),
    ],
)
def test_known_wilson_intervals(successes, total, low, high):
    found = wilson_interval(successes, total)
    assert found.value == successes / total
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(total=st.integers(1, 500), data=st.data())
def test_the_ends_solve_the_score_equation(total, data):
    successes = data.draw(st.integers(0, total))
    found = wilson_interval(successes, total)
    assert 0 <= found.low <= found.value <= found.high <= 1
    for end in (found.low, found.high):
        if 0 < end < 1:
            error = math.sqrt(end * (1 - end) / total)
            assert abs(found.value - end) / error == pytest.approx(1.959964, rel=1e-5)


def test_the_spread_divides_by_one_less_than_the_count():
    # deviations −1, 0, 1: variance 2 / 2
    found = mean_and_spread(np.array([1.0, np.nan, 2.0, 3.0]))
    assert (found.mean, found.spread, found.count) == (2.0, 1.0, 3)


def test_one_value_has_a_mean_but_no_spread():
    assert mean_and_spread(np.array([4.0])).mean == 4.0
    assert math.isnan(mean_and_spread(np.array([4.0])).spread)
    assert math.isnan(mean_and_spread(np.array([])).mean)
    with pytest.raises(ShapeError):
        mean_and_spread(np.ones((2, 2)))


@pytest.mark.parametrize("weights", [[], [1.0, 0.0], [np.nan]])
def test_resampling_needs_values_that_count(weights):
    values = np.zeros(len(weights))
    with pytest.raises(DatasetError, match="weights above 0"):
        bootstrap_means(values, np.array(weights), np.random.default_rng(0))
    with pytest.raises(ShapeError, match="weights"):
        bootstrap_means(np.ones(3), np.ones(2), np.random.default_rng(0))


def test_resamples_of_equal_values_are_all_alike():
    draws = bootstrap_means(
        np.full(5, 0.25), np.arange(5) + 1.0, np.random.default_rng(0), 130
    )
    assert draws.shape == (130,)
    assert draws == pytest.approx(0.25)


def test_resampled_means_spread_as_the_standard_error():
    # 0 and 1 evenly: the standard error of 400 is √(1/4 / 400) = 0.025
    values = np.arange(400) % 2.0
    draws = bootstrap_means(values, np.ones(400), np.random.default_rng(1))
    assert draws.mean() == pytest.approx(0.5, abs=0.003)
    assert draws.std() == pytest.approx(0.025, rel=0.06)


def test_a_heavy_value_pulls_the_resampled_means():
    weights = np.array([1.0, 9.0])
    draws = bootstrap_means(np.array([0.0, 1.0]), weights, np.random.default_rng(2))
    # both drawn, or one of them twice
    assert set(np.round(draws, 9)) == {0.0, 0.9, 1.0}


def test_the_percentile_interval_cuts_both_tails():
    found = percentile_interval(50.0, np.arange(101), 7, confidence=0.9)
    assert (found.value, found.count) == (50.0, 7)
    assert (found.low, found.high) == pytest.approx((5.0, 95.0))
