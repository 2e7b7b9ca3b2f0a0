"""Takes as glTF: the character's model in a pose, or with the take as an animation.

Source: Khronos, glTF 2.0 specification, sections 3.7.2.2 (morph targets) and 3.11
(animations).
"""

import base64
import copy
import json
from pathlib import Path
from typing import Any

import numpy as np

from deepexpr.characters.gltf import GLB, read_glb
from deepexpr.characters.gltf_builder import GLBBuilder, glb_bytes
from deepexpr.characters.library import Character
from deepexpr.characters.model import MODEL_FILE, CharacterModel
from deepexpr.core.errors import OutputError
from deepexpr.core.files import write_whole
from deepexpr.export.gltf_tracks import Track, gltf_tracks
from deepexpr.export.take import Take


def write_gltf(take: Take, character: Character, path: Path) -> None:
    """Write the character's model in the pose of a take, or moving through it.

    Args:
        take: one frame becomes the model's state at rest; several become an animation
            with linear interpolation, beside the first frame as the state at rest.
        character: whose model it is.
        path: ends in `.glb`, or in `.gltf` for JSON with the data embedded.

    Raises:
        OutputError: if the path ends in something else, or cannot be written.
        CharacterError: if the model is damaged.
    """
    suffix = path.suffix.lower()
    if suffix not in (".glb", ".gltf"):
        raise OutputError(f"{path}: a glTF file must end in .glb or .gltf")
    glb = posed_glb(character.model, read_glb(character.folder / MODEL_FILE), take)
    write_whole(path, glb_bytes(glb) if suffix == ".glb" else _json_text(glb))


def posed_glb(model: CharacterModel, glb: GLB, take: Take) -> GLB:
    """Return a copy of a character's own model that holds a take.

    Weights are written as they are: glTF does not limit them.

    Raises:
        CharacterError: if an eye or the head is placed by a matrix.
    """
    document: dict[str, Any] = copy.deepcopy(glb.document)
    tracks = gltf_tracks(model, glb, take)
    for track in tracks:
        _set_rest(document, track)
    builder = GLBBuilder(
        document.get("accessors", []),
        document.get("bufferViews", []),
        bytearray(glb.binary),
    )
    if len(take.frames) > 1:
        animation = _animation(builder, tracks, take)
        document["animations"] = [*document.get("animations", []), animation]
    return builder.finish(document)


def _set_rest(document: dict[str, Any], track: Track) -> None:
    node = document["nodes"][track.node]
    first = [float(value) for value in track.values[0]]
    if track.path == "weights":
        # Weights of a node would hide those of its mesh, which more viewers read.
        node.pop("weights", None)
        document["meshes"][node["mesh"]]["weights"] = first
    else:
        node[track.path] = first


def _animation(
    builder: GLBBuilder, tracks: tuple[Track, ...], take: Take
) -> dict[str, Any]:
    times = [take.seconds(index) for index in range(len(take.frames))]
    clock = builder.plain(np.array(times, np.float32), bounds=True)
    samplers: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []
    for track in tracks:
        flat = track.path == "weights"
        values = track.values.reshape(-1, 1) if flat else track.values
        target = {"node": track.node, "path": track.path}
        channels.append({"sampler": len(samplers), "target": target})
        samplers.append(
            {
                "input": clock,
                "output": builder.plain(values),
                "interpolation": "LINEAR",
            }
        )
    return {"name": take.name, "channels": channels, "samplers": samplers}


def _json_text(glb: GLB) -> str:
    document = copy.deepcopy(glb.document)
    data = base64.b64encode(glb.binary).decode("ascii")
    document["buffers"][0]["uri"] = f"data:application/octet-stream;base64,{data}"
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n"
