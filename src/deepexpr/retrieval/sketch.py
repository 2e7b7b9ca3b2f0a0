"""A short sketch of every entry, from which its divergence is bounded below.

The square roots a, b of two distributions are unit vectors, and h² = 1 − ⟨a, b⟩ gives
ln 2·h² ≤ JSD ≤ h². On the first d axes of an orthonormal basis the product is known
exactly, on the others it is at most the product of the lengths that are left
(Cauchy-Schwarz):

    ⟨a, b⟩ ≤ ⟨a₁, b₁⟩ + |a₂|·|b₂|.

An entry is kept as (a₁, |a₂|), so a single matrix product bounds all entries. The axes
are the principal ones of the entries; features of faces need few of them.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.retrieval.divergence import (
    LARGEST_DIVERGENCE_NATS,
    square_roots,
)
from deepexpr.retrieval.entries import Entries

_UNIT = 2.0**-24
_LEAST_COLUMNS = 64
_MOST_TAIL = 0.05
_SAMPLE_ROWS = 16384
_ROWS_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Sketch:
    """Sketches of all entries of a gallery.

    Attributes:
        basis: (D, d) float32, orthonormal columns up to rounding.
        rows: (N, d + 1) float32, the coordinates a₁ and the length |a₂| of each entry.
    """

    basis: NDArray[np.float32]
    rows: NDArray[np.float32]

    @classmethod
    def of(cls, entries: Entries) -> "Sketch":
        """Make the sketches of entries.

        The number of axes is the least of 63, 127, 255 … that leaves 5 % of the squared
        length or less, as a mean over the entries, or all of them.
        """
        basis = _principal_axes(entries)
        rows = np.empty((len(entries), basis.shape[1] + 1), np.float32)
        for start in range(0, len(entries), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            rows[part] = _sketched(np.sqrt(entries.distributions(part)), basis)
        return cls(basis, rows)

    def lower_bounds(self, queries: NDArray[Any]) -> NDArray[np.float32]:
        """Lower bounds of the divergence of queries from every entry.

        Args:
            queries: (B, D) non-negative features.

        Returns:
            (B, N) float32 in [0, ln 2], never above the true divergence: the rounding
            of every float32 step is taken off.

        Raises:
            ShapeError: if the queries are not (B, D).
            ValueError: if a feature is negative or not finite.
        """
        check_shape("queries", queries, (None, len(self.basis)))
        wanted = _sketched(square_roots(queries), self.basis)
        bounds: NDArray[np.float32] = wanted @ self.rows.T
        width, axes = self.basis.shape
        margin = 2.1 * _row_error(width, axes) + (axes + 8) * _UNIT
        # In place: with a million entries each array costs as much as the product.
        bounds *= np.float32(-LARGEST_DIVERGENCE_NATS)
        bounds += np.float32(LARGEST_DIVERGENCE_NATS * (1.0 - margin))
        np.maximum(bounds, np.float32(0), out=bounds)
        return bounds


def _row_error(width: int, axes: int) -> float:
    """Largest error of the coordinates of a unit vector, as a Euclidean length.

    Each coordinate is a float32 product of length `width`, so it errs by at most
    (width + 4)·2⁻²⁴ (Higham 2002, section 3.1); the rest is for normalising the row.
    """
    return _UNIT * ((width + 4) * math.sqrt(axes) + 8)


def _sketched(
    roots: NDArray[np.float32], basis: NDArray[np.float32]
) -> NDArray[np.float32]:
    width, axes = basis.shape
    rows = np.empty((len(roots), axes + 1), np.float32)
    known = np.matmul(roots, basis)
    rows[:, :axes] = known
    rest = 1.0 - np.einsum("ij,ij->i", known, known, dtype=np.float64)
    error = 3.0 * _row_error(width, axes)
    rows[:, axes] = np.sqrt(np.maximum(rest, 0.0) + error) * (1 + 4 * _UNIT)
    return rows


def _principal_axes(entries: Entries) -> NDArray[np.float32]:
    step = max(1, len(entries) // _SAMPLE_ROWS)
    picked = np.arange(0, len(entries), step)
    roots = np.sqrt(entries.distributions(picked))
    moments = (roots.T @ roots).astype(np.float64) / max(len(roots), 1)
    energy, axes = np.linalg.eigh(moments)
    left = 1.0 - np.cumsum(energy[::-1])
    count = _LEAST_COLUMNS - 1
    while count < len(left) and left[count - 1] > _MOST_TAIL:
        count = 2 * count + 1
    # Half of the axes or more cost as much as all of them and bound less.
    count = len(left) if 2 * count > len(left) else count
    return np.ascontiguousarray(axes[:, ::-1][:, :count], np.float32)
