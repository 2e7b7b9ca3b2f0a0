"""Eyes of a rig in glTF: a socket that places the ball, and the ball that turns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.glb_primitives import (
    stored_colours,
    stored_directions,
)
from deepexpr.characters.building.rig_source import EyeSource, Points
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.gltf_nodes import matrix_quaternion
from deepexpr.characters.rig_reader import IRIS_TARGET, IRIS_TARGET_SIZE
from deepexpr.core.errors import CharacterError

SMALLEST_OFFSET = 1e-5
"""Offsets on the unit ball no longer than this are not stored."""

UNMOVED_ANGLE = 1.1
"""Angle from the gaze axis, radians, beyond which a shrunken iris moves little."""


def socket_node(
    eye: EyeSource, pivot: NDArray[np.float64], ball: int
) -> dict[str, Any]:
    """Return the node that places, turns and stretches an eye within the head.

    Args:
        eye: the eye.
        pivot: (3,) place of the head joint, its parent.
        ball: number of the ball's node.

    Raises:
        CharacterError: if the axes of the eye are not a rotation.
    """
    axes = np.asarray(eye.axes, np.float64)
    if np.linalg.det(axes) < 0 or not np.allclose(axes.T @ axes, np.eye(3), atol=1e-6):
        raise CharacterError(f"the axes of the {eye.side} eye are not a rotation")
    return {
        "name": f"socket{eye.side}",
        "translation": [float(part) for part in eye.centre - pivot],
        "rotation": matrix_quaternion(axes),
        "scale": [float(part) for part in eye.radii],
        "children": [ball],
    }


def eye_mesh(eye: EyeSource, material: int, builder: GLBBuilder) -> dict[str, Any]:
    """Write the ball of an eye; return its glTF mesh.

    A target that shrinks the iris is added where the eye has none.

    Args:
        eye: the eye.
        material: number of its material.
        builder: the GLB that is written to.
    """
    targets = {IRIS_TARGET: small_iris(eye.directions), **eye.targets}
    directions = eye.directions.astype(np.float32)
    normals = stored_directions(eye.directions)
    attributes = {
        "POSITION": builder.attribute(directions, bounds=True),
        "NORMAL": builder.attribute(normals, normalised=True),
        "COLOR_0": builder.attribute(stored_colours(eye.colours), normalised=True),
    }
    primitive = {
        "attributes": attributes,
        "indices": builder.indices(eye.triangles, len(directions)),
        "material": material,
        "targets": [
            {"POSITION": builder.offsets(moved - eye.directions, SMALLEST_OFFSET)}
            for moved in targets.values()
        ],
    }
    return {
        "name": f"eye{eye.side}",
        "primitives": [primitive],
        "weights": [0.0] * len(targets),
        "extras": {"targetNames": list(targets)},
    }


def small_iris(directions: Points) -> Points:
    """Return the directions of a ball whose iris is shrunk, its back left in place.

    Args:
        directions: (k, 3) unit vectors, iris around +z.
    """
    angle = np.arccos(np.clip(directions[:, 2], -1.0, 1.0))
    shrink = (1.0 - IRIS_TARGET_SIZE) * np.exp(-((angle / UNMOVED_ANGLE) ** 4))
    small = angle * (1.0 - shrink)
    scale = np.sin(small) / np.maximum(np.sin(angle), 1e-6)
    scale[angle <= 1e-6] = 1.0
    return np.column_stack([directions[:, :2] * scale[:, None], np.cos(small)])
