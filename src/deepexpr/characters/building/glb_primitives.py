"""Parts of a rig as glTF primitives: one a material, vertex data included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.morph_targets import MorphTargets
from deepexpr.characters.building.rig_source import Points, RigPart, RigSource
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.rig_attributes import NO_CREASES

SMALLEST_OFFSET = 5e-4
"""Morph target offsets no longer than this are not stored, in the rig's unit."""

ROOT_JOINT, HEAD_JOINT = 0, 1
"""Places of the joints in the rig's skin."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Mesh:
    """Vertices that some parts with one material bring to the file.

    Attributes:
        parts: the parts, in rig order.
        rows: (n,) their numbers in the rig.
        triangles: (m, 3) places in `rows`.
    """

    parts: Sequence[RigPart]
    rows: Numbers
    triangles: Numbers


class PrimitiveWriter:
    """Writes the parts of one rig into a GLB.

    Args:
        source: the rig.
        targets: its morph targets.
        offsets: name to (n, 3) offsets of those that are to be stored.
        builder: the GLB that is written to.

    Attributes:
        face_numbers: (n,) number of each rig vertex among those of the moving parts
            written so far, -1 for all others.
    """

    def __init__(
        self,
        source: RigSource,
        targets: MorphTargets,
        offsets: Mapping[str, Points],
        builder: GLBBuilder,
    ) -> None:
        self._source, self._targets, self._builder = source, targets, builder
        self._offsets = offsets
        self._head_weights = np.asarray(source.head_weights, np.float64)
        self._normals = vertex_normals(targets.neutral, source.parts)
        self._numbers = {name: n for n, name in enumerate(source.materials)}
        self.face_numbers = np.full(len(targets.neutral), -1, np.int64)

    def mesh(self, name: str, *, moving: bool) -> dict[str, Any]:
        """Write all moving, or all rigid, parts; return their glTF mesh."""
        groups: dict[str, list[RigPart]] = {}
        for part in self._source.parts:
            if part.moving == moving:
                groups.setdefault(part.material, []).append(part)
        primitives: list[dict[str, Any]] = []
        count = 0
        for material, parts in groups.items():
            mesh = self._gathered(parts)
            primitive = self._primitive(mesh)
            primitive["material"] = self._numbers[material]
            if moving:
                self.face_numbers[mesh.rows] = count + np.arange(len(mesh.rows))
                count += len(mesh.rows)
                primitive["targets"] = [
                    {
                        "POSITION": self._builder.offsets(
                            offsets[mesh.rows], SMALLEST_OFFSET
                        )
                    }
                    for offsets in self._offsets.values()
                ]
            primitives.append(primitive)
        written: dict[str, Any] = {"name": name, "primitives": primitives}
        if moving:
            written["weights"] = [0.0] * len(self._offsets)
            written["extras"] = {"targetNames": list(self._offsets)}
        return written

    def _gathered(self, parts: Sequence[RigPart]) -> _Mesh:
        """Keep the vertices that triangles or landmarks use."""
        triangles = np.concatenate([part.triangles + part.start for part in parts])
        used = np.zeros(len(self._targets.neutral), bool)
        used[triangles] = True
        used[[vertex for point in self._source.landmarks for vertex, _ in point]] = True
        ranges = np.concatenate([np.arange(p.start, p.stop) for p in parts])
        rows = ranges[used[ranges]]
        numbers = np.full(len(used), -1, np.int64)
        numbers[rows] = np.arange(len(rows))
        return _Mesh(parts, rows, numbers[triangles])

    def _primitive(self, mesh: _Mesh) -> dict[str, Any]:
        builder, rows = self._builder, mesh.rows
        positions = self._targets.neutral[rows].astype(np.float32)
        colours = np.zeros((len(self._targets.neutral), 3))
        for part in mesh.parts:
            colours[part.start : part.stop] = part.colours
        joints, shares = skinning(self._head_weights[rows])
        normals = stored_directions(self._normals[rows])
        attributes = {
            "POSITION": builder.attribute(positions, bounds=True),
            "NORMAL": builder.attribute(normals, normalised=True),
            "COLOR_0": builder.attribute(
                stored_colours(colours[rows]), normalised=True
            ),
            "JOINTS_0": builder.attribute(joints),
            "WEIGHTS_0": builder.attribute(shares, normalised=True),
        }
        places = self._shader_values(mesh, "face_coordinates", 2, NO_CREASES)
        if places is not None:
            attributes["TEXCOORD_0"] = builder.attribute(places.astype(np.float32))
        attributes.update(self._aux(mesh))
        indices = builder.indices(mesh.triangles, len(rows))
        return {"attributes": attributes, "indices": indices}

    def _aux(self, mesh: _Mesh) -> dict[str, int]:
        material = self._source.materials[mesh.parts[0].material]
        values = self._shader_values(mesh, "aux", 3, 0.0)
        if values is None:
            return {}
        if material.kind == "hair":
            strands = stored_directions(values)
            return {"_AUX": self._builder.attribute(strands, normalised=True)}
        if material.noise_amount > 0:
            return {"_AUX": self._builder.attribute(values.astype(np.float32))}
        return {}

    def _shader_values(
        self, mesh: _Mesh, field: str, width: int, otherwise: float
    ) -> NDArray[np.float64] | None:
        values = np.full((len(self._targets.neutral), width), otherwise)
        found = False
        for part in mesh.parts:
            own = getattr(part, field)
            if own is not None:
                values[part.start : part.stop] = own
                found = True
        return values[mesh.rows] if found else None


def stored_colours(colours: Points) -> NDArray[np.uint16]:
    """Return (n, 3) linear colours as opaque RGBA of 16 bits, (n, 4)."""
    stored = np.full((len(colours), 4), 65535, np.uint16)
    stored[:, :3] = np.rint(np.clip(colours, 0.0, 1.0) * 65535)
    return stored


def stored_directions(directions: Points) -> NDArray[np.int8]:
    """Return (n, 3) unit vectors as normalised bytes; zero vectors stay zero."""
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    unit = directions / np.maximum(lengths, 1e-12)
    stored: NDArray[np.int8] = np.rint(unit * 127).astype(np.int8)
    return stored


def skinning(
    head_weights: NDArray[np.float64],
) -> tuple[NDArray[np.uint8], NDArray[np.unsignedinteger]]:
    """Return joints and weights, (n, 4) each, of vertices between root and head.

    Bytes where every vertex follows one joint, else weights of 16 bits.
    """
    head = np.clip(head_weights, 0.0, 1.0)
    whole = bool(np.all((head == 0.0) | (head == 1.0)))
    full = 255 if whole else 65535
    share = np.rint(head * full).astype(np.int64)
    joints = np.zeros((len(share), 4), np.uint8)
    shares = np.zeros((len(share), 4), np.int64)
    # A joint of weight 0 must be joint 0.
    single, blended = share == full, (share > 0) & (share < full)
    joints[single, 0] = HEAD_JOINT
    joints[blended, 1] = HEAD_JOINT
    shares[:, 0] = np.where(single, full, full - share)
    shares[blended, 1] = share[blended]
    return joints, shares.astype(np.uint8 if whole else np.uint16)


def vertex_normals(vertices: Points, parts: Sequence[RigPart]) -> Points:
    """Return (n, 3) unit normals, each triangle counted by its area."""
    normals = np.zeros_like(vertices)
    for part in parts:
        triangles = part.triangles + part.start
        a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
        facing = np.cross(b - a, c - a)
        for corner in range(3):
            np.add.at(normals, triangles[:, corner], facing)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    alone = length[:, 0] < 1e-12
    normals[alone], length[alone] = [0.0, 0.0, 1.0], 1.0
    return np.asarray(normals / length)
