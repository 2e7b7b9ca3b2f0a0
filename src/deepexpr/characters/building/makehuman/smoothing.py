"""Smoothing that keeps the places where detail matters."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.canonical import (
    canonical_head,
    distance_to_eye,
    face_masks,
)
from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.makehuman.pack import head_pack
from deepexpr.characters.building.makehuman.subdivision import SparseMatrix
from deepexpr.characters.building.rig_source import Points

_HIDDEN = 0.06
"""Sky visibility below which a vertex lies inside mouth, nose or eye socket."""


def smooth_face(points: Points, rounds: int) -> Points:
    """Remove realistic modelling from the neutral cage (n, 3).

    Lips, lids, nostrils, ears and hidden parts stay. Source: G. Taubin, "A signal
    processing approach to fair surface design", SIGGRAPH 1995: a step inwards, then one
    outwards, so that the head does not shrink.
    """
    masks = face_masks()
    lips = np.clip(canonical_head().near([0, 6.6, 1.52], [0.36, 0.24, 0.3]) * 1.6, 0, 1)
    kept = np.maximum.reduce(
        [
            lips,
            masks.mouth_interior,
            np.clip(masks.eyes * 1.2, 0, 1),
            np.clip(masks.nostrils * 1.3, 0, 1),
            masks.ears,
        ]
    )
    averaging = neighbour_mean()
    free = (1 - _spread(kept, averaging, 4))[:, None]
    smooth = points.copy()
    for _ in range(rounds):
        smooth = smooth + 0.6 * free * (averaging @ smooth - smooth)
        smooth = smooth - 0.32 * free * (averaging @ smooth - smooth)
    return smooth


def smooth_shapes(shapes: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    """Remove realistic creases from shapes (k, n, 3), all at once.

    The lips, a rim around the eyes and hidden parts stay.
    """
    head, masks = canonical_head(), face_masks()
    kept = np.maximum.reduce(
        [
            masks.lips * 1.2,
            masks.mouth_interior,
            np.clip(head.near([0, 6.6, 1.5], [0.27, 0.14, 0.25]) * 1.5, 0, 1),
            np.exp(-((distance_to_eye(head.cage) / 0.2) ** 6)),
        ]
    )
    averaging = neighbour_mean()
    free = 1 - _spread(kept, averaging, 2)
    unchanged = sp.identity(len(head.cage))
    step = (unchanged + sp.diags(free) @ (averaging - unchanged) * 0.6).tocsr()
    count, vertices, _ = shapes.shape
    columns = shapes.transpose(1, 0, 2).reshape(vertices, -1)
    for _ in range(rounds):
        columns = step @ columns
    return columns.reshape(vertices, count, 3).transpose(1, 0, 2)


def _spread(kept: Floats, averaging: SparseMatrix, rounds: int) -> Floats:
    """Clip a mask (n,), add what is hidden, and soften its border."""
    mask: Floats = np.maximum(
        np.clip(kept, 0, 1), (canonical_head().visibility < _HIDDEN).astype(float)
    )
    for _ in range(rounds):
        mask = 0.5 * mask + 0.5 * (averaging @ mask)
    return mask


def neighbour_mean() -> SparseMatrix:
    """Sparse (n, n) matrix that averages each cage vertex' neighbours."""
    quads = head_pack().quads
    count = len(canonical_head().cage)
    edges = np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2)
    both_ways = np.concatenate([edges, edges[:, ::-1]])
    adjacency = sp.csr_matrix(
        (np.ones(len(both_ways)), (both_ways[:, 0], both_ways[:, 1])), (count, count)
    )
    adjacency.data[:] = 1
    valence = np.maximum(np.asarray(adjacency.sum(axis=1)).ravel(), 1)
    return (sp.diags(1 / valence) @ adjacency).tocsr()
