"""Small pieces of geometry that the parts of a character share."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepexpr.characters.building.rig_source import Points, Triangles

Floats = NDArray[np.float64]


def smooth_step(low: float, high: float, x: ArrayLike) -> Floats:
    """Rise from 0 at `low` to 1 at `high` without kinks, clamped outside."""
    share = np.clip((np.asarray(x, np.float64) - low) / (high - low), 0, 1)
    eased: Floats = share * share * (3 - 2 * share)
    return eased


def unit(vectors: ArrayLike) -> Floats:
    """Vectors (..., 3) divided by their length; zero stays zero."""
    given = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(given, axis=-1, keepdims=True)
    scaled: Floats = given / np.maximum(lengths, 1e-9)
    return scaled


def direction(azimuth: ArrayLike, elevation: ArrayLike) -> Floats:
    """Unit vectors (..., 3); azimuth from +z towards +x, elevation up, radians."""
    around, up = np.asarray(azimuth, float), np.asarray(elevation, float)
    return np.stack(
        [np.sin(around) * np.cos(up), np.sin(up), np.cos(around) * np.cos(up)], -1
    )


def spread_directions(count: int) -> Points:
    """Unit vectors spread evenly over the sphere on a golden-angle spiral."""
    index = np.arange(count) + 0.5
    polar = np.arccos(1 - 2 * index / count)
    around = np.pi * (1 + 5**0.5) * index
    return np.stack(
        [
            np.cos(around) * np.sin(polar),
            np.cos(polar),
            np.sin(around) * np.sin(polar),
        ],
        axis=1,
    )


def quads_to_triangles(quads: NDArray[np.int64]) -> Triangles:
    """Split quads (m, 4) along their first diagonal into (2m, 3) triangles."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def grid_triangles(columns: int, rows: int, *, closed: bool) -> Triangles:
    """Triangles of a grid of points numbered row by row.

    Args:
        columns: points in a row.
        rows: number of rows.
        closed: whether the last column meets the first.
    """
    spans = columns if closed else columns - 1
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(spans), indexing="ij")
    corner = (row * columns + column).ravel()
    beside = (row * columns + (column + 1) % columns).ravel()
    above, across = corner + columns, beside + columns
    pairs = np.stack([corner, beside, across, corner, across, above], axis=1)
    return pairs.reshape(-1, 3).astype(np.int64)


def vertex_normals(vertices: Points, triangles: Triangles) -> Points:
    """Unit normals (n, 3), each the area-weighted mean of the faces around it."""
    corners = vertices[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    numbers = triangles.ravel()
    sums = np.stack(
        [
            np.bincount(numbers, np.repeat(faces[:, axis], 3), len(vertices))
            for axis in range(3)
        ],
        axis=1,
    )
    return unit(sums)


def resample(path: Points, count: int) -> Points:
    """Points at equal arc length along a polyline (k, 3)."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, length[-1], count)
    return np.stack([np.interp(wanted, length, path[:, axis]) for axis in range(3)], 1)


def relax_path(path: Points, rounds: int) -> Points:
    """Smooth a polyline (k, 3) between its fixed ends."""
    relaxed = path.copy()
    for _ in range(rounds):
        relaxed[1:-1] = 0.5 * relaxed[1:-1] + 0.25 * (relaxed[:-2] + relaxed[2:])
    return relaxed


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles with a colour and a direction at every vertex.

    Attributes:
        vertices: (n, 3).
        triangles: (m, 3).
        colours: (n, 3) linear RGB.
        directions: (n, 3) strand direction for hair; zero elsewhere.
    """

    vertices: Points
    triangles: Triangles
    colours: Points
    directions: Points


def coloured(
    shape: tuple[Points, Triangles], colour: ArrayLike, directions: ArrayLike = 0.0
) -> Mesh:
    """A mesh of one colour (or one colour a vertex) and one direction likewise."""
    vertices, triangles = shape
    return Mesh(
        vertices,
        triangles,
        np.broadcast_to(np.asarray(colour, float), vertices.shape).copy(),
        np.broadcast_to(np.asarray(directions, float), vertices.shape).copy(),
    )


def joined(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of several, vertices in the order given."""
    pieces = list(meshes)
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    return Mesh(
        np.concatenate([piece.vertices for piece in pieces]),
        np.concatenate(
            [
                piece.triangles + start
                for piece, start in zip(pieces, starts, strict=False)
            ]
        ),
        np.concatenate([piece.colours for piece in pieces]),
        np.concatenate([piece.directions for piece in pieces]),
    )


@dataclass(frozen=True, slots=True)
class Tube:
    """A tapered tube along a path.

    Attributes:
        vertices: (k * sides, 3), one ring of `sides` points a path point.
        triangles: (m, 3), open at both ends.
        tangents: (k * sides, 3) unit direction of the path.
    """

    vertices: Points
    triangles: Triangles
    tangents: Points

    @property
    def shape(self) -> tuple[Points, Triangles]:
        """Vertices and triangles alone."""
        return self.vertices, self.triangles


def tube(
    path: Points,
    normals: Points,
    profile: tuple[Floats, Floats],
    *,
    sides: int = 7,
    underside: float = 0.35,
) -> Tube:
    """Loft an elliptic ring along a path.

    Args:
        path: (k, 3) centre line.
        normals: (k, 3) outward directions; need not be orthogonal to the path.
        profile: (k,) half widths across and (k,) half thicknesses along the normal.
        sides: points of a ring.
        underside: thickness of the half that faces inwards, relative to the outer.
    """
    half_width, half_thickness = profile
    tangent = unit(np.gradient(path, axis=0))
    across = unit(np.cross(tangent, normals))
    outward = np.cross(across, tangent)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    sine = np.where(np.sin(angle) < 0, np.sin(angle) * underside, np.sin(angle))
    vertices = (
        path[:, None]
        + across[:, None] * (half_width[:, None] * np.cos(angle))[..., None]
        + outward[:, None] * (half_thickness[:, None] * sine)[..., None]
    )
    triangles = grid_triangles(sides, len(path), closed=True)[:, [0, 2, 1]]
    return Tube(vertices.reshape(-1, 3), triangles, np.repeat(tangent, sides, axis=0))


def even_shares(path: Points, count: int) -> Floats:
    """Weights (count, k) of points at equal arc length on the points of a polyline."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, length[-1], count)
    return np.stack([np.interp(wanted, length, row) for row in np.eye(len(path))], 1)


def turned(vectors: Points, axes: Floats, angles: Floats) -> Points:
    """Vectors (n, 3) turned about unit axes (n, 3) by angles (n,) in radians."""
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    along = (vectors * axes).sum(axis=1, keepdims=True) * axes
    result: Points = along + (vectors - along) * cosine + np.cross(axes, vectors) * sine
    return result
