"""The nine geometric measures of a face (Aneja et al. 2016, section 3.2)."""

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import ShapeError
from deepexpr.core.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_EYE_OUTER_CORNER,
    LEFT_MOUTH_CORNER,
    NOSE_BASE,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_EYE_OUTER_CORNER,
    RIGHT_MOUTH_CORNER,
    Landmarks,
)

GEOMETRIC_FEATURE_NAMES: tuple[str, ...] = (
    "left_brow_height",
    "right_brow_height",
    "left_eyelid_height",
    "right_eyelid_height",
    "nose_width",
    "mouth_width",
    "mouth_openness",
    "left_lip_height",
    "right_lip_height",
)
"""Names of the measures, in order; left and right are the subject's own."""

_UPPER_LID, _LOWER_LID = slice(1, 3), slice(4, 6)
_UPPER_LIP, _LOWER_LIP = slice(0, 3), slice(3, 6)


def geometric_features(landmarks: Landmarks) -> NDArray[np.float64]:
    """Measure brows, lids, nose and mouth of a face.

    The face is first turned until the outer eye corners are level, so that a tilted
    head measures like an upright one. Then, in sizes of the landmarks' bounding box:

    - brow height: top of the brow to the centre of its eye;
    - eyelid height: mean of the upper lid's points to mean of the lower lid's;
    - nose width: across the base of the nose;
    - mouth width: corner to corner;
    - mouth openness: inner edge of the upper lip to that of the lower one; 0 is closed;
    - lip height: corner of the mouth to the lower lid of its side; a smile shortens it.

    Heights are divided by the box's height, widths by its width.

    Args:
        landmarks: a face in any picture; size and place do not matter.

    Returns:
        (9,) float64 in the order of GEOMETRIC_FEATURE_NAMES, mostly in [0, 1].

    Raises:
        ShapeError: if the landmarks' box has no width or no height.
    """
    points = _levelled(landmarks.points)
    width, height = points.max(axis=0) - points.min(axis=0)
    if width <= 0 or height <= 0:
        raise ShapeError(
            "the landmarks' box has no extent; expected 49 points spread over a face"
        )
    level = points[:, 1]
    heights = {
        "left_brow_height": level[LEFT_EYE].mean() - level[LEFT_BROW].min(),
        "right_brow_height": level[RIGHT_EYE].mean() - level[RIGHT_BROW].min(),
        "left_eyelid_height": _opening(level[LEFT_EYE]),
        "right_eyelid_height": _opening(level[RIGHT_EYE]),
        "mouth_openness": _mouth_opening(level[INNER_LIPS]),
        "left_lip_height": _lip_height(level[LEFT_EYE], level[LEFT_MOUTH_CORNER]),
        "right_lip_height": _lip_height(level[RIGHT_EYE], level[RIGHT_MOUTH_CORNER]),
    }
    widths = {
        "nose_width": np.ptp(points[NOSE_BASE, 0]),
        "mouth_width": points[LEFT_MOUTH_CORNER, 0] - points[RIGHT_MOUTH_CORNER, 0],
    }
    measures = {name: value / height for name, value in heights.items()}
    measures |= {name: value / width for name, value in widths.items()}
    return np.array([measures[name] for name in GEOMETRIC_FEATURE_NAMES], np.float64)


def _levelled(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points turned until the line through the outer eye corners is horizontal."""
    along = points[LEFT_EYE_OUTER_CORNER] - points[RIGHT_EYE_OUTER_CORNER]
    length = float(np.hypot(*along))
    if length == 0:
        return points
    cosine, sine = along / length
    turn = np.array([[cosine, sine], [-sine, cosine]])
    turned: NDArray[np.float64] = (points - points[RIGHT_EYE_OUTER_CORNER]) @ turn.T
    return turned


def _opening(eye: NDArray[np.float64]) -> np.float64:
    return np.float64(eye[_LOWER_LID].mean() - eye[_UPPER_LID].mean())


def _mouth_opening(lips: NDArray[np.float64]) -> np.float64:
    return np.float64(lips[_LOWER_LIP].mean() - lips[_UPPER_LIP].mean())


def _lip_height(eye: NDArray[np.float64], corner: np.float64) -> np.float64:
    return np.float64(corner - eye[_LOWER_LID].mean())
