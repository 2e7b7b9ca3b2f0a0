"""The sheet of a character's key poses: one row of pictures or more an expression."""

from collections.abc import Mapping, Sequence
from math import ceil

from deepexpr.core.expression import Expression
from deepexpr.core.images import RGBImage
from deepexpr.export.canvas import Canvas, shortened
from deepexpr.export.sheet_theme import (
    EXPRESSION_COLOURS,
    INK,
    MARGIN,
    QUIET_INK,
    SCALE,
)

COLUMNS = 8
"""Most pictures beside each other."""

_TITLE = 52.0
_HEADING = 30.0
_CAPTION = 22.0
_GAP = 10.0
_SECTION_GAP = 18.0
_DOT = 10.0

Tile = tuple[str, RGBImage]
"""What stands under a picture, and the picture, which is square."""


def key_pose_sheet(
    title: str, sections: Mapping[Expression, Sequence[Tile]]
) -> RGBImage:
    """Draw the key poses of a character by expression.

    Args:
        title: the character's display name.
        sections: the pictures of each expression, all of one size, in the order that
            the sheet shows.

    Returns:
        (H, W, 3) uint8; every picture keeps its pixels.
    """
    tiles = [tile for section in sections.values() for tile in section]
    side = max((len(image) for _, image in tiles), default=0) / SCALE
    columns = max((min(len(found), COLUMNS) for found in sections.values()), default=0)
    heights = [_height(len(section), side) for section in sections.values()]
    width = 2 * MARGIN + max(columns * (side + _GAP) - _GAP, 3 * _TITLE)
    canvas = Canvas(width, 2 * MARGIN + _TITLE + sum(heights))
    _draw_title(canvas, title, len(tiles))
    top = MARGIN + _TITLE
    for (expression, section), height in zip(sections.items(), heights, strict=True):
        _draw_section(canvas, top, side, expression, section)
        top += height
    return canvas.pixels


def _height(count: int, side: float) -> float:
    rows = ceil(count / COLUMNS)
    return _HEADING + rows * (side + _CAPTION) + _SECTION_GAP


def _draw_title(canvas: Canvas, title: str, count: int) -> None:
    canvas.text((MARGIN, MARGIN + 22), title, 24, bold=True)
    canvas.text((MARGIN, MARGIN + 40), f"{count} key poses", 12, colour=QUIET_INK)


def _draw_section(
    canvas: Canvas,
    top: float,
    side: float,
    expression: Expression,
    section: Sequence[Tile],
) -> None:
    colour = EXPRESSION_COLOURS[expression]
    canvas.rounded((MARGIN, top + 8, _DOT, _DOT), _DOT / 2, colour)
    heading = (MARGIN + _DOT + 8, top + 18)
    canvas.text(heading, expression.capitalize(), 15, bold=True)
    for number, (name, image) in enumerate(section):
        row, column = divmod(number, COLUMNS)
        x = MARGIN + column * (side + _GAP)
        y = top + _HEADING + row * (side + _CAPTION)
        canvas.image((x, y), image, (side, side))
        text = shortened(name, side, 12)
        canvas.text((x, y + side + 14), text, 12, colour=INK)
