import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.rank_correlation import (
    kendall,
    kendall_table,
    spearman,
    spearman_table,
)

PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12
)


def slow_ranks(values):
    return [
        sum(other < value for other in values)
        + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]


def slow_spearman(first, second):
    """Pearson's correlation of the mean ranks, term by term."""
    a, b = slow_ranks(first), slow_ranks(second)
    middle = (len(a) + 1) / 2
    products = sum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    squares = sum((x - middle) ** 2 for x in a) * sum((y - middle) ** 2 for y in b)
    return products / math.sqrt(squares) if squares else math.nan


def slow_kendall(first, second):
    """Concordant less discordant pairs, over the pairs not tied in either."""
    concordant = discordant = untied_first = untied_second = 0
    for i in range(len(first)):
        for j in range(i):
            along = (first[i] - first[j]) * (second[i] - second[j])
            concordant += along > 0
            discordant += along < 0
            untied_first += first[i] != first[j]
            untied_second += second[i] != second[j]
    if not untied_first * untied_second:
        return math.nan
    return (concordant - discordant) / math.sqrt(untied_first * untied_second)


@pytest.mark.parametrize("correlation", [spearman, kendall])
def test_bad_input_is_refused(correlation):
    with pytest.raises(ShapeError, match="second ranking"):
        correlation(np.arange(3), np.arange(4))
    with pytest.raises(ShapeError, match="first ranking"):
        correlation(np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(DatasetError, match="NaN"):
        correlation(np.array([1, np.nan]), np.arange(2))


@pytest.mark.parametrize("table", [spearman_table, kendall_table])
def test_tables_must_rank_the_same_things(table):
    with pytest.raises(ShapeError, match="second rankings"):
        table(np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ShapeError, match="first rankings"):
        table(np.ones(3), np.ones((2, 3)))


@pytest.mark.parametrize(
    ("first", "second", "rho", "tau"),
    [
        pytest.param([1, 2, 3, 4, 5], [10, 20, 30, 40, 50], 1.0, 1.0, id="same"),
        pytest.param([1, 2, 3], [3, 2, 1], -1.0, -1.0, id="reverse"),
        # one swap of neighbours: d² = 2, 1 − 6·2/(5·24); 9 pairs against 1
        pytest.param([1, 2, 3, 4, 5], [2, 1, 3, 4, 5], 0.9, 0.8, id="swap"),
        # first and last swapped: d² = 32, 1 − 6·32/120; 3 pairs against 7
        pytest.param([1, 2, 3, 4, 5], [5, 2, 3, 4, 1], -0.6, -0.4, id="ends"),
        # ranks 1, 2, 3 and 1.5, 1.5, 3: 1.5/√(2·1.5); 2 pairs over √(3·2)
        pytest.param([1, 2, 3], [1, 1, 2], 0.8660254, 0.8164966, id="tie"),
    ],
)
def test_correlations_worked_out_on_paper(first, second, rho, tau):
    first, second = np.array(first), np.array(second)
    assert spearman(first, second) == pytest.approx(rho)
    assert kendall(first, second) == pytest.approx(tau)


def test_equal_rankings_correlate_exactly():
    ranks = np.random.default_rng(0).permutation(30)
    assert spearman(ranks, ranks) == 1
    assert kendall(ranks, ranks) == 1


def test_a_ranking_that_ties_all_has_no_correlation():
    assert math.isnan(spearman(np.ones(4), np.arange(4)))
    assert math.isnan(kendall(np.arange(4), np.ones(4)))
    assert math.isnan(kendall(np.ones(1), np.ones(1)))


@given(PAIRS)
def test_both_agree_with_plain_loops(pairs):
    first, second = zip(*pairs, strict=True)
    a, b = np.array(first), np.array(second)
    assert spearman(a, b) == pytest.approx(slow_spearman(first, second), nan_ok=True)
    assert kendall(a, b) == pytest.approx(slow_kendall(first, second), nan_ok=True)


def test_tables_hold_the_correlation_of_every_pair_of_rows():
    rng = np.random.default_rng(1)
    first, second = rng.integers(6, size=(3, 8)), rng.integers(6, size=(4, 8))
    rho, tau = spearman_table(first, second), kendall_table(first, second)
    assert rho.shape == tau.shape == (3, 4)
    for i in range(3):
        for j in range(4):
            assert rho[i, j] == pytest.approx(spearman(first[i], second[j]))
            assert tau[i, j] == pytest.approx(kendall(first[i], second[j]))
