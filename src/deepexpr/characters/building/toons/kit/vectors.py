"""Small vector maths shared by the modelling modules."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Axis: TypeAlias = Literal["x", "y", "z"]


def unit(vectors: FloatArray) -> FloatArray:
    """Scale vectors along the last axis to length one; (..., 3) in and out."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def smooth_step(start: ArrayLike, stop: ArrayLike, values: ArrayLike) -> FloatArray:
    """Rise from 0 at `start` to 1 at `stop` with level ends; `stop` may be smaller."""
    low, high = np.asarray(start, dtype=float), np.asarray(stop, dtype=float)
    share = np.clip((np.asarray(values, dtype=float) - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def rotation(axis: Axis, angle_deg: float) -> FloatArray:
    """Rotation matrix (3, 3) about one axis, right-handed, acting on columns."""
    angle = np.radians(angle_deg)
    cosine, sine = np.cos(angle), np.sin(angle)
    rows = {
        "x": [[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]],
        "y": [[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]],
        "z": [[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]],
    }
    return np.array(rows[axis], dtype=float)


def gaussian_window(
    points: FloatArray, centre: Sequence[float], radii: Sequence[float]
) -> FloatArray:
    """Window of 1 at the centre that falls to 1/e at the given radius of each axis.

    Args:
        points: (..., 3) positions.
        centre: three coordinates.
        radii: three radii.

    Returns:
        (...) shares in [0, 1].
    """
    scaled = (points - np.asarray(centre, dtype=float)) / np.asarray(radii, dtype=float)
    return np.asarray(np.exp(-(scaled**2).sum(axis=-1)))


def vector(*coordinates: Any) -> FloatArray:
    """Stack scalars or arrays of one shape into (..., n) coordinates."""
    parts = np.broadcast_arrays(*(np.asarray(c, dtype=float) for c in coordinates))
    return np.stack(parts, axis=-1)
