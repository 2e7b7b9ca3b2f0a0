"""Placing glTF nodes: local transforms multiplied down the tree.

Source: Khronos, glTF 2.0 specification, section 3.5.3 (transformations).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.gltf import GLB
from deepexpr.core.errors import CharacterError

Matrix = NDArray[np.float64]


def quaternion_matrix(quaternion: list[float]) -> Matrix:
    """Return the (3, 3) rotation of a unit quaternion (x, y, z, w)."""
    x, y, z, w = (float(part) for part in quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def matrix_quaternion(matrix: Matrix) -> list[float]:
    """Return the unit quaternion (x, y, z, w), w >= 0, of a (3, 3) rotation.

    Source: Bar-Itzhack (2000), "New method for extracting the quaternion from a
    rotation matrix": the largest eigenvector of a symmetric matrix.
    """
    m = np.asarray(matrix, np.float64)
    symmetric = np.array(
        [
            [m[0, 0] - m[1, 1] - m[2, 2], 0.0, 0.0, 0.0],
            [m[0, 1] + m[1, 0], m[1, 1] - m[0, 0] - m[2, 2], 0.0, 0.0],
            [m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], m[2, 2] - m[0, 0] - m[1, 1], 0.0],
            [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], np.trace(m)],
        ]
    )
    vector = np.linalg.eigh(symmetric, UPLO="L")[1][:, -1]
    sign = -1.0 if vector[3] < 0 else 1.0
    return [float(part) for part in sign * vector]


def local_matrix(node: dict[str, Any]) -> Matrix:
    """Return the (4, 4) transform of a node relative to its parent."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    rotation = quaternion_matrix(node.get("rotation", [0.0, 0.0, 0.0, 1.0]))
    matrix[:3, :3] = rotation * np.array(node.get("scale", [1.0, 1.0, 1.0]))
    matrix[:3, 3] = node.get("translation", [0.0, 0.0, 0.0])
    return matrix


def parent_numbers(glb: GLB) -> dict[int, int]:
    """Return the parent of every node that has one, by node number."""
    return {
        child: number
        for number, node in enumerate(glb.listed("nodes"))
        for child in node.get("children", [])
    }


def node_matrices(glb: GLB) -> list[Matrix]:
    """Return the (4, 4) transform of every node to the scene, by node number.

    Raises:
        CharacterError: if the node tree has a loop.
    """
    nodes, parents = glb.listed("nodes"), parent_numbers(glb)
    matrices: list[Matrix] = []
    for number in range(len(nodes)):
        matrix, current, steps = local_matrix(nodes[number]), number, 0
        while current in parents:
            current, steps = parents[current], steps + 1
            if steps > len(nodes):
                raise CharacterError(f"node {number} of the GLB is its own ancestor")
            matrix = local_matrix(nodes[current]) @ matrix
        matrices.append(matrix)
    return matrices


def bind_matrix(glb: GLB, skin: int) -> Matrix:
    """Return the (4, 4) transform from a skinned mesh to the scene, joints at rest.

    It is that of the first joint; rigs are bound in the pose in which they rest, where
    all joints agree.
    """
    entry = glb.listed("skins")[skin]
    joint: Matrix = node_matrices(glb)[entry["joints"][0]]
    if "inverseBindMatrices" not in entry:
        return joint
    columns = glb.accessor(entry["inverseBindMatrices"])[0]
    return joint @ np.asarray(columns, np.float64).reshape(4, 4).T


def follows_node(glb: GLB, number: int, name: str) -> bool:
    """Whether a node hangs below one of a name, or no node has that name."""
    nodes, parents = glb.listed("nodes"), parent_numbers(glb)
    if all(node.get("name") != name for node in nodes):
        return True
    while number in parents:
        number = parents[number]
        if nodes[number].get("name") == name:
            return True
    return False
