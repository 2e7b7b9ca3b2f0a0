"""Takes as JSON: ARKit weights of each frame, and all that the rig itself needs."""

import json
from pathlib import Path
from typing import Any

from deepexpr.characters.library import Character
from deepexpr.characters.pose import Pose, arkit_weights
from deepexpr.core.files import write_whole
from deepexpr.export.numbers import rounded
from deepexpr.export.take import Take

TAKE_FORMAT = "deepexpr-take"
TAKE_VERSION = 1


def write_json(take: Take, character: Character, path: Path) -> None:
    """Write a take as JSON, one line a frame; docs/export.md names the entries.

    ARKit weights lie in [0, 1]; `controls` hold the rig's own weights unchanged.

    Raises:
        OutputError: if the file cannot be written.
    """
    document = take_document(take, character.name)
    frames = document.pop("frames")
    head = json.dumps(document, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = (json.dumps(frame, ensure_ascii=False) for frame in frames)
    write_whole(path, f'{head},\n "frames": [\n' + ",\n".join(lines) + "\n ]\n}\n")


def take_document(take: Take, character: str) -> dict[str, Any]:
    """Return a take as a JSON object."""
    return {
        "format": TAKE_FORMAT,
        "version": TAKE_VERSION,
        "character": character,
        "name": take.name,
        "frame_rate": take.frame_rate,
        "first_frame": take.first_frame,
        "frames": [
            {
                "timecode": take.timecode(index),
                "seconds": rounded(take.seconds(index)),
                "pose": frame.name,
                **pose_entries(frame.pose),
            }
            for index, frame in enumerate(take.frames)
        ],
    }


def pose_entries(pose: Pose) -> dict[str, Any]:
    """Return the entries of a JSON object that describe a pose."""
    yaw, pitch, roll = pose.head
    return {
        "weights": {
            name: rounded(weight) for name, weight in arkit_weights(pose).items()
        },
        "controls": {name: rounded(weight) for name, weight in pose.weights.items()},
        "gaze_deg": {"yaw": rounded(pose.gaze[0]), "pitch": rounded(pose.gaze[1])},
        "head_deg": {
            "yaw": rounded(yaw),
            "pitch": rounded(pitch),
            "roll": rounded(roll),
        },
        "iris": rounded(pose.iris),
    }
