import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.ranking_metrics import (
    average_precision,
    graded_relevance,
    ndcg,
    precision_at,
    ranking_metrics,
)

FLAGS = st.lists(st.booleans(), min_size=1, max_size=15)


def flags(text):
    return np.array([letter == "x" for letter in text])


@pytest.mark.parametrize("cut_off", [0, -1])
def test_a_cut_off_below_one_is_refused(cut_off):
    with pytest.raises(ValueError, match="cut_off must be at least 1"):
        precision_at(flags("x"), cut_off)
    with pytest.raises(ValueError, match="cut_off must be at least 1"):
        ndcg(np.ones(2), cut_off)


def test_tables_are_not_one_ranking():
    table = np.ones((2, 2), bool)
    for metric in (average_precision, ndcg, lambda rows: precision_at(rows, 1)):
        with pytest.raises(ShapeError):
            metric(table)


@pytest.mark.parametrize(
    ("ranking", "cut_off", "expected"),
    [("x-x--", 1, 1.0), ("x-x--", 3, 2 / 3), ("-x", 1, 0.0), ("xx", 4, 0.5)],
)
def test_precision_counts_the_first_places(ranking, cut_off, expected):
    assert precision_at(flags(ranking), cut_off) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        ("x-x", (1 + 2 / 3) / 2),
        ("-x--x", (1 / 2 + 2 / 5) / 2),
        ("xxx", 1.0),
    ],
)
def test_average_precision_worked_out_on_paper(ranking, expected):
    assert average_precision(flags(ranking)) == pytest.approx(expected)


def test_nothing_relevant_has_no_average_precision_and_no_gain():
    assert math.isnan(average_precision(flags("--")))
    assert math.isnan(ndcg(np.zeros(3)))
    assert math.isnan(ndcg(np.array([])))


@given(FLAGS.filter(any))
def test_average_precision_is_the_mean_of_precisions_at_relevant_places(relevant):
    row = np.array(relevant)
    places = [place for place, hit in enumerate(relevant, start=1) if hit]
    slow = sum(precision_at(row, place) for place in places) / len(places)
    assert average_precision(row) == pytest.approx(slow)


def test_ndcg_worked_out_on_paper():
    # gains 0, 1, 1/2 at discounts 1, 1/log2 3, 1/2; the best order is 1, 1/2, 0
    reached = 1 / math.log2(3) + 0.25
    best = 1 + 0.5 / math.log2(3)
    assert ndcg(np.array([0.0, 1.0, 0.5])) == pytest.approx(reached / best)
    # the first place alone: 0 of 1
    assert ndcg(np.array([0.0, 1.0, 0.5]), 1) == 0
    assert ndcg(np.array([0.0, 1.0, 0.5]), 9) == pytest.approx(reached / best)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_best_order_gains_one_and_no_order_more(gains):
    if not any(gains) or sum(gains) < 1e-300:
        return
    row = np.array(gains)
    assert ndcg(np.sort(row)[::-1]) == pytest.approx(1.0)
    assert ndcg(row) <= 1 + 1e-12


@pytest.mark.parametrize("gain", [-0.1, np.nan, np.inf])
def test_gains_that_cannot_be_are_refused(gain):
    with pytest.raises(DatasetError, match="gains must be finite"):
        ndcg(np.array([gain]))


def test_relevance_is_the_shared_part_of_two_votes():
    entries = np.array(
        [
            [0, 0, 0, 8, 2, 0, 0],  # the same mixture
            [0, 0, 0, 10, 0, 0, 0],  # joy alone: min(0.8, 1)
            [0, 0, 0, 0, 4, 4, 0],  # half neutral: min(0.2, 0.5)
            [5, 0, 0, 0, 0, 0, 0],  # nothing in common
        ]
    )
    found = graded_relevance(np.array([0, 0, 0, 4, 1, 0, 0]), entries)
    assert found == pytest.approx([1, 0.8, 0.2, 0])


def test_votes_of_another_shape_are_refused():
    with pytest.raises(ShapeError):
        graded_relevance(np.ones((1, 7)), np.ones((2, 7)))
    with pytest.raises(ShapeError):
        graded_relevance(np.ones(6), np.ones((2, 7)))


def test_means_over_two_queries_worked_out_on_paper():
    entries = np.eye(7)[[3, 3, 0, 5]]
    orders = np.array([[0, 2, 1, 3], [3, 2, 0, 1]])
    found = ranking_metrics(
        orders, np.eye(7)[[3, 0]], np.array([3, 0]), entries, cut_offs=(1, 2)
    )
    assert found.queries == 2
    assert found.precision_at == {1: 0.5, 2: 0.5}
    # joy at places 1 and 3, anger at place 2
    assert found.mean_average_precision == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2) / 2)
    joy = (1 + 1 / 2) / (1 + 1 / math.log2(3))
    assert found.ndcg == pytest.approx((joy + 1 / math.log2(3)) / 2)


def test_a_query_whose_expression_is_missing_does_not_count():
    entries = np.eye(7)[[3, 0]]
    found = ranking_metrics(
        np.array([[0, 1], [0, 1]]), np.eye(7)[[3, 6]], np.array([3, 6]), entries, (1,)
    )
    assert found.mean_average_precision == 1.0
    assert found.ndcg == 1.0
    assert found.precision_at[1] == 0.5


def test_no_queries_have_no_means():
    found = ranking_metrics(
        np.zeros((0, 2), int), np.zeros((0, 7)), np.zeros(0, int), np.eye(7)[:2]
    )
    assert math.isnan(found.mean_average_precision)
    assert found.queries == 0


def test_an_order_that_repeats_an_entry_is_refused():
    with pytest.raises(DatasetError, match="every entry once"):
        ranking_metrics(np.array([[0, 0]]), np.eye(7)[:1], np.array([0]), np.eye(7)[:2])


def test_orders_that_leave_entries_out_are_refused():
    with pytest.raises(ShapeError, match="orders"):
        ranking_metrics(np.array([[0]]), np.eye(7)[:1], np.array([0]), np.eye(7)[:2])
