"""Takes read from the JSON files that this package writes.

Three kinds: a take (`deepexpr export --format json`), a pose (`deepexpr match --poses`)
and the results of a run (`deepexpr match --json`).
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deepexpr.characters.pose import FULL_LOOK_PITCH_DEG, FULL_LOOK_YAW_DEG, Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.export.json_poses import TAKE_FORMAT, TAKE_VERSION
from deepexpr.export.take import DEFAULT_FRAME_RATE, Frame, Take, single_pose

LARGEST_FILE = 512 * 2**20
"""Bytes; a larger file is no pose file."""

_LOOK = "eyeLook"

FindPose = Callable[[str], Pose | None]
"""Gives the rig's own pose of an id, or None where there is none."""

ReadWeights = Callable[[Mapping[str, float]], Pose]
"""Makes a pose of ARKit weights."""


def read_pose_file(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        CharacterError: if it cannot be read, or is no JSON.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CharacterError(f"{path}: is too large for a file of poses")
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CharacterError(f"{path}: cannot be read ({reason})") from error
    except (ValueError, RecursionError) as error:
        raise CharacterError(f"{path}: is no JSON file ({error})") from error


def character_of(document: Any, path: Path) -> str:
    """Return the name of the character that a pose file is about.

    Args:
        document: what `read_pose_file` gave.
        path: the file, for messages.

    Raises:
        CharacterError: if it names none, or several.
    """
    try:
        names = _names_in(document)
    except (TypeError, KeyError, AttributeError) as error:
        raise CharacterError(f"{path}: is no result of deepexpr match") from error
    if len(names) != 1:
        found = ", ".join(names) or "none"
        raise CharacterError(
            f"{path}: name the character with --character; the file holds: {found}"
        )
    return names[0]


def take_in(
    document: Any,
    path: Path,
    character: str,
    find: FindPose,
    read_weights: ReadWeights | None = None,
) -> Take:
    """Return the take that a pose file holds.

    Args:
        document: what `read_pose_file` gave. Of the results of a run, the best match of
            each face becomes a frame.
        path: the file, for messages and the take's name.
        character: whose poses are wanted.
        find: gives a pose by its id. Results of a run hold ARKit weights only; where
            the id is not known, those are used.
        read_weights: makes the pose of a frame that holds ARKit weights only; that of
            `pose_of_arkit_weights` if not given.

    Raises:
        CharacterError: if the file holds no poses of that character, or is damaged.
    """
    try:
        return _take_in(
            document,
            path.stem,
            (character, find),
            read_weights or pose_of_arkit_weights,
        )
    except KeyError as error:
        raise CharacterError(f"{path}: the entry {error} is missing") from error
    except (CharacterError, OutputError) as error:
        raise CharacterError(f"{path}: {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CharacterError(f"{path}: is damaged ({error})") from error


def pose_of_arkit_weights(weights: Mapping[str, float]) -> Pose:
    """Return the pose that ARKit weights describe.

    The eyeLook weights become the gaze, the mean of both eyes.

    Args:
        weights: ARKit names to weights; other names are left out.
    """

    def look(way: str, side: str) -> float:
        return float(weights.get(_LOOK + way + side, 0.0))

    to_left = look("Out", "Left") + look("In", "Right")
    to_right = look("In", "Left") + look("Out", "Right")
    down = look("Down", "Left") + look("Down", "Right")
    up = look("Up", "Left") + look("Up", "Right")
    return Pose(
        {
            name: float(weights[name])
            for name in ARKIT_BLENDSHAPES
            if weights.get(name) and not name.startswith(_LOOK)
        },
        gaze=(
            FULL_LOOK_YAW_DEG * (to_left - to_right) / 2,
            FULL_LOOK_PITCH_DEG * (down - up) / 2,
        ),
    )


def _names_in(document: Any) -> list[str]:
    if isinstance(document, list):
        named = (face.get("matches", {}) for face in _faces(document))
        return list(dict.fromkeys(str(name) for matches in named for name in matches))
    name = document.get("character") if isinstance(document, dict) else None
    return [name] if isinstance(name, str) else []


def _take_in(
    document: Any,
    name: str,
    wanted: tuple[str, FindPose],
    read_weights: ReadWeights,
) -> Take:
    if isinstance(document, list):
        return _of_matches(document, name, wanted, read_weights)
    if isinstance(document, dict) and document.get("format") == TAKE_FORMAT:
        return _of_take(document, read_weights)
    if isinstance(document, dict) and "weights" in document:
        pose = _pose(document, read_weights)
        return single_pose(str(document.get("pose", name)), pose)
    raise CharacterError(
        "holds no poses; give a file of deepexpr match --json, match --poses or "
        "export --format json"
    )


def _of_take(document: dict[str, Any], read_weights: ReadWeights) -> Take:
    if document["version"] != TAKE_VERSION:
        raise CharacterError(
            f"version {document['version']!r}; this one reads {TAKE_VERSION}"
        )
    return Take(
        name=str(document["name"]),
        frames=tuple(
            Frame(str(entry["pose"]), _pose(entry, read_weights))
            for entry in document["frames"]
        ),
        frame_rate=float(document.get("frame_rate", DEFAULT_FRAME_RATE)),
        first_frame=int(document.get("first_frame", 0)),
    )


def _pose(entry: dict[str, Any], read_weights: ReadWeights) -> Pose:
    if "controls" not in entry:
        return read_weights(entry["weights"])
    gaze, head = entry["gaze_deg"], entry["head_deg"]
    return Pose(
        {str(name): float(value) for name, value in entry["controls"].items()},
        gaze=(float(gaze["yaw"]), float(gaze["pitch"])),
        head=(float(head["yaw"]), float(head["pitch"]), float(head["roll"])),
        iris=float(entry["iris"]),
    )


def _of_matches(
    document: list[Any],
    name: str,
    wanted: tuple[str, FindPose],
    read_weights: ReadWeights,
) -> Take:
    character, find = wanted
    frames: list[Frame] = []
    for face in _faces(document):
        matches = face.get("matches", {}).get(character, [])
        if matches:
            best = matches[0]
            found = find(str(best["pose"]))
            pose = read_weights(best["weights"]) if found is None else found
            frames.append(Frame(str(best["pose"]), pose))
    if not frames:
        raise CharacterError(f"holds no matches of {character!r}")
    return Take(name, tuple(frames))


def _faces(document: list[Any]) -> list[dict[str, Any]]:
    return [face for photo in document for face in photo["faces"]]
