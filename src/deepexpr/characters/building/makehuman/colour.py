"""Colours as designers write them and as light adds up."""

import numpy as np

from deepexpr.characters.building.makehuman.geometry import Floats


def linear_rgb(code: str) -> Floats:
    """Linear RGB (3,) in [0, 1] of an sRGB colour such as "#f0bd9b"."""
    encoded = np.array([int(code[at : at + 2], 16) for at in (1, 3, 5)], float) / 255
    linear: Floats = np.where(
        encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    )
    return linear


def linear_tuple(code: str) -> tuple[float, float, float]:
    """Linear RGB of an sRGB colour code as three floats."""
    red, green, blue = (float(value) for value in linear_rgb(code))
    return red, green, blue
