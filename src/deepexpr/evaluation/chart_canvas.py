"""Drawing of charts in points: text, round boxes, lines and dots, smooth and sharp."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from deepexpr.core.errors import OutputError
from deepexpr.core.files import whole_file
from deepexpr.core.images import RGBImage

Colour = tuple[int, int, int]

SCALE = 2
"""Pixels a point, so that charts are sharp on dense screens and in print."""

BACKGROUND: Colour = (246, 245, 242)
CARD: Colour = (255, 255, 255)
CARD_EDGE: Colour = (229, 227, 221)
INK: Colour = (33, 35, 41)
QUIET_INK: Colour = (112, 115, 122)
GRID: Colour = (236, 234, 229)
BLUE: Colour = (23, 92, 158)
ORANGE: Colour = (213, 94, 32)

_SUPERSAMPLING = 4
_CARD_RADIUS = 12.0
# The typeface is a file of the package, shared with the contact sheet.
_FONTS = Path(__file__).parents[1] / "export" / "fonts"


class ChartCanvas:
    """A chart to draw on; all lengths and places are in points from the top left."""

    def __init__(self, width: float, height: float) -> None:
        """Make an empty canvas of a size in points."""
        size = (_pixels(width), _pixels(height))
        self._picture = Image.new("RGB", size, BACKGROUND)
        self._draw = ImageDraw.Draw(self._picture)

    @property
    def pixels(self) -> RGBImage:
        """What was drawn: (H, W, 3) uint8."""
        return np.array(self._picture, np.uint8)

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
        where = (_pixels(place[0]), _pixels(place[1]))
        self._draw.text(
            where, text, fill=colour, font=_font(size, bold=bold), anchor=anchor
        )

    def card(self, box: tuple[float, float, float, float]) -> None:
        """Draw a white card with a fine edge; box is (x, y, width, height)."""
        x, y, width, height = box
        self.rounded(box, _CARD_RADIUS, CARD_EDGE)
        inside = (x + 0.5, y + 0.5, width - 1, height - 1)
        self.rounded(inside, _CARD_RADIUS - 0.5, CARD)

    def rounded(
        self, box: tuple[float, float, float, float], radius: float, colour: Colour
    ) -> None:
        """Fill a box (x, y, width, height) with round corners."""
        left, top = _pixels(box[0]), _pixels(box[1])
        size = (
            max(_pixels(box[0] + box[2]) - left, 1),
            max(_pixels(box[1] + box[3]) - top, 1),
        )
        mask = _rounded_mask(size, radius)
        self._picture.paste(colour, (left, top), mask)

    def picture(
        self, place: tuple[float, float], image: RGBImage, size: tuple[float, float]
    ) -> None:
        """Place a picture, scaled to (width, height) points; its pixels stay sharp."""
        size_px = (_pixels(size[0]), _pixels(size[1]))
        scaled = Image.fromarray(image).resize(size_px, Image.Resampling.NEAREST)
        self._picture.paste(scaled, (_pixels(place[0]), _pixels(place[1])))

    def dot(self, centre: tuple[float, float], radius: float, colour: Colour) -> None:
        """Draw a filled circle."""
        x, y = centre
        self.rounded((x - radius, y - radius, 2 * radius, 2 * radius), radius, colour)


def shortened(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits a width, with an ellipsis."""
    font = _font(size, bold=bold)
    if font.getlength(text) / SCALE <= width:
        return text
    kept = text
    while kept and font.getlength(f"{kept}…") / SCALE > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def blended(first: Colour, second: Colour, share: float) -> Colour:
    """The colour that lies a share of the way, 0 to 1, from the first to the second."""
    red, green, blue = (
        round(start + (end - start) * share)
        for start, end in zip(first, second, strict=True)
    )
    return red, green, blue


def write_chart(path: Path, chart: RGBImage) -> None:
    """Write a chart as a PNG file, whole or not at all.

    Args:
        path: where to; its name must end in .png.
        chart: (H, W, 3) uint8.

    Raises:
        OutputError: if the name has another ending, or the file cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise OutputError(f"{path}: charts are PNG files; use a name that ends in .png")
    with whole_file(path) as partial:
        Image.fromarray(chart).save(partial, "PNG", optimize=True)


@cache
def _font(size: float, *, bold: bool) -> ImageFont.FreeTypeFont:
    name = "Inter-SemiBold.ttf" if bold else "Inter-Regular.ttf"
    return ImageFont.truetype(_FONTS / name, size * SCALE)


def _pixels(points: float) -> int:
    return round(points * SCALE)


def _rounded_mask(size: tuple[int, int], radius: float) -> Image.Image:
    large = Image.new("L", (size[0] * _SUPERSAMPLING, size[1] * _SUPERSAMPLING))
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1),
        radius=radius * SCALE * _SUPERSAMPLING,
        fill=255,
    )
    return large.resize(size, Image.Resampling.BOX)
