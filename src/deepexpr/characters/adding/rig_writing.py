"""Writes a posable model as the GLB of a character folder.

Scene: joint `root` > joint `head`; beside them the skinned meshes `face`, which has all
parts that a control moves, and `rigid`, which has the others. Eyes are ordinary parts;
the eyeLook blendshapes turn them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.adding.posable_rig import Numbers, Stand
from deepexpr.characters.adding.source_rig import SourcePart, SourceRig
from deepexpr.characters.adding.surfaces import surfaces, write_pictures
from deepexpr.characters.building.glb_primitives import (
    skinning,
    stored_colours,
    stored_directions,
)
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.material import material_to_gltf

REACH = 4.5
"""Triangles farther than this from the face's middle are left out, in the rig's unit,
of which the moving part of a face is about two high."""

SMALLEST_OFFSET = 5e-4
"""Morph target offsets no longer than this are not stored, in the rig's unit."""

QUANTISED = "KHR_mesh_quantization"


@dataclass(frozen=True, slots=True)
class Posable:
    """All that is written of a model.

    Attributes:
        rig: the model.
        stand: where it stands.
        offsets: control to the (n, 3) offsets of all vertices, in rig order.
        pivot: (3,) place of the head joint, in the rig's unit.
        head_weights: (n,) share of the head's motion.
    """

    rig: SourceRig
    stand: Stand
    offsets: Mapping[str, Numbers]
    pivot: Numbers
    head_weights: Numbers


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part with the rows that are kept, and which vertices of the model they are."""

    part: SourcePart
    rows: NDArray[np.int64]
    triangles: NDArray[np.int64]
    numbers: NDArray[np.int64]


def posable_glb(posable: Posable) -> GLB:
    """Return the GLB of a character.

    Raises:
        CharacterError: if a texture cannot be read.
    """
    rig, builder = posable.rig, GLBBuilder()
    found = surfaces(rig.glb)
    textured = {n for n, m in enumerate(found.materials) if m.texture >= 0}
    pieces = _pieces(posable, textured)
    moving = [piece for piece in pieces if _is_moved(piece, posable.offsets)]
    rigid = [piece for piece in pieces if not _is_moved(piece, posable.offsets)]
    none = len(found.materials) - 1
    meshes = [_mesh("face", moving, posable, (builder, none))]
    meshes[0]["weights"] = [0.0] * len(posable.offsets)
    meshes[0]["extras"] = {"targetNames": list(posable.offsets)}
    if rigid:
        meshes.append(_mesh("rigid", rigid, posable, (builder, none)))
    textures, images = write_pictures(found, builder)
    pivot = [float(part) for part in posable.pivot]
    nodes: list[dict[str, Any]] = [
        {"name": "root", "children": [1]},
        {"name": "head", "translation": pivot},
    ]
    nodes += [
        {"name": mesh["name"], "mesh": number, "skin": 0}
        for number, mesh in enumerate(meshes)
    ]
    document = {
        "asset": {"version": "2.0", "generator": "DeepExpr"},
        "extensionsUsed": [QUANTISED],
        "extensionsRequired": [QUANTISED],
        "scene": 0,
        "scenes": [{"nodes": [0, *range(2, len(nodes))]}],
        "nodes": nodes,
        "skins": [_skin(posable.pivot, builder)],
        "meshes": meshes,
        "materials": [material_to_gltf(material) for material in found.materials],
    }
    if images:
        document |= {"textures": textures, "images": images}
    return builder.finish(document)


def _pieces(posable: Posable, textured: Collection[int]) -> list[_Piece]:
    """The parts near the face; identical vertices of one surface become one."""
    pieces: list[_Piece] = []
    start = 0
    for given in posable.rig.parts:
        part = given
        if part.material not in textured:
            part = replace(part, coordinates=None)
        near = np.linalg.norm(posable.stand.placed(part.positions), axis=1) < REACH
        triangles = part.triangles[near[part.triangles].all(axis=1)]
        if len(triangles):
            first = _first_alike(part)
            rows, corners = np.unique(first[triangles], return_inverse=True)
            kept = corners.reshape(-1, 3)
            solid = (
                (kept[:, 0] != kept[:, 1])
                & (kept[:, 1] != kept[:, 2])
                & (kept[:, 2] != kept[:, 0])
            )
            pieces.append(_Piece(part, rows, kept[solid], rows + start))
        start += len(part.positions)
    return pieces


def _first_alike(part: SourcePart) -> NDArray[np.int64]:
    """(n,) number of the first vertex of the same look, place and motion."""
    columns = [part.positions, part.colours, part.opacities[:, None]]
    columns += [] if part.normals is None else [part.normals]
    columns += [] if part.coordinates is None else [part.coordinates]
    rows = np.round(np.hstack(columns), 6) + 0.0
    for target in part.targets:
        # Two of a kind must move alike; one number a target tells them apart.
        trace = np.zeros((len(rows), 1))
        trace[target.rows, 0] = target.offsets @ [1.0, 3.7, 13.1]
        rows = np.hstack([rows, np.round(trace, 5)])
    _, first, places = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    numbers: NDArray[np.int64] = first[places.ravel()]
    return numbers


def _is_moved(piece: _Piece, offsets: Mapping[str, Numbers]) -> bool:
    return any(np.any(values[piece.numbers]) for values in offsets.values())


def _mesh(
    name: str,
    pieces: Sequence[_Piece],
    posable: Posable,
    into: tuple[GLBBuilder, int],
) -> dict[str, Any]:
    builder, no_material = into
    primitives: list[dict[str, Any]] = []
    for piece in pieces:
        part, rows = piece.part, piece.rows
        joints, shares = skinning(posable.head_weights[piece.numbers])
        placed = posable.stand.placed(part.positions[rows]).astype(np.float32)
        colours = stored_colours(part.colours[rows])
        colours[:, 3] = np.rint(np.clip(part.opacities[rows], 0.0, 1.0) * 65535)
        attributes = {
            "POSITION": builder.attribute(placed, bounds=True),
            "COLOR_0": builder.attribute(colours, normalised=True),
            "JOINTS_0": builder.attribute(joints),
            "WEIGHTS_0": builder.attribute(shares, normalised=True),
        }
        if part.normals is not None:
            turned = part.normals[rows] @ posable.stand.matrix.T
            attributes["NORMAL"] = builder.attribute(
                stored_directions(turned), normalised=True
            )
        if part.coordinates is not None:
            places = part.coordinates[rows].astype(np.float32)
            attributes["TEXCOORD_0"] = builder.attribute(places)
        primitive: dict[str, Any] = {
            "attributes": attributes,
            "indices": builder.indices(piece.triangles, len(rows)),
            "material": part.material if part.material >= 0 else no_material,
        }
        if name == "face":
            primitive["targets"] = [
                {"POSITION": builder.offsets(offsets[piece.numbers], SMALLEST_OFFSET)}
                for offsets in posable.offsets.values()
            ]
        primitives.append(primitive)
    return {"name": name, "primitives": primitives}


def _skin(pivot: Numbers, builder: GLBBuilder) -> dict[str, Any]:
    matrices = np.stack([np.eye(4), np.eye(4)])
    matrices[1, :3, 3] = -pivot
    columns = matrices.transpose(0, 2, 1).reshape(2, 16).astype(np.float32)
    return {
        "joints": [0, 1],
        "skeleton": 0,
        "inverseBindMatrices": builder.plain(columns),
    }
