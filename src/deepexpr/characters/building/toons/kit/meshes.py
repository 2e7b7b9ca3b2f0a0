"""Triangle meshes from grids: balls, tubes and closed loops."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.vectors import FloatArray, IntArray, unit


@dataclass(frozen=True, slots=True)
class Mesh:
    """A triangle mesh.

    Attributes:
        vertices: (n, 3) positions.
        triangles: (m, 3) vertex indices, counter-clockwise seen from outside.
    """

    vertices: FloatArray
    triangles: IntArray


def grid_triangles(rows: int, columns: int, *, wrap: bool) -> IntArray:
    """Triangles (m, 3) of a grid stored row by row.

    Args:
        rows: number of rows.
        columns: number of columns.
        wrap: whether the last column joins the first.
    """
    row, column = np.meshgrid(
        np.arange(rows - 1),
        np.arange(columns if wrap else columns - 1),
        indexing="ij",
    )
    here = row * columns + column
    right = row * columns + (column + 1) % columns
    below, below_right = here + columns, right + columns
    upper = np.stack([here, right, below_right], axis=-1).reshape(-1, 3)
    lower = np.stack([here, below_right, below], axis=-1).reshape(-1, 3)
    return np.concatenate([upper, lower]).astype(np.int64)


def torus_triangles(rings: int, sides: int) -> IntArray:
    """Triangles (m, 3) of `rings` × `sides` vertices closed in both directions."""
    last = (rings - 1) * sides
    here = np.arange(sides)
    ahead = (here + 1) % sides
    seam = np.concatenate(
        [
            np.stack([last + here, last + ahead, ahead], axis=1),
            np.stack([last + here, ahead, here], axis=1),
        ]
    )
    return np.concatenate([grid_triangles(rings, sides, wrap=True), seam])


def outward(vertices: FloatArray, triangles: IntArray) -> IntArray:
    """Return the triangles wound so that a (nearly) closed mesh faces outwards."""
    centred = vertices - vertices.mean(axis=0)
    first, second, third = (centred[triangles[:, corner]] for corner in range(3))
    volume = np.einsum("ij,ij->", first, np.cross(second, third))
    return triangles if volume > 0 else triangles[:, [0, 2, 1]]


def ball(
    rows: int = 20, columns: int = 28, exponents: tuple[float, float] = (1.0, 1.0)
) -> Mesh:
    """Unit ball with poles on the z axis; exponents below 1 make it boxy.

    The exponents are those of a superellipsoid: along the meridian, around the axis.
    """
    polar, azimuth = np.meshgrid(
        np.linspace(0, np.pi, rows),
        np.linspace(0, 2 * np.pi, columns, endpoint=False),
        indexing="ij",
    )

    def power(values: FloatArray, exponent: float) -> FloatArray:
        return np.asarray(np.sign(values) * np.abs(values) ** exponent)

    meridian, around = exponents
    radius = power(np.sin(polar), meridian)
    vertices = np.stack(
        [
            radius * power(np.cos(azimuth), around),
            radius * power(np.sin(azimuth), around),
            power(np.cos(polar), meridian),
        ],
        axis=-1,
    ).reshape(-1, 3)
    return Mesh(vertices, outward(vertices, grid_triangles(rows, columns, wrap=True)))


def upright_ball(
    rows: int = 20, columns: int = 28, exponents: tuple[float, float] = (1.0, 1.0)
) -> Mesh:
    """Unit ball as `ball`, with its poles on the y axis."""
    lying = ball(rows, columns, exponents)
    vertices = lying.vertices[:, [0, 2, 1]] * [1, -1, 1]
    return Mesh(vertices, outward(vertices, lying.triangles))


def tube(
    path: FloatArray,
    upward: FloatArray,
    half_width: FloatArray,
    half_height: FloatArray,
    sides: int = 12,
) -> FloatArray:
    """Vertices (k·sides, 3) of a tube of elliptic section along a path.

    Args:
        path: (k, 3) centre line.
        upward: (k, 3) directions of the section's height, need not be orthogonal.
        half_width: (k,) half width across the path.
        half_height: (k,) half height along `upward`.
        sides: vertices of a section.
    """
    tangent = unit(np.gradient(path, axis=0))
    across = unit(np.cross(tangent, upward))
    height = np.cross(across, tangent)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    wide = (half_width[:, None] * np.cos(angle))[..., None]
    high = (half_height[:, None] * np.sin(angle))[..., None]
    section = across[:, None] * wide + height[:, None] * high
    return np.asarray((path[:, None] + section).reshape(-1, 3))


def tube_mesh(vertices: FloatArray, sides: int) -> Mesh:
    """Mesh of the vertices of a tube whose ends taper to points."""
    rings = len(vertices) // sides
    triangles = grid_triangles(rings, sides, wrap=True)
    return Mesh(vertices, outward(vertices, triangles))


def join(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of several, vertices and triangles in order."""
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    triangles = [
        mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)
    ]
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate(triangles)
    )
