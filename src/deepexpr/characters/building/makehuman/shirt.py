"""A shirt: the torso's skin pushed outwards below a line, and a rolled collar."""

from itertools import pairwise

import numpy as np

from deepexpr.characters.building.makehuman.canonical import canonical_head
from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import (
    Mesh,
    coloured,
    joined,
    tube,
    unit,
)
from deepexpr.characters.building.makehuman.plan import Colour
from deepexpr.characters.building.rig_source import Points

_COLLAR_HEIGHT = 5.93
"""Canonical height of the collar."""

_DISTANCE = 0.05
_COLLAR_THICKNESS = 0.055
_COLLAR_SECTORS = 48


def shirt(skin: Points, normals: Points, colours: tuple[Colour, Colour]) -> Mesh:
    """Cloth and collar on the fine neutral skin (n', 3) with its normals.

    Args:
        skin: fine vertices.
        normals: their unit normals.
        colours: of the cloth and of the collar.
    """
    cloth, collar = (linear_rgb(colour) for colour in colours)
    return joined([_cloth(skin, normals, cloth), _collar(skin, collar)])


def _cloth(skin: Points, normals: Points, colour: Points) -> Mesh:
    head = canonical_head()
    below = head.fine[:, 1] < _COLLAR_HEIGHT + 0.02
    triangles = head.triangles[below[head.triangles].any(axis=1)]
    used, numbers = np.unique(triangles, return_inverse=True)
    depth = np.clip((_COLLAR_HEIGHT - head.fine[used, 1]) / 0.10, -1, 1)
    distance = _DISTANCE * np.where(depth > 0, 0.7 + 0.3 * depth, 0.7 + 1.4 * depth)
    vertices = skin[used] + normals[used] * distance[:, None]
    return coloured((vertices, numbers.reshape(triangles.shape)), colour)


def _collar(skin: Points, colour: Points) -> Mesh:
    """A tube along the contour in which the collar line cuts the skin."""
    head = canonical_head()
    above = head.fine[:, 1] - _COLLAR_HEIGHT
    edges = np.concatenate(
        [head.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]
    )
    start, end = edges[above[edges].prod(axis=1) < 0].T
    share = (above[start] / (above[start] - above[end]))[:, None]
    cuts = skin[start] * (1 - share) + skin[end] * share
    centre = cuts.mean(axis=0)
    ring = _mean_of_sectors(cuts, centre)
    for _ in range(6):
        ring = 0.5 * ring + 0.25 * (
            np.roll(ring, 1, axis=0) + np.roll(ring, -1, axis=0)
        )
    ring = np.concatenate([ring, ring[:2]])
    outward = unit((ring - centre) * [1, 0, 1])
    thickness = np.full(len(ring), _COLLAR_THICKNESS)
    roll = tube(
        ring + outward * _COLLAR_THICKNESS * 0.35,
        outward,
        (thickness * 1.25, thickness),
        sides=8,
        underside=1.0,
    )
    return coloured(roll.shape, colour)


def _mean_of_sectors(points: Points, centre: Points) -> Points:
    """Mean of the points in each sector around the neck, in order."""
    azimuth = np.arctan2(points[:, 0] - centre[0], points[:, 2] - centre[2])
    borders = np.linspace(-np.pi, np.pi, _COLLAR_SECTORS + 1)
    means = []
    for low, high in pairwise(borders):
        within = (azimuth >= low) & (azimuth < high)
        if within.any():
            means.append(points[within].mean(axis=0))
    return np.array(means)
