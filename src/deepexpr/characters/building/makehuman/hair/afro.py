"""An afro: hundreds of small dented balls."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    coloured,
    smooth_step,
    unit,
)
from deepexpr.characters.building.makehuman.hair.skull import Skull
from deepexpr.characters.building.makehuman.hair.strands import (
    Random,
    ScalpPoints,
    hairline,
    scalp_cap,
)
from deepexpr.characters.building.makehuman.plan import Colour
from deepexpr.characters.building.rig_source import Points, Triangles

_HAIRLINE = hairline(
    (
        (0, 47),
        (28, 44),
        (50, 34),
        (68, 16),
        (85, -2),
        (105, -18),
        (150, -34),
        (180, -36),
    )
)
_VOLUME = 0.42
_BALL_RADII = (0.10, 0.17)
_DIRECTIONS = 1800


@dataclass(frozen=True, slots=True)
class Afro:
    """A big round afro.

    Attributes:
        colour: of the hair.
    """

    colour: Colour

    def __call__(self, skull: Skull, random: Random) -> list[Mesh]:
        """Cap and balls."""
        colour = linear_rgb(self.colour)
        cap = scalp_cap(
            skull, _HAIRLINE, _thickness, colour * 0.6, edge=0.004, ramp=0.42
        )
        ball = _ball()
        scalp = ScalpPoints.above(_HAIRLINE, _DIRECTIONS, margin=-0.045)
        border = _HAIRLINE(scalp.azimuth)
        inwards = (scalp.elevation - border) / (np.pi / 2 - border)
        thickness = _thickness(scalp.azimuth, scalp.elevation)
        balls = [
            _curl(skull, ball, place, colour, random)
            for place in zip(scalp.directions, inwards, thickness, strict=True)
        ]
        return [cap, *balls]


def _thickness(_azimuth: Floats, elevation: Floats) -> Floats:
    thickness: Floats = _VOLUME * (0.55 + 0.45 * np.clip((elevation + 0.4) / 1.2, 0, 1))
    return thickness


def _curl(
    skull: Skull,
    ball: tuple[Points, Triangles],
    place: tuple[Floats, float, float],
    colour: Floats,
    random: Random,
) -> Mesh:
    """One ball; its size and height grow with the distance from the hairline."""
    outward, inwards, thickness = place
    vertices, triangles = ball
    radius = random.uniform(*_BALL_RADII) * (
        0.55 + 0.45 * smooth_step(0, 0.25, inwards)
    )
    lift = thickness * smooth_step(-0.06, 0.30, inwards) * random.uniform(0.92, 1.06)
    distance = skull.radius(outward) + lift - 0.02
    centre = skull.centre + outward * distance + random.normal(0, 0.015, 3)
    axis = unit(random.normal(0, 1, 3))
    dents = 1 + 0.12 * np.sin(vertices @ axis * 9)[:, None]
    return coloured(
        (centre + vertices * radius * dents, triangles),
        colour * random.uniform(0.75, 1.3),
        unit(np.cross(vertices, axis) + 1e-3),
    )


def _ball() -> tuple[Points, Triangles]:
    """An icosahedron, subdivided once onto the unit sphere."""
    golden = (1 + 5**0.5) / 2
    corners = unit(
        np.array(
            [
                *([-1, golden, 0], [1, golden, 0], [-1, -golden, 0], [1, -golden, 0]),
                *([0, -1, golden], [0, 1, golden], [0, -1, -golden], [0, 1, -golden]),
                *([golden, 0, -1], [golden, 0, 1], [-golden, 0, -1], [-golden, 0, 1]),
            ],
            float,
        )
    )
    faces = (
        (0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9),
        (5, 11, 4), (11, 10, 2), (10, 7, 6), (7, 1, 8), (3, 9, 4), (3, 4, 2),
        (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10),
        (8, 6, 7), (9, 8, 1),
    )  # fmt: skip
    vertices = list(corners)
    middles: dict[frozenset[int], int] = {}

    def middle(first: int, second: int) -> int:
        edge = frozenset((first, second))
        if edge not in middles:
            middles[edge] = len(vertices)
            vertices.append(unit(vertices[first] + vertices[second]))
        return middles[edge]

    triangles = []
    for a, b, c in faces:
        ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
        triangles += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return np.array(vertices), np.array(triangles, np.int64)
