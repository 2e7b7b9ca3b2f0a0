"""Poses that come from the browser, held to bounds."""

from pathlib import Path
from typing import Any

from deepexpr.characters.pose import Pose
from deepexpr.core.errors import CharacterError
from deepexpr.export.json_poses import TAKE_FORMAT, TAKE_VERSION
from deepexpr.export.take import Take
from deepexpr.export.take_reading import take_in
from deepexpr.web.questions import wrong

LARGEST_CONTROL = 10.0
"""Weights beyond this, either way, are taken for a mistake."""


def take_of(document: dict[str, Any], character: str, most_frames: int) -> Take:
    """Read a take.

    Args:
        document: as `deepexpr export --format json` writes it.
        character: whose poses are wanted.
        most_frames: how many frames it may have.

    Raises:
        Problem: 422 if it is damaged, too long, or holds impossible numbers.
    """
    frames = document.get("frames")
    if not isinstance(frames, list) or not 1 <= len(frames) <= most_frames:
        raise wrong(f"frames must be a list of 1 to {most_frames} poses")
    try:
        take = take_in(document, Path("take"), character, lambda _: None)
    except (CharacterError, OverflowError) as error:
        raise wrong(str(error)) from error
    for pose in take.poses:
        _check(pose)
    return take


def pose_of(document: dict[str, Any], character: str) -> Pose:
    """Read one pose: `controls`, `gaze_deg`, `head_deg` and `iris`.

    Raises:
        Problem: 422 if an entry is missing or impossible.
    """
    take = {
        "format": TAKE_FORMAT,
        "version": TAKE_VERSION,
        "character": character,
        "name": "pose",
        "frame_rate": 30,
        "frames": [{**document, "pose": "pose"}],
    }
    return take_of(take, character, 1).poses[0]


def _check(pose: Pose) -> None:
    numbers = (*pose.weights.values(), pose.iris)
    if any(abs(number) > LARGEST_CONTROL for number in numbers):
        raise wrong(f"weights must lie within ±{LARGEST_CONTROL:g}")
    if any(abs(angle) > 360 for angle in (*pose.gaze, *pose.head)):
        raise wrong("angles must lie within ±360 degrees")
