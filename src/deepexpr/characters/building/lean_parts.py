"""The parts of a rig with the triangles that its pictures need."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.glb_primitives import vertex_normals
from deepexpr.characters.building.morph_targets import MorphTargets, picture_height
from deepexpr.characters.building.rig_source import RigPart, RigSource
from deepexpr.characters.building.simplifying import simplified

TOLERANCES = (4.5e-4, 6.5e-4, 9e-4)
"""What may be lost, as a share of the picture's height, from a ninth to a quarter of a
pixel at 256; the first that keeps the file small is taken."""

MOST_BYTES = 1_700_000
"""Size up to which vertices, triangles and offsets count as small."""

_VERTEX_BYTES, _TRIANGLE_BYTES, _OFFSET_BYTES = 28, 6, 5.5

FEWEST_TRIANGLES = 600
"""Parts below this size stay as they are."""

_SHADING, _COLOUR, _FOLLOWING = 0.05, 0.07, 0.3
"""What a normal, a colour and the head's motion count as, in the rig's unit."""

_DIRECTIONS = 10
"""How many main directions of all morph targets together are looked at."""


def lean_parts(source: RigSource, targets: MorphTargets) -> list[RigPart]:
    """Return the parts of a rig with fewer triangles where that does not show.

    The vertices of the landmarks stay.
    """
    normals = vertex_normals(targets.neutral, source.parts)
    locked = np.zeros(len(targets.neutral), bool)
    locked[[vertex for point in source.landmarks for vertex, _ in point]] = True
    offsets = [*targets.controls.values(), *targets.correctives.values()]
    points: dict[str, NDArray[np.float64]] = {}
    for part in source.parts:
        rows = slice(part.start, part.stop)
        kept = [
            targets.neutral[rows],
            _SHADING * normals[rows],
            _COLOUR * part.colours,
            _FOLLOWING * np.asarray(source.head_weights)[rows, None],
        ]
        if part.moving:
            kept.append(_main_motion([offset[rows] for offset in offsets]))
        points[part.name] = np.concatenate(kept, axis=1)
    parts: list[RigPart] = []
    for share in TOLERANCES:
        tolerance = share * picture_height(source)
        parts = [
            _lean(part, points[part.name], tolerance, locked[part.start : part.stop])
            for part in source.parts
        ]
        if _size(parts, offsets) <= MOST_BYTES:
            break
    return parts


def _lean(
    part: RigPart,
    points: NDArray[np.float64],
    tolerance: float,
    locked: NDArray[np.bool_],
) -> RigPart:
    if len(part.triangles) < FEWEST_TRIANGLES:
        return part
    triangles = simplified(part.triangles, points, tolerance, locked)
    return replace(part, triangles=triangles)


def _size(parts: Sequence[RigPart], offsets: Sequence[NDArray[np.float64]]) -> float:
    """About how many bytes the parts take in a file."""
    size = 0.0
    for part in parts:
        used = np.unique(part.triangles)
        size += len(used) * _VERTEX_BYTES + len(part.triangles) * _TRIANGLE_BYTES
        if part.moving:
            rows = part.start + used
            moved = sum(int(offset[rows].any(axis=1).sum()) for offset in offsets)
            size += moved * _OFFSET_BYTES
    return size


def _main_motion(offsets: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Offsets (n, 3) of many targets, seen along the main directions of all: (n, k)."""
    together = np.concatenate(offsets, axis=1)
    _, directions = np.linalg.eigh(together.T @ together)
    main: NDArray[np.float64] = together @ directions[:, -_DIRECTIONS:]
    return main
