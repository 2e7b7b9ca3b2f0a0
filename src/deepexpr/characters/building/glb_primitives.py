"""Parts of a rig as glTF primitives: one a material, vertex data included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.morph_targets import MorphTargets, picture_height
from deepexpr.characters.building.rig_source import Points, RigPart, RigSource
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.rig_attributes import NO_CREASES

REACH_OF_A_BYTE = 0.04
"""Largest morph target offset that bytes hold, about, as a share of the picture's
height. A step is a power of two, which leaves halves and quarters exact."""

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
    """Writes the parts of one rig into a GLB, places in whole steps.

    Args:
        source: the rig.
        parts: its parts with the triangles that are to be stored.
        targets: its morph targets.
        offsets: name to (n, 3) offsets of those that are to be stored.
        builder: the GLB that is written to.

    Attributes:
        step: length of a step in the rig's unit.
        face_numbers: (n,) number of each rig vertex among those of the moving parts
            written so far, -1 for all others.
    """

    def __init__(
        self,
        source: RigSource,
        parts: Sequence[RigPart],
        targets: MorphTargets,
        offsets: Mapping[str, Points],
        builder: GLBBuilder,
    ) -> None:
        self._source, self._targets, self._builder = source, targets, builder
        self._parts, self._offsets = parts, offsets
        reach = REACH_OF_A_BYTE * picture_height(source)
        self.step = 2.0 ** round(log2(reach / 127))
        self._head_weights = np.asarray(source.head_weights, np.float64)
        self._normals = vertex_normals(targets.neutral, parts)
        self._numbers = {name: n for n, name in enumerate(source.materials)}
        self.face_numbers = np.full(len(targets.neutral), -1, np.int64)

    def face(self) -> dict[str, Any]:
        """Write all moving parts with their morph targets; return their glTF mesh."""
        moving = [part for part in self._parts if part.moving]
        mesh = self._mesh("face", moving, skinned=True)
        mesh["weights"] = [0.0] * len(self._offsets)
        mesh["extras"] = {"targetNames": list(self._offsets)}
        return mesh

    def rigid(self) -> dict[float | None, dict[str, Any]]:
        """Write the other parts; return their glTF meshes that are not empty.

        Keys are the share of the head's motion that all of a mesh follows, 1 or 0, or
        None where its vertices differ; then it is skinned.
        """
        groups: dict[float | None, list[RigPart]] = {1.0: [], 0.0: [], None: []}
        for part in self._parts:
            if not part.moving:
                shares = np.unique(self._head_weights[part.start : part.stop])
                whole = len(shares) == 1 and float(shares[0]) in groups
                groups[float(shares[0]) if whole else None].append(part)
        names = {1.0: "rigidHead", 0.0: "rigidBody", None: "rigid"}
        return {
            share: self._mesh(names[share], parts, skinned=share is None)
            for share, parts in groups.items()
            if parts
        }

    def _mesh(
        self, name: str, parts: Sequence[RigPart], *, skinned: bool
    ) -> dict[str, Any]:
        groups: dict[str, list[RigPart]] = {}
        for part in parts:
            groups.setdefault(part.material, []).append(part)
        primitives: list[dict[str, Any]] = []
        count = int(self.face_numbers.max(initial=-1)) + 1
        for material, own in groups.items():
            mesh = self._gathered(own)
            primitive = self._primitive(mesh, skinned=skinned)
            primitive["material"] = self._numbers[material]
            if own[0].moving:
                self.face_numbers[mesh.rows] = count + np.arange(len(mesh.rows))
                count += len(mesh.rows)
                primitive["targets"] = [
                    {"POSITION": self._builder.steps(self._steps(offsets[mesh.rows]))}
                    for offsets in self._offsets.values()
                ]
            primitives.append(primitive)
        return {"name": name, "primitives": primitives}

    def _steps(self, lengths: Points) -> Numbers:
        steps: Numbers = np.rint(lengths / self.step).astype(np.int64)
        return steps

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

    def _primitive(self, mesh: _Mesh, *, skinned: bool) -> dict[str, Any]:
        builder, rows = self._builder, mesh.rows
        positions = self._steps(self._targets.neutral[rows]).astype(np.int16)
        colours = np.zeros((len(self._targets.neutral), 3))
        for part in mesh.parts:
            colours[part.start : part.stop] = part.colours
        normals = stored_directions(self._normals[rows])
        attributes = {
            "POSITION": builder.attribute(positions, bounds=True),
            "NORMAL": builder.attribute(normals, normalised=True),
            "COLOR_0": builder.attribute(
                stored_colours(colours[rows]), normalised=True
            ),
        }
        if skinned:
            joints, shares = skinning(self._head_weights[rows])
            attributes["JOINTS_0"] = builder.attribute(joints)
            attributes["WEIGHTS_0"] = builder.attribute(shares, normalised=True)
        places = self._shader_values(mesh, "face_coordinates", 2, NO_CREASES)
        if places is not None:
            stored = np.rint(np.clip(places, -1.0, 1.0) * 32767).astype(np.int16)
            attributes["TEXCOORD_0"] = builder.attribute(stored, normalised=True)
        material = self._source.materials[mesh.parts[0].material]
        strands = self._shader_values(mesh, "strands", 3, 0.0)
        if strands is not None and material.kind == "hair":
            directions = stored_directions(strands)
            attributes["_AUX"] = builder.attribute(directions, normalised=True)
        indices = builder.indices(mesh.triangles, len(rows))
        return {"attributes": attributes, "indices": indices}

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
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return joints and weights, (n, 4) each, of vertices between root and head."""
    share = np.rint(np.clip(head_weights, 0.0, 1.0) * 255).astype(np.int64)
    joints = np.zeros((len(share), 4), np.uint8)
    shares = np.zeros((len(share), 4), np.uint8)
    # A joint of weight 0 must be joint 0.
    single, blended = share == 255, (share > 0) & (share < 255)
    joints[single, 0] = HEAD_JOINT
    joints[blended, 1] = HEAD_JOINT
    shares[:, 0] = np.where(single, 255, 255 - share)
    shares[blended, 1] = share[blended]
    return joints, shares


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
