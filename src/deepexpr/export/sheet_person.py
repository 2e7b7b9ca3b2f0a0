"""The person's card of a contact sheet: photo, probabilities, notes."""

from pathlib import Path

from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.export.canvas import Canvas, shortened, wrapped
from deepexpr.export.sheet_layout import LEAST_WIDE_PERSON, PERSON_WIDTH, Box
from deepexpr.export.sheet_photo import portrait
from deepexpr.export.sheet_theme import (
    BAR_TRACK,
    CARD_PADDING,
    EXPRESSION_COLOURS,
    INK,
    NOTE_FILL,
    NOTE_INK,
    QUIET_INK,
    pixels,
)
from deepexpr.transfer.result import FaceResult, TransferResult

_NARROW = PERSON_WIDTH - 2 * CARD_PADDING
_COLUMN_GAP = 20.0
_PHOTO_GAP = 11.0
_WIDEST_PHOTO = 1.3
_TITLE_HEIGHT = 46.0
_BAR_STEP = 23.0
_LEAST_BAR = 0.005
_NOTE_SIZE, _NOTE_LINE, _NOTE_PADDING, _NOTE_GAP = 10.5, 15.0, 9.0, 8.0


def text_height(face: FaceResult) -> float:
    """Height of the card without its photo, when it is at its narrowest."""
    return 2 * CARD_PADDING + _PHOTO_GAP + _text_height(_wrapped_notes(face, _NARROW))


def draw_person(
    canvas: Canvas, box: Box, result: TransferResult, face: FaceResult
) -> None:
    """Draw the card into its box: text below the photo, or beside it in a wide card."""
    canvas.card(box)
    x, y = box[0] + CARD_PADDING, box[1] + CARD_PADDING
    width, height = box[2] - 2 * CARD_PADDING, box[3] - 2 * CARD_PADDING
    if box[2] >= LEAST_WIDE_PERSON:
        text_width = max(_NARROW, width - _COLUMN_GAP - _WIDEST_PHOTO * height)
        notes = _wrapped_notes(face, text_width)
        photo_size = (width - _COLUMN_GAP - text_width, height)
        text_left = x + width - text_width
        text_top = y + (height - _text_height(notes)) / 2
    else:
        text_width = width
        notes = _wrapped_notes(face, text_width)
        photo_size = (width, height - _PHOTO_GAP - _text_height(notes))
        text_left, text_top = x, y + photo_size[1] + _PHOTO_GAP
    photo = portrait(result.image, face, (pixels(photo_size[0]), pixels(photo_size[1])))
    canvas.image((x, y), photo, photo_size)
    bottom = _draw_expression(
        canvas, (text_left, text_top), text_width, Path(result.photo).name, face
    )
    _draw_notes(canvas, (text_left, bottom), text_width, notes)


def _draw_expression(
    canvas: Canvas,
    place: tuple[float, float],
    width: float,
    name: str,
    face: FaceResult,
) -> float:
    """Draw expression, file name and bars; return where they end."""
    x, y = place
    share = f"{face.probabilities[face.expression]:.0%}"
    canvas.text((x, y + 15), face.expression.capitalize(), 17, bold=True)
    canvas.text((x + width, y + 15), share, 17, bold=True, anchor="rs")
    canvas.text((x, y + 32), shortened(name, width, 10.5), 10.5, colour=QUIET_INK)
    y += _TITLE_HEIGHT
    for expression in EXPRESSIONS:
        probability = face.probabilities[expression]
        _draw_bar(canvas, (x, y, width, _BAR_STEP), expression, probability)
        y += _BAR_STEP
    return y


def _draw_notes(
    canvas: Canvas, place: tuple[float, float], width: float, notes: list[list[str]]
) -> None:
    x, y = place
    for lines in notes:
        y += _NOTE_GAP
        height = _note_height(lines)
        canvas.rounded((x, y, width, height), 6, NOTE_FILL)
        for number, line in enumerate(lines):
            start = (x + _NOTE_PADDING, y + 18.5 + number * _NOTE_LINE)
            canvas.text(start, line, _NOTE_SIZE, colour=NOTE_INK)
        y += height


def _draw_bar(
    canvas: Canvas, box: Box, expression: Expression, probability: float
) -> None:
    x, y, width, row_height = box
    label, number, height = 64.0, 40.0, 8.0
    track = width - label - number
    middle = y + row_height / 2
    canvas.text((x, middle), expression, 11.5, anchor="lm")
    start = (x + label, middle - height / 2)
    canvas.rounded((*start, track, height), height / 2, BAR_TRACK)
    visible = probability >= _LEAST_BAR
    if visible:
        filled = max(track * min(probability, 1.0), height)
        colour = EXPRESSION_COLOURS[expression]
        canvas.rounded((*start, filled, height), height / 2, colour)
    canvas.text(
        (x + width, middle),
        f"{probability:.0%}",
        11.5,
        colour=INK if visible else QUIET_INK,
        anchor="rm",
    )


def _wrapped_notes(face: FaceResult, width: float) -> list[list[str]]:
    room = width - 2 * _NOTE_PADDING
    return [wrapped(note, room, _NOTE_SIZE) for note in face.notes]


def _text_height(notes: list[list[str]]) -> float:
    height = _TITLE_HEIGHT + len(EXPRESSIONS) * _BAR_STEP
    return height + sum(_NOTE_GAP + _note_height(lines) for lines in notes)


def _note_height(lines: list[str]) -> float:
    return len(lines) * _NOTE_LINE + 2 * _NOTE_PADDING - 3
