"""Direct copying: the photo's 52 blendshape coefficients put onto the rig unchanged.

What face capture does today: a network estimates ARKit coefficients, and every
character with shapes of the same names is moved by the same numbers.

Source: MediaPipe Face Landmarker, blendshape output; Apple, ARFaceAnchor blendshapes.
"""

from collections.abc import Collection, Mapping

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.pose import FULL_LOOK_PITCH_DEG, FULL_LOOK_YAW_DEG, Pose

_LEAST_WEIGHT = 1e-3


class BlendshapeCopy:
    """Copies coefficients by name."""

    name = "Blendshapes copied"

    def __init__(self, controls: Collection[str]) -> None:
        """Copy to a rig with the given controls."""
        self._controls = frozenset(controls)

    def pose(self, face: PhotoFace) -> Pose:
        """Return the face's own coefficients as a pose; looks turn the eyes."""
        weights = {
            name: weight
            for name, weight in face.blendshapes.items()
            if weight >= _LEAST_WEIGHT and name in self._controls
        }
        return Pose(weights, gaze=gaze_of(face.blendshapes))


def gaze_of(blendshapes: Mapping[str, float]) -> tuple[float, float]:
    """Mean (yaw, pitch) of both eyes in degrees, from the eyeLook coefficients."""

    def look(name: str) -> float:
        return blendshapes.get(name, 0.0)

    to_left = look("eyeLookOutLeft") + look("eyeLookInRight")
    to_right = look("eyeLookInLeft") + look("eyeLookOutRight")
    down = look("eyeLookDownLeft") + look("eyeLookDownRight")
    up = look("eyeLookUpLeft") + look("eyeLookUpRight")
    return (
        FULL_LOOK_YAW_DEG * (to_left - to_right) / 2,
        FULL_LOOK_PITCH_DEG * (down - up) / 2,
    )
