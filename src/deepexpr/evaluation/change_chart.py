"""The changes of robustness on an example face, one row of pictures after another."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from PIL import Image

from deepexpr.core.errors import ImageError
from deepexpr.core.images import RGBImage, to_grey
from deepexpr.evaluation.chart_canvas import INK, QUIET_INK, ChartCanvas, shortened
from deepexpr.evaluation.face_changes import FaceChange, GreyFace
from deepexpr.evaluation.robustness_faces import CROP_PX
from deepexpr.faces.finder import FaceFinder
from deepexpr.faces.warp import Region, warp

COLUMNS = 8
"""Pictures beside each other."""

_MARGIN = 16.0
_SIDE = 72.0
_GAP = 10.0
_CAPTION = 36.0

_CROP_SIDE, _CROP_SHIFT = 1.0, -0.065  # of the face's box, as FER+'s crops are cut


def change_chart(face: GreyFace, changes: Sequence[FaceChange]) -> RGBImage:
    """Draw a face as it is and under each change, enlarged without smoothing.

    Args:
        face: (S, S) uint8 grey crop.
        changes: what to show, in order.

    Returns:
        (H, W, 3) uint8.
    """
    tiles = [("unchanged", "", face)]
    tiles += [(each.kind, each.strength, each.apply(face)) for each in changes]
    rows = ceil(len(tiles) / COLUMNS)
    canvas = ChartCanvas(
        2 * _MARGIN + COLUMNS * (_SIDE + _GAP) - _GAP,
        2 * _MARGIN + rows * (_SIDE + _CAPTION) - (_CAPTION - 26),
    )
    for number, (kind, strength, view) in enumerate(tiles):
        row, column = divmod(number, COLUMNS)
        x = _MARGIN + column * (_SIDE + _GAP)
        y = _MARGIN + row * (_SIDE + _CAPTION)
        colours = np.repeat(view[..., None], 3, axis=2)
        canvas.picture((x, y), colours, (_SIDE, _SIDE))
        canvas.text(
            (x, y + _SIDE + 12), shortened(kind, _SIDE + _GAP - 2, 9), 9, colour=INK
        )
        canvas.text((x, y + _SIDE + 23), strength, 9, colour=QUIET_INK)
    return canvas.pixels


def example_crop(photo: RGBImage, name: str) -> GreyFace:
    """Cut the largest face out of a photo, grey and as small as the encoder sees it.

    Raises:
        ImageError: if no face is found.
    """
    found = FaceFinder.load().find(photo, limit=1)
    if not found:
        raise ImageError(f"{name}: shows no face; give a photo of one")
    seen = found[0].box.region
    side = found[0].box.width * _CROP_SIDE
    square = Region(seen.x, seen.y + _CROP_SHIFT * side, side)
    grey = to_grey(warp(photo, square.to_crop(4 * CROP_PX), 4 * CROP_PX))
    small = Image.fromarray(grey).reduce(4)
    return np.asarray(small).round().astype(np.uint8)
