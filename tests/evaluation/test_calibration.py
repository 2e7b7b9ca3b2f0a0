import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.calibration import (
    LARGEST_TEMPERATURE,
    LEAST_TEMPERATURE,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    reliability_bins,
    tempered_probabilities,
)


def sure_of(confidence, winner=0):
    """A distribution with one probability given and the rest spread evenly."""
    row = np.full(7, (1 - confidence) / 6)
    row[winner] = confidence
    return row


def slow_error(probabilities, labels, bins):
    total = 0.0
    for index in range(bins):
        low, high = index / bins, (index + 1) / bins
        inside = [
            (max(row), int(np.argmax(row)) == label)
            for row, label in zip(probabilities, labels, strict=True)
            if low < max(row) <= high
        ]
        if inside:
            confidence = sum(sure for sure, _ in inside) / len(inside)
            right = sum(hit for _, hit in inside) / len(inside)
            total += len(inside) * abs(confidence - right)
    return total / len(labels)


@pytest.mark.parametrize("bins", [0, -3])
def test_no_bins_are_refused(bins):
    with pytest.raises(ValueError, match="bins must be at least 1"):
        reliability_bins(np.eye(7), np.arange(7), bins)


def test_lengths_that_differ_are_refused():
    with pytest.raises(ShapeError):
        expected_calibration_error(np.eye(7), np.arange(5))


def test_no_predictions_have_no_calibration_error():
    assert math.isnan(
        expected_calibration_error(np.zeros((0, 7)), np.array([], np.int64))
    )


def test_ten_predictions_at_nine_tenths_with_nine_right_are_calibrated():
    probabilities = np.array([sure_of(0.9)] * 10)
    labels = np.array([0] * 9 + [1])
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.0)
    # with six right the accuracy lies 0.3 below the confidence
    labels[:3] = 2
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.3)


def test_errors_of_two_bins_count_by_their_sizes():
    # three predictions at 0.9, all right (off by 0.1); one at 0.5, wrong (off by 0.5)
    probabilities = np.array([sure_of(0.9)] * 3 + [sure_of(0.5)])
    labels = np.array([0, 0, 0, 4])
    error = expected_calibration_error(probabilities, labels)
    assert error == pytest.approx(0.75 * 0.1 + 0.25 * 0.5)


def test_a_confidence_on_an_edge_belongs_to_the_lower_bin():
    bins = reliability_bins(np.array([sure_of(0.5), sure_of(1.0)]), np.zeros(2, int), 2)
    assert [entry.count for entry in bins] == [1, 1]
    assert (bins[0].low, bins[0].high, bins[0].confidence) == (0.0, 0.5, 0.5)
    assert bins[1].accuracy == 1.0
    empty = reliability_bins(np.array([sure_of(1.0)]), np.zeros(1, int), 2)[0]
    assert math.isnan(empty.confidence)
    assert math.isnan(empty.accuracy)


@given(seed=st.integers(0, 1000), bins=st.integers(1, 20))
@settings(max_examples=40)
def test_binning_agrees_with_a_plain_loop(seed, bins):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(7, 0.4), 30)
    labels = rng.integers(7, size=30)
    assert expected_calibration_error(probabilities, labels, bins) == pytest.approx(
        slow_error(probabilities, labels, bins)
    )


def test_tempering_divides_the_logits():
    logits = np.log(np.array([[8.0, 1, 1, 1, 1, 1, 1]]))
    # the cube root of 8 is 2
    assert tempered_probabilities(logits, 3)[0, 0] == pytest.approx(2 / 8)
    assert tempered_probabilities(logits, 1)[0, 0] == pytest.approx(8 / 14)


@pytest.mark.parametrize("temperature", [0, -1, math.inf, math.nan])
def test_temperatures_that_cannot_be_are_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be above 0"):
        tempered_probabilities(np.zeros((1, 7)), temperature)
    with pytest.raises(ValueError, match="temperature must be above 0"):
        negative_log_likelihood(np.zeros((1, 7)), np.eye(7)[:1], temperature)


def test_logits_that_cannot_be_judged_are_refused():
    with pytest.raises(DatasetError, match="logits must be finite"):
        fit_temperature(np.full((1, 7), np.nan), np.eye(7)[:1])
    with pytest.raises(DatasetError, match="at least one row"):
        fit_temperature(np.zeros((0, 7)), np.zeros((0, 7)))
    with pytest.raises(ShapeError):
        fit_temperature(np.zeros((2, 7)), np.eye(7)[:1])
    with pytest.raises(DatasetError, match="sum to 1"):
        fit_temperature(np.zeros((1, 7)), np.ones((1, 7)))


def test_equal_logits_cost_the_logarithm_of_seven():
    loss = negative_log_likelihood(np.full((3, 7), 500.0), np.eye(7)[:3])
    assert loss == pytest.approx(math.log(7))


def test_a_known_temperature_is_found_again():
    # Targets are the softmax of logits / 2.5, so no other temperature fits better.
    logits = np.random.default_rng(3).normal(0, 4, (200, 7))
    targets = tempered_probabilities(logits, 2.5)
    assert fit_temperature(logits, targets) == pytest.approx(2.5, abs=1e-7)


def test_two_classes_worked_out_on_paper():
    # Nine of ten right with logits (ln 81, 0) asks for the odds 9, thus half of ln 81.
    # The other classes are out of reach.
    logits = np.full((10, 7), -1000.0)
    logits[:, 0], logits[:, 1] = math.log(81), 0
    targets = np.eye(7)[[0] * 9 + [1]]
    assert fit_temperature(logits, targets) == pytest.approx(2.0, abs=1e-7)


def test_always_right_asks_for_the_least_temperature():
    assert fit_temperature(np.eye(7), np.eye(7)) == LEAST_TEMPERATURE


@pytest.mark.parametrize("logits", [np.zeros((7, 7)), -np.eye(7)])
def test_logits_that_say_nothing_ask_for_the_largest_temperature(logits):
    assert fit_temperature(logits, np.eye(7)) == LARGEST_TEMPERATURE


def test_logits_far_apart_do_not_stop_the_search():
    # At temperature 1 the second class has the probability e⁻⁷⁶⁰, which is 0 in
    # float64, and the curvature with it; its target e⁻⁴⁵ asks for 760 / 45.
    logits = np.full((1, 7), -1e6)
    logits[0, :2] = 0, -760
    targets = np.zeros((1, 7))
    targets[0, :2] = 1, math.exp(-45)
    assert fit_temperature(logits, targets) == pytest.approx(760 / 45, rel=1e-6)


@given(seed=st.integers(0, 500), scale=st.floats(0.05, 8))
@settings(max_examples=40, deadline=None)
def test_no_temperature_of_a_fine_grid_does_better(seed, scale):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, scale, (40, 7))
    targets = rng.dirichlet(np.full(7, 0.3), 40)
    targets[np.arange(40), logits.argmax(axis=1)] += 1
    targets /= targets.sum(axis=1, keepdims=True)
    found = fit_temperature(logits, targets)
    best = negative_log_likelihood(logits, targets, found)
    for temperature in np.geomspace(LEAST_TEMPERATURE, LARGEST_TEMPERATURE, 80):
        assert best <= negative_log_likelihood(logits, targets, temperature) + 1e-9
