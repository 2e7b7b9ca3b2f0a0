"""How much sky each vertex of a mesh sees."""

import numpy as np

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    spread_directions,
    unit,
    vertex_normals,
)
from deepexpr.characters.building.makehuman.rasterising import draw_nearness
from deepexpr.characters.building.rig_source import Points, Triangles

_DIRECTIONS = 120
_PICTURE_SIZE_PX = 512


def sky_visibility(vertices: Points, triangles: Triangles) -> Floats:
    """Share of the hemisphere above each vertex that the mesh leaves open.

    Args:
        vertices: (n, 3).
        triangles: (m, 3).

    Returns:
        (n,) cosine-weighted shares in [0, 1]; near 0 inside the mouth or nose.
    """
    normals = vertex_normals(vertices, triangles)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    centred = vertices - (low + high) / 2
    radius = float(np.linalg.norm(high - low)) / 2 * 1.01
    seen, total = np.zeros(len(vertices)), np.zeros(len(vertices))
    for towards in spread_directions(_DIRECTIONS):
        facing = np.clip(normals @ towards, 0, None)
        seen += facing * _visible_from(centred, normals, triangles, (towards, radius))
        total += facing
    return seen / np.maximum(total, 1e-6)


def _visible_from(
    centred: Points, normals: Points, triangles: Triangles, light: tuple[Floats, float]
) -> Floats:
    """Visibility (n,) in [0, 1] from far away, softened over 2×2 pixels."""
    towards, radius = light
    axes = _frame(towards)
    pixels_per_unit = _PICTURE_SIZE_PX * 0.5 / radius
    pixel = 1 / pixels_per_unit
    screen = centred @ axes.T
    screen[:, :2] = screen[:, :2] * pixels_per_unit + _PICTURE_SIZE_PX * 0.5
    picture = np.full((_PICTURE_SIZE_PX, _PICTURE_SIZE_PX), -1e9, np.float32)
    draw_nearness(screen.astype(np.float32), triangles, picture)

    # look up a little above the surface, so that it does not hide itself
    lifted = screen + 1.2 * (normals @ axes.T) * [1, 1, pixel]
    lifted[:, :2] -= 0.5
    cell = np.floor(lifted[:, :2]).astype(np.int64)
    outside = ((cell < 0) | (cell >= _PICTURE_SIZE_PX - 1)).any(axis=1)
    cell = np.clip(cell, 0, _PICTURE_SIZE_PX - 2)
    share = lifted[:, :2] - cell
    visible = np.zeros(len(centred))
    for down in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - right - share[:, 0]) * np.abs(1 - down - share[:, 1])
            before = picture[cell[:, 1] + down, cell[:, 0] + right] - lifted[:, 2]
            visible += weight * np.clip(1 - (before - pixel) / pixel, 0, 1)
    return np.where(outside, 1.0, visible)


def _frame(towards: Floats) -> Floats:
    """Rows (3, 3): right, up and towards the light."""
    up = np.array([0.0, 1.0, 0.0] if abs(towards[1]) < 0.9 else [1.0, 0.0, 0.0])
    right = unit(np.cross(up, towards))
    return np.stack([right, np.cross(towards, right), towards])
