"""Fewer triangles where that changes nothing that shows: edges collapsed by quadrics.

A vertex is a point of many dimensions: its place at rest, its motion, its colour. Each
collapse puts one vertex in the place of another, so that what remains keeps its exact
data.

Source: M. Garland and P. Heckbert, "Simplifying surfaces with color and texture using
quadric error metrics", IEEE Visualization 1998; collapses to existing vertices as in
"Surface simplification using quadric error metrics", SIGGRAPH 1997.
"""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.rig_source import Triangles

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

_CHUNK = 2048
_LEAST_TURN = 0.35
"""Least cosine between a triangle's normals before and after a collapse."""

_WORST_SHAPE = 0.12
"""Least quality of a new triangle: 1 for equal sides, 0 for a line."""

_BORDER = 4.0
"""How much the distance to a border line counts."""


def simplified(
    triangles: Triangles,
    points: Floats,
    tolerance: float,
    locked: NDArray[np.bool_],
) -> Triangles:
    """Return the triangles of a mesh after all collapses that stay within a tolerance.

    Args:
        triangles: (m, 3) numbers of points.
        points: (n, d) with d >= 3; the first three are the place at rest, the others
            whatever else must be kept, in the same unit.
        tolerance: root mean square distance, over the surface that a vertex stands for,
            that a collapse may add.
        locked: (n,) vertices that must stay.

    Returns:
        (m', 3) triangles over the same vertices, in an order of their own.
    """
    if not len(triangles):
        return triangles
    return _Collapsing(triangles, points, locked).down_to(tolerance)


class _Collapsing:
    """A mesh that loses vertices one by one."""

    def __init__(
        self, triangles: Triangles, points: Floats, locked: NDArray[np.bool_]
    ) -> None:
        self._points, self._places = points, points[:, :3]
        self._corners: list[tuple[int, ...] | None] = [
            tuple(corners) for corners in triangles.tolist()
        ]
        self._around: list[set[int]] = [set() for _ in points]
        for number, corners in enumerate(self._corners):
            for corner in corners or ():
                self._around[corner].add(number)
        self._matrices, self._vectors, self._constants, self._areas = _quadrics(
            triangles, points
        )
        sides = np.sort(
            np.concatenate(
                [triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]
            ),
            axis=1,
        )
        self._edges, counts = np.unique(sides, axis=0, return_counts=True)
        self._border = np.zeros(len(points), bool)
        self._border[self._edges[counts != 2]] = True
        self._guard_borders(self._edges[counts != 2])
        self._locked = locked
        self._versions = [0] * len(points)

    def down_to(self, tolerance: float) -> Triangles:
        """Collapse the cheapest edge again and again."""
        both = np.concatenate([self._edges, self._edges[:, ::-1]])
        both = both[~self._locked[both[:, 0]]]
        errors = self._errors(both[:, 0], both[:, 1])
        limit = tolerance**2
        heap = [
            (error, gone, kept, 0, 0)
            for error, (gone, kept) in zip(errors.tolist(), both.tolist(), strict=True)
            if error <= limit
        ]
        heapify(heap)
        while heap:
            _, gone, kept, first, second = heappop(heap)
            if (self._versions[gone], self._versions[kept]) != (first, second):
                continue
            if not self._may(gone, kept):
                continue
            self._collapse(gone, kept)
            self._offer(heap, kept, limit)
        left = [corners for corners in self._corners if corners is not None]
        return np.array(left, np.int64).reshape(-1, 3)

    def _offer(
        self,
        heap: list[tuple[float, int, int, int, int]],
        vertex: int,
        limit: float,
    ) -> None:
        """Put the edges around a vertex that has changed into the queue."""
        others = np.array(sorted(self._neighbours(vertex)), np.int64)
        if not len(others):
            return
        same = np.full(len(others), vertex)
        gone, kept = np.concatenate([others, same]), np.concatenate([same, others])
        errors = self._errors(gone, kept)
        for error, u, v in zip(
            errors.tolist(), gone.tolist(), kept.tolist(), strict=True
        ):
            if error <= limit and not self._locked[u]:
                heappush(heap, (error, u, v, self._versions[u], self._versions[v]))

    def _errors(self, gone: Numbers, kept: Numbers) -> Floats:
        """Mean squared distance (k,) if each of `gone` moves into `kept`."""
        errors = np.empty(len(gone))
        for start in range(0, len(gone), _CHUNK):
            rows = slice(start, start + _CHUNK)
            u, v = gone[rows], kept[rows]
            place = self._points[v]
            matrix = self._matrices[u] + self._matrices[v]
            total = np.einsum("ki,kij,kj->k", place, matrix, place)
            total += 2 * ((self._vectors[u] + self._vectors[v]) * place).sum(axis=1)
            total += self._constants[u] + self._constants[v]
            area = self._areas[u] + self._areas[v]
            errors[rows] = np.maximum(total, 0.0) / np.maximum(area, 1e-12)
        return errors

    def _may(self, gone: int, kept: int) -> bool:
        """Whether a collapse keeps the surface whole, unfolded and well shaped."""
        shared = self._around[gone] & self._around[kept]
        if not shared:
            return False
        if self._border[gone] and not (self._border[kept] and len(shared) == 1):
            return False
        common = self._neighbours(gone) & self._neighbours(kept)
        if len(common) != len(shared):
            return False
        for number in self._around[gone] - shared:
            corners = self._corners[number] or ()
            before = self._places[list(corners)]
            after = before.copy()
            after[corners.index(gone)] = self._places[kept]
            if not _fair(before, after):
                return False
        return True

    def _collapse(self, gone: int, kept: int) -> None:
        for number in self._around[gone]:
            corners = self._corners[number] or ()
            if kept in corners:
                self._corners[number] = None
                for corner in corners:
                    if corner != gone:
                        self._around[corner].discard(number)
            else:
                self._corners[number] = tuple(
                    kept if corner == gone else corner for corner in corners
                )
                self._around[kept].add(number)
        self._around[gone] = set()
        self._matrices[kept] += self._matrices[gone]
        self._vectors[kept] += self._vectors[gone]
        self._constants[kept] += self._constants[gone]
        self._areas[kept] += self._areas[gone]
        self._versions[gone] += 1
        self._versions[kept] += 1

    def _neighbours(self, vertex: int) -> set[int]:
        found = {
            corner
            for number in self._around[vertex]
            for corner in self._corners[number] or ()
        }
        found.discard(vertex)
        return found

    def _guard_borders(self, edges: Iterable[Numbers]) -> None:
        """Add the squared distance to each border line to its two ends."""
        identity = np.eye(self._points.shape[1])
        for start, end in edges:
            along = self._points[end] - self._points[start]
            length = float(np.linalg.norm(along))
            if length < 1e-9:
                continue
            along = along / length
            matrix = _BORDER * length**2 * (identity - np.outer(along, along))
            vector = -matrix @ self._points[start]
            constant = float(-vector @ self._points[start])
            for vertex in (start, end):
                self._matrices[vertex] += matrix
                self._vectors[vertex] += vector
                self._constants[vertex] += constant


