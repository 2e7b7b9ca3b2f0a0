"""Short back and sides with a quiff."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import Floats, Mesh
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

_HAIRLINE = hairline(
    [(0, 45), (28, 43), (46, 37), (60, 20), (76, 0), (96, -18), (150, -36), (180, -38)]
)


@dataclass(frozen=True, slots=True)
class Quiff:
    """Hair swept up and back from the forehead.

    Attributes:
        colour: of the hair.
    """

    colour: Colour

    def __call__(self, skull: Skull, random: Random) -> list[Mesh]:
        """Cap, short sides and quiff."""
        colour = linear_rgb(self.colour)
        cap = scalp_cap(skull, _HAIRLINE, 0.035, colour * 0.8)
        around = ScalpPoints.above(_HAIRLINE, 1500, margin=-0.01).directions
        short = (np.abs(around[:, 0]) > 0.50) | (around[:, 2] < -0.45)
        sides = _short_sides(colour).grow(skull, around[short], random)
        top = ScalpPoints.above(_HAIRLINE, 900, margin=-0.02).directions
        long = (np.abs(top[:, 0]) < 0.56) & (top[:, 2] > -0.60)
        return [cap, *sides, *_swept_up(colour).grow(skull, top[long], random)]


def _short_sides(colour: Floats) -> Clumps:
    return Clumps(
        flow=lambda _outward, _share: np.array([0, -0.75, -0.8]),
        length=lambda _, random: random.uniform(0.16, 0.26),
        height=lambda _root, _random: (
            lambda share: float(0.025 + 0.025 * np.sin(np.pi * share))
        ),
        width=lambda _, random: random.uniform(0.028, 0.042),
        colour=colour,
        steps=5,
        thickness=0.5,
        taper=Taper(root=0.2, peak=0.4, tip=0.03),
    )


def _swept_up(colour: Floats) -> Clumps:
    def height(outward: Floats, random: Random) -> Height:
        front = np.clip((outward[2] + 0.25) / 0.95, 0, 1)
        rise = (0.12 + 0.46 * front**1.5) * random.uniform(0.8, 1.15)
        return lambda share: float(
            0.02 + rise * np.sin(np.pi * min(1, share * 0.88)) ** 0.75
        )

    return Clumps(
        flow=lambda _, share: np.array(
            [0.55 * (1 - 0.4 * share), 0.9 - 1.9 * share, -0.55]
        ),
        length=lambda _, random: random.uniform(0.62, 0.95),
        height=height,
        width=lambda _, random: random.uniform(0.05, 0.085),
        colour=colour,
        steps=9,
        thickness=0.6,
        shade_range=0.3,
        taper=Taper(root=0.35, peak=0.4, tip=0.05),
    )
