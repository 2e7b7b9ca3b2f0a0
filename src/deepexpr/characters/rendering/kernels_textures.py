"""Kernels that look up textures and draw what can be seen through."""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled
from deepexpr.characters.rendering.kernels_raster import columns_within
from deepexpr.characters.rendering.shading_inputs import Samples, Texels

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Bytes = NDArray[np.uint8]


@compiled
def texel_at(
    texels: Texels, material: int, place: tuple[float, float], shrinking: float
) -> tuple[float, float, float, float]:
    """Return linear RGB and opacity of a material's texture, between four pixels.

    Args:
        texels: all textures.
        material: one that has a texture.
        place: coordinates on it; it repeats.
        shrinking: its pixels along the side of a sample; decides on the copy.
    """
    wanted = max(0, int(math.log2(max(shrinking, 1.0)) + 0.5))
    level = min(texels.first[material] + wanted, texels.last[material])
    start = texels.levels[level, 0]
    width, height = texels.levels[level, 1], texels.levels[level, 2]
    x = (place[0] - math.floor(place[0])) * width - 0.5
    y = (place[1] - math.floor(place[1])) * height - 0.5
    column, row = math.floor(x), math.floor(y)
    right, down = x - column, y - row
    red, green, blue, opacity = 0.0, 0.0, 0.0, 0.0
    for corner in range(4):
        along, below = corner % 2, corner // 2
        share = (right if along else 1.0 - right) * (down if below else 1.0 - down)
        number = start + ((row + below) % height) * width + (column + along) % width
        red += share * texels.linear[texels.pixels[number, 0]]
        green += share * texels.linear[texels.pixels[number, 1]]
        blue += share * texels.linear[texels.pixels[number, 2]]
        opacity += share * texels.pixels[number, 3]
    return red, green, blue, opacity / 255.0


@compiled
def draw_clear(
    points: Floats,
    triangles: Integers,
    single_sided: Bytes,
    span: tuple[int, int],
    looks: tuple[Integers, Floats, Floats, Floats, Floats],
    texels: Texels,
    behind: Floats,
    before: Floats,
    samples: Samples,
    opacity: Floats,
) -> None:
    """Keep the nearest see-through triangle at every pixel, between two depths.

    Args:
        points: (n, 3) x and y in pixels, and the inverse of the distance.
        triangles: (m, 3) int32, all triangles of the scene.
        single_sided: (m,) uint8, 1 for triangles whose back is not drawn.
        span: first triangle to draw and one past the last.
        looks: (m,) materials, (materials, 2) opacity factor and cut-off (below 0 to
            blend), (n, 2) texture coordinates, (n,) opacities, (m,) shrinking.
        texels: all textures.
        behind: (height, width) inverse distance of what lies behind them.
        before: (height, width) inverse distance of the layer before them.
        samples: updated.
        opacity: (height, width), updated.
    """
    numbers, depth, shares = samples
    triangle_materials, factors, coordinates, opacities, shrinking = looks
    height, width = numbers.shape
    for number in range(span[0], span[1]):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        x0, y0, z0 = points[a, 0], points[a, 1], points[a, 2]
        x1, y1, z1 = points[b, 0], points[b, 1], points[b, 2]
        x2, y2, z2 = points[c, 0], points[c, 1], points[c, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0.0 or (area > 0.0 and single_sided[number] == 1):
            continue
        left = max(0, math.floor(min(x0, x1, x2)))
        right = min(width - 1, math.floor(max(x0, x1, x2)))
        top = max(0, math.floor(min(y0, y1, y2)))
        bottom = min(height - 1, math.floor(max(y0, y1, y2)))
        if left > right or top > bottom:
            continue
        material = triangle_materials[number]
        inverse = 1.0 / area
        steps = (-(y2 - y1) * inverse, -(y0 - y2) * inverse)
        x = left + 0.5
        for row in range(top, bottom + 1):
            y = row + 0.5
            start_a = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) * inverse
            start_b = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) * inverse
            first, stop = columns_within((start_a, start_b), steps, right - left, 0.0)
            for column in range(first, stop):
                flat_a = start_a + column * steps[0]
                flat_b = start_b + column * steps[1]
                flat_c = 1.0 - flat_a - flat_b
                z = flat_a * z0 + flat_b * z1 + flat_c * z2
                place = left + column
                if z <= behind[row, place] or z >= before[row, place]:
                    continue
                if z <= depth[row, place]:
                    continue
                i, j, k = flat_a * z0 / z, flat_b * z1 / z, flat_c * z2 / z
                seen = i * opacities[a] + j * opacities[b] + k * opacities[c]
                seen *= factors[material, 0]
                if texels.first[material] >= 0:
                    where = (
                        i * coordinates[a, 0]
                        + j * coordinates[b, 0]
                        + k * coordinates[c, 0],
                        i * coordinates[a, 1]
                        + j * coordinates[b, 1]
                        + k * coordinates[c, 1],
                    )
                    seen *= texel_at(texels, material, where, shrinking[number])[3]
                cut_off = factors[material, 1]
                if cut_off >= 0.0:
                    seen = 1.0 if seen >= cut_off else 0.0
                if seen < 0.01:
                    continue
                depth[row, place] = z
                numbers[row, place] = number
                shares[row, place, 0] = j
                shares[row, place, 1] = k
                opacity[row, place] = seen


@compiled
def lay_over(picture: Floats, layer: Floats, opacity: Floats) -> None:
    """Lay a layer over a picture.

    Args:
        picture: (height, width, 3), updated.
        layer: (height, width, 3).
        opacity: (height, width) of the layer.
    """
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            share = opacity[row, column]
            if share <= 0.0:
                continue
            for channel in range(3):
                under = picture[row, column, channel]
                over = layer[row, column, channel]
                picture[row, column, channel] = under + share * (over - under)
