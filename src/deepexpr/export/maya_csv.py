"""Takes as a CSV table for Maya: control names in the first row, poses below.

The first column names the expression or pose, every other column is one control of the
rig; gaze, head and iris follow under the names of the key pose table.
"""

import csv
import io
from pathlib import Path

from deepexpr.characters.key_pose_table import POSE_COLUMNS
from deepexpr.characters.library import Character
from deepexpr.characters.pose import Pose
from deepexpr.core.files import write_whole
from deepexpr.export.names import distinct_names
from deepexpr.export.numbers import rounded
from deepexpr.export.take import Take

NAME_COLUMN = "expression"


def write_maya_csv(take: Take, character: Character, path: Path) -> None:
    """Write the frames of a take as rows of control values.

    Weights are written as the rig has them, without clamping: a blendShape node of
    Maya takes any number. Frames that share a name are numbered.

    Raises:
        OutputError: if the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    controls = character.model.controls
    writer.writerow([NAME_COLUMN, *controls, *POSE_COLUMNS])
    names = distinct_names([frame.name for frame in take.frames])
    for name, pose in zip(names, take.poses, strict=True):
        values = [pose.weights.get(control, 0.0) for control in controls]
        numbers = [f"{rounded(value):g}" for value in (*values, *_angles(pose))]
        writer.writerow([name, *numbers])
    write_whole(path, text.getvalue())


def _angles(pose: Pose) -> tuple[float, ...]:
    return (*pose.gaze, *pose.head, pose.iris)
