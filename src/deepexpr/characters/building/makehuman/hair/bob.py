"""A bob with a full fringe and a parting."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import Floats, Mesh, direction
from deepexpr.characters.building.makehuman.hair.skull import Skull
from deepexpr.characters.building.makehuman.hair.strands import (
    Clumps,
    Height,
    Random,
    ScalpPoints,
    Taper,
    hairline,
    scalp_cap,
)
from deepexpr.characters.building.makehuman.plan import Colour
from deepexpr.characters.building.rig_source import Points

_HAIRLINE = hairline(
    (
        (0, 46),
        (25, 43),
        (50, 32),
        (68, 12),
        (85, -4),
        (110, -25),
        (150, -40),
        (180, -42),
    )
)
_VOLUME = 0.09
_LENGTH = 1.15
_FRINGE_ROWS = ((0.86, 44), (1.0, 40), (1.14, 36), (1.28, 26))
"""Elevation and number of clumps of each row of the fringe."""


@dataclass(frozen=True, slots=True)
class Bob:
    """Chin-length hair.

    Attributes:
        colour: at the roots.
        tip_colour: at the tips.
        parting: sideways position of the parting, as a direction's x.
    """

    colour: Colour
    tip_colour: Colour
    parting: float

    def __call__(self, skull: Skull, random: Random) -> list[Mesh]:
        """Cap, mantle and fringe."""
        root, tip = linear_rgb(self.colour), linear_rgb(self.tip_colour)
        cap = scalp_cap(skull, _HAIRLINE, _VOLUME, 1.5 * tip, edge=0.004, ramp=0.12)
        scalp = ScalpPoints.above(_HAIRLINE, 900)
        fringe_area = (
            (scalp.azimuth > -0.52)
            & (scalp.azimuth < 0.46)
            & (scalp.directions[:, 2] > 0.05)
            & (scalp.elevation < 1.15)
        )
        mantle = self._mantle(skull, root, tip)
        pieces = mantle.grow(skull, scalp.directions[~fringe_area], random)
        roots = self._fringe_roots(random)
        return [cap, *pieces, *self._fringe(root, tip).grow(skull, roots, random)]

    def _mantle(self, skull: Skull, root: Floats, tip: Floats) -> Clumps:
        side = float(skull.radius(direction(np.pi / 2, 0.15)))

        def flow(outward: Floats, _share: float) -> Floats:
            towards = 1 if outward[0] > self.parting else -1
            sideways = towards * 0.8 * max(0, outward[1] - 0.1)
            return np.array([sideways, -1.0, -0.35 * (outward[1] > -0.1)])

        def least_radius(outward: Floats) -> float:
            # below the ears the hair hangs straight down from the side of the head
            level = float(np.hypot(outward[0], outward[2]))
            return (side + 0.07) / max(level, 0.5) if outward[1] < 0.10 else 0.0

        def height(_root: Floats, random: Random) -> Height:
            swell = random.uniform(0.03, 0.07)
            return lambda share: (
                _VOLUME
                + swell * np.sin(np.pi * min(1, share * 0.7 + 0.2))
                - 0.10 * max(0, share - 0.75)
            )

        return Clumps(
            flow=flow,
            length=lambda outward, random: float(
                _LENGTH
                * (0.62 + 0.50 * max(0, outward[1]))
                * random.uniform(0.94, 1.04)
            ),
            height=height,
            width=lambda _, random: random.uniform(0.075, 0.115),
            colour=0.35 * root + 0.65 * tip,
            tip_colour=tip,
            steps=11,
            thickness=0.45,
            least_radius=least_radius,
            taper=Taper(root=0.3, peak=0.5, tip=0.15),
        )

    def _fringe_roots(self, random: Random) -> Points:
        roots = [
            direction(
                along * (1 - 0.10 * row) + self.parting * 0.5,
                elevation - 0.13 * along * along + random.uniform(-0.03, 0.03),
            )
            for row, (elevation, count) in enumerate(_FRINGE_ROWS)
            for along in np.linspace(-1.05, 1.05, count)
        ]
        return np.array(roots)

    def _fringe(self, root: Floats, tip: Floats) -> Clumps:
        def flow(outward: Floats, share: float) -> Floats:
            right = outward[0] < self.parting
            sideways = -0.70 + 0.55 * share if right else 0.75 - 0.4 * share
            return np.array([sideways, -1.0, 0.35])

        def length(outward: Floats, random: Random) -> float:
            from_parting = min(1, abs(outward[0] - self.parting) / 0.7)
            return float(
                random.uniform(0.56, 0.66)
                + 0.62 * from_parting**1.2
                + 0.35 * max(0, outward[1] - 0.8)
            )

        def height(_root: Floats, random: Random) -> Height:
            swell = random.uniform(0.03, 0.08)
            return lambda share: (
                _VOLUME + 0.015 + swell * np.sin(np.pi * min(1, share * 0.85 + 0.1))
            )

        return Clumps(
            flow=flow,
            length=length,
            height=height,
            width=lambda _, random: random.uniform(0.07, 0.105),
            colour=root,
            tip_colour=tip,
            steps=9,
            thickness=0.5,
            taper=Taper(root=0.35, peak=0.45, tip=0.05),
        )
