"""Landmarks of a new character: a text file to adjust, a picture to check them."""

import csv
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from deepexpr.core.errors import CharacterError
from deepexpr.core.files import whole_file, write_whole
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import LANDMARK_COUNT

LANDMARK_FILE = "landmarks.csv"
LANDMARK_PICTURE = "landmarks.png"
COLUMNS = ("number", "name", "x", "y")

_GROUPS = (
    ("right brow", ("outer end", "outer", "middle", "inner", "inner end")),
    ("left brow", ("inner end", "inner", "middle", "outer", "outer end")),
    ("nose bridge", ("top", "upper", "lower", "tip")),
    ("nose base", ("right", "inner right", "middle", "inner left", "left")),
    ("right eye", ("outer corner", "upper outer", "upper inner", "inner corner",
                   "lower inner", "lower outer")),
    ("left eye", ("inner corner", "upper inner", "upper outer", "outer corner",
                  "lower outer", "lower inner")),
    ("outer lips", ("right corner", "upper far right", "upper right", "upper middle",
                    "upper left", "upper far left", "left corner", "lower far left",
                    "lower left", "lower middle", "lower right", "lower far right")),
    ("inner lips", ("upper right", "upper middle", "upper left", "lower left",
                    "lower middle", "lower right")),
)  # fmt: skip

LANDMARK_NAMES = tuple(f"{group}: {name}" for group, names in _GROUPS for name in names)
"""Names of the 49 landmarks, in their order; sides are the subject's own."""

_COLOURS = ((255, 196, 0), (0, 220, 255))


def write_landmarks(path: Path, places: NDArray[np.float64]) -> None:
    """Write the places of 49 landmarks in the check picture.

    Args:
        path: the CSV file.
        places: (49, 2) x and y in pixels.

    Raises:
        OutputError: if the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, (name, place) in enumerate(
        zip(LANDMARK_NAMES, places, strict=True), start=1
    ):
        writer.writerow([number, name, f"{place[0]:.1f}", f"{place[1]:.1f}"])
    write_whole(path, text.getvalue())


def read_landmarks(path: Path) -> NDArray[np.float64]:
    """Read a landmark file.

    Returns:
        (49, 2) x and y in pixels of the check picture.

    Raises:
        CharacterError: if a landmark is missing, repeated or has no place; the message
            names it.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CharacterError(
            f"{path}: the landmarks cannot be read ({error})"
        ) from error
    if rows and not set(COLUMNS) - {"name"} <= set(rows[0]):
        raise CharacterError(
            f"{path}: has the columns {','.join(rows[0])}; expected {','.join(COLUMNS)}"
        )
    found: dict[int, tuple[float, float]] = {}
    for line, row in enumerate(rows, start=2):
        try:
            number = int(row["number"])
            place = float(row["x"]), float(row["y"])
        except (TypeError, ValueError) as error:
            raise CharacterError(
                f"{path}, line {line}: needs a number and a place in pixels, x and y"
            ) from error
        if number in found or not np.isfinite(place).all():
            raise CharacterError(
                f"{path}, line {line}: landmark {number} is there twice, or its place "
                "is no number"
            )
        found[number] = place
    missing = [n for n in range(1, LANDMARK_COUNT + 1) if n not in found]
    if missing or len(found) != LANDMARK_COUNT:
        lacking = ", ".join(f"{n} ({LANDMARK_NAMES[n - 1]})" for n in missing[:3])
        raise CharacterError(
            f"{path}: has {len(found)} landmarks; expected {LANDMARK_COUNT}"
            + (f"; missing: {lacking}" if missing else ", numbered from 1")
            + ". Remove the file to have them proposed again."
        )
    return np.array([found[number] for number in range(1, LANDMARK_COUNT + 1)])


def write_check_picture(
    path: Path, image: RGBImage, places: NDArray[np.float64]
) -> None:
    """Write a picture with the numbered landmarks on it, as a PNG.

    Args:
        path: the file.
        image: (size, size, 3) the neutral pose.
        places: (49, 2) in its pixels.

    Raises:
        OutputError: if the file cannot be written.
    """
    picture = Image.fromarray(image)
    draw = ImageDraw.Draw(picture)
    size = max(image.shape[0] / 90, 9)
    for number, (x, y) in enumerate(places, start=1):
        colour = _COLOURS[number % 2]
        draw.ellipse((x - 2.5, y - 2.5, x + 2.5, y + 2.5), colour, (0, 0, 0))
        # Numbers of upper points stand above them, those of lower points below.
        below = number in (
            *range(24, 26),
            *range(30, 32),
            *range(39, 44),
            *range(47, 50),
        )
        anchor, shift = ("mt", 3) if below else ("mb", -3)
        draw.text(
            (x, y + shift),
            str(number),
            colour,
            font_size=size,
            anchor=anchor,
            stroke_width=1,
            stroke_fill=(0, 0, 0),
        )
    with whole_file(path) as partial:
        picture.save(partial, "PNG")
