"""Coarser meshes for casting shadows, which need less detail than pictures."""

import numpy as np

from deepexpr.characters.rendering.kernels_casters import keep_apart
from deepexpr.characters.rendering.shading_inputs import Floats, Integers


def thinned(triangles: Integers, vertex_count: int) -> Integers:
    """Return a mesh on about a quarter of the vertices of another.

    Each vertex that is left out is replaced by a neighbour that is kept, and triangles
    that lose their area that way are dropped. The result numbers the same vertices, so
    it follows every pose. Vertices that come first are kept first; a subdivided mesh
    that numbers the vertices of its cage first is thinned to that cage.

    Args:
        triangles: (m, 3) int32.
        vertex_count: number of vertices of the rig.

    Returns:
        (k, 3) int32.
    """
    edges = triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).astype(np.int64)
    both = np.concatenate([edges, edges[:, ::-1]])
    order = np.argsort(both[:, 0], kind="stable")
    starts = np.searchsorted(both[order, 0], np.arange(vertex_count + 1))
    kept = np.empty(vertex_count, np.int64)
    keep_apart(starts, both[order, 1], kept)
    corners = kept[triangles]
    whole = (
        (corners[:, 0] != corners[:, 1])
        & (corners[:, 1] != corners[:, 2])
        & (corners[:, 2] != corners[:, 0])
    )
    return np.ascontiguousarray(corners[whole], np.int32)


def facing_forward(triangles: Integers, vertices: Floats, least_z: float) -> Integers:
    """Return the triangles that do not face away from the camera.

    Args:
        triangles: (m, 3) int32.
        vertices: (n, 3).
        least_z: smallest z of a triangle's unit normal, in [-1, 1].
    """
    first, second, third = (vertices[triangles[:, corner]] for corner in range(3))
    normals = np.cross(second - first, third - first)
    lengths = np.linalg.norm(normals, axis=1)
    return np.ascontiguousarray(triangles[normals[:, 2] >= least_z * lengths])
