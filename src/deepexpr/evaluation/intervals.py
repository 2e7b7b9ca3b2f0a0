"""How sure a figure is: Wilson intervals of shares, bootstrap intervals of means."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError

CONFIDENCE = 0.95
RESAMPLES = 2000

_RESAMPLES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its confidence interval.

    Attributes:
        value: the figure; NaN if nothing was counted.
        low: lower end of the interval.
        high: upper end of the interval.
        count: how many observations it rests on.
    """

    value: float
    low: float
    high: float
    count: int


NOTHING_COUNTED = Estimate(math.nan, math.nan, math.nan, 0)


@dataclass(frozen=True, slots=True)
class MeanAndSpread:
    """Mean and standard deviation of some values.

    Attributes:
        mean: the mean; NaN without values.
        spread: sample standard deviation (N − 1 below the line); NaN below two values.
        count: how many values there are.
    """

    mean: float
    spread: float
    count: int


def mean_and_spread(values: NDArray[np.float64]) -> MeanAndSpread:
    """Mean ± standard deviation of the values that are defined.

    Args:
        values: (N,) numbers; NaN stands for a value that is not defined.
    """
    check_shape("values", values, (None,))
    known = values[~np.isnan(values)]
    return MeanAndSpread(
        mean=float(known.mean()) if len(known) else math.nan,
        spread=float(known.std(ddof=1)) if len(known) > 1 else math.nan,
        count=len(known),
    )


def wilson_interval(
    successes: int, total: int, confidence: float = CONFIDENCE
) -> Estimate:
    """Share of successes with Wilson's score interval.

    Unlike the interval p ± z·√(p(1−p)/n) it stays inside [0, 1] and has a width at 0 %
    and 100 % too.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical
    inference".

    Args:
        successes: how many trials succeeded, 0 to total.
        total: how many trials there were; without any the estimate is NaN.
        confidence: probability that the interval covers the true share, 0 to 1.

    Raises:
        DatasetError: if the counts cannot be.
        ValueError: if confidence does not lie between 0 and 1.
    """
    if not 0 <= successes <= total:
        raise DatasetError(
            f"successes must lie between 0 and the {total} trials, but are {successes}"
        )
    deviate = _two_sided_deviate(confidence)
    if total == 0:
        return NOTHING_COUNTED
    share = successes / total
    excess = deviate * deviate / total
    centre = (share + excess / 2) / (1 + excess)
    half = deviate * math.sqrt(share * (1 - share) / total + excess / (4 * total))
    half /= 1 + excess
    return Estimate(
        value=share,
        low=max(0.0, centre - half) if successes else 0.0,
        high=min(1.0, centre + half) if successes < total else 1.0,
        count=total,
    )


def bootstrap_means(
    values: NDArray[Any],
    weights: NDArray[Any],
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> NDArray[np.float64]:
    """Weighted means of resamples drawn with replacement.

    Args:
        values: (N,) finite numbers, N at least 1.
        weights: (N,) positive weights.
        rng: the source of chance.
        resamples: how many means to draw.

    Returns:
        (resamples,) means.

    Source: Efron (1979), "Bootstrap methods: another look at the jackknife".

    Raises:
        ShapeError: if the lengths differ.
        DatasetError: if there are no values, or a weight is not above 0.
    """
    count = len(values)
    check_shape("values", values, (None,))
    check_shape("weights", weights, (count,))
    if not count or not (weights > 0).all():
        raise DatasetError(
            f"resampling needs values with weights above 0, but of the {count} values "
            f"{int((weights > 0).sum())} have one"
        )
    even = np.full(count, 1 / count)
    means = np.zeros(resamples)
    for start in range(0, resamples, _RESAMPLES_AT_ONCE):
        drawn = rng.multinomial(
            count, even, size=min(_RESAMPLES_AT_ONCE, resamples - start)
        )
        means[start : start + len(drawn)] = (drawn @ (weights * values)) / (
            drawn @ weights
        )
    return means


def percentile_interval(
    value: float, draws: NDArray[Any], count: int, confidence: float = CONFIDENCE
) -> Estimate:
    """A figure with the interval that its bootstrap draws span.

    Args:
        value: the figure itself.
        draws: (R,) the same figure of R resamples.
        count: how many observations it rests on.
        confidence: share of the draws inside the interval, 0 to 1.

    Raises:
        ValueError: if confidence does not lie between 0 and 1.
    """
    _two_sided_deviate(confidence)
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), count)


def _two_sided_deviate(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, but is {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)
