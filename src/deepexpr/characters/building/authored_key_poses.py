"""The key poses of the built-in cast, as animators edit them."""

from collections.abc import Sequence

from deepexpr.characters.key_pose_table import read_key_poses
from deepexpr.characters.library import BUILT_IN_FOLDER, KEY_POSES_FILE
from deepexpr.characters.pose import KeyPose


def authored_key_poses(name: str) -> tuple[KeyPose, ...]:
    """Read the key pose table of a built-in character, their only source.

    Args:
        name: of the built-in character.

    Raises:
        CharacterError: if the table is missing or wrong; the message names the line.
    """
    return read_key_poses(BUILT_IN_FOLDER / name / KEY_POSES_FILE)


def spread(key_poses: Sequence[KeyPose], count: int) -> list[KeyPose]:
    """Return at most a number of key poses, spread evenly over the table.

    What is learnt from key poses takes as long for a long table as for a short one.
    """
    step = max(len(key_poses) / count, 1.0)
    rows = (int(place * step) for place in range(count))
    return [key_poses[row] for row in rows if row < len(key_poses)]
