"""Spatial warps: how a character's proportions bend the head and all on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from deepexpr.characters.building.makehuman.geometry import Floats, smooth_step
from deepexpr.characters.building.rig_source import Points

Warp = Callable[[Points], Points]
"""A smooth map of positions (n, 3) to positions (n, 3)."""

PROFILE_HEIGHTS = (
    5.3, 5.8, 6.1, 6.3, 6.6, 6.9, 7.1, 7.28, 7.5, 7.75, 8.1, 8.6
)  # fmt: skip
"""Heights at which a `ProfileWarp` is told: neck, chin, mouth, nose, eyes, crown."""

_PROFILE_DEPTH_CENTRE = 0.35


@dataclass(frozen=True, slots=True)
class ProfileWarp:
    """Width, depth and height of the head as functions of the height.

    Attributes:
        width: factor on x at each of `PROFILE_HEIGHTS`.
        depth: factor on z about the middle of the head.
        height: new height of each.
    """

    width: tuple[float, ...]
    depth: tuple[float, ...]
    height: tuple[float, ...]

    def __call__(self, points: Points) -> Points:
        """Warp positions (n, 3)."""
        clamped = np.clip(points[:, 1], PROFILE_HEIGHTS[0], PROFILE_HEIGHTS[-1])
        warped = points.copy()
        warped[:, 0] = points[:, 0] * _profile(self.width, clamped)
        warped[:, 2] = _PROFILE_DEPTH_CENTRE + (
            points[:, 2] - _PROFILE_DEPTH_CENTRE
        ) * _profile(self.depth, clamped)
        warped[:, 1] = _profile(self.height, clamped) + (points[:, 1] - clamped)
        return warped


@dataclass(frozen=True, slots=True)
class LocalWarp:
    """Scale and shift around a point and, off the middle, around its mirror image.

    Attributes:
        centre: (x, y, z) of the subject's left one.
        radii: half axes of the ellipsoid outside which nothing moves.
        scale: factors about the centre.
        move: shift; x is mirrored on the right.
        core: share of the radii inside which the effect is full.
    """

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    move: tuple[float, float, float] = (0.0, 0.0, 0.0)
    core: float = 0.0

    def __call__(self, points: Points) -> Points:
        """Warp positions (n, 3)."""
        offset = self._offset(points, 1)
        if abs(self.centre[0]) > 1e-6:
            offset = offset + self._offset(points, -1)
        return points + offset

    def _offset(self, points: Points, side: int) -> Points:
        mirror = np.array([side, 1, 1])
        from_centre = points - np.array(self.centre) * mirror
        reach = np.sqrt(((from_centre / self.radii) ** 2).sum(axis=1))
        weight = 1 - smooth_step(self.core, 1.0, reach)
        scaled = from_centre * (np.array(self.scale) - 1)
        offset: Points = weight[:, None] * (scaled + np.array(self.move) * mirror)
        return offset


@dataclass(frozen=True, slots=True)
class ComposedWarp:
    """Warps one after the other."""

    warps: Sequence[Warp]

    def __call__(self, points: Points) -> Points:
        """Warp positions (n, 3)."""
        for warp in self.warps:
            points = warp(points)
        return points

    def carry(self, points: Points, offsets: Points) -> Points:
        """Offsets (n, 3) at points as the warp bends them.

        Half of each offset is warped and doubled: the warp is felt half-way, so that
        large motions neither shrink nor grow along it.
        """
        half: Points = (self(points + 0.5 * offsets) - self(points)) * 2
        return half


def _profile(values: Sequence[float], heights: Floats) -> Floats:
    curve: Floats = PchipInterpolator(PROFILE_HEIGHTS, values)(heights)
    return curve
