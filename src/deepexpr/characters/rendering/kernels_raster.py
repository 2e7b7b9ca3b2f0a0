"""Kernels that draw triangles into buffers. Arrays are float32 unless said otherwise.

Pixel (column, row) covers the square from there to (column + 1, row + 1); a pixel is
drawn where its centre lies within the triangle.
"""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Bytes = NDArray[np.uint8]

Corner = tuple[float, float]

_SLACK = 1e-4
"""Pixels this share of a triangle outside it still cast a shadow, to close seams."""


@compiled
def row_span(
    at_left: float, step: float, slack: float, span: tuple[float, float]
) -> tuple[float, float]:
    """Narrow a span of columns to where a corner's share is at least `-slack`.

    Args:
        at_left: the share at column offset 0.
        step: its change from one column to the next.
        slack: how far below 0 it may be.
        span: first and last column offset, as fractions.
    """
    low, high = span
    if step > 0.0:
        return max(low, (-slack - at_left) / step), high
    if step < 0.0:
        return low, min(high, (-slack - at_left) / step)
    return (low, high) if at_left >= -slack else (1.0, 0.0)


@compiled
def columns_within(
    starts: tuple[float, float],
    steps: tuple[float, float],
    last: int,
    slack: float,
) -> tuple[int, int]:
    """Return the first and one past the last column of a triangle on one row.

    Args:
        starts: shares of the first two corners at column 0 of the row.
        steps: their change from one column to the next.
        last: last column that may be drawn.
        slack: how far below 0 a share may be.
    """
    span = row_span(starts[0], steps[0], slack, (0.0, last * 1.0))
    span = row_span(starts[1], steps[1], slack, span)
    third, third_step = 1.0 - starts[0] - starts[1], -steps[0] - steps[1]
    low, high = row_span(third, third_step, slack, span)
    # Far-off spans must not overflow the conversion to an integer.
    if low > high:
        return 0, 0
    return math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1


@compiled
def draw_depth(points: Floats, triangles: Integers, depth: Floats) -> None:
    """Keep the largest depth at every pixel of a square map.

    Args:
        points: (n, 3) x and y in pixels, and depth, larger is nearer to the light.
        triangles: (m, 3) int32.
        depth: (size, size), updated.
    """
    size = depth.shape[0]
    for number in range(triangles.shape[0]):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        x0, y0, z0 = points[a, 0], points[a, 1], points[a, 2]
        x1, y1, z1 = points[b, 0], points[b, 1], points[b, 2]
        x2, y2, z2 = points[c, 0], points[c, 1], points[c, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        left = max(0, math.floor(min(x0, x1, x2)))
        right = min(size - 1, math.floor(max(x0, x1, x2)))
        top = max(0, math.floor(min(y0, y1, y2)))
        bottom = min(size - 1, math.floor(max(y0, y1, y2)))
        if area == 0.0 or left > right or top > bottom:
            continue
        inverse = 1.0 / area
        steps = (-(y2 - y1) * inverse, -(y0 - y2) * inverse)
        slope = steps[0] * (z0 - z2) + steps[1] * (z1 - z2)
        x = left + 0.5
        for row in range(top, bottom + 1):
            y = row + 0.5
            share_a = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) * inverse
            share_b = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) * inverse
            first, stop = columns_within(
                (share_a, share_b), steps, right - left, _SLACK
            )
            height = share_a * z0 + share_b * z1 + (1.0 - share_a - share_b) * z2
            for column in range(first, stop):
                z = height + column * slope
                if z > depth[row, left + column]:
                    depth[row, left + column] = z


@compiled
def draw_triangles(
    points: Floats,
    triangles: Integers,
    single_sided: Bytes,
    span: tuple[int, int],
    numbers: Integers,
    depth: Floats,
    shares: Floats,
) -> None:
    """Keep the nearest triangle at every pixel, with perspective.

    Args:
        points: (n, 3) x and y in pixels, and the inverse of the distance along the
            view.
        triangles: (m, 3) int32, all triangles of the scene.
        single_sided: (m,) uint8, 1 for triangles whose back is not drawn.
        span: first triangle to draw and one past the last.
        numbers: (height, width) int32, updated with triangle numbers.
        depth: (height, width), updated with inverse distances.
        shares: (height, width, 2), updated with the weights of the second and third
            corner on the surface.
    """
    height, width = numbers.shape
    for number in range(span[0], span[1]):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        x0, y0, z0 = points[a, 0], points[a, 1], points[a, 2]
        x1, y1, z1 = points[b, 0], points[b, 1], points[b, 2]
        x2, y2, z2 = points[c, 0], points[c, 1], points[c, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        # Rows grow downwards, so a front side has a negative area.
        if area == 0.0 or (area > 0.0 and single_sided[number] == 1):
            continue
        left = max(0, math.floor(min(x0, x1, x2)))
        right = min(width - 1, math.floor(max(x0, x1, x2)))
        top = max(0, math.floor(min(y0, y1, y2)))
        bottom = min(height - 1, math.floor(max(y0, y1, y2)))
        if left > right or top > bottom:
            continue
        inverse = 1.0 / area
        steps = (-(y2 - y1) * inverse, -(y0 - y2) * inverse)
        x = left + 0.5
        for row in range(top, bottom + 1):
            y = row + 0.5
            start_a = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) * inverse
            start_b = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) * inverse
            first, stop = columns_within((start_a, start_b), steps, right - left, 0.0)
            for column in range(first, stop):
                share_a = start_a + column * steps[0]
                share_b = start_b + column * steps[1]
                share_c = 1.0 - share_a - share_b
                z = share_a * z0 + share_b * z1 + share_c * z2
                place = left + column
                if z > depth[row, place]:
                    depth[row, place] = z
                    numbers[row, place] = number
                    shares[row, place, 0] = share_b * z1 / z
                    shares[row, place, 1] = share_c * z2 / z
