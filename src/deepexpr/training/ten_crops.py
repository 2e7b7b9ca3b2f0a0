"""The paper's ten views of a picture: five crops, each also mirrored (section 3.2)."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepexpr.networks.paper import CROP_SIZE_PX, PICTURE_SIZE_PX

_FAR = PICTURE_SIZE_PX - CROP_SIZE_PX
_MIDDLE = _FAR // 2
_CORNERS = ((0, 0), (0, _FAR), (_FAR, 0), (_FAR, _FAR), (_MIDDLE, _MIDDLE))
"""Top and left edge of the crops: four corners, then the centre."""

VIEW_COUNT = 2 * len(_CORNERS)
"""Views 0 to 4 are the crops, 5 to 9 their mirror images."""

CENTRE = len(_CORNERS) - 1
"""The view of the centre, by which networks are measured."""


def crops_of(
    pictures: Callable[[NDArray[np.int64]], NDArray[np.uint8]],
    index: NDArray[np.int64],
    view: NDArray[np.int64],
) -> Tensor:
    """Views of faces.

    Args:
        pictures: gives (B, 256, 256, 3) uint8 faces by index.
        index: (B,) which faces.
        view: (B,) which view of each.

    Returns:
        (B, 227, 227, 3) uint8.
    """
    crops = np.zeros((len(index), CROP_SIZE_PX, CROP_SIZE_PX, 3), np.uint8)
    if len(index):
        for row, picture in enumerate(pictures(index)):
            crops[row] = cropped(picture, int(view[row]))
    return torch.from_numpy(crops)


def cropped(picture: NDArray[np.uint8], view: int) -> NDArray[np.uint8]:
    """One view (227, 227, 3) of a picture (256, 256, 3)."""
    top, left = _CORNERS[view % len(_CORNERS)]
    crop = picture[top : top + CROP_SIZE_PX, left : left + CROP_SIZE_PX]
    return crop[:, ::-1] if view >= len(_CORNERS) else crop
