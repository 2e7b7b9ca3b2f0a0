"""Matched poses as files, one JSON file a pose."""

import json
from pathlib import Path
from typing import Any

from deepexpr.core.files import write_whole
from deepexpr.export.json_poses import pose_entries
from deepexpr.transfer.result import CharacterMatch, FaceResult


def write_poses(folder: Path, name: str, face: FaceResult) -> list[Path]:
    """Write every match of a face as `<name>-<character>-<rank>.json`.

    Args:
        folder: where to; made if it is not there.
        name: begins each file name.
        face: a face with matches.

    Returns:
        The files, in the order of characters and ranks.

    Raises:
        OutputError: if a file cannot be written.
    """
    written = []
    for character, matches in face.matches.items():
        for match in matches:
            path = folder / f"{name}-{character}-{match.match.rank}.json"
            text = json.dumps(_document(character, match), indent=2, ensure_ascii=False)
            write_whole(path, text + "\n")
            written.append(path)
    return written


def _document(character: str, match: CharacterMatch) -> dict[str, Any]:
    return {
        "character": character,
        "pose": match.pose.id,
        "label": str(match.pose.label),
        "rank": match.match.rank,
        "distance": round(match.match.distance, 6),
        **pose_entries(match.rig_pose),
    }
