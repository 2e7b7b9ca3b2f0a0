"""Hair combed back into a wound bun."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    coloured,
    direction,
    tube,
    unit,
)
from deepexpr.characters.building.makehuman.hair.skull import Skull
from deepexpr.characters.building.makehuman.hair.strands import (
    Clumps,
    Flow,
    Height,
    Random,
    ScalpPoints,
    Taper,
    hairline,
    scalp_cap,
)
from deepexpr.characters.building.makehuman.plan import Colour

_HAIRLINE = hairline(
    (
        (0, 43),
        (28, 40),
        (52, 30),
        (70, 10),
        (85, -5),
        (105, -22),
        (150, -40),
        (180, -42),
    )
)
_TOWARDS_BUN = unit(np.array([0, 0.93, -0.28]))
_BUN_RADIUS = 0.36
_BUN_STRANDS = 9
_VOLUME = 0.045


@dataclass(frozen=True, slots=True)
class Bun:
    """A bun on the crown, with loose strands at the temples.

    Attributes:
        colour: of the hair.
    """

    colour: Colour

    def __call__(self, skull: Skull, random: Random) -> list[Mesh]:
        """Cap, combed hair, bun, loose strands."""
        colour = linear_rgb(self.colour)
        cap = scalp_cap(
            skull, _HAIRLINE, _VOLUME * 0.8, colour * 0.8, edge=0.004, ramp=0.25
        )
        scalp = ScalpPoints.above(_HAIRLINE, 900, margin=-0.035).directions
        outside = np.arccos(np.clip(scalp @ _TOWARDS_BUN, -1, 1)) > 0.25
        combed = _combed_back(colour).grow(skull, scalp[outside], random)
        bun = _bun(skull, colour, random)
        return [cap, *combed, *bun, *_temple_strands(skull, colour, random)]


def _combed_back(colour: Floats) -> Clumps:
    def length(outward: Floats, random: Random) -> float:
        away = float(np.arccos(np.clip(outward @ _TOWARDS_BUN, -1, 1)))
        return float(min(1.0, 0.8 * away) * random.uniform(0.7, 1.0))

    def height(_root: Floats, _random: Random) -> Height:
        return lambda share: float(
            0.01 + _VOLUME * min(1, share * 3) + 0.04 * np.sin(np.pi * min(1, share))
        )

    return Clumps(
        flow=lambda outward, _: _TOWARDS_BUN - outward,
        length=length,
        height=height,
        width=lambda _, random: random.uniform(0.05, 0.075),
        colour=colour,
        steps=8,
        thickness=0.6,
        shade_range=0.14,
        taper=Taper(root=0.08, peak=0.45, tip=0.2),
    )


def _bun(skull: Skull, colour: Floats, random: Random) -> list[Mesh]:
    """Strands wound around the axis towards the bun, from its foot to its top."""
    axis = _TOWARDS_BUN
    radius = float(skull.radius(axis))
    centre = skull.centre + axis * (radius + _BUN_RADIUS * 0.62)
    sideways = unit(np.cross(axis, [0, 0, 1.0]))
    other = np.cross(axis, sideways)
    turn = np.linspace(0, 2 * np.pi, 26)
    width = np.full(len(turn), _BUN_RADIUS * 0.20)
    strands = []
    for number in range(_BUN_STRANDS):
        latitude = (number / (_BUN_STRANDS - 1) - 0.5) * 1.9 * 0.72
        ring = _BUN_RADIUS * np.cos(latitude)
        up = _BUN_RADIUS * 0.9 * np.sin(latitude) + 0.03 * np.sin(3 * turn + number)
        path = (
            centre
            + (np.cos(turn + number) * ring)[:, None] * sideways
            + (np.sin(turn + number) * ring)[:, None] * other
            + up[:, None] * axis
        )
        strand = tube(path, unit(path - centre), (width, width * 0.8), underside=1.0)
        shade = random.uniform(0.85, 1.2)
        strands.append(coloured(strand.shape, colour * shade, strand.tangents))
    return strands


def _temple_strands(skull: Skull, colour: Floats, random: Random) -> list[Mesh]:
    strands = []
    for sign in (-1, 1):
        roots = np.array([direction(sign * 1.08, 0.42 + 0.05 * at) for at in range(3)])
        loose = Clumps(
            flow=_hanging(sign),
            length=lambda _root, _random: 0.62,
            height=lambda _root, _random: (
                lambda share: float(0.06 + 0.05 * np.sin(np.pi * share))
            ),
            width=lambda _root, _random: 0.035,
            colour=colour,
            steps=12,
            thickness=0.6,
            curl=0.05,
        )
        strands += loose.grow(skull, roots, random)
    return strands


def _hanging(sign: int) -> Flow:
    """Combing straight down, a little outwards on the side that `sign` says."""
    drop = np.array([sign * 0.25, -1, 0.15])
    return lambda _outward, _share: drop
