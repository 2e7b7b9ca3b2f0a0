"""Where the parts of a contact sheet go, in points.

The person's card stands top left with the character cards beside it, and below it where
they are as wide; or it lies across the top. The fullest rectangle is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

from deepexpr.export.sheet_theme import CARD_PADDING, GUTTER, MARGIN

HEADER = 26.0
CAPTION = 53.0
PERSON_WIDTH = 320.0
LEAST_WIDE_PERSON = 560.0
"""From this width on the person's photo stands beside the text, not above it."""
PICTURE_GAP = 12.0

Box = tuple[float, float, float, float]
"""(x, y, width, height)."""

_LEAST_PHOTO_HEIGHT = 200.0
_LARGEST_PHOTO_HEIGHT = 300.0
_LEAST_BANNER_HEIGHT = 300.0
_LARGEST_PERSON_WIDTH = 960.0
_SIDES = (156.0, 124.0, 108.0)
_LEAST_SIDE = 100.0
_GROWTH_OF_FEW = {1: 1.5, 2: 1.25, 3: 1.1}
_WANTED_ASPECT = 1.4
_COST_OF_A_HOLE = 0.2


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Places of one sheet.

    Attributes:
        size: (width, height) of the sheet.
        person: the card of the photo.
        cards: one box a character, in their order.
        sides: side of the picture at each rank, falling.
    """

    size: tuple[float, float]
    person: Box
    cards: tuple[Box, ...]
    sides: tuple[float, ...]


def sheet_layout(ranks: Sequence[int], text_height: float) -> SheetLayout:
    """Arrange a sheet as a pleasant, full rectangle.

    Args:
        ranks: number of matches of each character.
        text_height: height of the person's card without the photo.
    """
    if not ranks:
        person = (
            MARGIN,
            MARGIN,
            PERSON_WIDTH,
            text_height + _LARGEST_PHOTO_HEIGHT,
        )
        return _framed(person, (), ())
    columns = range(1, len(ranks) + 1)
    return min(
        (
            *(_person_beside(ranks, text_height, count) for count in columns),
            *(_person_above(ranks, text_height, count) for count in columns),
        ),
        key=_misfit,
    )


def _person_beside(
    ranks: Sequence[int], text_height: float, columns: int
) -> SheetLayout:
    """The sheet with a number of columns to the right of the person."""
    sides, (width, height) = _card(ranks)
    step = height + GUTTER
    fills_below = width >= PERSON_WIDTH and len(ranks) > 2
    person_width = width if fills_below else PERSON_WIDTH
    least = text_height + _LEAST_PHOTO_HEIGHT
    span = ceil((least + GUTTER) / step)
    beside = [(row, column) for row in range(len(ranks)) for column in range(columns)]
    below = [(row, -1) for row in range(span, len(ranks)) if fills_below]
    cells = sorted(beside + below)[: len(ranks)]
    rows = cells[-1][0] + 1
    if fills_below and rows >= span:
        person_height = span * step - GUTTER
    else:
        largest = text_height + _LARGEST_PHOTO_HEIGHT
        person_height = max(least, min(largest, rows * step - GUTTER))
    left = MARGIN + person_width + GUTTER
    cards = tuple(
        (
            MARGIN if column < 0 else left + column * (width + GUTTER),
            MARGIN + row * step,
            width,
            height,
        )
        for row, column in cells
    )
    return _framed((MARGIN, MARGIN, person_width, person_height), cards, sides)


def _person_above(
    ranks: Sequence[int], text_height: float, columns: int
) -> SheetLayout:
    """The sheet with the person across the top and a number of columns below."""
    sides, (width, height) = _card(ranks)
    across = columns * (width + GUTTER) - GUTTER
    person = (MARGIN, MARGIN, across, max(text_height, _LEAST_BANNER_HEIGHT))
    top = MARGIN + person[3] + GUTTER
    cards = tuple(
        (
            MARGIN + index % columns * (width + GUTTER),
            top + index // columns * (height + GUTTER),
            width,
            height,
        )
        for index in range(len(ranks))
    )
    return _framed(person, cards, sides)


def _card(ranks: Sequence[int]) -> tuple[tuple[float, ...], tuple[float, float]]:
    """Sides of the pictures and size of a character's card."""
    sides = _sides(max(ranks), len(ranks))
    width = sum(sides) + PICTURE_GAP * (len(sides) - 1) + 2 * CARD_PADDING
    return sides, (width, HEADER + sides[0] + CAPTION + 2 * CARD_PADDING)


def _sides(top: int, characters: int) -> tuple[float, ...]:
    growth = _GROWTH_OF_FEW.get(characters, 1.0)
    extra = max(top - len(_SIDES), 0)
    return tuple(growth * side for side in (*_SIDES[:top], *([_LEAST_SIDE] * extra)))


def _framed(
    person: Box, cards: tuple[Box, ...], sides: tuple[float, ...]
) -> SheetLayout:
    boxes = (person, *cards)
    width = max(box[0] + box[2] for box in boxes) + MARGIN
    height = max(box[1] + box[3] for box in boxes) + MARGIN
    return SheetLayout((width, height), person, cards, sides)


def _misfit(layout: SheetLayout) -> float:
    """How far the sheet is from a full rectangle of the wanted aspect."""
    width, height = layout.size
    area = (width - 2 * MARGIN + GUTTER) * (height - 2 * MARGIN + GUTTER)
    filled = sum(
        (box[2] + GUTTER) * (box[3] + GUTTER) for box in (layout.person, *layout.cards)
    )
    card = layout.cards[0]
    holes = (area - filled) / ((card[2] + GUTTER) * (card[3] + GUTTER))
    banner = layout.person[2]
    unwieldy = banner > PERSON_WIDTH and not (
        LEAST_WIDE_PERSON <= banner <= _LARGEST_PERSON_WIDTH or banner == card[2]
    )
    stretch = abs(log(width / height / _WANTED_ASPECT))
    return stretch + _COST_OF_A_HOLE * holes + 10 * unwieldy
