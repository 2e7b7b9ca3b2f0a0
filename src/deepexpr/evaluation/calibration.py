"""Calibration: does a probability of 0.8 come true in 80 % of the cases?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.labels import (
    CLASS_COUNT,
    check_distributions,
    check_labels,
)

BINS = 15
LEAST_TEMPERATURE = 0.05
LARGEST_TEMPERATURE = 20.0

_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The predictions whose confidence lies in one range.

    Attributes:
        low: lower end of the range, not part of it (but 0 is part of the first).
        high: upper end, part of it.
        count: how many predictions fall into it.
        confidence: their mean confidence; NaN without any.
        accuracy: share of them that is right; NaN without any.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability_bins(
    probabilities: NDArray[Any], labels: NDArray[Any], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Sort predictions by confidence into bins of equal width.

    Args:
        probabilities: (N, 7) rows summing to 1; the largest is the confidence.
        labels: (N,) class indices.
        bins: how many bins [0, 1] is cut into.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a row is no distribution or a label no class index.
        ValueError: if bins is below 1.
    """
    check_labels("labels", labels)
    check_distributions("probabilities", probabilities, len(labels))
    if bins < 1:
        raise ValueError(f"bins must be at least 1, but is {bins}")
    rows = np.asarray(probabilities, np.float64)
    confidence = rows.max(axis=1, initial=0.0)
    right = rows.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], confidence, side="left")
    return tuple(
        _reliability_bin(
            (edges[index], edges[index + 1]),
            confidence[place == index],
            right[place == index],
        )
        for index in range(bins)
    )


def expected_calibration_error(
    probabilities: NDArray[Any], labels: NDArray[Any], bins: int = BINS
) -> float:
    """Mean distance of confidence and accuracy over the bins; 0 is best.

    ECE = Σ (n_b / N)·|accuracy_b − confidence_b| over bins of equal width.

    Source: Guo et al. (2017), "On calibration of modern neural networks".

    Args:
        probabilities: (N, 7) rows summing to 1.
        labels: (N,) class indices.
        bins: how many bins [0, 1] is cut into.

    Returns:
        The error, 0 to 1; NaN without predictions.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if a row is no distribution or a label no class index.
        ValueError: if bins is below 1.
    """
    filled = [
        entry
        for entry in reliability_bins(probabilities, labels, bins)
        if entry.count > 0
    ]
    if not filled:
        return float("nan")
    return sum(
        entry.count * abs(entry.accuracy - entry.confidence) for entry in filled
    ) / len(labels)


def tempered_probabilities(
    logits: NDArray[Any], temperature: float
) -> NDArray[np.float64]:
    """Softmax of logits divided by a temperature; above 1 it makes them less sure.

    Args:
        logits: (N, 7) finite numbers.
        temperature: above 0.

    Returns:
        (N, 7) float64 rows summing to 1.

    Raises:
        ShapeError: if logits are not (N, 7).
        DatasetError: if a logit is not finite.
        ValueError: if the temperature is not above 0.
    """
    _check_logits(logits)
    if not 0 < temperature < float("inf"):
        raise ValueError(f"temperature must be above 0, but is {temperature}")
    return _softmax(np.asarray(logits, np.float64) / temperature)


def negative_log_likelihood(
    logits: NDArray[Any], targets: NDArray[Any], temperature: float = 1.0
) -> float:
    """Mean cross-entropy of tempered logits and target distributions, in nats.

    Args:
        logits: (N, 7) finite numbers, N at least 1.
        targets: (N, 7) rows summing to 1: votes as shares, or one-hot labels.
        temperature: what the logits are divided by, above 0.

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if there are no rows, a logit is not finite or a target is no
            distribution.
        ValueError: if the temperature is not above 0.
    """
    _check_pairs(logits, targets)
    if not 0 < temperature < float("inf"):
        raise ValueError(f"temperature must be above 0, but is {temperature}")
    scaled = np.asarray(logits, np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(scaled).sum(axis=1))
    losses = log_sums * targets.sum(axis=1) - (targets * scaled).sum(axis=1)
    return float(losses.mean())


def fit_temperature(logits: NDArray[Any], targets: NDArray[Any]) -> float:
    """Find the temperature under which validation targets are most likely.

    In the sharpness s = 1 / temperature the cross-entropy is convex, so that Newton
    steps on its slope, kept inside a bracket that bisection halves, find its one
    minimum.

    Source: Guo et al. (2017), "On calibration of modern neural networks", section 4.2.

    Args:
        logits: (N, 7) finite numbers of the validation faces, N at least 1.
        targets: (N, 7) rows summing to 1: votes as shares, or one-hot labels.

    Returns:
        The temperature, within 0.05 to 20; an end of that range where the likelihood
        rises up to it (such as for predictions that are always right).

    Raises:
        ShapeError: if the shapes do not fit together.
        DatasetError: if there are no rows, a logit is not finite or a target is no
            distribution.
    """
    _check_pairs(logits, targets)
    rows = np.asarray(logits, np.float64)
    wanted = np.asarray(targets, np.float64)
    wanted = wanted / wanted.sum(axis=1, keepdims=True)
    low, high = 1 / LARGEST_TEMPERATURE, 1 / LEAST_TEMPERATURE
    if _slope(rows, wanted, low)[0] >= 0:
        return LARGEST_TEMPERATURE
    if _slope(rows, wanted, high)[0] <= 0:
        return LEAST_TEMPERATURE
    sharpness, move = 1.0, float("inf")
    while abs(move) > _TOLERANCE:
        slope, curvature = _slope(rows, wanted, sharpness)
        low, high = (sharpness, high) if slope < 0 else (low, sharpness)
        # Logits far apart have a curvature of 0 in float64: bisect there.
        newton = sharpness - slope / curvature if curvature > 0 else high
        following = newton if low < newton < high else (low + high) / 2
        move, sharpness = following - sharpness, following
    return 1 / sharpness


def _reliability_bin(
    edges: tuple[float, float],
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
) -> ReliabilityBin:
    count = len(confidence)
    return ReliabilityBin(
        low=float(edges[0]),
        high=float(edges[1]),
        count=count,
        confidence=float(confidence.mean()) if count else float("nan"),
        accuracy=float(right.mean()) if count else float("nan"),
    )


def _slope(
    logits: NDArray[np.float64], targets: NDArray[np.float64], sharpness: float
) -> tuple[float, float]:
    """First and second derivative of the cross-entropy by the sharpness."""
    probabilities = _softmax(logits * sharpness)
    expected = (probabilities * logits).sum(axis=1)
    squared = (probabilities * (logits - expected[:, None]) ** 2).sum(axis=1)
    reached = (targets * logits).sum(axis=1)
    return float((expected - reached).mean()), float(squared.mean())


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _check_logits(logits: NDArray[Any]) -> None:
    check_shape("logits", logits, (None, CLASS_COUNT))
    if not np.isfinite(logits).all():
        raise DatasetError("logits must be finite")


def _check_pairs(logits: NDArray[Any], targets: NDArray[Any]) -> None:
    _check_logits(logits)
    check_distributions("targets", targets, len(logits))
    if not len(logits):
        raise DatasetError("there are no logits to judge; give at least one row")
