"""Merging raw detections of the same face."""

import numpy as np
from numpy.typing import NDArray

from deepexpr.faces.blazeface import Detections

_SAME_FACE_IOU = 0.3
_PART_OF_FACE = 0.6


def merged(detections: Detections) -> Detections:
    """Merge the detections of each face into one, the surest face first.

    Detections that overlap the surest one (intersection over union above 0.3) are
    averaged with it, weighted by score; those that mostly lie inside it are only
    dropped, since they show a part of the face.

    Source of the weighting: Bazarevsky et al. 2019, "BlazeFace", section 3.
    """
    order = np.argsort(-detections.scores, kind="stable")
    boxes, eyes, scores = (
        detections.boxes[order],
        detections.eyes[order],
        detections.scores[order],
    )
    remaining = np.arange(len(scores))
    picked_boxes, picked_eyes, picked_scores = [], [], []
    while remaining.size:
        surest = remaining[0]
        shared = _intersections(boxes[surest], boxes[remaining])
        areas = boxes[remaining, 2] * boxes[remaining, 3]
        union = areas[0] + areas - shared
        same = shared > _SAME_FACE_IOU * union
        part = shared > _PART_OF_FACE * np.minimum(areas, areas[0])
        same[0] = part[0] = True
        members = remaining[same]
        weights = scores[members] / scores[members].sum()
        picked_boxes.append(np.tensordot(weights, boxes[members], axes=1))
        picked_eyes.append(np.tensordot(weights, eyes[members], axes=1))
        picked_scores.append(scores[surest])
        remaining = remaining[~(same | part)]
    return Detections(
        boxes=np.array(picked_boxes).reshape(-1, 4),
        eyes=np.array(picked_eyes).reshape(-1, 2, 2),
        scores=np.array(picked_scores, dtype=np.float64),
    )


def _intersections(
    box: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Areas that (n, 4) boxes (centre, size) share with one box."""
    low = np.maximum(box[:2] - box[2:] / 2, others[:, :2] - others[:, 2:] / 2)
    high = np.minimum(box[:2] + box[2:] / 2, others[:, :2] + others[:, 2:] / 2)
    extent: NDArray[np.float64] = (high - low).clip(min=0)
    return extent[:, 0] * extent[:, 1]
