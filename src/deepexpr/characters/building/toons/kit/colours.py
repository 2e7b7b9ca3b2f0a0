"""Vertex colours: linear RGB from the sRGB notation of the web, and their blends."""

import numpy as np
from numpy.typing import ArrayLike

from deepexpr.characters.building.toons.kit.vectors import FloatArray


def linear_colour(notation: str) -> FloatArray:
    """Return (3,) linear RGB in [0, 1] of an sRGB colour such as `#7d4fd0`."""
    levels = [int(notation[start : start + 2], 16) for start in (1, 3, 5)]
    encoded = np.array(levels, dtype=float) / 255
    return np.where(
        encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    )


def blend(base: FloatArray, over: FloatArray, share: ArrayLike) -> FloatArray:
    """Lay one colour over another.

    Args:
        base: (n, 3) or (3,) linear colours.
        over: (n, 3) or (3,) linear colours.
        share: (n,) amount of the second colour, clipped to [0, 1].

    Returns:
        (n, 3) colours.
    """
    amount = np.clip(np.asarray(share, dtype=float), 0, 1)[..., None]
    return np.asarray(base * (1 - amount) + over * amount)


def uniform(colour: FloatArray, count: int) -> FloatArray:
    """Return (count, 3) copies of one colour."""
    return np.tile(colour, (count, 1))


def linear_triple(notation: str) -> tuple[float, float, float]:
    """Return `linear_colour` as three numbers, for materials."""
    red, green, blue = (float(level) for level in linear_colour(notation))
    return red, green, blue