def _quadrics(
    triangles: Triangles, points: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Sums over the triangles of each vertex: A, b, c of the distance, and the area."""
    count, size = points.shape
    matrices, vectors = np.zeros((count, size, size)), np.zeros((count, size))
    constants, areas = np.zeros(count), np.zeros(count)
    for start in range(0, len(triangles), _CHUNK):
        corners = triangles[start : start + _CHUNK]
        origin, second, third = (points[corners[:, place]] for place in range(3))
        first_side, second_side = second - origin, third - origin
        length = np.linalg.norm(first_side, axis=1)
        across = first_side / np.maximum(length, 1e-12)[:, None]
        along = (second_side * across).sum(axis=1)
        rest = second_side - along[:, None] * across
        height = np.linalg.norm(rest, axis=1)
        rest = rest / np.maximum(height, 1e-12)[:, None]
        area = length * height / 2
        plane = np.eye(size) - (
            across[:, :, None] * across[:, None, :]
            + rest[:, :, None] * rest[:, None, :]
        )
        matrix = area[:, None, None] * plane
        vector = -np.einsum("kij,kj->ki", matrix, origin)
        constant = -(vector * origin).sum(axis=1)
        for place in range(3):
            np.add.at(matrices, corners[:, place], matrix)
            np.add.at(vectors, corners[:, place], vector)
            np.add.at(constants, corners[:, place], constant)
            np.add.at(areas, corners[:, place], area)
    return matrices, vectors, constants, areas


def _fair(before: Floats, after: Floats) -> bool:
    """Whether a triangle (3, 3) keeps its side and does not become a needle."""
    old, new = (np.cross(t[1] - t[0], t[2] - t[0]) for t in (before, after))
    old_area, new_area = float(np.linalg.norm(old)), float(np.linalg.norm(new))
    if float(old @ new) < _LEAST_TURN * old_area * new_area:
        return False
    sides = after - after[[1, 2, 0]]
    shape = 2 * 3**0.5 * new_area / max(float((sides**2).sum()), 1e-18)
    return shape > _WORST_SHAPE
