"""Attributes of one glTF primitive as arrays, with what to use where one is missing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_nodes import Matrix
from deepexpr.characters.material import material_from_gltf
from deepexpr.characters.rig_mesh import Floats, MorphTarget
from deepexpr.core.errors import CharacterError

HEAD_JOINT = "head"

NO_CREASES = -1.0
"""Face coordinate of vertices that take no part in creases."""


def triangles(glb: GLB, entry: dict[str, Any], count: int) -> NDArray[np.int64]:
    """Return the (m, 3) corners of a primitive.

    Raises:
        CharacterError: if it holds lines or points, or names a missing vertex.
    """
    if entry.get("mode", 4) != 4:
        raise CharacterError("the GLB holds lines or points; only triangles are drawn")
    corners = glb.accessor(entry["indices"]) if "indices" in entry else np.arange(count)
    numbers = corners.astype(np.int64).reshape(-1, 3)
    if numbers.size and numbers.max() >= count:
        raise CharacterError("a triangle of the GLB names a vertex that does not exist")
    return numbers


def floats(glb: GLB, accessor: int | None, otherwise: Floats) -> Floats:
    """Return a decoded attribute as float32, or `otherwise`."""
    if accessor is None:
        return otherwise
    return glb.accessor(accessor).astype(np.float32)


def colours(glb: GLB, entry: dict[str, Any], count: int) -> Floats:
    """Return (n, 3) linear RGB: vertex colours times the base colour."""
    white = np.ones((count, 3), np.float32)
    painted = floats(glb, entry["attributes"].get("COLOR_0"), white)[:, :3]
    if "material" not in entry:
        return painted
    material = material_from_gltf(glb.listed("materials")[entry["material"]], 0)
    return painted * np.array(material.base_colour, np.float32)


def target(glb: GLB, name: str, accessor: int, matrix: Matrix) -> MorphTarget:
    """Return a morph target, its offsets turned by a (4, 4) matrix."""
    rows, offsets = glb.sparse_parts(accessor)
    moved = offsets.astype(np.float64) @ matrix[:3, :3].T
    return MorphTarget(name, rows, moved.astype(np.float32))


def head_joint(glb: GLB, skin: int) -> int | None:
    """Return the place of the joint "head" in a skin; None if it has none."""
    joints = glb.listed("skins")[skin]["joints"]
    names = [glb.listed("nodes")[joint].get("name") for joint in joints]
    return names.index(HEAD_JOINT) if HEAD_JOINT in names else None


def head_weights(
    glb: GLB,
    attributes: dict[str, int],
    count: int,
    joint: int | None,
    otherwise: float,
) -> Floats:
    """Return (n,) how far vertices follow the head's motion.

    Without a joint of the head, all follow it as far as `otherwise` says.
    """
    if joint is None or "JOINTS_0" not in attributes:
        return np.full(count, otherwise, np.float32)
    joints = glb.accessor(attributes["JOINTS_0"])
    weights = glb.accessor(attributes["WEIGHTS_0"]).astype(np.float32)
    share: Floats = np.where(joints == joint, weights, np.float32(0)).sum(axis=1)
    return share
