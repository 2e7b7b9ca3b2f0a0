"""Retrieval score against geometry as a picture: what each β buys, and the choice."""

from collections.abc import Sequence
from itertools import pairwise

from deepexpr.core.images import RGBImage
from deepexpr.evaluation.chart_canvas import (
    BLUE,
    GRID,
    INK,
    ORANGE,
    QUIET_INK,
    ChartCanvas,
)
from deepexpr.evaluation.fitting import Fit, Trial

_WIDTH, _HEIGHT = 736.0, 460.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 92.0, 112.0, 700.0, 384.0
_STEPS = 4
_LABEL_GAP_PX = 24.0


def fit_chart(fit: Fit) -> RGBImage:
    """Draw the development half's curve of β.

    Args:
        fit: what was tried; geometry must have been measured.

    Returns:
        (H, W, 3) uint8, two pixels a point.
    """
    canvas = ChartCanvas(_WIDTH, _HEIGHT)
    canvas.card((12, 12, _WIDTH - 24, _HEIGHT - 24))
    canvas.text((36, 52), "Retrieval score against geometry", 19, bold=True)
    canvas.text(
        (36, 73),
        f"each dot a β, {fit.faces[0]:,} development faces; both axes: less is better",
        12,
        colour=QUIET_INK,
    )
    across = [trial.geometry for trial in fit.weights]
    up = [trial.score for trial in fit.weights]
    x_axis, y_axis = _padded(across), _padded([0.0, *up])
    _axes(canvas, x_axis, y_axis)
    places = [
        (
            _LEFT + (trial.geometry - x_axis[0]) / _span(x_axis) * (_RIGHT - _LEFT),
            _BOTTOM - (trial.score - y_axis[0]) / _span(y_axis) * (_BOTTOM - _TOP),
        )
        for trial in fit.weights
    ]
    for start, end in pairwise(places):
        _dotted(canvas, start, end)
    shown: list[tuple[float, float]] = []
    for trial, place in zip(fit.weights, places, strict=True):
        _point(canvas, trial, place, fit.chosen, shown)
    return canvas.pixels


def _point(
    canvas: ChartCanvas,
    trial: Trial,
    place: tuple[float, float],
    chosen: Trial,
    shown: list[tuple[float, float]],
) -> None:
    """One dot; its β is written where no other stands."""
    is_chosen = trial is chosen
    canvas.dot(place, 6 if is_chosen else 4, ORANGE if is_chosen else BLUE)
    near = any(
        abs(place[0] - x) < _LABEL_GAP_PX and abs(place[1] - y) < _LABEL_GAP_PX
        for x, y in shown
    )
    if is_chosen:
        text = f"β = {trial.preset.geometry_weight:g}, chosen"
        canvas.text((place[0], place[1] + 22), text, 12, bold=True, anchor="ms")
    elif not near:
        text = f"{trial.preset.geometry_weight:g}"
        where = (place[0], place[1] - 10)
        canvas.text(where, text, 10.5, colour=QUIET_INK, anchor="ms")
        shown.append(place)


def _axes(
    canvas: ChartCanvas, x_axis: tuple[float, float], y_axis: tuple[float, float]
) -> None:
    for step in range(_STEPS + 1):
        share = step / _STEPS
        y = _BOTTOM - share * (_BOTTOM - _TOP)
        x = _LEFT + share * (_RIGHT - _LEFT)
        canvas.rounded((_LEFT, y - 0.25, _RIGHT - _LEFT, 0.5), 0, GRID)
        value = y_axis[0] + share * _span(y_axis)
        canvas.text((_LEFT - 8, y), f"{value:.3f}", 10, colour=QUIET_INK, anchor="rm")
        value = x_axis[0] + share * _span(x_axis)
        canvas.text(
            (x, _BOTTOM + 18), f"{value:.2f}", 10, colour=QUIET_INK, anchor="ms"
        )
    canvas.text((_LEFT, _TOP - 14), "retrieval score", 11, colour=INK)
    middle = (_LEFT + _RIGHT) / 2
    text = "geometric distance of the best match"
    canvas.text((middle, _BOTTOM + 38), text, 11, colour=INK, anchor="ms")


def _dotted(
    canvas: ChartCanvas, start: tuple[float, float], end: tuple[float, float]
) -> None:
    length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    steps = max(int(length // 4), 1)
    for step in range(1, steps):
        share = step / steps
        x = start[0] + share * (end[0] - start[0])
        y = start[1] + share * (end[1] - start[1])
        canvas.dot((x, y), 0.8, QUIET_INK)


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or 0.01
    return (low - room if low > 0 else 0.0), high + room


def _span(axis: tuple[float, float]) -> float:
    return axis[1] - axis[0]
