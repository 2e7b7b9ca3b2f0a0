"""Colours, type and measures of the contact sheet.

Lengths are in points; `SCALE` pixels make a point, so that the sheet is sharp on
screens of high density and in print.
"""

from functools import cache
from pathlib import Path

from PIL import ImageFont

from deepexpr.core.expression import Expression

SCALE = 2

BACKGROUND = (246, 245, 242)
CARD = (255, 255, 255)
CARD_EDGE = (229, 227, 221)
INK = (33, 35, 41)
QUIET_INK = (112, 115, 122)
BAR_TRACK = (238, 236, 231)
NOTE_INK = (140, 84, 8)
NOTE_FILL = (253, 244, 225)

EXPRESSION_COLOURS: dict[Expression, tuple[int, int, int]] = {
    Expression.ANGER: (207, 74, 62),
    Expression.DISGUST: (118, 150, 58),
    Expression.FEAR: (128, 92, 178),
    Expression.JOY: (236, 168, 32),
    Expression.NEUTRAL: (140, 146, 154),
    Expression.SADNESS: (64, 120, 188),
    Expression.SURPRISE: (22, 160, 158),
}
"""One colour an expression, of like weight; labels beside them tell them apart too."""

MARGIN = 32.0
GUTTER = 20.0
CARD_PADDING = 16.0
CARD_RADIUS = 12.0
PICTURE_RADIUS = 8.0

_FONTS = Path(__file__).parent / "fonts"


@cache
def font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Inter in a size in points, regular or semi-bold."""
    name = "Inter-SemiBold.ttf" if bold else "Inter-Regular.ttf"
    return ImageFont.truetype(_FONTS / name, size * SCALE)


def pixels(points: float) -> int:
    """Length in pixels of the sheet."""
    return round(points * SCALE)
