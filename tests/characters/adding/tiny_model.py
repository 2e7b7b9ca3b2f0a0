"""Models of a few triangles, as GLB or VRM, for what must be refused or told apart.

The face is a square of four corners, 2 wide, seen from +z, with shapes by name. Left is
the subject's own: x above 0.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder, glb_bytes

CORNERS = np.array([[-1, -1, 0], [1, -1, 0], [-1, 1, 0], [1, 1, 0]], np.float32)
TRIANGLES = np.array([[0, 1, 2], [1, 3, 2]])
UP = np.array([[0.0, 0.5, 0.0]] * 4)


def model(
    shapes: Mapping[str, np.ndarray],
    *,
    extensions: Mapping[str, Any] | None = None,
    node: Mapping[str, Any] | None = None,
    names_in_primitive: bool = False,
) -> GLB:
    """A square with shapes; offsets are (4, 3)."""
    builder = GLBBuilder()
    primitive: dict[str, Any] = {
        "attributes": {"POSITION": builder.attribute(CORNERS, bounds=True)},
        "indices": builder.indices(TRIANGLES, 4),
        "targets": [
            {"POSITION": builder.attribute(offsets.astype(np.float32), bounds=True)}
            for offsets in shapes.values()
        ],
    }
    if not shapes:
        del primitive["targets"]
    mesh: dict[str, Any] = {"primitives": [primitive]}
    names = {"targetNames": list(shapes)}
    (primitive if names_in_primitive else mesh)["extras"] = names
    document: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "nodes": [{"name": "Square", "mesh": 0, **(node or {})}],
        "scenes": [{"nodes": [0]}],
        "meshes": [mesh],
    }
    if extensions:
        document["extensions"] = dict(extensions)
    return builder.finish(document)


def written(path: Path, glb: GLB) -> Path:
    path.write_bytes(glb_bytes(glb))
    return path


def skinned(
    shapes: Mapping[str, np.ndarray], joints: Sequence[Mapping[str, Any]]
) -> GLB:
    """The square bound to bones: its left corners to the first, the others to the last.

    Args:
        shapes: as for `model`.
        joints: their nodes, with a `bind` translation each, where they were bound.
    """
    glb = model(shapes)
    builder = GLBBuilder(
        list(glb.listed("accessors")),
        list(glb.listed("bufferViews")),
        bytearray(glb.binary),
    )
    last = len(joints) - 1
    bound = np.array([[last, 0, 0, 0], [0] * 4, [last, 0, 0, 0], [0] * 4], np.uint8)
    weights = np.array([[255, 0, 0, 0]] * 4, np.uint8)
    attributes = glb.document["meshes"][0]["primitives"][0]["attributes"]
    attributes["JOINTS_0"] = builder.attribute(bound)
    attributes["WEIGHTS_0"] = builder.attribute(weights, normalised=True)
    matrices = np.stack([np.eye(4) for _ in joints])
    for matrix, joint in zip(matrices, joints, strict=True):
        matrix[:3, 3] = [-part for part in joint["bind"]]
    columns = matrices.transpose(0, 2, 1).reshape(-1, 16).astype(np.float32)
    inverse = builder.plain(columns)
    nodes = [{k: v for k, v in joint.items() if k != "bind"} for joint in joints]
    document = {
        **glb.document,
        "nodes": [{"name": "Square", "mesh": 0, "skin": 0}, *nodes],
        "skins": [
            {"joints": list(range(1, len(nodes) + 1)), "inverseBindMatrices": inverse}
        ],
    }
    return builder.finish(document)
