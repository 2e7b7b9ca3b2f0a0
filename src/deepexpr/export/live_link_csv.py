"""Takes as CSV with the columns of the Live Link Face app, one row a frame.

The app's own recordings give the column names, their order and the time code; its
rotations follow ARKit: right-handed turns in radians about x (to the subject's left),
y (up) and z (out of the face).
"""

import csv
import io
from math import radians
from pathlib import Path

from deepexpr.characters.library import Character
from deepexpr.characters.pose import Pose, arkit_weights
from deepexpr.core.files import write_whole
from deepexpr.export.take import Take

_EYE = ("Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")
_MOUTH_SIDED = ("Smile", "Frown", "Dimple", "Stretch")
_LIPS_SIDED = ("Press", "LowerDown", "UpperUp")

LIVE_LINK_BLENDSHAPES: tuple[str, ...] = (
    *(f"eye{part}{side}" for side in ("Left", "Right") for part in _EYE),
    "jawForward", "jawRight", "jawLeft", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft",
    *(f"mouth{part}{side}" for part in _MOUTH_SIDED for side in ("Left", "Right")),
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    *(f"mouth{part}{side}" for part in _LIPS_SIDED for side in ("Left", "Right")),
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft",
    "browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""The 52 ARKit blendshapes in the order of the app's columns."""

LIVE_LINK_ROTATIONS = tuple(
    part + angle
    for part in ("Head", "LeftEye", "RightEye")
    for angle in ("Yaw", "Pitch", "Roll")
)
"""Rotation columns, in radians."""

LIVE_LINK_COLUMNS = (
    "Timecode",
    "BlendshapeCount",
    *(name[0].upper() + name[1:] for name in LIVE_LINK_BLENDSHAPES),
    *LIVE_LINK_ROTATIONS,
)
"""All columns in order."""


def write_live_link_csv(
    take: Take,
    character: Character,  # noqa: ARG001  the same signature for every format
    path: Path,
) -> None:
    """Write a take as the Live Link Face app would have recorded it.

    Weights are the ARKit weights, clamped to [0, 1]; the gaze is given twice, as
    eyeLook weights and as turns of the eyes, as in the app's own files.

    Raises:
        OutputError: if the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LIVE_LINK_COLUMNS)
    count = len(LIVE_LINK_COLUMNS) - 2
    for index, pose in enumerate(take.poses):
        weights = arkit_weights(pose)
        numbers = [weights[name] for name in LIVE_LINK_BLENDSHAPES]
        cells = [f"{number + 0.0:.6f}" for number in (*numbers, *_rotations(pose))]
        writer.writerow([f"{take.timecode(index)}.000", count, *cells])
    write_whole(path, text.getvalue())


def _rotations(pose: Pose) -> tuple[float, ...]:
    yaw, pitch, roll = (radians(angle) for angle in pose.head)
    eye_yaw, eye_pitch = (radians(angle) for angle in pose.gaze)
    # Our roll tilts to the subject's left, which is clockwise about z.
    return (yaw, pitch, 0.0 - roll, *(eye_yaw, eye_pitch, 0.0) * 2)
