"""Takes as a Python script for Blender that keys shape keys, eyes and head.

The script needs nothing but Blender. On a mesh of the character's own model it keys
the rig's own shapes, on any other mesh those named after the ARKit blendshapes.
"""

from importlib.resources import files
from pathlib import Path
from pprint import pformat

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.gltf import read_glb
from deepexpr.characters.gltf_nodes import matrix_quaternion
from deepexpr.characters.library import Character
from deepexpr.characters.model import MODEL_FILE, CharacterModel
from deepexpr.characters.pose import arkit_weights
from deepexpr.core.files import write_whole
from deepexpr.export.gltf_tracks import Track, gltf_tracks
from deepexpr.export.morph_weights import own_targets, rig_weights
from deepexpr.export.numbers import clamped, rounded
from deepexpr.export.take import Take

LARGEST_SHAPE_KEY = 10.0
"""Blender lets the range of a shape key reach this far on either side of 0."""

_PLAYER = "blender_player.txt"
_DATA_MARK = "# DATA\n"

Columns = dict[str, list[float]]


def write_blender_script(take: Take, character: Character, path: Path) -> None:
    """Write the script that keys a take in Blender.

    ARKit weights are clamped to [0, 1]; the rig's own weights to what a shape key can
    hold, [-10, 10].

    Raises:
        OutputError: if the file cannot be written.
        CharacterError: if the model is damaged.
    """
    player = files("deepexpr.export").joinpath(_PLAYER).read_text("utf-8")
    head, _, tail = player.partition(_DATA_MARK)
    data = "\n".join(
        f"{name} = {pformat(value, width=88, compact=True, sort_dicts=False)}"
        for name, value in _tables(take, character).items()
    )
    write_whole(path, f"{head}{data}\n{tail}")


def _tables(take: Take, character: Character) -> dict[str, object]:
    model = character.model
    glb = read_glb(character.folder / MODEL_FILE)
    names = [str(node.get("name")) for node in glb.listed("nodes")]
    tracks = {
        (names[track.node], track.path): track
        for track in gltf_tracks(model, glb, take)
        if track.path != "weights"
    }
    eyes = {name: track for (name, _), track in tracks.items() if name != "head"}
    return {
        "TAKE": take.name,
        "FRAME_RATE": float(take.frame_rate),
        "FRAME_COUNT": len(take.frames),
        "ARKIT_SHAPES": _arkit_columns(take),
        "RIG_SHAPES": _rig_columns(model, take),
        "RIG_ONLY": sorted(own_targets(model)),
        "RIG_MESHES": [
            name
            for name, node in zip(names, glb.listed("nodes"), strict=True)
            if "mesh" in node
        ],
        "EYES": {name: _quaternions(track) for name, track in eyes.items()},
        "HEAD": _head_rows(model, take),
    }


def _arkit_columns(take: Take) -> Columns:
    rows = [arkit_weights(pose) for pose in take.poses]
    return {name: _column([row[name] for row in rows]) for name in rows[0]}


def _rig_columns(model: CharacterModel, take: Take) -> Columns:
    rows = [rig_weights(model, pose) for pose in take.poses]
    rules = [rule.name for rule in model.mesh.correctives]
    extra = [name for row in rows for name in row]
    names = dict.fromkeys([*model.controls, *rules, *extra])
    limit = LARGEST_SHAPE_KEY
    return {
        name: _column([clamped(row.get(name, 0.0), -limit, limit) for row in rows])
        for name in names
    }


def _column(values: list[float]) -> list[float]:
    """One value a frame; a single one where nothing moves."""
    numbers = [rounded(value) for value in values]
    return numbers[:1] if len(set(numbers)) == 1 else numbers


def _quaternions(track: Track) -> list[list[float]]:
    """Turns as Blender has them: (w, x, y, z), z up and y backwards."""
    x, y, z, w = track.values.T
    return _rows(np.column_stack([w, x, -z, y]))


def _head_rows(model: CharacterModel, take: Take) -> list[list[float]]:
    """Turn and shift of the head from its rest, seven numbers a frame."""
    rows = []
    for pose in take.poses:
        turn = model.head_turn(pose)
        x, y, z, w = matrix_quaternion(turn.rotation)
        right, up, forward = turn.shift
        rows.append([w, x, -z, y, right, -forward, up])
    return _rows(np.array(rows))


def _rows(values: NDArray[np.floating]) -> list[list[float]]:
    rows = [[rounded(value) for value in row] for row in values.tolist()]
    return rows[:1] if all(row == rows[0] for row in rows) else rows
