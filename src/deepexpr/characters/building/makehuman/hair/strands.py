"""Clumps of hair: paths combed over the skull, lofted to tapered tubes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    coloured,
    direction,
    grid_triangles,
    smooth_step,
    spread_directions,
    tube,
    unit,
)
from deepexpr.characters.building.makehuman.hair.skull import Skull
from deepexpr.characters.building.rig_source import Points

Random = np.random.RandomState
HairMaker = Callable[[Skull, Random], list[Mesh]]
"""Makes the pieces of a hair style on a skull."""

Hairline = Callable[[Floats], Floats]
"""Elevation of the scalp's border at azimuths, radians."""

Flow = Callable[[Floats, float], Floats]
"""Combing direction (3,) at a unit direction and a share of the strand's length."""

Height = Callable[[float], float]
"""Height above the skull at a share of the strand's length."""

_SCATTER = 0.015
"""Standard deviation of a clump's root from its place."""


@dataclass(frozen=True, slots=True)
class Taper:
    """Width of a clump along its length, relative to its greatest width.

    Attributes:
        root: at the root.
        peak: share of the length at which it is widest.
        tip: at the tip.
    """

    root: float = 0.55
    peak: float = 0.35
    tip: float = 0.04

    def widths(self, steps: int, width: float) -> Floats:
        """Half widths (steps,)."""
        along = np.linspace(0, 1, steps)
        swelling = self.root + (1 - self.root) * np.sin(along / self.peak * np.pi / 2)
        # only the part beyond the peak is used, where the cosine is positive
        beyond = np.clip((along - self.peak) / (1 - self.peak), 0, 1)
        shrinking = self.tip + (1 - self.tip) * np.cos(beyond * np.pi / 2) ** 0.8
        widths: Floats = width * np.where(along < self.peak, swelling, shrinking)
        return widths


@dataclass(frozen=True, slots=True)
class Clumps:
    """How to comb many clumps; callables take the root's direction and the dice.

    Attributes:
        flow: combing direction.
        length: of a clump.
        height: above the skull along a clump.
        width: greatest half width.
        colour: (3,) linear RGB at the root.
        tip_colour: (3,) at the tip; None for a lighter root colour.
        steps: points of a path.
        thickness: over width.
        least_radius: distance from the skull's centre that hair keeps.
        sides: points of a ring.
        shade_range: random factor 1 ± this on the colour.
        curl: amplitude of the sideways wave.
        taper: of the width.
    """

    flow: Flow
    length: Callable[[Floats, Random], float]
    height: Callable[[Floats, Random], Height]
    width: Callable[[Floats, Random], float]
    colour: Floats
    tip_colour: Floats | None = None
    steps: int = 9
    thickness: float = 0.42
    least_radius: Callable[[Floats], float] | None = None
    sides: int = 5
    shade_range: float = 0.2
    curl: float = 0.0
    taper: Taper = Taper()

    def grow(self, skull: Skull, roots: Points, random: Random) -> list[Mesh]:
        """Clumps from unit directions (k, 3)."""
        return [self._grow_one(skull, root, random) for root in roots]

    def _grow_one(self, skull: Skull, root: Floats, random: Random) -> Mesh:
        start = unit(root + random.normal(0, _SCATTER, 3))
        length = self.length(start, random)
        height = self.height(start, random)
        path, normals = self._comb(skull, start, length, height)
        widths = self.taper.widths(self.steps, self.width(start, random))
        if self.curl:
            along = np.linspace(0, 1, self.steps)
            sideways = unit(np.cross(unit(np.gradient(path, axis=0)), normals))
            wave = np.sin(along * 7 + random.uniform(0, 6.3)) * along
            path = path + sideways * (self.curl * wave)[:, None]
        clump = tube(path, normals, (widths, widths * self.thickness), sides=self.sides)
        shade = 1 + random.uniform(-self.shade_range, self.shade_range)
        return coloured(clump.shape, self._colours(shade), clump.tangents)

    def _comb(
        self, skull: Skull, start: Floats, length: float, height: Height
    ) -> tuple[Points, Points]:
        """Path (steps, 3) over the skull and its outward directions."""
        outward = start
        path, normals = [], []
        step = length / (self.steps - 1)
        for share in np.linspace(0, 1, self.steps):
            radius = float(skull.radius(outward))
            if self.least_radius is not None:
                radius = max(radius, self.least_radius(outward))
            point = skull.centre + outward * (radius + height(share))
            path.append(point)
            normals.append(outward)
            along = self.flow(outward, share)
            along = unit(along - outward * (along @ outward))
            outward = unit(point + along * step - skull.centre)
        return np.array(path), np.array(normals)

    def _colours(self, shade: float) -> Floats:
        along = np.repeat(np.linspace(0, 1, self.steps), self.sides)[:, None]
        root = self.colour * shade
        if self.tip_colour is None:
            return root * (0.72 + 0.45 * along)
        mixed: Floats = root * (1 - along) + self.tip_colour * along
        return mixed


