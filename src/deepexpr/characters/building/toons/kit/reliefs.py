"""Swellings and folds of a face that come with its controls, as radial offsets."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from deepexpr.characters.building.toons.kit.mouth_table import half_ellipse
from deepexpr.characters.building.toons.kit.slit_head import SlitHead
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    gaussian_window,
    smooth_step,
)

Relief: TypeAlias = Callable[[FloatArray, int], FloatArray]
"""Face points (rings, columns, 3) and the sign of the side to offsets at weight 1."""


def bulge(
    amount: float, centre: tuple[float, float, float], radii: Sequence[float]
) -> Relief:
    """A round swelling; its centre is that of the left side, mirrored for the right."""

    def relief(points: FloatArray, sign: int) -> FloatArray:
        x, y, z = centre
        return amount * gaussian_window(points, (sign * x, y, z), radii)

    return relief


def both_sides(relief: Relief) -> Relief:
    """The relief of both sides at once, for controls without a side."""

    def paired(points: FloatArray, sign: int) -> FloatArray:
        del sign
        return relief(points, -1) + relief(points, 1)

    return paired


def together(*reliefs: Relief) -> Relief:
    """Several reliefs of one control."""

    def total(points: FloatArray, sign: int) -> FloatArray:
        offsets = [relief(points, sign) for relief in reliefs]
        return np.asarray(np.sum(offsets, axis=0))

    return total


def pout(head: SlitHead, amount: float, reach_deg: float) -> Relief:
    """Lips pushed forward, most in the middle of the mouth."""
    offsets = amount * head.near_lip(reach_deg) * (1 - 0.9 * head.along_lip**2)

    def relief(points: FloatArray, sign: int) -> FloatArray:
        del points, sign
        return np.asarray(offsets)

    return relief


def lip_roll(
    head: SlitHead, amount: float, lip: Literal["upper", "lower"], reach_deg: float
) -> Relief:
    """One lip drawn inwards."""
    columns = head.is_upper if lip == "upper" else head.is_lower
    inwards = amount * head.near_lip(reach_deg) * columns * half_ellipse(head.along_lip)

    def relief(points: FloatArray, sign: int) -> FloatArray:
        del points, sign
        return np.asarray(-inwards)

    return relief


def lip_press(head: SlitHead, amount: float, reach_deg: float) -> Relief:
    """Both lips of one side pressed in."""

    def relief(points: FloatArray, sign: int) -> FloatArray:
        del points
        share = smooth_step(-0.3, 0.5, sign * head.along_lip)
        return np.asarray(-amount * head.near_lip(reach_deg) * share)

    return relief
