"""A rig as a binary glTF file that any viewer shows and `rig_reader` reads back.

Scene: joint `root` > joint `head` > `socketLeft` > `eyeLeft`, the same on the right,
and `rigidHead`, which turns with the head; beside them the skinned mesh `face` (all
morph targets) and, where there is any, `rigidBody`, which stays, and the skinned
`rigid`.

Places are stored in whole steps; the bind matrices and the scale of the nodes give a
step its length.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.glb_eyes import eye_mesh, socket_node
from deepexpr.characters.building.glb_primitives import (
    HEAD_JOINT,
    ROOT_JOINT,
    PrimitiveWriter,
)
from deepexpr.characters.building.lean_parts import lean_parts
from deepexpr.characters.building.morph_targets import MorphTargets, morph_targets
from deepexpr.characters.building.rig_source import (
    Corrective,
    CreaseSource,
    EyeSource,
    MaterialSource,
    RigSource,
)
from deepexpr.characters.crease_atlas import cut_channel, pack_creases
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.material import EXTRAS_KEY, Material, material_to_gltf
from deepexpr.characters.rig_mesh import CreaseMap

QUANTISED = "KHR_mesh_quantization"


@dataclass(frozen=True, slots=True)
class RigGLB:
    """A rig as GLB, and how its face vertices are numbered there.

    Attributes:
        glb: the file in memory.
        face_numbers: (n,) number of each rig vertex within node "face", -1 for those
            that are not part of it.
    """

    glb: GLB
    face_numbers: NDArray[np.int64]


def rig_glb(source: RigSource) -> RigGLB:
    """Write a rig as GLB.

    Raises:
        CharacterError: if the axes of an eye are not a rotation.
    """
    builder, targets = GLBBuilder(), morph_targets(source)
    correctives = _worth_storing(source.correctives, targets)
    mending = {rule.name: targets.correctives[rule.name] for rule in correctives}
    offsets = {**targets.controls, **mending}
    parts = lean_parts(source, targets)
    writer = PrimitiveWriter(source, parts, targets, offsets, builder)
    face = writer.face()
    rigid = writer.rigid()
    numbers = {name: number for number, name in enumerate(source.materials)}
    eyes = [eye_mesh(eye, numbers[eye.material], builder) for eye in source.eyes]
    tree = _Tree(source, writer.step)
    tree.add_face(face)
    for share, mesh in rigid.items():
        tree.add_rigid(mesh, share)
    for eye, mesh in zip(source.eyes, eyes, strict=True):
        tree.add_eye(eye, mesh)
    face["extras"][EXTRAS_KEY] = {
        "correctives": [
            {"name": rule.name, "kind": rule.kind, "of": list(rule.of)}
            for rule in correctives
        ]
    }
    document: dict[str, Any] = {
        "asset": {
            "version": "2.0",
            "generator": "DeepExpr",
            "copyright": f"{source.texts.author}, {source.texts.licence}",
        },
        "extensionsUsed": [QUANTISED],
        "extensionsRequired": [QUANTISED],
        "scene": 0,
        "scenes": [{"nodes": tree.roots}],
        "nodes": tree.nodes,
        "skins": [_skin(source, writer.step, builder)],
        "meshes": tree.meshes,
        "materials": _materials(source),
    }
    if source.creases is not None and source.creases.channels:
        picture, table = pack_creases(_crease_map(source.creases))
        view = builder.view(picture)
        document["images"] = [
            {"name": "creases", "mimeType": "image/png", "bufferView": view}
        ]
        face["extras"][EXTRAS_KEY]["creases"] = {"image": 0, **table}
    return RigGLB(builder.finish(document), writer.face_numbers)


def _worth_storing(
    correctives: Sequence[Corrective], targets: MorphTargets
) -> list[Corrective]:
    return [
        rule
        for rule in correctives
        if np.linalg.norm(targets.correctives[rule.name], axis=1).max(initial=0.0) > 0.0
    ]


class _Tree:
    """Nodes and meshes of the file, added one by one.

    Attributes:
        nodes: glTF nodes.
        meshes: glTF meshes.
        roots: numbers of the nodes at the top of the scene.
    """

    def __init__(self, source: RigSource, step: float) -> None:
        self._pivot, self._step = np.asarray(source.pivot, np.float64), step
        self._head: dict[str, Any] = {"name": "head", "translation": _list(self._pivot)}
        self.nodes: list[dict[str, Any]] = [
            {"name": "root", "children": [HEAD_JOINT]},
            self._head,
        ]
        self.meshes: list[dict[str, Any]] = []
        self.roots = [ROOT_JOINT]

    def add_face(self, mesh: dict[str, Any]) -> None:
        """Add the face, a skinned mesh."""
        self.roots.append(self._add(mesh, {"skin": 0}))

    def add_rigid(self, mesh: dict[str, Any], share: float | None) -> None:
        """Add a rigid mesh that follows a share of the head's motion; None: skinned."""
        if share is None:
            self.roots.append(self._add(mesh, {"skin": 0}))
            return
        scale = [self._step] * 3
        if share == 0.0:
            self.roots.append(self._add(mesh, {"scale": scale}))
            return
        place = {"translation": _list(-self._pivot), "scale": scale}
        self._hang(self._add(mesh, place))

    def add_eye(self, eye: EyeSource, mesh: dict[str, Any]) -> None:
        """Add an eye in its socket."""
        socket = len(self.nodes)
        self.nodes.append(socket_node(eye, self._pivot, socket + 1))
        self._add(mesh, {})
        self._hang(socket)

    def _add(self, mesh: dict[str, Any], properties: dict[str, Any]) -> int:
        self.meshes.append(mesh)
        number = len(self.meshes) - 1
        self.nodes.append({"name": mesh["name"], "mesh": number, **properties})
        return len(self.nodes) - 1

    def _hang(self, node: int) -> None:
        self._head.setdefault("children", []).append(node)


def _list(vector: NDArray[np.float64]) -> list[float]:
    return [float(part) for part in vector]


def _skin(source: RigSource, step: float, builder: GLBBuilder) -> dict[str, Any]:
    matrices = np.stack([np.diag([step, step, step, 1.0])] * 2)
    matrices[HEAD_JOINT, :3, 3] = -np.asarray(source.pivot)
    # glTF stores matrices column by column.
    columns = matrices.transpose(0, 2, 1).reshape(2, 16).astype(np.float32)
    return {
        "joints": [ROOT_JOINT, HEAD_JOINT],
        "skeleton": ROOT_JOINT,
        "inverseBindMatrices": builder.plain(columns),
    }


def _materials(source: RigSource) -> list[dict[str, Any]]:
    whites = {eye.material: eye.sclera for eye in source.eyes}
    return [
        material_to_gltf(_material(name, material, whites.get(name)))
        for name, material in source.materials.items()
    ]


def _material(
    name: str, source: MaterialSource, sclera: NDArray[np.float64] | None
) -> Material:
    values: dict[str, Any] = {
        field.name: getattr(source, field.name) for field in fields(source)
    }
    if sclera is not None:
        values["sclera_colour"] = tuple(float(part) for part in sclera)
    return Material(name=name, **values)


def _crease_map(creases: CreaseSource) -> CreaseMap:
    rows, columns = creases.channels[0].relief.shape[:2]
    channels = tuple(cut_channel(c.name, c.drivers, c.relief) for c in creases.channels)
    return CreaseMap(rows, columns, creases.strength, channels)
