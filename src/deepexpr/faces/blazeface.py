"""The short-range BlazeFace network: one square of a picture → raw detections.

Input (1, 128, 128, 3) RGB in [-1, 1]. Outputs, one row for each of 896 anchors:
16 numbers (box centre relative to the anchor and box size, then six points relative to
the anchor: right eye, left eye, nose tip, mouth, right ear, left ear; all in input
pixels) and the logit of the score. The anchors are the cell centres of a 16×16 grid,
two a cell, and of an 8×8 grid, six a cell.

Source: Bazarevsky et al. 2019, "BlazeFace"; MediaPipe's face_detector_graph.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.images import RGBImage
from deepexpr.faces.onnx_session import OnnxSession
from deepexpr.faces.warp import Region, inverted, warp

INPUT_SIZE_PX = 128
_CELLS_AND_ANCHORS = ((16, 2), (8, 6))
_RIGHT_EYE, _LEFT_EYE = 0, 1
_LARGEST_LOGIT = 80.0  # exp() of more overflows float32


@dataclass(frozen=True, slots=True)
class Detections:
    """Raw detections in one picture, before duplicates are merged.

    Attributes:
        boxes: (n, 4) float64, centre x, centre y, width, height in picture pixels,
            measured along the region's own axes.
        eyes: (n, 2, 2) float64, right and left eye in picture pixels.
        scores: (n,) float64 in [0, 1].
    """

    boxes: NDArray[np.float64]
    eyes: NDArray[np.float64]
    scores: NDArray[np.float64]


def anchor_centres() -> NDArray[np.float64]:
    """(896, 2) anchor centres (x, y) in input pixels, in the network's order."""
    blocks = []
    for cells, anchors in _CELLS_AND_ANCHORS:
        steps = (np.arange(cells) + 0.5) * INPUT_SIZE_PX / cells
        rows, columns = np.meshgrid(steps, steps, indexing="ij")
        grid = np.stack([columns.ravel(), rows.ravel()], axis=1)
        blocks.append(np.repeat(grid, anchors, axis=0))
    return np.concatenate(blocks)


def detect_in_region(
    session: OnnxSession, image: RGBImage, region: Region, min_score: float
) -> Detections:
    """Run the network on one square of a picture.

    Args:
        session: the BlazeFace network.
        image: (H, W, 3) uint8.
        region: the square; it may reach beyond the picture.
        min_score: detections below are left out.

    Returns:
        The detections, in pixels of the picture.
    """
    matrix = region.to_crop(INPUT_SIZE_PX)
    crop = warp(image, matrix, INPUT_SIZE_PX).astype(np.float32) / 127.5 - 1.0
    values, logits = session.run(crop[None])
    clipped = logits[0, :, 0].astype(np.float64).clip(-_LARGEST_LOGIT, _LARGEST_LOGIT)
    scores = 1 / (1 + np.exp(-clipped))
    kept = scores >= min_score
    numbers = values[0, kept].astype(np.float64)
    anchors = anchor_centres()[kept]
    to_picture = inverted(matrix)
    points = numbers.reshape(-1, 8, 2)
    points[:, [0, 2, 3, 4, 5, 6, 7]] += anchors[:, None]
    placed = points @ to_picture[:, :2].T + to_picture[:, 2]
    sizes = points[:, 1] * region.side_px / INPUT_SIZE_PX
    return Detections(
        boxes=np.concatenate([placed[:, 0], sizes], axis=1),
        eyes=placed[:, 2:][:, [_RIGHT_EYE, _LEFT_EYE]],
        scores=scores[kept],
    )
