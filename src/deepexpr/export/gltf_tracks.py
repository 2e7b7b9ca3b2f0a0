"""What moves in a glTF model during a take: morph weights, eyes and head.

A track is one property of one node, with a value for each frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_nodes import local_matrix, matrix_quaternion
from deepexpr.characters.model import CharacterModel, look_rotation
from deepexpr.characters.pose import Pose
from deepexpr.characters.rig_attributes import HEAD_JOINT
from deepexpr.characters.rig_reader import EYE_NODES
from deepexpr.core.errors import CharacterError
from deepexpr.export.morph_weights import rig_weights, target_names
from deepexpr.export.take import Take


@dataclass(frozen=True, slots=True)
class Track:
    """One property of a node over a take.

    Attributes:
        node: number of the node.
        path: which property, as glTF names it.
        values: (frames, k) float32; k is the count of morph targets, 4 for a unit
            quaternion (x, y, z, w), or 3.
    """

    node: int
    path: Literal["weights", "rotation", "translation"]
    values: NDArray[np.float32]


def gltf_tracks(model: CharacterModel, glb: GLB, take: Take) -> tuple[Track, ...]:
    """Return all tracks of a take on a character's own model.

    Raises:
        CharacterError: if an eye or the head is placed by a matrix, which glTF cannot
            animate.
    """
    return tuple(_tracks(model, glb, take))


def _tracks(model: CharacterModel, glb: GLB, take: Take) -> Iterator[Track]:
    weights = [rig_weights(model, pose) for pose in take.poses]
    for number, node in enumerate(glb.listed("nodes")):
        if "mesh" in node:
            names = target_names(glb.listed("meshes")[node["mesh"]])
            rows = [[row.get(name, 0.0) for name in names] for row in weights]
            if names:
                yield Track(number, "weights", np.array(rows, np.float32))
        if node.get("name") in EYE_NODES:
            yield Track(number, "rotation", _eye_turns(node, take.poses))
        if node.get("name") == HEAD_JOINT and "mesh" not in node:
            turns, places = _head_turns(model, node, take.poses)
            yield Track(number, "rotation", turns)
            yield Track(number, "translation", places)


def _eye_turns(node: dict[str, Any], poses: tuple[Pose, ...]) -> NDArray[np.float32]:
    rest = _rest(node)[:3, :3]
    return _continuous([rest @ look_rotation(pose.gaze) for pose in poses])


def _head_turns(
    model: CharacterModel, node: dict[str, Any], poses: tuple[Pose, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rest = _rest(node)
    turns = [model.head_turn(pose) for pose in poses]
    places = [
        turn.pivot + turn.rotation @ (rest[:3, 3] - turn.pivot) + turn.shift
        for turn in turns
    ]
    rotations = _continuous([turn.rotation @ rest[:3, :3] for turn in turns])
    return rotations, np.array(places, np.float32)


def _rest(node: dict[str, Any]) -> NDArray[np.float64]:
    if "matrix" in node:
        raise CharacterError(
            f"node {node.get('name')!r} of the model is placed by a matrix; export the "
            "model with translation, rotation and scale"
        )
    return local_matrix({**node, "scale": [1.0, 1.0, 1.0]})


def _continuous(rotations: list[NDArray[np.float64]]) -> NDArray[np.float32]:
    """Quaternions of one sign: q and -q are one turn, but blend the long way round."""
    quaternions = np.array([matrix_quaternion(rotation) for rotation in rotations])
    for index in range(1, len(quaternions)):
        if quaternions[index] @ quaternions[index - 1] < 0:
            quaternions[index] *= -1
    return quaternions.astype(np.float32)
