"""Parts one after the other, each with its range of the rig's vertices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.geometry import Floats, Mesh
from deepexpr.characters.building.rig_source import RigPart


@dataclass(frozen=True, slots=True)
class Piece:
    """A part before it has its place.

    Attributes:
        name: unique within the rig.
        mesh: at rest; its vertices only count.
        material: name of its material.
        head_weight: share of the head's motion, one number or (n,).
        moving: whether any control moves it.
        fitted: whether its morph targets are fitted to the key poses.
        face_coordinates: (n, 2) position on the crease images, or None.
    """

    name: str
    mesh: Mesh
    material: str
    head_weight: Floats | float = 1.0
    moving: bool = False
    fitted: bool = False
    face_coordinates: NDArray[np.float64] | None = None


def placed(pieces: Sequence[Piece]) -> tuple[list[RigPart], Floats]:
    """Number the vertices of all pieces.

    Returns:
        The parts and the head weights (n,) of all vertices.
    """
    parts: list[RigPart] = []
    weights: list[Floats] = []
    start = 0
    for piece in pieces:
        count = len(piece.mesh.vertices)
        directed = bool(piece.mesh.directions.any())
        parts.append(
            RigPart(
                name=piece.name,
                start=start,
                stop=start + count,
                triangles=piece.mesh.triangles,
                material=piece.material,
                colours=np.clip(piece.mesh.colours, 0, 1),
                strands=piece.mesh.directions if directed else None,
                face_coordinates=piece.face_coordinates,
                moving=piece.moving,
                fitted=piece.fitted,
            )
        )
        weights.append(np.broadcast_to(np.asarray(piece.head_weight, float), (count,)))
        start += count
    return parts, np.concatenate(weights)
