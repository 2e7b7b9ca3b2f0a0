"""Spikes that whirl out from the crown."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import Floats, Mesh, unit
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

_CROWN = unit(np.array([0.20, 0.86, -0.45]))


@dataclass(frozen=True, slots=True)
class Spiky:
    """Short thick clumps that stand off the head.

    Attributes:
        colour: at the roots.
        tip_colour: at the tips.
        hairline: (azimuth, elevation) of the scalp's border, degrees.
        volume: thickness of the hair below the spikes.
        spike: height of the spikes.
        length: of a clump.
        width: greatest half width of a clump.
        count: directions over the sphere from which clumps are drawn.
        forwards: how strongly the top is combed to the front.
    """

    colour: Colour
    tip_colour: Colour
    hairline: tuple[tuple[float, float], ...] = (
        (0, 45), (28, 42), (50, 34), (68, 14), (82, -4), (100, -18), (150, -36),
        (180, -38),
    )  # fmt: skip
    volume: float = 0.07
    spike: float = 0.24
    length: float = 0.70
    width: float = 0.105
    count: int = 620
    forwards: float = 0.9

    def __call__(self, skull: Skull, random: Random) -> list[Mesh]:
        """Cap and spikes."""
        colour = linear_rgb(self.colour)
        border = hairline(self.hairline)
        cap = scalp_cap(skull, border, self.volume, colour * 0.45)
        scalp = ScalpPoints.above(border, self.count, margin=-0.03)
        return [cap, *self._spikes(colour).grow(skull, scalp.directions, random)]

    def _spikes(self, colour: Floats) -> Clumps:
        return Clumps(
            flow=self._flow,
            length=lambda outward, random: float(
                self.length
                * random.uniform(0.75, 1.2)
                * (0.5 + 0.5 * np.clip((outward[1] + 0.2) / 0.7, 0, 1))
            ),
            height=self._height,
            width=lambda outward, random: float(
                self.width
                * random.uniform(0.7, 1.2)
                * (0.65 + 0.35 * np.clip(outward[1] + 0.4, 0, 1))
            ),
            colour=colour,
            tip_colour=linear_rgb(self.tip_colour),
            steps=8,
            thickness=0.62,
            curl=0.03,
            taper=Taper(root=0.8, peak=0.18, tip=0.03),
        )

    def _flow(self, outward: Floats, share: float) -> Floats:
        whirl = np.cross(_CROWN, outward) * 0.55
        wave = 0.35 * np.sin(6 * outward[0] + 4 * outward[2])
        front = self.forwards * (outward[1] > 0.2)
        flow: Floats = outward - _CROWN + whirl + np.array([wave, 0.12 * share, front])
        return flow

    def _height(self, outward: Floats, random: Random) -> Height:
        top = np.clip((outward[1] + 0.05) / 0.7, 0, 1)
        rise = self.spike * random.uniform(0.35, 1.15) * (0.25 + 0.75 * top)
        return lambda share: float(
            self.volume * 0.5 + rise * share**1.3 + 0.05 * np.sin(np.pi * share)
        )
