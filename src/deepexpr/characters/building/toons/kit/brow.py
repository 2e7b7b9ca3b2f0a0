"""Brows: closed rolls that slide over the surface of a head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.curves import (
    bezier,
    capsule_profile,
    resample,
)
from deepexpr.characters.building.toons.kit.meshes import tube
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.sides import Side, of_side, side_sign
from deepexpr.characters.building.toons.kit.vectors import FloatArray, unit, vector

BROW_SIDES = 12
"""Vertices of a section of a brow that lies on a surface."""

_SECTIONS = 25
_CAP = 0.13


@dataclass(frozen=True, slots=True)
class BrowGains:
    """How far the controls move a brow, in the rig's unit.

    Attributes:
        down: browDown lowers the inner end by it.
        inner: browInnerUp raises the inner end by it.
        sad: browInnerUp lowers the outer end by it.
        outer: browOuterUp raises the brow by it.
        pinch: browDown draws the brow inwards by it.
    """

    down: float
    inner: float
    sad: float
    outer: float
    pinch: float


@dataclass(frozen=True, slots=True)
class SurfaceBrow:
    """A brow roll.

    Attributes:
        surface: what it lies on.
        side: the subject's own side.
        outline: control points (x, y) of the left brow, from its inner end.
        radius: half width of the roll.
        lift: height of its axis above the surface.
        flatness: height of the roll over its width.
        taper: share of the half width that is lost at the outer end.
        fullness: factor on the half width at the inner end.
        gains: how far the controls move it.
    """

    surface: RadialSurface
    side: Side
    outline: Sequence[tuple[float, float]]
    radius: float
    lift: float
    flatness: float
    gains: BrowGains
    taper: float = 0.0
    fullness: float = 1.0

    def posed(self, weights: Mapping[str, float]) -> FloatArray:
        """Vertices (n, 3) under control weights."""
        share, profile = capsule_profile(_SECTIONS, _CAP)
        line = resample(bezier(self.outline, np.linspace(0, 1, 60)), share)
        inwards, up = self._motion(share, of_side(weights, self.side))
        across = side_sign(self.side) * (line[:, 0] + inwards)
        axis = self.surface.front(across, line[:, 1] + up)
        upward = unit(self.surface.normals(axis) + vector(0, 0, 0.35))
        width = self.radius * profile * (self.fullness - self.taper * share)
        return tube(
            axis + upward * self.lift,
            upward,
            width,
            width * self.flatness,
            BROW_SIDES,
        )

    def _motion(
        self, share: FloatArray, weights: Mapping[str, float]
    ) -> tuple[FloatArray, FloatArray]:
        """Motion (x of the left side, y) of the brow's axis at shares of its length."""
        gains, inner = self.gains, 1 - share
        down = weights.get("browDown", 0.0)
        inner_up = weights.get("browInnerUp", 0.0)
        outer_up = weights.get("browOuterUp", 0.0)
        hump = np.sin(np.pi * np.clip(0.2 + 0.55 * share, 0, 1))
        up = (
            -down * gains.down * (0.25 + 0.95 * inner**1.2)
            + inner_up * (gains.inner * inner**1.3 - gains.sad * share**1.6)
            + outer_up * gains.outer * (0.35 + 0.65 * hump)
            - weights.get("noseSneer", 0.0) * 0.05 * inner
            + weights.get("cheekSquint", 0.0) * 0.02
        )
        across = (
            -down * gains.pinch * (1 - 0.4 * share)
            - inner_up * gains.pinch * 0.3 * inner
        )
        return across, up
