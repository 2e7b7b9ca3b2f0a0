"""Affine resampling of pictures, with averaging where they shrink.

Coordinates are continuous: pixel (column 0, row 0) covers [0, 1] × [0, 1], so its
centre is at (0.5, 0.5). A (2, 3) matrix acts on (x, y, 1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepexpr.core.arrays import check_shape
from deepexpr.core.images import RGBImage

_NEIGHBOUR_PX = 2  # bilinear sampling reads one neighbour on each side


@dataclass(frozen=True, slots=True)
class Region:
    """A square of a picture, possibly turned and possibly reaching beyond its edges.

    Attributes:
        x: centre, in pixels of the picture.
        y: centre, in pixels of the picture.
        side_px: length of a side; positive.
        roll_deg: angle of its upper edge, positive when that edge falls to the right.
    """

    x: float
    y: float
    side_px: float
    roll_deg: float = 0.0

    def to_crop(self, size_px: int) -> NDArray[np.float64]:
        """(2, 3) matrix from the picture to a crop of `size_px` on each side."""
        scale = size_px / self.side_px
        angle = np.deg2rad(self.roll_deg)
        cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
        turn = np.array([[cosine, sine], [-sine, cosine]])
        shift = size_px / 2 - turn @ np.array([self.x, self.y])
        return np.column_stack([turn, shift])


def inverted(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (2, 3) matrix that undoes a (2, 3) affine matrix."""
    check_shape("matrix", matrix, (2, 3))
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def transformed(
    points: NDArray[np.float64], matrix: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move (n, 2) points by a (2, 3) affine matrix."""
    check_shape("matrix", matrix, (2, 3))
    return points @ matrix[:, :2].T + matrix[:, 2]


def warp(
    image: RGBImage,
    matrix: NDArray[np.float64],
    size_px: int,
    *,
    repeat_edges: bool = False,
) -> RGBImage:
    """Resample a picture into a square, bilinearly, averaging pixels when it shrinks.

    Args:
        image: (H, W, 3) uint8.
        matrix: (2, 3), from pixels of the picture to pixels of the square; invertible.
        size_px: sides of the square.
        repeat_edges: what lies beyond the picture: its edge pixels, or else black.

    Returns:
        (size_px, size_px, 3) uint8.

    Raises:
        ShapeError: if the matrix is not (2, 3).
    """
    to_picture = inverted(matrix)
    pixels_per_pixel = np.linalg.svd(to_picture[:, :2], compute_uv=False)
    shrink = max(1, round(float(pixels_per_pixel.min())))
    corners = np.array([[0, 0], [size_px, 0], [0, size_px], [size_px, size_px]])
    reached = transformed(corners.astype(np.float64), to_picture)
    margin = _NEIGHBOUR_PX * shrink
    low = np.floor(reached.min(axis=0) - margin).astype(int)
    high = np.ceil(reached.max(axis=0) + margin).astype(int)
    height, width = image.shape[:2]
    columns = _Span.of(int(low[0]), int(high[0]), width, shrink)
    rows = _Span.of(int(low[1]), int(high[1]), height, shrink)
    part = Image.fromarray(image[rows.start : rows.stop, columns.start : columns.stop])
    reduced = np.asarray(part.reduce(shrink) if shrink > 1 else part)
    padding = ((rows.before, rows.after), (columns.before, columns.after), (0, 0))
    if repeat_edges and np.any(padding):
        reduced = np.pad(reduced, padding, mode="edge")
        origin = columns.origin(shrink), rows.origin(shrink)
    else:
        origin = columns.start, rows.start
    to_reduced = to_picture.copy()
    to_reduced[:, 2] -= origin
    square = Image.fromarray(reduced).transform(
        (size_px, size_px),
        Image.Transform.AFFINE,
        tuple((to_reduced / shrink).ravel()),
        resample=Image.Resampling.BILINEAR,
    )
    return np.array(square, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Span:
    """What one axis takes from the picture, and how often its edges are repeated.

    `start` and `stop` are pixels of the picture, `before` and `after` shrunk pixels.
    """

    start: int
    stop: int
    before: int
    after: int

    @classmethod
    def of(cls, low: int, high: int, length: int, shrink: int) -> "_Span":
        start = min(max(low, 0), length - 1)
        stop = max(min(high, length), start + 1)
        before = -(-max(start - low, 0) // shrink)
        after = -(-max(high - stop, 0) // shrink)
        return cls(start, stop, before, after)

    def origin(self, shrink: int) -> int:
        return self.start - self.before * shrink
