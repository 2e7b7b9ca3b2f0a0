import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.rank_aggregation import (
    AGGREGATIONS,
    borda,
    bradley_terry,
    bradley_terry_strengths,
    plackett_luce,
    plackett_luce_strengths,
)
from deepexpr.evaluation.ranks import mean_ranks

WAYS = pytest.mark.parametrize("way", AGGREGATIONS.values(), ids=AGGREGATIONS)
FITTED = pytest.mark.parametrize("way", [bradley_terry, plackett_luce])
TABLES = st.integers(0, 1000).map(
    lambda seed: np.random.default_rng(seed).integers(1, 5, size=(seed % 4 + 1, 4))
)


def prior_terms(strengths, prior):
    return sum(
        prior * (math.log(s / (s + 1)) + math.log(1 / (s + 1))) for s in strengths
    )


def slow_pair_likelihood(strengths, ranks, prior):
    total = prior_terms(strengths, prior * len(ranks))
    for row in ranks:
        for i, one in enumerate(row):
            for j, other in enumerate(row):
                if i != j and one <= other:
                    share = 0.5 if one == other else 1.0
                    odds = strengths[i] / (strengths[i] + strengths[j])
                    total += share * math.log(odds)
    return total


def slow_pick_likelihood(strengths, ranks, prior):
    total = prior_terms(strengths, prior * len(ranks))
    for row in ranks:
        for i, one in enumerate(row):
            left = [s for s, other in zip(strengths, row, strict=True) if other >= one]
            total += math.log(strengths[i] / sum(left))
    return total


@WAYS
def test_ranks_that_cannot_be_aggregated_are_refused(way):
    with pytest.raises(ShapeError, match="ranks"):
        way(np.ones(3))
    with pytest.raises(DatasetError, match="at least one rater"):
        way(np.ones((0, 3)))
    with pytest.raises(DatasetError, match="must not be NaN"):
        way(np.array([[1, np.nan]]))


@FITTED
@pytest.mark.parametrize("prior", [0, -1, math.nan])
def test_a_prior_that_is_not_above_zero_is_refused(way, prior):
    with pytest.raises(ValueError, match="prior must be above 0"):
        way(np.array([[1, 2]]), prior)


@WAYS
def test_one_rater_is_followed(way):
    assert way(np.array([[3, 1, 5, 2, 4]])).tolist() == [3, 1, 5, 2, 4]


@WAYS
def test_one_candidate_is_first(way):
    assert way(np.array([[1], [1]])).tolist() == [1]


@pytest.mark.parametrize("way", [borda, bradley_terry])
def test_two_raters_who_contradict_each_other_tie_all(way):
    assert way(np.array([[1, 2, 3], [3, 2, 1]])).tolist() == [2, 2, 2]


def test_plackett_luce_prefers_a_safe_second():
    # The likelihood is a·b·c·b / (a+b+c)²(b+c)(a+b): b, never last, is strongest.
    assert plackett_luce(np.array([[1, 2, 3], [3, 2, 1]])).tolist() == [2.5, 1, 2.5]


@WAYS
def test_raters_who_tie_all_tie_all(way):
    assert way(np.full((4, 3), 7)).tolist() == [2, 2, 2]


@WAYS
def test_the_majority_wins(way):
    ranks = np.array([[1, 2, 3], [1, 2, 3], [2, 1, 3]])
    assert mean_ranks(way(ranks)).tolist() == [1, 2, 3]


def test_voting_takes_the_mean_rank():
    assert borda(np.array([[1, 2, 3], [2, 2, 1]])).tolist() == [1.75, 2.25, 2.0]


def test_ways_can_disagree():
    # a is first three times and last twice; b is always second.
    ranks = np.array([[1, 2, 3]] * 3 + [[3, 2, 1]] * 2)
    assert borda(ranks) == pytest.approx([1.8, 2.0, 2.2])
    assert bradley_terry(ranks).tolist() == [1, 2, 3]
    assert plackett_luce(ranks).tolist() == [2, 1, 3]


@given(TABLES)
@settings(max_examples=40, deadline=None)
def test_bradley_terry_orders_complete_rankings_as_voting_does(ranks):
    votes = mean_ranks(borda(ranks).round(9))
    assert bradley_terry(ranks).tolist() == votes.tolist()


def test_the_odds_of_a_pair_are_the_wins():
    # a is preferred 8 times, b twice; with almost no prior s_a / s_b is 4.
    ranks = np.array([[1, 2]] * 8 + [[2, 1]] * 2)
    for strengths in (
        bradley_terry_strengths(ranks, 1e-6),
        plackett_luce_strengths(ranks, 1e-6),
    ):
        assert strengths[0] / strengths[1] == pytest.approx(4, rel=1e-4)
        # the imagined candidate lies midway
        assert strengths[0] * strengths[1] == pytest.approx(1)


def test_one_win_worked_out_on_paper():
    # Strengths s and 1/s: the winner's slope 1 / (1 + s²) + 1 − 2s / (1 + s) is 0, thus
    # s³ − s² − 2 = 0.
    winner, loser = bradley_terry_strengths(np.array([[1, 2]]), prior=1)
    assert winner**3 - winner**2 - 2 == pytest.approx(0, abs=1e-8)
    assert winner * loser == pytest.approx(1)


def test_candidates_without_a_difference_are_equally_strong():
    strengths = plackett_luce_strengths(np.array([[1, 2, 2], [1, 3, 3]]))
    assert strengths[1] == pytest.approx(strengths[2])
    assert plackett_luce(np.array([[1, 2, 2]])).tolist() == [1, 2.5, 2.5]


@given(TABLES, st.sampled_from([0.1, 1.0]))
@settings(max_examples=30, deadline=None)
def test_no_other_strengths_are_more_likely(ranks, prior):
    rng = np.random.default_rng(0)
    for strengths, likelihood in (
        (bradley_terry_strengths(ranks, prior), slow_pair_likelihood),
        (plackett_luce_strengths(ranks, prior), slow_pick_likelihood),
    ):
        best = likelihood(strengths, ranks, prior)
        for size in (1e-3, 0.1, 1.0):
            other = strengths * np.exp(rng.normal(0, size, 4))
            assert likelihood(other, ranks, prior) <= best + 1e-9


@given(TABLES)
@settings(max_examples=30, deadline=None)
def test_the_names_of_raters_and_candidates_do_not_matter(ranks):
    shuffled = np.random.default_rng(1).permutation(4)
    for way in AGGREGATIONS.values():
        expected = way(ranks)[shuffled]
        assert way(ranks[::-1][:, shuffled]) == pytest.approx(expected)
