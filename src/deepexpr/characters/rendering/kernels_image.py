"""Kernels on finished pixels: soft skin, and averaging down to the picture.

Arrays are float32 unless said otherwise; colours are linear RGB.
"""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_TAPS = (0.22, 0.19, 0.13, 0.07)
_REACH = (1.0, 0.45, 0.25)


@compiled
def soften_along(
    source: Floats,
    target: Floats,
    soft: Bytes,
    depth: Floats,
    radius: float,
    step: tuple[int, int],
) -> None:
    """Blur soft pixels along one axis, red widest, never across an edge in depth.

    Args:
        source: (height, width, 3) picture.
        target: (height, width, 3), overwritten.
        soft: (height, width) uint8, 1 where light seeps under the surface.
        depth: (height, width) inverse distances.
        radius: distance between taps of the red channel, in pixels.
        step: (rows, columns) of one step along the axis.
    """
    height, width = soft.shape
    distances = np.empty((3, 4), np.int64)
    for channel in range(3):
        for tap in range(4):
            distances[channel, tap] = round(radius * _REACH[channel] * tap)
    for row in range(height):
        for column in range(width):
            if soft[row, column] == 0:
                for channel in range(3):
                    target[row, column, channel] = source[row, column, channel]
                continue
            here = depth[row, column]
            for channel in range(3):
                total = source[row, column, channel] * _TAPS[0]
                weights = _TAPS[0]
                for tap in range(1, 4):
                    distance = distances[channel, tap]
                    if distance == 0:
                        break
                    for side in (-distance, distance):
                        r, c = row + side * step[0], column + side * step[1]
                        if r < 0 or c < 0 or r >= height or c >= width:
                            continue
                        if soft[r, c] == 0 or abs(depth[r, c] - here) > 0.012 * here:
                            continue
                        total += source[r, c, channel] * _TAPS[tap]
                        weights += _TAPS[tap]
                target[row, column, channel] = total / weights


@compiled
def average_down(picture: Floats, factor: int, encoded: Bytes, image: Bytes) -> None:
    """Average blocks of pixels and encode them as sRGB, highlights rolled off.

    Args:
        picture: (height * factor, width * factor, 3) linear RGB.
        factor: side of a block.
        encoded: (k,) uint8, sRGB bytes of linear values 0 to 1 in equal steps.
        image: (height, width, 3) uint8, overwritten.
    """
    height, width = image.shape[:2]
    share = 1.0 / (factor * factor)
    last = encoded.shape[0] - 1
    for row in range(height):
        for column in range(width):
            for channel in range(3):
                total = 0.0
                for y in range(factor):
                    for x in range(factor):
                        light = picture[row * factor + y, column * factor + x, channel]
                        if light > 0.7:
                            light = 0.7 + 0.3 * (1.0 - math.exp((0.7 - light) / 0.3))
                        total += light
                level = min(max(total * share, 0.0), 1.0)
                image[row, column, channel] = encoded[int(level * last + 0.5)]
