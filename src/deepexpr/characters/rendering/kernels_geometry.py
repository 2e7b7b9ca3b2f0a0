"""Kernels on vertices: normals. Arrays are float32 unless said otherwise."""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


@compiled
def vertex_normals(vertices: Floats, triangles: Integers, normals: Floats) -> None:
    """Fill unit normals, each triangle counted by its area.

    Args:
        vertices: (n, 3).
        triangles: (m, 3) int32.
        normals: (n, 3), overwritten; vertices without a triangle get zeros.
    """
    normals[:] = 0.0
    for number in range(triangles.shape[0]):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        ux = vertices[b, 0] - vertices[a, 0]
        uy = vertices[b, 1] - vertices[a, 1]
        uz = vertices[b, 2] - vertices[a, 2]
        vx = vertices[c, 0] - vertices[a, 0]
        vy = vertices[c, 1] - vertices[a, 1]
        vz = vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for vertex in (a, b, c):
            normals[vertex, 0] += nx
            normals[vertex, 1] += ny
            normals[vertex, 2] += nz
    for vertex in range(normals.shape[0]):
        nx, ny, nz = normals[vertex, 0], normals[vertex, 1], normals[vertex, 2]
        length = math.sqrt(nx * nx + ny * ny + nz * nz)
        if length > 1e-20:
            normals[vertex, 0] = nx / length
            normals[vertex, 1] = ny / length
            normals[vertex, 2] = nz / length


@compiled
def turn_vectors(
    vectors: Floats, shares: Floats, turn: Floats, shift: Floats, turned: Floats
) -> None:
    """Turn vectors in part: v + share * ((turn - 1) v + shift).

    Args:
        vectors: (n, 3).
        shares: (n,) share of the turn that each follows.
        turn: (3, 3) rotation.
        shift: (3,) translation at share 1.
        turned: (n, 3), overwritten.
    """
    for vertex in range(vectors.shape[0]):
        share = shares[vertex]
        x, y, z = vectors[vertex, 0], vectors[vertex, 1], vectors[vertex, 2]
        for axis in range(3):
            moved = turn[axis, 0] * x + turn[axis, 1] * y + turn[axis, 2] * z
            here = vectors[vertex, axis]
            turned[vertex, axis] = here + share * (moved - here + shift[axis])