def hairline(knots: Sequence[tuple[float, float]]) -> Hairline:
    """Border of the scalp through (azimuth from the front, elevation) in degrees."""
    table = np.array(knots, float)
    curve: Any = PchipInterpolator(table[:, 0], table[:, 1])

    def border(azimuth: Floats) -> Floats:
        away = np.clip(np.degrees(np.abs(azimuth)), table[0, 0], table[-1, 0])
        elevation: Floats = np.radians(curve(away))
        return elevation

    return border


@dataclass(frozen=True, slots=True)
class ScalpPoints:
    """Places on the scalp where clumps may grow.

    Attributes:
        directions: (k, 3) from the skull's centre.
        azimuth: (k,) radians.
        elevation: (k,) radians.
    """

    directions: Points
    azimuth: Floats
    elevation: Floats

    @staticmethod
    def above(border: Hairline, count: int, margin: float = 0.02) -> "ScalpPoints":
        """Those of `count` spread directions that lie above a hairline.

        Args:
            border: the hairline.
            count: directions over the whole sphere.
            margin: least distance from the hairline, radians.
        """
        everywhere = spread_directions(count)
        azimuth = np.arctan2(everywhere[:, 0], everywhere[:, 2])
        elevation = np.arcsin(np.clip(everywhere[:, 1], -1, 1))
        kept = elevation > border(azimuth) + margin
        return ScalpPoints(everywhere[kept], azimuth[kept], elevation[kept])


def scalp_cap(
    skull: Skull,
    border: Hairline,
    thickness: Callable[[Floats, Floats], Floats] | float,
    colour: Floats,
    *,
    edge: float = 0.012,
    ramp: float = 0.22,
) -> Mesh:
    """A smooth cap over the scalp.

    Args:
        skull: the head below.
        border: the hairline.
        thickness: of the hair, one number or a function of azimuth and elevation.
        colour: (3,) linear RGB.
        edge: thickness at the hairline.
        ramp: share of the way to the crown over which the thickness grows.
    """
    columns, rows = 144, 30
    azimuth = np.linspace(-np.pi, np.pi, columns, endpoint=False)
    up = np.linspace(0, 1, rows)
    low = border(azimuth)
    elevation = low + (np.pi / 2 - low) * up[:, None]
    around = np.broadcast_to(azimuth, elevation.shape)
    outward = direction(around, elevation)
    full = thickness(around, elevation) if callable(thickness) else thickness
    height = edge + full * smooth_step(0, ramp, up)[:, None]
    height[0] = -0.03  # tucked under the skin, so that the border is clean
    height[1] = np.minimum(height[1], 0.008)
    vertices = skull.centre + outward * (skull.radius(outward) + height)[..., None]
    strands = unit(np.gradient(vertices, axis=0))
    triangles = grid_triangles(columns, rows, closed=True)
    return coloured(
        (vertices.reshape(-1, 3), triangles), colour, strands.reshape(-1, 3)
    )
