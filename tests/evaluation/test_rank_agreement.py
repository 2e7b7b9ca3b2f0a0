import math

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.rank_aggregation import plackett_luce
from deepexpr.evaluation.rank_agreement import (
    one_rater,
    rank_agreement,
    rater_ceiling,
)
from deepexpr.evaluation.rankings import RankingTest


def ranking_test(name, rows, raters=None):
    ranks = np.array(rows, float)
    candidates = tuple("abcde"[: ranks.shape[1]])
    names = raters or tuple(f"r{index}" for index in range(len(ranks)))
    return RankingTest(name, f"{name}.jpg", candidates, tuple(names), ranks)


def distances(**tests):
    return {
        name: dict(zip("abcde", values, strict=False)) for name, values in tests.items()
    }


def test_no_tests_are_refused():
    with pytest.raises(DatasetError, match="no ranking tests"):
        rank_agreement([], {})


def test_a_test_without_distances_is_named():
    with pytest.raises(DatasetError, match="no distances for test t"):
        rank_agreement([ranking_test("t", [[1, 2]])], {})
    with pytest.raises(DatasetError, match="no distance for candidate b"):
        rank_agreement([ranking_test("t", [[1, 2]])], {"t": {"a": 1.0}})


def test_three_tests_worked_out_on_paper():
    tests = [
        ranking_test("same", [[1, 2, 3, 4, 5]]),
        ranking_test("swap", [[1, 2, 3, 4, 5]]),
        ranking_test("tied", [[1, 2, 3, 4, 5]]),
    ]
    found = rank_agreement(
        tests,
        distances(
            same=[0.1, 0.2, 0.3, 0.4, 0.5],
            swap=[0.2, 0.1, 0.3, 0.4, 0.5],
            tied=[0.3, 0.3, 0.3, 0.3, 0.3],
        ),
    )
    assert [entry.test for entry in found.tests] == ["same", "swap", "tied"]
    assert found.tests[1].spearman == pytest.approx(0.9)
    assert found.tests[1].kendall == pytest.approx(0.8)
    assert (found.tests[1].our_first, found.tests[1].their_first) == (1, 0)
    assert math.isnan(found.tests[2].spearman)
    # of 1 and 0.9: 0.95 ± 0.05·√2
    assert found.spearman.mean == pytest.approx(0.95)
    assert found.spearman.spread == pytest.approx(0.05 * math.sqrt(2))
    assert found.spearman.count == 2
    assert found.kendall.mean == pytest.approx(0.9)
    assert found.same_first.value == pytest.approx(2 / 3)
    # the raters always put the first candidate first: nothing to correlate
    assert math.isnan(found.first_spearman)


def test_the_first_rank_alone_correlates_over_the_tests():
    tests, ours = [], {}
    # our firsts 0, 1, 2, 3, 4; theirs 1, 0, 2, 3, 4: one swap of neighbours
    for place, theirs in enumerate([1, 0, 2, 3, 4]):
        ranks = np.full(5, 3.5)
        ranks[theirs] = 1
        tests.append(ranking_test(f"t{place}", [ranks]))
        ours[f"t{place}"] = dict(zip("abcde", 1.0 - np.eye(5)[place], strict=True))
    found = rank_agreement(tests, ours)
    assert found.first_spearman == pytest.approx(0.9)
    assert found.first_kendall == pytest.approx(0.8)
    assert found.same_first.value == pytest.approx(3 / 5)


def test_the_way_of_aggregation_can_be_chosen():
    rows = [[1, 2, 3]] * 3 + [[3, 2, 1]] * 2
    ours = distances(t=[2, 1, 3])
    by_vote = rank_agreement([ranking_test("t", rows)], ours)
    fitted = rank_agreement([ranking_test("t", rows)], ours, plackett_luce)
    assert by_vote.same_first.value == 0
    assert fitted.same_first.value == 1


def test_one_rater_can_stand_alone():
    tests = [
        ranking_test("t", [[1, 2], [2, 1]], raters=("expert", "kim")),
        ranking_test("u", [[1, 2]], raters=("kim",)),
    ]
    (kept,) = one_rater(tests, "expert")
    assert (kept.name, kept.query, kept.raters) == ("t", "t.jpg", ("expert",))
    assert kept.ranks.tolist() == [[1, 2]]
    with pytest.raises(DatasetError, match="called 'nobody'"):
        one_rater(tests, "nobody")


def test_raters_of_one_mind_have_a_ceiling_of_one():
    found = rater_ceiling([ranking_test("t", [[1, 2, 3]] * 4)])
    assert found.spearman.mean == found.pairwise_kendall.mean == 1


def test_the_ceiling_of_three_raters_worked_out_on_paper():
    # a, a and its reverse. Against the mean of the others: a against (a + reverse),
    # which ties all and is not defined, twice; reverse against a: −1.
    rows = [[1, 2, 3], [1, 2, 3], [3, 2, 1]]
    found = rater_ceiling([ranking_test("t", rows), ranking_test("one", [[1, 2, 3]])])
    assert found.spearman.mean == found.kendall.mean == -1
    assert found.spearman.count == 1
    # pairs: 1, −1, −1
    assert found.pairwise_spearman.mean == pytest.approx(-1 / 3)
    assert found.pairwise_kendall.mean == pytest.approx(-1 / 3)


def test_a_single_rater_has_no_ceiling():
    found = rater_ceiling([ranking_test("t", [[1, 2, 3]])])
    assert math.isnan(found.spearman.mean)
    assert found.pairwise_spearman.count == 0
