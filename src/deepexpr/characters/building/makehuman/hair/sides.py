"""Tufts around a bald head."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    direction,
    spread_directions,
)
from deepexpr.characters.building.makehuman.hair.skull import Skull
from deepexpr.characters.building.makehuman.hair.strands import (
    Clumps,
    Height,
    Random,
    Taper,
)
from deepexpr.characters.building.makehuman.plan import Colour
from deepexpr.characters.building.rig_source import Points

_LOWER_BORDER = ((1.25, -0.02), (1.5, -0.1), (1.9, -0.42), (2.6, -0.66), (3.14, -0.68))
"""(azimuth, elevation) of the nape's border, radians."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Fluffy hair above the ears and a few strands on top.

    Attributes:
        colour: of the hair.
    """

    colour: Colour

    def __call__(self, skull: Skull, random: Random) -> list[Mesh]:
        """Tufts, then strands."""
        colour = linear_rgb(self.colour)
        tufts = _tufts(colour).grow(skull, _tuft_roots(), random)
        places = ((-0.15, 1.15), (0.05, 1.2), (0.2, 1.12), (0.1, 1.3))
        roots = np.array([direction(azimuth, height) for azimuth, height in places])
        return [*tufts, *_top_strands(colour).grow(skull, roots, random)]


def _tuft_roots() -> Points:
    everywhere = spread_directions(1100)
    azimuth = np.abs(np.arctan2(everywhere[:, 0], everywhere[:, 2]))
    elevation = np.arcsin(everywhere[:, 1])
    high = 0.40 - 0.25 * (azimuth > 2.3) + 0.12 * np.sin(azimuth * 2)
    table = np.array(_LOWER_BORDER)
    low = np.interp(azimuth, table[:, 0], table[:, 1])
    kept = (azimuth > 1.28) & (elevation < high) & (elevation > low)
    roots: Points = everywhere[kept]
    return roots


def _tufts(colour: Floats) -> Clumps:
    def flow(outward: Floats, _share: float) -> Floats:
        wave = 0.3 * np.sin(9 * outward[1])
        return np.array([np.sign(outward[0]) * 0.55, wave - 0.35, -0.8])

    def height(_root: Floats, random: Random) -> Height:
        rise = random.uniform(0.10, 0.34)
        return lambda share: float(0.02 + rise * share**1.2)

    return Clumps(
        flow=flow,
        length=lambda _, random: random.uniform(0.36, 0.6),
        height=height,
        width=lambda _, random: random.uniform(0.06, 0.11),
        colour=colour,
        steps=7,
        thickness=0.6,
        curl=0.04,
        taper=Taper(root=0.4, peak=0.35, tip=0.04),
    )


def _top_strands(colour: Floats) -> Clumps:
    def height(_root: Floats, random: Random) -> Height:
        rise = random.uniform(0.1, 0.2)
        return lambda share: float(0.01 + rise * np.sin(np.pi * share * 0.8))

    return Clumps(
        flow=lambda _outward, _share: np.array([0.8, 0.1, -0.5]),
        length=lambda _root, _random: 0.55,
        height=height,
        width=lambda _root, _random: 0.025,
        colour=colour,
        steps=9,
        thickness=0.8,
    )
