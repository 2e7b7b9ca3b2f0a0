import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.ratings import (
    Rating,
    Stimulus,
    fleiss_kappa,
    read_ratings,
    read_stimuli,
    recognised_faces,
    vote_counts,
)

HEADER = "stimulus,rater,label,second,strength\n"
ANGER, FEAR, JOY = Expression.ANGER, Expression.FEAR, Expression.JOY


def written(folder, text, name="ratings.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(
            "s,r,happy,,", "label must be one of anger, .* 'happy'", id="label"
        ),
        pytest.param("s,r,Joy,,", "but is 'Joy'", id="capital"),
        pytest.param("s,r,,,", "label is empty", id="no label"),
        pytest.param("s,,joy,,", "rater is empty", id="no rater"),
        pytest.param(",r,joy,,", "stimulus is empty", id="no stimulus"),
        pytest.param("s,r,joy,sad,", "second must be one of", id="second"),
        pytest.param("s,r,joy,joy,", "second repeats the label joy", id="repeated"),
        pytest.param(
            "s,r,joy,,6", "strength must be a number from 0 to 5", id="strong"
        ),
        pytest.param("s,r,joy,,very", "but is 'very'", id="word"),
        pytest.param(
            "s,r,joy,,\ns,r,fear,,",
            "line 3: rater r rates stimulus s twice",
            id="twice",
        ),
    ],
)
def test_a_wrong_answer_is_refused_with_its_line(tmp_path, row, message):
    with pytest.raises(DatasetError, match=message) as caught:
        read_ratings(written(tmp_path, f"{HEADER}{row}\n"))
    assert "ratings.csv, line " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_answers_are_read(tmp_path):
    rows = "s1,kim,joy,surprise,4.5\ns1,bo,neutral,,\ns2,kim,fear,,0\n"
    assert read_ratings(written(tmp_path, HEADER + rows)) == (
        Rating("s1", "kim", JOY, Expression.SURPRISE, 4.5),
        Rating("s1", "bo", Expression.NEUTRAL, None, None),
        Rating("s2", "kim", FEAR, None, 0.0),
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("s,deepexpr,joy\ns,paper,joy\n", "line 3: stimulus s is listed twice"),
        ("s,,joy\n", "system is empty"),
        ("s,deepexpr,happy\n", "expression must be one of"),
    ],
)
def test_a_wrong_stimulus_is_refused(tmp_path, rows, message):
    path = written(tmp_path, "stimulus,system,expression\n" + rows, "stimuli.csv")
    with pytest.raises(DatasetError, match=message):
        read_stimuli(path)


def test_stimuli_are_read(tmp_path):
    text = "stimulus,system,expression\ns1,deepexpr,joy\ns2,MPEG-4,anger\n"
    assert read_stimuli(written(tmp_path, text)) == {
        "s1": Stimulus("s1", "deepexpr", JOY),
        "s2": Stimulus("s2", "MPEG-4", ANGER),
    }


def answer(stimulus, rater, label):
    return Rating(stimulus, rater, label, None, None)


def test_votes_are_counted_in_canonical_order():
    ratings = [answer("s", "a", JOY), answer("t", "a", FEAR), answer("s", "b", JOY)]
    votes = vote_counts(ratings)
    assert list(votes) == ["s", "t"]
    assert votes["s"].tolist() == [0, 0, 0, 2, 0, 0, 0]
    assert votes["t"].tolist() == [0, 0, 1, 0, 0, 0, 0]


def test_recognition_is_counted_by_system_and_expression():
    stimuli = {
        "s": Stimulus("s", "ours", JOY),
        "t": Stimulus("t", "ours", JOY),
        "u": Stimulus("u", "other", ANGER),
    }
    ratings = [
        answer("s", "a", JOY),
        answer("s", "b", JOY),
        answer("t", "a", JOY),
        answer("t", "b", FEAR),
        answer("u", "a", FEAR),
    ]
    table = recognised_faces(ratings, stimuli)
    ours, other = (
        dict(zip(EXPRESSIONS, table[name], strict=True)) for name in ("ours", "other")
    )
    assert (ours[JOY].value, ours[JOY].count) == (0.75, 4)
    assert ours[JOY].low < 0.75 < ours[JOY].high
    assert math.isnan(ours[ANGER].value)
    assert (other[ANGER].value, other[ANGER].low) == (0.0, 0.0)


def test_a_rated_stimulus_that_is_not_listed_is_named():
    with pytest.raises(DatasetError, match="stimulus s was rated but is not listed"):
        recognised_faces([answer("s", "a", JOY)], {})


def slow_kappa(counts):
    """Agreement over all pairs of raters of a stimulus, one pair at a time."""
    shares, answers = [], []
    for row in counts:
        named = [label for label, votes in enumerate(row) for _ in range(votes)]
        if len(named) > 1:
            pairs = list(itertools.combinations(named, 2))
            shares.append(sum(one == other for one, other in pairs) / len(pairs))
            answers += named
    if len(set(answers)) < 2:
        return math.nan
    by_chance = sum((answers.count(x) / len(answers)) ** 2 for x in set(answers))
    return (sum(shares) / len(shares) - by_chance) / (1 - by_chance)


def test_kappa_worked_out_on_paper():
    # Two stimuli, two raters: one agrees on anger, one splits anger and disgust.
    # P = 1/2; anger has 3/4 of the answers: Pe = 9/16 + 1/16; κ = (−1/8) / (3/8)
    counts = np.zeros((2, 7), int)
    counts[0, 0], counts[1, :2] = 2, 1
    assert fleiss_kappa(counts) == pytest.approx(-1 / 3)


def test_raters_of_one_mind_have_a_kappa_of_one():
    assert fleiss_kappa(10 * np.eye(7, dtype=int)) == pytest.approx(1)


def test_kappa_is_not_defined_without_pairs_or_without_choice():
    assert math.isnan(fleiss_kappa(np.eye(7, dtype=int)))
    assert math.isnan(fleiss_kappa(5 * np.eye(7, dtype=int)[[3, 3]]))
    assert math.isnan(fleiss_kappa(np.zeros((0, 7), int)))


def test_stimuli_without_raters_are_refused():
    with pytest.raises(DatasetError, match="row 0 has none"):
        fleiss_kappa(np.zeros((1, 7)))
    with pytest.raises(ShapeError):
        fleiss_kappa(np.ones((2, 6)))


@given(
    st.lists(
        st.lists(st.integers(0, 3), min_size=7, max_size=7).filter(any),
        min_size=1,
        max_size=6,
    )
)
def test_kappa_agrees_with_comparing_every_pair(counts):
    found = fleiss_kappa(np.array(counts))
    assert found == pytest.approx(slow_kappa(counts), nan_ok=True, abs=1e-9)
