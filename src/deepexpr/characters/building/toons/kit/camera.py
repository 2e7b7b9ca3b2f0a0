"""Portrait camera of a toon."""

from math import radians, tan

from deepexpr.characters.building.rig_source import CameraSource

_FIELD_OF_VIEW_DEG = 14.0
_FACE_DEPTH = 0.6


def portrait_camera(middle_height: float, frame_height: float) -> CameraSource:
    """Camera that shows a given height in the plane of the face.

    Args:
        middle_height: y of the centre of the picture.
        frame_height: height that the picture shows.
    """
    distance = frame_height / 2 / tan(radians(_FIELD_OF_VIEW_DEG) / 2) + _FACE_DEPTH
    return CameraSource((0.0, middle_height, 0.0), distance, _FIELD_OF_VIEW_DEG)
