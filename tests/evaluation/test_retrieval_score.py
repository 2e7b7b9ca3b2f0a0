import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.retrieval_score import (
    average_normalised_rank,
    chance_scores,
    query_scores,
    rater_agreement,
    summarise_scores,
)


def score(distances, relevant):
    return average_normalised_rank(np.array(distances, float), np.array(relevant, bool))


def slow_score(distances, relevant):
    """Equation 6 with ranks by sorting, averaged over both orders of ties."""
    scores = []
    for ties_last in (False, True):
        order = sorted(
            range(len(distances)),
            key=lambda i: (distances[i], relevant[i] if ties_last else not relevant[i]),
        )
        ranks = [rank for rank, i in enumerate(order, start=1) if relevant[i]]
        count = len(ranks)
        scores.append((sum(ranks) - count * (count + 1) / 2) / (len(order) * count))
    return sum(scores) / 2


def test_a_query_without_a_relevant_entry_has_no_score():
    assert math.isnan(score([0.1, 0.2], [False, False]))
    assert math.isnan(score([], []))


def test_distances_that_are_not_numbers_are_refused():
    with pytest.raises(DatasetError, match="NaN"):
        score([0.1, np.nan], [True, False])


def test_lengths_that_differ_are_refused():
    with pytest.raises(ShapeError, match="relevant"):
        score([0.1, 0.2], [True])


@pytest.mark.parametrize(
    ("distances", "relevant", "expected"),
    [
        pytest.param([1, 2, 3, 4], [1, 1, 0, 0], 0.0, id="perfect"),
        # ranks 3 and 4: (7 − 3) / (4·2)
        pytest.param([1, 2, 3, 4], [0, 0, 1, 1], 0.5, id="worst"),
        # ranks 2 and 5: (7 − 3) / (5·2)
        pytest.param([1, 2, 3, 4, 5], [0, 1, 0, 0, 1], 0.4, id="mixed"),
        # all tied: mean ranks 2.5: (5 − 3) / (4·2), which is chance
        pytest.param([7, 7, 7, 7], [1, 1, 0, 0], 0.25, id="tied"),
        # relevant at 1 and tied at (2 + 3)/2: (3.5 − 3) / (3·2)
        pytest.param([1, 2, 2], [1, 1, 0], 1 / 12, id="one tie"),
    ],
)
def test_scores_worked_out_on_paper(distances, relevant, expected):
    assert score(distances, relevant) == pytest.approx(expected)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=25
    ).filter(lambda entries: any(relevant for _, relevant in entries))
)
def test_the_score_agrees_with_sorting(entries):
    distances, relevant = zip(*entries, strict=True)
    found = score(distances, relevant)
    assert found == pytest.approx(slow_score(distances, relevant))
    assert 0 <= found <= 1


def test_random_orders_score_as_chance_predicts():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(7), [2, 4, 6, 8, 10, 12, 14])
    chance = chance_scores(labels)
    assert chance[0] == pytest.approx((56 - 2) / (2 * 56))
    for label in (0, 6):
        scores = query_scores(rng.random((3000, 56)), np.full(3000, label), labels)
        assert scores.mean() == pytest.approx(chance[label], abs=0.015)


def test_an_empty_gallery_has_no_chance():
    assert np.isnan(chance_scores(np.array([], np.int64))).all()


def test_queries_are_scored_one_by_one():
    distances = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    scores = query_scores(distances, np.array([4, 5, 6]), np.array([4, 4, 5]))
    assert scores[:2].tolist() == pytest.approx([0, 2 / 3])
    assert math.isnan(scores[2])


def test_a_table_that_does_not_fit_the_labels_is_refused():
    with pytest.raises(ShapeError, match="distances"):
        query_scores(np.ones((2, 3)), np.array([0, 1]), np.array([0, 1]))


def test_agreement_is_the_share_of_the_largest_vote():
    votes = np.array([[8, 2, 0, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0]])
    assert rater_agreement(votes).tolist() == [0.8, 0.25]


def test_faces_without_votes_have_no_agreement():
    with pytest.raises(DatasetError):
        rater_agreement(np.zeros((1, 7)))


def summary(scores, labels, weights=None, seed=0):
    return summarise_scores(
        {name: np.array(row, float) for name, row in scores.items()},
        np.array(labels),
        np.random.default_rng(seed),
        None if weights is None else np.array(weights, float),
        resamples=200,
    )


def test_scores_are_averaged_over_characters_and_queries():
    found = summary({"mia": [0.1, 0.3, 0.5], "kai": [0.3, 0.5, 0.7]}, [3, 3, 0])
    assert found.characters == ("mia", "kai")
    assert found.by_character[:, 3].tolist() == pytest.approx([0.2, 0.4])
    assert found.by_class[3].value == pytest.approx(0.3)
    assert found.by_class[3].count == 2
    # resamples of two queries with 0.2 and 0.4
    assert (found.by_class[3].low, found.by_class[3].high) == pytest.approx((0.2, 0.4))
    assert found.by_class[0].value == found.by_class[0].low == pytest.approx(0.6)
    assert found.by_class[1].count == 0
    assert math.isnan(found.by_class[1].value)
    assert found.overall.value == pytest.approx((0.3 + 0.6) / 2)
    assert found.overall.count == 3
    assert found.overall.low <= found.overall.value <= found.overall.high


def test_a_character_without_the_class_does_not_count():
    found = summary({"mia": [0.1, 0.3], "blob": [np.nan, np.nan]}, [3, 3])
    assert found.by_class[3].value == pytest.approx(0.2)
    assert math.isnan(found.by_character[1, 3])


def test_weights_count_and_zero_leaves_a_query_out():
    labels = [3, 3, 3]
    found = summary({"mia": [0.0, 0.4, 0.9]}, labels, weights=[3, 1, 0])
    assert found.by_class[3].value == pytest.approx(0.1)
    assert found.by_class[3].count == 2
    assert found.by_character[0, 3] == pytest.approx(0.1)


def test_no_queries_have_no_score():
    found = summary({"mia": []}, np.zeros(0, np.int64))
    assert found.overall.count == 0
    assert np.isnan(found.by_character).all()


def test_one_seed_gives_one_interval():
    rng = np.random.default_rng(5)
    scores = {"mia": rng.random(50)}
    labels = rng.integers(7, size=50)
    first, again = (summary(scores, labels, seed=9) for _ in range(2))
    assert first.by_class == again.by_class
    assert summary(scores, labels, seed=10).overall != first.overall


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_weights_that_cannot_be_are_refused(weight):
    with pytest.raises(DatasetError, match="weights must be finite"):
        summary({"mia": [0.1]}, [0], weights=[weight])


def test_scores_of_no_character_are_refused():
    with pytest.raises(DatasetError, match="at least one character"):
        summary({}, [0])


def test_characters_with_other_queries_are_refused():
    with pytest.raises(ShapeError, match="scores of kai"):
        summary({"mia": [0.1], "kai": [0.1, 0.2]}, [0])


@given(st.integers(0, 300))
@settings(max_examples=15, deadline=None)
def test_the_interval_encloses_the_mean(seed):
    rng = np.random.default_rng(seed)
    found = summary({"mia": rng.random(40)}, np.full(40, 2), rng.random(40) + 0.1, seed)
    assert found.by_class[2].low <= found.by_class[2].value <= found.by_class[2].high
