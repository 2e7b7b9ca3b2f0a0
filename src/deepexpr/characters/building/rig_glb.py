"""A rig as a binary glTF file that any viewer shows and `rig_reader` reads back.

Scene: joint `root` > joint `head` > `socketLeft` > `eyeLeft`, the same on the right;
beside them the skinned meshes `face` (all morph targets) and `rigid`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.glb_eyes import eye_mesh, socket_node
from deepexpr.characters.building.glb_primitives import (
    HEAD_JOINT,
    ROOT_JOINT,
    SMALLEST_OFFSET,
    PrimitiveWriter,
)
from deepexpr.characters.building.morph_targets import MorphTargets, morph_targets
from deepexpr.characters.building.rig_source import (
    Corrective,
    CreaseSource,
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
    writer = PrimitiveWriter(source, targets, offsets, builder)
    face = writer.mesh("face", moving=True)
    rigid = writer.mesh("rigid", moving=False)
    meshes = [mesh for mesh in (face, rigid) if mesh["primitives"]]
    numbers = {name: number for number, name in enumerate(source.materials)}
    skinned = len(meshes)
    meshes += [eye_mesh(eye, numbers[eye.material], builder) for eye in source.eyes]
    nodes, roots = _nodes(source, meshes, skinned)
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
        "scenes": [{"nodes": roots}],
        "nodes": nodes,
        "skins": [_skin(source, builder)],
        "meshes": meshes,
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
        if np.linalg.norm(targets.correctives[rule.name], axis=1).max(initial=0.0)
        > SMALLEST_OFFSET
    ]


def _nodes(
    source: RigSource, meshes: Sequence[Mapping[str, Any]], skinned: int
) -> tuple[list[dict[str, Any]], list[int]]:
    pivot = [float(part) for part in source.pivot]
    head: dict[str, Any] = {"name": "head", "translation": pivot}
    nodes: list[dict[str, Any]] = [{"name": "root", "children": [HEAD_JOINT]}, head]
    nodes += [
        {"name": meshes[number]["name"], "mesh": number, "skin": 0}
        for number in range(skinned)
    ]
    roots = [ROOT_JOINT, *range(HEAD_JOINT + 1, len(nodes))]
    sockets: list[int] = []
    for number, eye in enumerate(source.eyes, start=skinned):
        sockets.append(len(nodes))
        nodes.append(socket_node(eye, np.asarray(source.pivot), len(nodes) + 1))
        nodes.append({"name": meshes[number]["name"], "mesh": number})
    if sockets:
        head["children"] = sockets
    return nodes, roots


def _skin(source: RigSource, builder: GLBBuilder) -> dict[str, Any]:
    matrices = np.stack([np.eye(4), np.eye(4)])
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
