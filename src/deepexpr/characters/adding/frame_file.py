"""Where a model was placed at first, so that later runs see the same picture."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deepexpr.characters.adding.posable_rig import Stand
from deepexpr.characters.card import PortraitCamera
from deepexpr.core.errors import CharacterError
from deepexpr.core.files import write_whole

FRAME_FILE = "frame.json"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the pixels of the landmark file refer to.

    Attributes:
        stand: where the model stands.
        camera: the camera of the check picture and the portrait.
    """

    stand: Stand
    camera: PortraitCamera


def write_frame(path: Path, frame: Frame) -> None:
    """Write a frame as JSON.

    Raises:
        OutputError: if the file cannot be written.
    """
    content = {
        "centre": [float(part) for part in frame.stand.centre],
        "scale": frame.stand.scale,
        "turned_deg": frame.stand.turned_deg,
        "camera": {
            "target": list(frame.camera.target),
            "distance": frame.camera.distance,
            "field_of_view_deg": frame.camera.field_of_view_deg,
        },
    }
    write_whole(path, json.dumps(content, indent=2) + "\n")


def read_frame(path: Path) -> Frame | None:
    """Read a frame; None where there is no such file.

    Raises:
        CharacterError: if it is damaged.
    """
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text("utf-8"))
        camera = content["camera"]
        x, y, z = (float(part) for part in camera["target"])
        return Frame(
            Stand(
                np.array(content["centre"], np.float64).reshape(3),
                float(content["scale"]),
                float(content["turned_deg"]),
            ),
            PortraitCamera(
                (x, y, z),
                float(camera["distance"]),
                float(camera["field_of_view_deg"]),
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CharacterError(
            f"{path}: is damaged ({error}); remove it and landmarks.csv beside it to "
            "begin anew"
        ) from error
