"""Jensen-Shannon divergence between expression features, in nats.

Features are non-negative activations with exact zeros. Raised to a power, the
sharpness, and divided by their sum they are discrete distributions, and

    JSD(p, q) = KL(p ‖ m) / 2 + KL(q ‖ m) / 2,   m = (p + q) / 2,

with 0·log 0 = 0, lies in [0, ln 2]: 0 for equal distributions, ln 2 for disjoint ones.
The squared Hellinger distance h² = 1 − Σ√(p·q) encloses it: ln 2·h² ≤ JSD ≤ h².

Sources: Lin (1991), "Divergence measures based on the Shannon entropy"; for the bounds
Topsøe (2000), "Some inequalities for information divergence and related measures of
discrimination".
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape

LARGEST_DIVERGENCE_NATS = math.log(2)

_ROWS_AT_ONCE = 2048


def as_distributions(
    features: NDArray[Any], sharpness: float = 1.0
) -> NDArray[np.float64]:
    """Raise each row of features to a power and divide it by its sum.

    A row of zeros says nothing about the expression and becomes the uniform
    distribution.

    Args:
        features: (N, D) non-negative finite numbers of any floating type and scale.
        sharpness: the power; above 1 strong activations count for more.

    Returns:
        (N, D) float64; rows sum to 1.

    Raises:
        ShapeError: if features are not (N, D).
        ValueError: if a number is negative, infinite or NaN.
    """
    check_shape("features", features, (None, None))
    rows = np.asarray(features, np.float64)
    if not (np.isfinite(rows).all() and (rows >= 0).all()):
        raise ValueError("features must be finite and not negative")
    largest = rows.max(axis=1, keepdims=True, initial=0.0)
    # Dividing by the largest first keeps denormal and huge rows inside the range where
    # their sum neither vanishes nor overflows.
    scaled = np.divide(rows, largest, out=np.ones_like(rows), where=largest > 0)
    if sharpness != 1:
        scaled **= sharpness
    distributions: NDArray[np.float64] = scaled / scaled.sum(axis=1, keepdims=True)
    return distributions


def square_roots(features: NDArray[Any]) -> NDArray[np.float32]:
    """Square roots of the distributions of features: rows of Euclidean length 1.

    Args:
        features: (N, D) non-negative finite numbers.

    Returns:
        (N, D) float32. The inner product of two rows is Σ√(p·q).

    Raises:
        ShapeError: if features are not (N, D).
        ValueError: if a number is negative, infinite or NaN.
    """
    check_shape("features", features, (None, None))
    roots = np.empty(features.shape, np.float32)
    for start in range(0, len(features), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        roots[rows] = np.sqrt(as_distributions(features[rows]))
    return roots


def jensen_shannon_divergence(
    query: NDArray[Any], gallery: NDArray[Any]
) -> NDArray[np.float32]:
    """Divergence of one query from every gallery entry in float32; lower is closer.

    Args:
        query: (D,) non-negative features; they need not sum to 1.
        gallery: (N, D) non-negative features, one row an entry.

    Returns:
        (N,) float32 nats in [0, ln 2], within 1e-6 of
        `jensen_shannon_divergence_reference`.

    Raises:
        ShapeError: if the shapes do not fit together.
        ValueError: if a number is negative, infinite or NaN.
    """
    _check_pair(query, gallery)
    wanted = as_distributions(query[None])[0].astype(np.float32)
    entries = as_distributions(gallery).astype(np.float32)
    both = wanted + entries
    terms = _relative_terms(wanted, both) + _relative_terms(entries, both)
    halved: NDArray[np.float32] = terms.sum(axis=1) / np.float32(2)
    return halved.clip(0, np.float32(LARGEST_DIVERGENCE_NATS))


def jensen_shannon_divergence_reference(
    query: NDArray[Any], gallery: NDArray[Any], sharpness: float = 1.0
) -> NDArray[np.float64]:
    """The same divergence in float64: what exact searches are ordered by.

    Args:
        query: (D,) non-negative features; they need not sum to 1.
        gallery: (N, D) non-negative features, one row an entry.
        sharpness: as for `as_distributions`.

    Returns:
        (N,) float64 nats in [0, ln 2].

    Raises:
        ShapeError: if the shapes do not fit together.
        ValueError: if a number is negative, infinite or NaN.
    """
    _check_pair(query, gallery)
    wanted = as_distributions(query[None], sharpness)
    entries = as_distributions(gallery, sharpness)
    both = wanted + entries
    terms = _relative_terms(wanted, both) + _relative_terms(entries, both)
    halved: NDArray[np.float64] = terms.sum(axis=1) / 2
    return halved.clip(0.0, LARGEST_DIVERGENCE_NATS)


def _check_pair(query: NDArray[Any], gallery: NDArray[Any]) -> None:
    check_shape("query", query, (None,))
    check_shape("gallery", gallery, (None, len(query)))


def _relative_terms(part: NDArray[Any], total: NDArray[Any]) -> NDArray[Any]:
    """Terms p·log(p / m) of a relative entropy with m = total / 2; 0 where p is 0."""
    # 2p / total instead of p / m: half of the smallest denormal would round to 0.
    part = np.broadcast_to(part, total.shape)
    ratio = np.divide(part + part, total, out=np.ones_like(total), where=part > 0)
    logs: NDArray[Any] = np.log(ratio, out=ratio)
    terms: NDArray[Any] = part * logs
    return terms
