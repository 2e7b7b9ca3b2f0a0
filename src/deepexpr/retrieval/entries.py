"""The entries of a gallery as distributions, read a few rows at a time.

Galleries store half-precision features. They stay as they are, memory-mapped; a row
becomes a float32 distribution when it is asked for.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.retrieval.divergence import LARGEST_DIVERGENCE_NATS, as_distributions

Rows = slice | NDArray[np.intp]

_ROWS_AT_ONCE = 2048
_ROWS_IN_CACHE = 256
_LARGEST_GROUP = 64
_SMALLEST_NORMAL = np.float32(2.0**-126)

_SINGLES = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32)
"""Every half-precision number in single precision: a table converts a row several times
as fast as NumPy does."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows of features, ready to be compared.

    Attributes:
        features: (N, D) float16 of any scale, or float32 distributions.
        scale: (N,) float32 reciprocal sums of the rows.
        entropy: (N,) float32 entropy of each row in nats.
        blank: rows of zeros alone, which stand for the uniform distribution.
        sharpness: power that half-precision features are raised to when they are read.
    """

    features: NDArray[Any]
    scale: NDArray[np.float32]
    entropy: NDArray[np.float32]
    blank: NDArray[np.intp]
    sharpness: float = 1.0

    @classmethod
    def of(cls, features: NDArray[Any], sharpness: float = 1.0) -> "Entries":
        """Prepare features.

        Args:
            features: (N, D) non-negative finite numbers. Half precision is used in
                place; other types are copied into float32 distributions.
            sharpness: as for `as_distributions`, at most `LARGEST_SHARPNESS`.

        Raises:
            ShapeError: if features are not (N, D).
            ValueError: if a number is negative, infinite or NaN.
        """
        check_shape("features", features, (None, None))
        if features.dtype != np.float16:
            features = _single_distributions(features, sharpness)
        scale = np.ones(len(features), np.float32)
        blank: list[int] = []
        for start in range(0, len(features), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            scale[part] = _reciprocal_sums(features[part], sharpness)
            blank.extend(start + np.flatnonzero(scale[part] == 0))
        entropy = np.empty(len(features), np.float32)
        entries = cls(features, scale, entropy, np.array(blank, np.intp), sharpness)
        for start in range(0, len(features), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            entropy[part] = -_sum_of_logarithms(entries.distributions(part))
        return entries

    def __len__(self) -> int:
        return len(self.features)

    @property
    def divergence_margin(self) -> float:
        """Largest error of `divergences` in nats.

        Terms s·ln s of float32 numbers, each logarithm right to four units in the last
        place, are added in groups of at most 64 (Higham 2002, section 4.2); their
        absolute values sum to at most 2·ln D + 1.4.
        """
        width = max(self.features.shape[1], 2)
        return 2.0**-24 * 120 * (math.log(width) + 2)

    def distributions(self, rows: Rows) -> NDArray[np.float32]:
        """Return some rows as distributions: (n, D) float32, each sums to 1."""
        picked = self.features[rows]
        if picked.dtype != np.float16:
            return np.array(picked, np.float32)
        values = _sharpened(_as_singles(picked), self.sharpness)
        values *= self.scale[rows][:, None]
        if len(self.blank):
            values[self.scale[rows] == 0] = 1.0 / values.shape[1]
        return values

    def divergences(
        self, query: NDArray[np.float64], rows: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Jensen-Shannon divergence of a query from some rows, in single precision.

        JSD = ln 2 + (Σ (p+q)·ln(1/(p+q)) − H(p) − H(q)) / 2, so that each pair costs
        one logarithm an element.

        Args:
            query: (D,) distribution.
            rows: (n,) which entries.

        Returns:
            (n,) nats, at most `divergence_margin` from the true values.
        """
        wanted = query.astype(np.float32)
        logarithms = np.log(query, out=np.zeros_like(query), where=query > 0)
        own = float(query @ logarithms)
        found = np.empty(len(rows))
        for start in range(0, len(rows), _ROWS_IN_CACHE):
            part = rows[start : start + _ROWS_IN_CACHE]
            both = self.distributions(part)
            both += wanted
            crossed = _sum_of_logarithms(both)
            found[start : start + len(part)] = own - self.entropy[part] - crossed
        return LARGEST_DIVERGENCE_NATS + found / 2


def _single_distributions(
    features: NDArray[Any], sharpness: float
) -> NDArray[np.float32]:
    singles = np.empty(features.shape, np.float32)
    for start in range(0, len(features), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        singles[part] = as_distributions(features[part], sharpness)
    return singles


def _reciprocal_sums(features: NDArray[Any], sharpness: float) -> NDArray[np.float32]:
    """1 / sum of each sharpened row; 0 for a row of zeros."""
    if features.dtype != np.float16:
        return np.ones(len(features), np.float32)
    values = _as_singles(features)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError("features must be finite and not negative")
    sums = _sharpened(values, sharpness).sum(axis=1, dtype=np.float64)
    inverse = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    reciprocals: NDArray[np.float32] = inverse.astype(np.float32)
    return reciprocals


def _sharpened(values: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
    """The values raised to a power, in place."""
    if sharpness != 1:
        values **= sharpness
    return values


def _as_singles(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    singles: NDArray[np.float32] = _SINGLES.take(
        np.ascontiguousarray(halves).view(np.uint16)
    )
    return singles


def _sum_of_logarithms(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Σ v·ln v of each row, with 0·ln 0 = 0; the values are overwritten."""
    rows, width = values.shape
    np.maximum(values, _SMALLEST_NORMAL, out=values)
    values *= np.log(values)
    group = _group(width)
    sums = values.reshape(-1, group) @ np.ones(group, np.float32)
    total: NDArray[np.float64] = sums.reshape(rows, -1).sum(axis=1, dtype=np.float64)
    return total


def _group(width: int) -> int:
    """The largest divisor of a width that is at most 64."""
    return max(size for size in range(1, _LARGEST_GROUP + 1) if width % size == 0)
