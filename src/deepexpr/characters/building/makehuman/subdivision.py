"""Catmull-Clark subdivision as one sparse matrix.

Source: E. Catmull and J. Clark, "Recursively generated B-spline surfaces on arbitrary
topological meshes", Computer-Aided Design 10(6), 1978. Borders follow the cubic
B-spline rule.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.geometry import Floats

SparseMatrix = Any
"""scipy.sparse.csr_matrix, which has no types."""


@dataclass(frozen=True, slots=True)
class Subdivision:
    """One step from a cage to a finer mesh.

    Attributes:
        matrix: (n', n) sparse; `matrix @ cage` are the fine vertices: first the n cage
            points, then one an edge, then one a face.
        quads: (4m, 4) fine quads.
    """

    matrix: SparseMatrix
    quads: NDArray[np.int64]


def catmull_clark(vertex_count: int, quads: NDArray[np.int64]) -> Subdivision:
    """Subdivide a quad mesh once.

    Args:
        vertex_count: number of cage vertices, n.
        quads: (m, 4) cage quads.
    """
    face_count = len(quads)
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    edges, edge_of_side = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    edge_of_side = edge_of_side.reshape(face_count, 4)
    edge_count = len(edges)

    faces = np.repeat(np.arange(face_count), 4)
    face_points = _scatter(0.25, faces, quads.ravel(), (face_count, vertex_count))
    middles = _scatter(
        0.5,
        np.repeat(np.arange(edge_count), 2),
        edges.ravel(),
        (edge_count, vertex_count),
    )
    faces_of_edge = _scatter(1.0, edge_of_side.ravel(), faces, (edge_count, face_count))
    inner_edge = np.bincount(edge_of_side.ravel(), minlength=edge_count) == 2
    edge_points = (
        sp.diags(np.where(inner_edge, 0.5, 1.0)) @ middles
        + sp.diags(np.where(inner_edge, 0.25, 0.0)) @ faces_of_edge @ face_points
    )
    vertex_points = _inner_vertex_rule(
        vertex_count, quads, edges, inner_edge, (face_points, middles)
    ) + _border_vertex_rule(vertex_count, edges, inner_edge, middles)
    matrix = sp.vstack([vertex_points, edge_points, face_points])

    edge_numbers = vertex_count + edge_of_side
    face_numbers = (vertex_count + edge_count + np.arange(face_count))[:, None]
    fine = np.stack(
        [
            quads,
            edge_numbers,
            np.repeat(face_numbers, 4, axis=1),
            np.roll(edge_numbers, 1, axis=1),
        ],
        axis=2,
    )
    # single precision: half the memory for every character that keeps it
    return Subdivision(
        matrix.tocsr().astype(np.float32), fine.reshape(-1, 4).astype(np.int64)
    )


def _inner_vertex_rule(
    count: int,
    quads: NDArray[np.int64],
    edges: NDArray[np.int64],
    inner_edge: NDArray[np.bool_],
    points: tuple[SparseMatrix, SparseMatrix],
) -> SparseMatrix:
    """Rows for vertices off the border: (F + 2 R + (n - 3) P) / n."""
    face_points, middles = points
    on_border = _border_vertices(count, edges, inner_edge)
    edge_valence = np.bincount(edges.ravel(), minlength=count).astype(float)
    face_valence = np.bincount(quads.ravel(), minlength=count).astype(float)
    inside = ~on_border & (face_valence > 0)
    edge_safe = np.maximum(edge_valence, 1)
    face_safe = np.maximum(face_valence, 1)
    faces_of_vertex = _scatter(
        1.0,
        quads.ravel(),
        np.repeat(np.arange(len(quads)), 4),
        (count, len(quads)),
    )
    edges_of_vertex = _scatter(
        1.0, edges.ravel(), np.repeat(np.arange(len(edges)), 2), (count, len(edges))
    )
    of_faces = np.where(inside, 1 / edge_safe / face_safe, 0)
    of_edges = np.where(inside, 2 / edge_safe / edge_safe, 0)
    of_itself = np.where(inside, (edge_safe - 3) / edge_safe, 0)
    return (
        sp.diags(of_faces) @ faces_of_vertex @ face_points
        + sp.diags(of_edges) @ edges_of_vertex @ middles
        + sp.diags(of_itself)
    )


def _border_vertex_rule(
    count: int,
    edges: NDArray[np.int64],
    inner_edge: NDArray[np.bool_],
    middles: SparseMatrix,
) -> SparseMatrix:
    """Rows for border vertices (a B-spline curve) and for unused ones (fixed)."""
    border = np.flatnonzero(~inner_edge)
    used = np.bincount(edges.ravel(), minlength=count) > 0
    borders_of_vertex = _scatter(
        1.0, edges[border].ravel(), np.repeat(border, 2), (count, len(edges))
    )
    valence: Floats = np.asarray(borders_of_vertex.sum(axis=1)).ravel()
    on_border = _border_vertices(count, edges, inner_edge)
    smooth = on_border & (valence == 2)
    fixed = (on_border & ~smooth) | ~used
    return (
        sp.diags(np.where(smooth, 0.25, 0)) @ borders_of_vertex @ middles
        + sp.diags(np.where(smooth, 0.5, 0))
        + sp.diags(np.where(fixed, 1.0, 0))
    )


def _border_vertices(
    count: int, edges: NDArray[np.int64], inner_edge: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    on_border = np.zeros(count, bool)
    on_border[edges[~inner_edge].ravel()] = True
    return on_border


def _scatter(
    value: float,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    shape: tuple[int, int],
) -> SparseMatrix:
    return sp.csr_matrix((np.full(len(rows), value), (rows, columns)), shape)
