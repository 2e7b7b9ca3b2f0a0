"""The portrait camera of a character: hair to collar, whatever the proportions."""

import numpy as np

from deepexpr.characters.building.makehuman.canonical import CHIN, canonical_head
from deepexpr.characters.building.rig_source import CameraSource, Points

FIELD_OF_VIEW_DEG = 14.0
_MARGIN = 1.10
_BELOW_CHIN = 0.42
_ABOVE_TORSO_END = 0.27
_WIDTHS = 2.16
"""Height of the picture over the greatest half width of the head."""

_TARGET_DEPTH = 0.5


def portrait_camera(skin: Points, hair: Points) -> CameraSource:
    """Frame a character.

    Args:
        skin: (n', 3) neutral fine skin.
        hair: (k, 3) vertices of the hair.
    """
    # a few stray strands may leave the picture
    top = max(float(skin[:, 1].max()), float(np.percentile(hair[:, 1], 99.8)))
    chin = float(skin[chin_vertex(), 1])
    bottom = max(chin - _BELOW_CHIN, float(skin[:, 1].min()) + _ABOVE_TORSO_END)
    height = (top - bottom) * _MARGIN
    centre = (top + 0.02 * height + bottom) / 2
    head = (skin[:, 1] > chin) & (skin[:, 2] > -0.3)
    height = max(height, _WIDTHS * float(np.abs(skin[head, 0]).max()))
    if height > top - bottom:
        centre = max(centre, bottom + height / 2)
    distance = height / 2 / np.tan(np.radians(FIELD_OF_VIEW_DEG) / 2)
    return CameraSource(
        target=(0.0, centre, _TARGET_DEPTH),
        distance=float(distance) + _TARGET_DEPTH,
        field_of_view_deg=FIELD_OF_VIEW_DEG,
    )


def chin_vertex() -> int:
    """Number of the fine skin vertex at the chin."""
    away = np.abs(canonical_head().fine - CHIN).sum(axis=1)
    return int(np.argmin(away))
