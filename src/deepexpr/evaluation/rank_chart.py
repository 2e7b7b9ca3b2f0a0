"""Rank agreement as a picture: ρ and τ of each test, our means and those of others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.images import RGBImage
from deepexpr.evaluation.chart_canvas import (
    BLUE,
    CARD,
    GRID,
    INK,
    ORANGE,
    QUIET_INK,
    ChartCanvas,
    Colour,
    blended,
    shortened,
)
from deepexpr.evaluation.intervals import MeanAndSpread
from deepexpr.evaluation.rank_agreement import RankAgreement

_WIDTH, _PANEL, _TOP = 860.0, 236.0, 92.0
_LEFT, _PLOT_WIDTH = 76.0, 520.0
_PLOT_HEIGHT = 164.0
_SUMMARY_LEFT = 642.0
_GREY: Colour = (150, 153, 159)
_GREEN: Colour = (34, 139, 104)
_TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Reference:
    """A line to compare with, such as the paper's figures or the raters' ceiling.

    Attributes:
        name: what it is, in a word or two.
        spearman: ρ, mean ± standard deviation.
        kendall: τ-b, mean ± standard deviation.
    """

    name: str
    spearman: MeanAndSpread
    kendall: MeanAndSpread


def rank_chart(
    agreement: RankAgreement,
    references: Sequence[Reference],
    title: str,
    subtitle: str = "",
) -> RGBImage:
    """Draw the agreement of our order with the raters', as in the paper's Figure 9.

    One panel for ρ and one for τ: a dot a test, best first, above a band of mean ± one
    standard deviation; at the right the means of the references. Tests in which a
    correlation is not defined are left out and counted.

    Args:
        agreement: our agreement with the raters.
        references: at most three lines to compare with.
        title: first line.
        subtitle: second line; left out if empty.

    Returns:
        (H, W, 3) uint8, two pixels a point.

    Raises:
        DatasetError: if there are more than three references.
    """
    if len(references) > 3:
        raise DatasetError(
            f"a rank chart has room for 3 references, but there are {len(references)}"
        )
    height = _TOP + 2 * _PANEL + 20
    canvas = ChartCanvas(_WIDTH, height)
    canvas.card((12, 12, _WIDTH - 24, height - 24))
    canvas.text((36, 52), shortened(title, _WIDTH - 72, 19, bold=True), 19, bold=True)
    canvas.text((36, 73), shortened(subtitle, _WIDTH - 72, 12), 12, colour=QUIET_INK)
    for top, symbol, name, values, mean, others in (
        (
            _TOP,
            "ρ",
            "Spearman",
            [entry.spearman for entry in agreement.tests],
            agreement.spearman,
            [(line.name, line.spearman) for line in references],
        ),
        (
            _TOP + _PANEL,
            "τ",
            "Kendall",
            [entry.kendall for entry in agreement.tests],
            agreement.kendall,
            [(line.name, line.kendall) for line in references],
        ),
    ):
        canvas.text((36, top + 30), symbol, 17, bold=True)
        canvas.text((_LEFT, top + 22), f"{name}, each test", 11, colour=QUIET_INK)
        _plot(canvas, top + 34, np.array(values), mean)
        _summary(canvas, top + 34, [("ours", mean), *others])
    return canvas.pixels


def _plot(
    canvas: ChartCanvas, top: float, values: NDArray[np.float64], mean: MeanAndSpread
) -> None:
    known = np.sort(values[~np.isnan(values)])[::-1]
    for tick in _TICKS:
        y = _height_of(top, tick)
        canvas.rounded((_LEFT, y - 0.25, _PLOT_WIDTH, 0.5), 0, GRID)
        canvas.text((_LEFT - 8, y), _signed(tick), 10, colour=QUIET_INK, anchor="rm")
    if mean.count > 1:
        high = _height_of(top, min(mean.mean + mean.spread, 1))
        low = _height_of(top, max(mean.mean - mean.spread, -1))
        band = (_LEFT, high, _PLOT_WIDTH, low - high)
        canvas.rounded(band, 3, blended(CARD, BLUE, 0.10))
    if mean.count:
        y = _height_of(top, mean.mean)
        canvas.rounded((_LEFT, y - 0.75, _PLOT_WIDTH, 1.5), 0.75, BLUE)
    step = _PLOT_WIDTH / max(len(known), 1)
    radius = min(4.5, max(step * 0.36, 1.2))
    zero = _height_of(top, 0)
    for place, value in enumerate(known):
        x, y = _LEFT + (place + 0.5) * step, _height_of(top, value)
        colour = BLUE if value >= 0 else ORANGE
        stem = (x - 0.5, min(y, zero), 1, abs(y - zero))
        canvas.rounded(stem, 0.5, blended(CARD, colour, 0.35))
        canvas.dot((x, y), radius + 1, CARD)
        canvas.dot((x, y), radius, colour)
    left_out = len(values) - len(known)
    text = f"{len(known)} tests" + (f", {left_out} not defined" if left_out else "")
    where = (_LEFT + _PLOT_WIDTH, top - 12)
    canvas.text(where, text, 11, colour=QUIET_INK, anchor="rs")


def _summary(
    canvas: ChartCanvas, top: float, lines: Sequence[tuple[str, MeanAndSpread]]
) -> None:
    """Means as text with a bar from 0 to 1 and whiskers of one standard deviation."""
    colours = (BLUE, _GREY, _GREEN, ORANGE)
    for place, ((name, figure), colour) in enumerate(zip(lines, colours, strict=False)):
        y = top + place * 43.0
        right = _WIDTH - 40
        width = right - _SUMMARY_LEFT
        canvas.text((_SUMMARY_LEFT, y + 8), name, 12, bold=place == 0)
        canvas.text(
            (right, y + 8), _mean_text(figure), 12, bold=place == 0, anchor="rs"
        )
        canvas.rounded((_SUMMARY_LEFT, y + 15, width, 8), 4, GRID)
        if not figure.count:
            continue
        length = max(width * min(max(figure.mean, 0.0), 1.0), 8)
        canvas.rounded((_SUMMARY_LEFT, y + 15, length, 8), 4, colour)
        if figure.spread == figure.spread:
            low = max(figure.mean - figure.spread, 0.0) * width
            high = min(max(figure.mean + figure.spread, 0.0), 1.0) * width
            whisker = (_SUMMARY_LEFT + low, y + 18.5, max(high - low, 1), 1)
            canvas.rounded(whisker, 0.5, INK)


def _height_of(top: float, value: float) -> float:
    return top + (1 - value) / 2 * _PLOT_HEIGHT


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _mean_text(figure: MeanAndSpread) -> str:
    if not figure.count:
        return "not defined"
    text = f"{figure.mean:.3f}".replace("-", "−")
    return text if figure.spread != figure.spread else f"{text} ± {figure.spread:.3f}"
