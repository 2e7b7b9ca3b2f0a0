"""Drawing in points: text that fits, pictures with round corners, cards, bars."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from deepexpr.core.images import RGBImage
from deepexpr.export.sheet_theme import (
    BACKGROUND,
    CARD,
    CARD_EDGE,
    CARD_RADIUS,
    INK,
    PICTURE_RADIUS,
    SCALE,
    font,
    pixels,
)

Colour = tuple[int, int, int]

_SUPERSAMPLING = 4
_ELLIPSIS = "…"


class Canvas:
    """A picture to draw on; all lengths and places are in points from the top left."""

    def __init__(self, width: float, height: float) -> None:
        """Make an empty canvas of a size in points."""
        self.picture = Image.new("RGB", (pixels(width), pixels(height)), BACKGROUND)
        self._draw = ImageDraw.Draw(self.picture)

    @property
    def pixels(self) -> RGBImage:
        """What was drawn: (H, W, 3) uint8."""
        return np.array(self.picture, np.uint8)

    def text(
        self,
        place: tuple[float, float],
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        anchor: str = "ls",
    ) -> None:
        """Write one line; the place is its anchor, by default left on the baseline."""
        where = (pixels(place[0]), pixels(place[1]))
        self._draw.text(
            where, text, fill=colour, font=font(size, bold=bold), anchor=anchor
        )

    def card(self, box: tuple[float, float, float, float]) -> None:
        """Draw a white card with a fine edge; box is (x, y, width, height)."""
        self.rounded(box, CARD_RADIUS, CARD_EDGE)
        x, y, width, height = box
        inside = (x + 0.5, y + 0.5, width - 1, height - 1)
        self.rounded(inside, CARD_RADIUS - 0.5, CARD)

    def rounded(
        self, box: tuple[float, float, float, float], radius: float, colour: Colour
    ) -> None:
        """Fill a box (x, y, width, height) with round corners."""
        left, top = pixels(box[0]), pixels(box[1])
        size = (
            max(pixels(box[0] + box[2]) - left, 1),
            max(pixels(box[1] + box[3]) - top, 1),
        )
        self.picture.paste(colour, (left, top), _rounded_mask(size, radius))

    def image(
        self, place: tuple[float, float], image: RGBImage, size: tuple[float, float]
    ) -> None:
        """Place a picture with round corners, scaled to (width, height) points."""
        size_px = (pixels(size[0]), pixels(size[1]))
        scaled = Image.fromarray(image).resize(size_px, Image.Resampling.LANCZOS)
        where = (pixels(place[0]), pixels(place[1]))
        self.picture.paste(scaled, where, _rounded_mask(scaled.size, PICTURE_RADIUS))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line in points."""
    return font(size, bold=bold).getlength(text) / SCALE


def shortened(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits a width, with an ellipsis."""
    if text_width(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and text_width(kept + _ELLIPSIS, size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip(" -_") + _ELLIPSIS


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text broken between words into lines that fit a width."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(shortened(word, width, size))
    return lines


@lru_cache(maxsize=64)
def _rounded_mask(size: tuple[int, int], radius: float) -> Image.Image:
    large = Image.new("L", (size[0] * _SUPERSAMPLING, size[1] * _SUPERSAMPLING))
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1),
        radius=radius * SCALE * _SUPERSAMPLING,
        fill=255,
    )
    return large.resize(size, Image.Resampling.BOX)
