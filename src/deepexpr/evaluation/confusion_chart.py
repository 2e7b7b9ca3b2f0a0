"""The confusion matrix as a picture: what is right in blue, confusions in orange."""

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
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
from deepexpr.evaluation.intervals import Estimate
from deepexpr.evaluation.recognition import accuracy, class_recognition, macro_f1

_WIDTH, _HEIGHT = 736.0, 644.0
_MARGIN, _PADDING = 24.0, 24.0
_LEFT, _TOP = 142.0, 148.0
_CELL, _GAP = 60.0, 3.0
_STEP = _CELL + _GAP
_SIDE = 7 * _STEP - _GAP
_BAR = 70.0
# Square root, so that a confusion of a few percent can be seen.
_LEAST_TINT = 0.04
_LIGHT_TEXT_ABOVE = 0.55


def confusion_chart(
    confusion: NDArray[np.int64], title: str, subtitle: str = ""
) -> RGBImage:
    """Draw a confusion matrix.

    Each row shows how the faces of one expression are named, in percent of the row and
    as counts; beside it the recall, below the columns the precision.

    Args:
        confusion: (7, 7) counts; rows are the labels, columns the predictions.
        title: first line, such as the model and data set.
        subtitle: second line, such as the split and digest; left out if empty.

    Returns:
        (H, W, 3) uint8, two pixels a point.

    Raises:
        ShapeError: if the matrix is not (7, 7).
        DatasetError: if a count is negative.
    """
    if (confusion < 0).any():
        raise DatasetError("confusion must not have negative counts")
    classes = class_recognition(confusion)
    canvas = ChartCanvas(_WIDTH, _HEIGHT)
    canvas.card((_MARGIN / 2, _MARGIN / 2, _WIDTH - _MARGIN, _HEIGHT - _MARGIN))
    _header(canvas, confusion, title, subtitle)
    for row, entry in enumerate(classes):
        middle = _TOP + row * _STEP + _CELL / 2
        _row_label(canvas, middle, entry.expression, int(confusion[row].sum()))
        for column in range(len(EXPRESSIONS)):
            _cell(canvas, confusion, row, column)
        _recall(canvas, middle, entry.recall)
    for column, entry in enumerate(classes):
        centre = _LEFT + column * _STEP + _CELL / 2
        canvas.text((centre, _TOP - 10), entry.expression, 11.5, anchor="ms")
        canvas.text(
            (centre, _TOP + _SIDE + 20),
            _percent(entry.precision.value),
            11.5,
            bold=True,
            anchor="ms",
        )
    _axis_titles(canvas)
    return canvas.pixels


def _header(
    canvas: ChartCanvas, confusion: NDArray[np.int64], title: str, subtitle: str
) -> None:
    left, right = _MARGIN / 2 + _PADDING, _WIDTH - _MARGIN / 2 - _PADDING
    room = right - left - 240
    canvas.text((left, 56), shortened(title, room, 19, bold=True), 19, bold=True)
    canvas.text((left, 78), shortened(subtitle, room, 12), 12, colour=QUIET_INK)
    share = accuracy(confusion)
    for place, name, text, detail in (
        (right - 96, "accuracy", _percent(share.value), _range(share)),
        (right, "macro F1", f"{macro_f1(confusion):.3f}", f"{share.count:,} faces"),
    ):
        canvas.text((place, 42), name, 11, colour=QUIET_INK, anchor="rs")
        canvas.text((place, 64), text, 19, bold=True, anchor="rs")
        canvas.text((place, 80), detail, 10.5, colour=QUIET_INK, anchor="rs")


def _axis_titles(canvas: ChartCanvas) -> None:
    left, right = _LEFT - 14, _LEFT + _SIDE + 18
    above, below = _TOP - 10, _TOP + _SIDE + 20
    for place, text, anchor in (
        ((_LEFT, _TOP - 32), "predicted", "ls"),
        ((left, above), "shown", "rs"),
        ((right, above), "recall", "ls"),
        ((left, below), "precision", "rs"),
    ):
        canvas.text(place, text, 11, colour=QUIET_INK, anchor=anchor)


def _row_label(canvas: ChartCanvas, middle: float, name: str, count: int) -> None:
    canvas.text((_LEFT - 14, middle - 1), name, 13, bold=True, anchor="rs")
    canvas.text(
        (_LEFT - 14, middle + 14), f"{count:,}", 10.5, colour=QUIET_INK, anchor="rs"
    )


def _cell(
    canvas: ChartCanvas, confusion: NDArray[np.int64], row: int, column: int
) -> None:
    count, total = int(confusion[row, column]), int(confusion[row].sum())
    x, y = _LEFT + column * _STEP, _TOP + row * _STEP
    share = count / total if total else 0.0
    colour = _tint(share, BLUE if row == column else ORANGE)
    canvas.rounded((x, y, _CELL, _CELL), 7, colour)
    if not count:
        return
    strong, quiet = (
        (CARD, blended(colour, CARD, 0.78))
        if _strength(share) > _LIGHT_TEXT_ABOVE
        else (INK, QUIET_INK)
    )
    centre = x + _CELL / 2
    text = _percent(share)
    canvas.text(
        (centre, y + 32), text, 13, bold=row == column, colour=strong, anchor="ms"
    )
    canvas.text((centre, y + 47), f"{count:,}", 10, colour=quiet, anchor="ms")


def _recall(canvas: ChartCanvas, middle: float, recall: Estimate) -> None:
    left = _LEFT + _SIDE + 18
    canvas.text((left, middle - 4), _percent(recall.value), 13, bold=True)
    canvas.rounded((left, middle + 3, _BAR, 5), 2.5, GRID)
    if not recall.count:
        return
    canvas.rounded((left, middle + 3, max(_BAR * recall.value, 5), 5), 2.5, BLUE)
    canvas.text((left, middle + 20), _range(recall), 9.5, colour=QUIET_INK)


def _strength(share: float) -> float:
    return float(np.sqrt(share))


def _tint(share: float, full: Colour) -> Colour:
    if share == 0:
        return blended(CARD, GRID, 0.55)
    return blended(CARD, full, max(_strength(share), _LEAST_TINT))


def _percent(share: float) -> str:
    """A share in percent with three figures at most; a dash for a share of nothing."""
    if share != share:
        return "–"
    percent = 100 * share
    return f"{percent:.0f} %" if percent in (0, 100) else f"{percent:.1f} %"


def _range(estimate: Estimate) -> str:
    if not estimate.count:
        return ""
    return f"{100 * estimate.low:.1f} – {100 * estimate.high:.1f} %"
