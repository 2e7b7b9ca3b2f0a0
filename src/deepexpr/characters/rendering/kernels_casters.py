"""Kernel that thins a mesh out."""

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled

Indices = NDArray[np.int64]


@compiled
def keep_apart(starts: Indices, neighbours: Indices, kept: Indices) -> None:
    """Choose vertices no two of which are neighbours, until every other one has one.

    Earlier vertices are chosen first.

    Args:
        starts: (n + 1,) where each vertex's neighbours begin.
        neighbours: (k,) neighbours of all vertices, one vertex after the other.
        kept: (n,), overwritten: the vertex itself where it is chosen, else a chosen
            neighbour.
    """
    kept[:] = -1
    for vertex in range(len(kept)):
        if kept[vertex] >= 0:
            continue
        kept[vertex] = vertex
        for place in range(starts[vertex], starts[vertex + 1]):
            neighbour = neighbours[place]
            if kept[neighbour] < 0:
                kept[neighbour] = vertex
