"""Which bones of a rig turn its head and its eyes."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.adding.vrm import Avatar
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_nodes import Matrix, node_matrices

_HEAD = re.compile(r"(^|[^a-z])head$")
_EYE = re.compile(r"eye(ball)?s?$")
_SIDE = {"Left": re.compile(r"(^|[^a-z])(l|left)([^a-z]|$)|left"),
         "Right": re.compile(r"(^|[^a-z])(r|right)([^a-z]|$)|right")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bones:
    """Head and eye bones of a rig.

    Attributes:
        matrices: (4, 4) transform of every node to the scene.
        head: nodes that move with the head; empty if no bone is called head.
        pivot: (3,) place of the head bone, or None.
        eyes: side to the nodes that move with that eye.
        eye_centres: side to the (3,) place of the eye bone.
    """

    matrices: tuple[Matrix, ...]
    head: frozenset[int]
    pivot: NDArray[np.float64] | None
    eyes: dict[str, frozenset[int]]
    eye_centres: dict[str, NDArray[np.float64]]


def find_bones(glb: GLB, avatar: Avatar) -> Bones:
    """Find the bones: what the avatar says, else by their names.

    Raises:
        CharacterError: if the node tree has a loop.
    """
    matrices = tuple(node_matrices(glb))
    head = avatar.bones.get("head", _named_head(glb))
    eyes: dict[str, frozenset[int]] = {}
    centres: dict[str, NDArray[np.float64]] = {}
    for side in ("Left", "Right"):
        bone = avatar.bones.get(f"{side.lower()}Eye", _named_eye(glb, side))
        if bone is not None:
            eyes[side] = _below(glb, bone)
            centres[side] = matrices[bone][:3, 3]
    return Bones(
        matrices,
        frozenset() if head is None else _below(glb, head),
        None if head is None else matrices[head][:3, 3],
        eyes,
        centres,
    )


def _candidates(glb: GLB) -> list[int]:
    """Nodes that may be bones: those that carry skins first, then groups."""
    used = {joint for skin in glb.listed("skins") for joint in skin["joints"]}
    others = set(range(len(glb.listed("nodes")))) - used
    return [*sorted(used), *sorted(others)]


def _plain(name: str) -> str:
    """A bone's name in lower case, words parted by spaces."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.split(":")[-1])
    return re.sub(r"[^A-Za-z]+", " ", parted).strip().lower()


def _named_head(glb: GLB) -> int | None:
    nodes = glb.listed("nodes")
    for number in _candidates(glb):
        if "mesh" not in nodes[number] and _HEAD.search(_plain(_name(nodes[number]))):
            return number
    return None


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name", ""))


def _named_eye(glb: GLB, side: str) -> int | None:
    for joint in _candidates(glb):
        name = _plain(_name(glb.listed("nodes")[joint]))
        without = re.sub(r"(^| )(l|r|left|right)( |$)", " ", name).strip()
        if _EYE.search(without) and _SIDE[side].search(name):
            return joint
    return None


def _below(glb: GLB, bone: int) -> frozenset[int]:
    """A node and all nodes below it."""
    found, waiting = set[int](), [bone]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += glb.listed("nodes")[node].get("children", [])
    return frozenset(found)
