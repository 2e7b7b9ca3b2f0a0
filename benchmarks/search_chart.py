"""The chart of the search benchmark: milliseconds a query against gallery size."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw

from deepexpr.core.images import RGBImage
from deepexpr.evaluation.chart_canvas import (
    BLUE,
    GRID,
    INK,
    ORANGE,
    QUIET_INK,
    SCALE,
    ChartCanvas,
    Colour,
)

Points = Sequence[tuple[int, float]]

_WIDTH, _HEIGHT = 760.0, 470.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 84.0, 96.0, 520.0, 400.0
_COLOURS: tuple[Colour, ...] = (
    BLUE, (86, 152, 210), (24, 128, 118), (110, 186, 170),
    ORANGE, (170, 60, 110), (128, 92, 178), (120, 120, 120),
)  # fmt: skip


def cost_chart(series: Mapping[str, Points]) -> RGBImage:
    """Draw cost against size, both on logarithmic axes.

    Args:
        series: system to (size, milliseconds) points.

    Returns:
        (H, W, 3) uint8.
    """
    canvas = ChartCanvas(_WIDTH, _HEIGHT)
    canvas.text((36, 44), "Exact Jensen-Shannon search", 20, bold=True)
    subtitle = "milliseconds a query, 10 nearest of N × 512 features, one thread"
    canvas.text((36, 66), subtitle, 12, colour=QUIET_INK)
    canvas.card((36, 78, _WIDTH - 72, _HEIGHT - 114))
    sizes = sorted({size for points in series.values() for size, _ in points})
    costs = [cost for points in series.values() for _, cost in points]
    lowest = math.floor(math.log10(min(costs)))
    highest = max(math.ceil(math.log10(max(costs))), lowest + 1)
    first, last = math.log10(sizes[0]), math.log10(max(sizes[-1], 2 * sizes[0]))

    def place(size: int, cost: float) -> tuple[float, float]:
        across = (math.log10(size) - first) / (last - first)
        up = (math.log10(cost) - lowest) / (highest - lowest)
        return _LEFT + across * (_RIGHT - _LEFT), _BOTTOM - up * (_BOTTOM - _TOP)

    for power in range(lowest, highest + 1):
        _, y = place(sizes[0], 10.0**power)
        canvas.rounded((_LEFT, y - 0.5, _RIGHT - _LEFT, 1), 0, GRID)
        canvas.text((_LEFT - 10, y), f"{10.0**power:g}", 11, anchor="rm")
    for size in sizes:
        x, _ = place(size, 10.0**lowest)
        canvas.text((x, _BOTTOM + 18), f"{size:,}", 11, anchor="ms")
    placed = {
        name: [place(size, cost) for size, cost in points]
        for name, points in series.items()
    }
    picture = _lines(canvas.pixels, list(placed.values()))
    return _labelled(picture, placed)


def _lines(
    picture: RGBImage, paths: Sequence[Sequence[tuple[float, float]]]
) -> RGBImage:
    """The picture with a smooth line through each path."""
    fine = 2
    image = Image.fromarray(picture)
    large = image.resize((image.width * fine, image.height * fine))
    draw = ImageDraw.Draw(large)
    for number, path in enumerate(paths):
        colour = _COLOURS[number % len(_COLOURS)]
        dots = [(x * SCALE * fine, y * SCALE * fine) for x, y in path]
        draw.line(dots, fill=colour, width=3 * SCALE, joint="curve")
        for x, y in dots:
            reach = 3.5 * SCALE * fine
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)
    return np.array(large.resize(image.size, Image.Resampling.BOX), np.uint8)


def _labelled(
    picture: RGBImage, placed: Mapping[str, Sequence[tuple[float, float]]]
) -> RGBImage:
    """Names beside the right ends of the lines, moved apart where they would touch."""
    canvas = ChartCanvas(_WIDTH, _HEIGHT)
    ends = sorted(
        (path[-1][1], number, name)
        for number, (name, path) in enumerate(placed.items())
    )
    floor = _TOP - 10
    for y, number, name in ends:
        floor = max(floor + 16, y)
        canvas.dot((_RIGHT + 22, floor), 4, _COLOURS[number % len(_COLOURS)])
        canvas.text((_RIGHT + 32, floor), name, 11, colour=INK, anchor="lm")
    labels = canvas.pixels
    start = round((_RIGHT + 14) * SCALE)
    result = picture.copy()
    area = (
        slice(round(88 * SCALE), round((_HEIGHT - 44) * SCALE)),
        slice(start, -round(40 * SCALE)),
    )
    written = (labels[area] != labels[0, 0]).any(axis=2)
    result[area] = np.where(written[..., None], labels[area], result[area])
    return result
