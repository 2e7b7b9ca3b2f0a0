import itertools

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.retrieval_ceiling import crowd_ceiling
from deepexpr.evaluation.retrieval_score import average_normalised_rank

GALLERY = np.repeat(np.arange(7), [3, 2, 4, 5, 1, 2, 3])


def slow_one_answer(shares, label):
    """Every answer of one rater: its class first, the rest tied."""
    total = 0.0
    for answer, share in enumerate(shares):
        distances = np.where(answer == GALLERY, 0.0, 1.0)
        total += share * average_normalised_rank(distances, label == GALLERY)
    return total


def slow_ordered_answers(shares, label):
    """Every order in which raters name the classes, by Plackett-Luce."""
    total = 0.0
    for order in itertools.permutations(range(7)):
        chance, left = 1.0, 1.0
        for place in order:
            chance *= shares[place] / left if left > 1e-12 else 1.0
            left -= shares[place]
        distances = np.argsort(order)[GALLERY].astype(float)
        total += chance * average_normalised_rank(distances, label == GALLERY)
    return total


def test_a_crowd_of_one_mind_reaches_a_perfect_score():
    found = crowd_ceiling(10 * np.eye(7), np.arange(7), GALLERY)
    assert found.one_answer == pytest.approx(np.zeros(7))
    assert found.ordered_answers == pytest.approx(np.zeros(7))


def test_eight_joy_and_two_neutral_votes_worked_out_on_paper():
    votes = np.array([[0, 0, 0, 8, 2, 0, 0]])
    found = crowd_ceiling(votes, np.array([3]), np.arange(7))
    # Neutral is named with 1/5: it stands before joy, and half of the five others.
    assert found.one_answer[0] == pytest.approx(0.2 * (1 + 5 / 2) / 7)
    assert found.ordered_answers[0] == pytest.approx(0.2 / 7)


def test_expectations_agree_with_going_through_all_answers():
    shares = np.random.default_rng(0).dirichlet(np.ones(7))
    label = int(shares.argmax())
    found = crowd_ceiling(shares[None], np.array([label]), GALLERY)
    assert found.one_answer[0] == pytest.approx(slow_one_answer(shares, label))
    assert found.ordered_answers[0] == pytest.approx(
        slow_ordered_answers(shares, label)
    )


def test_classes_that_nobody_names_come_in_random_order():
    votes = np.array([[0, 0, 0, 1, 0, 0, 0]])
    found = crowd_ceiling(votes, np.array([4]), np.arange(7))
    # joy stands before neutral, and half of the five others
    assert found.ordered_answers[0] == pytest.approx((1 + 5 / 2) / 7)


def test_a_gallery_without_the_class_has_no_ceiling():
    votes = np.ones((2, 7))
    found = crowd_ceiling(votes, np.array([0, 1]), np.array([1, 1]))
    assert np.isnan(found.one_answer).tolist() == [True, False]
    assert np.isnan(found.ordered_answers).tolist() == [True, False]
    empty = crowd_ceiling(votes, np.array([0, 1]), np.array([], np.int64))
    assert np.isnan(empty.one_answer).all()


def test_votes_must_fit_the_queries():
    with pytest.raises(ShapeError, match="votes"):
        crowd_ceiling(np.ones((2, 7)), np.array([0]), GALLERY)
    with pytest.raises(DatasetError, match="row 0 has none"):
        crowd_ceiling(np.zeros((1, 7)), np.array([0]), GALLERY)
