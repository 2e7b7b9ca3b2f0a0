"""The photo on a contact sheet: a window around the face, landmarks drawn finely."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
)
from deepexpr.export.sheet_theme import BAR_TRACK
from deepexpr.transfer.result import FaceResult

FACE_SHARE = 0.6
"""Share of the picture's height that the face box takes where the photo allows it."""

_LARGEST_FACE_SHARE = 0.85

_OPEN_LINES = (RIGHT_BROW, LEFT_BROW, NOSE_BRIDGE, NOSE_BASE)
_CLOSED_LINES = (RIGHT_EYE, LEFT_EYE, OUTER_LIPS)
_SUPERSAMPLING = 3
_LINE = (255, 255, 255, 150)
_DOT = (255, 255, 255, 255)
_SHADE = (20, 24, 32, 90)


def portrait(image: RGBImage, face: FaceResult, size_px: tuple[int, int]) -> RGBImage:
    """Cut the face out of its photo and draw its landmarks.

    Args:
        image: (H, W, 3) uint8, the photo.
        face: where the face is.
        size_px: (width, height) of the picture that is returned.

    Returns:
        (height, width, 3) uint8; what lies beyond the photo is light grey.
    """
    photo_size = (image.shape[1], image.shape[0])
    window = portrait_window(photo_size, face.box, size_px[0] / size_px[1])
    left, top, right, bottom = (round(edge) for edge in window)
    shown = Image.new("RGB", (right - left, bottom - top), BAR_TRACK)
    inside = image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    shown.paste(Image.fromarray(inside), (max(-left, 0), max(-top, 0)))
    scaled = shown.resize(size_px, Image.Resampling.LANCZOS)
    if face.landmarks is not None:
        scale = np.array(size_px) / shown.size
        points = (face.landmarks.points - (left, top)) * scale
        overlay = _landmark_overlay(points, size_px)
        scaled = Image.alpha_composite(scaled.convert("RGBA"), overlay).convert("RGB")
    return np.array(scaled, np.uint8)


def portrait_window(
    photo_size: tuple[int, int], box: tuple[float, float, float, float], aspect: float
) -> tuple[float, float, float, float]:
    """Choose what to show: the face with some air, inside the photo where it can be.

    Args:
        photo_size: (width, height) of the photo in pixels.
        box: (x, y, width, height) of the face.
        aspect: width of the window divided by its height.

    Returns:
        (left, top, right, bottom) in pixels of the photo; the window leaves the photo
        only on an axis where the photo is too short for the face.
    """
    face = max(box[2], box[3], 1.0)
    fitting = min(photo_size[1], photo_size[0] / aspect)
    height = max(min(face / FACE_SHARE, fitting), face / _LARGEST_FACE_SHARE)
    size = (max(height * aspect, 1.0), max(height, 1.0))
    starts = []
    for axis in (0, 1):
        wanted = box[axis] + box[axis + 2] / 2 - size[axis] / 2
        spare = photo_size[axis] - size[axis]
        starts.append(min(max(wanted, 0.0), spare) if spare >= 0 else spare / 2)
    return starts[0], starts[1], starts[0] + size[0], starts[1] + size[1]


def _landmark_overlay(
    points: NDArray[np.float64], size_px: tuple[int, int]
) -> Image.Image:
    """Fine white lines and dots with a soft shade, on a transparent picture."""
    large = (size_px[0] * _SUPERSAMPLING, size_px[1] * _SUPERSAMPLING)
    places = points * _SUPERSAMPLING
    overlay = Image.new("RGBA", large, (255, 255, 255, 0))
    unit = max(large[1] / 640, 1.0)
    for colour, width, radius in (
        (_SHADE, 3.2 * unit, 4.2 * unit),
        (_LINE, 1.4 * unit, 0.0),
        (_DOT, 0.0, 2.6 * unit),
    ):
        layer = Image.new("RGBA", overlay.size, (*colour[:3], 0))
        draw = ImageDraw.Draw(layer)
        for line in _lines(places) if width else ():
            draw.line(line, fill=colour, width=round(width), joint="curve")
        for x, y in places if radius else ():
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        overlay = Image.alpha_composite(overlay, layer)
    return overlay.resize(size_px, Image.Resampling.BOX)


def _lines(points: NDArray[np.float64]) -> list[list[tuple[float, float]]]:
    lines = [points[part] for part in _OPEN_LINES]
    lines += [np.vstack([points[part], points[part][:1]]) for part in _CLOSED_LINES]
    right, left = points[OUTER_LIPS.start], points[OUTER_LIPS.start + 6]
    upper, lower = points[INNER_LIPS][:3], points[INNER_LIPS][3:]
    lines.append(np.vstack([right, upper, left, lower, right]))
    return [[(float(x), float(y)) for x, y in line] for line in lines]
