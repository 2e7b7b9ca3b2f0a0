"""Kernels for soft shadows: how much of a light each vertex sees.

Arrays are float32 unless said otherwise. A light's map is square; its x and y span the
scene and its depth grows towards the light.
"""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


@compiled
def to_light(
    vertices: Floats,
    frame: Floats,
    centre: Floats,
    grid: tuple[float, int],
    points: Floats,
) -> None:
    """Place vertices on a light's map.

    Args:
        vertices: (n, 3).
        frame: (3, 3), rows are the map's x and y axes and the direction to the light.
        centre: (3,) middle of the scene.
        grid: side of a map pixel in the rig's unit, and of the map in pixels.
        points: (n, 3), overwritten: x and y in pixels from the map's corner, depth in
            the rig's unit.
    """
    scale, half = np.float32(1.0 / grid[0]), np.float32(0.5 * grid[1])
    for vertex in range(vertices.shape[0]):
        x = vertices[vertex, 0] - centre[0]
        y = vertices[vertex, 1] - centre[1]
        z = vertices[vertex, 2] - centre[2]
        across = x * frame[0, 0] + y * frame[0, 1] + z * frame[0, 2]
        up = x * frame[1, 0] + y * frame[1, 1] + z * frame[1, 2]
        points[vertex, 0] = across * scale + half
        points[vertex, 1] = up * scale + half
        points[vertex, 2] = x * frame[2, 0] + y * frame[2, 1] + z * frame[2, 2]


@compiled
def seen_share(
    points: Floats,
    normals: Floats,
    chosen: Indices,
    frame: Floats,
    depth: Floats,
    offsets: tuple[float, float, float],
    seen: Floats,
) -> None:
    """Compare vertices with a light's map, softly and between four pixels.

    Args:
        points: (n, 3) vertices on the light's map, as by `to_light`.
        normals: (n, 3) unit normals.
        chosen: (k,) int64 vertices to look up.
        frame: (3, 3) axes of the map.
        depth: (size, size) nearest depths.
        offsets: texel side, depth bias and shift along the normal, in the rig's unit.
        seen: (n,), the chosen are overwritten with the share of light in [0, 1].
    """
    size = depth.shape[0]
    texel, bias, shift = offsets
    for place in range(chosen.shape[0]):
        vertex = chosen[place]
        nx, ny, nz = normals[vertex, 0], normals[vertex, 1], normals[vertex, 2]
        facing = nx * frame[2, 0] + ny * frame[2, 1] + nz * frame[2, 2]
        if facing <= -0.4:
            seen[vertex] = 0.0
            continue
        sideways = nx * frame[0, 0] + ny * frame[0, 1] + nz * frame[0, 2]
        upwards = nx * frame[1, 0] + ny * frame[1, 1] + nz * frame[1, 2]
        x = points[vertex, 0] + shift / texel * sideways - 0.5
        y = points[vertex, 1] + shift / texel * upwards - 0.5
        z = points[vertex, 2] + shift * facing
        column, row = math.floor(x), math.floor(y)
        if column < 0 or row < 0 or column >= size - 1 or row >= size - 1:
            seen[vertex] = 1.0
            continue
        right, down = x - column, y - row
        share = 0.0
        for step in range(4):
            over, below = step % 2, step // 2
            weight = right if over == 1 else 1.0 - right
            weight *= down if below == 1 else 1.0 - down
            hidden = (depth[row + below, column + over] - z - bias) / bias
            share += weight * (1.0 - min(max(hidden, 0.0), 1.0))
        seen[vertex] = share


@compiled
def add_ambient(
    ambient: Floats,
    normals: Floats,
    seen: Floats,
    chosen: Indices,
    direction: Floats,
    colour: Floats,
) -> None:
    """Add the light of one sky direction to the chosen vertices.

    Args:
        ambient: (n, 3) linear RGB, updated.
        normals: (n, 3) unit normals.
        seen: (n,) share of the direction's light that each sees.
        chosen: (k,) int64 vertices to update.
        direction: (3,) unit vector to the light.
        colour: (3,) linear RGB.
    """
    for place in range(chosen.shape[0]):
        vertex = chosen[place]
        facing = (
            normals[vertex, 0] * direction[0]
            + normals[vertex, 1] * direction[1]
            + normals[vertex, 2] * direction[2]
        )
        if facing > 0 and seen[vertex] > 0:
            light = facing * seen[vertex]
            ambient[vertex, 0] += light * colour[0]
            ambient[vertex, 1] += light * colour[1]
            ambient[vertex, 2] += light * colour[2]
