"""GLB to rig: the nodes "face", "rigid", "eyeLeft" and "eyeRight", and their extras.

Other mesh nodes are read as rigid parts; a GLB without our extras still gives a rig.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.crease_atlas import unpack_creases
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_nodes import (
    Matrix,
    bind_matrix,
    follows_node,
    local_matrix,
    node_matrices,
    parent_numbers,
)
from deepexpr.characters.material import (
    EXTRAS_KEY,
    OPAQUE,
    Material,
    material_from_gltf,
)
from deepexpr.characters.rig_attributes import (
    HEAD_JOINT,
    NO_CREASES,
    colours,
    floats,
    head_joint,
    head_weights,
    target,
    triangles,
)
from deepexpr.characters.rig_mesh import (
    CorrectiveRule,
    CreaseMap,
    Eye,
    Floats,
    Integers,
    MorphTarget,
    Paint,
    RigMesh,
)
from deepexpr.characters.rig_paint import opacities, seams, textures
from deepexpr.core.errors import CharacterError

FACE_NODE = "face"
EYE_NODES = {"eyeLeft": "Left", "eyeRight": "Right"}
IRIS_TARGET = "irisSmall"
"""Eye target for viewers that cannot repaint the iris; `Pose.iris` drives it."""

IRIS_TARGET_SIZE = 0.6
"""Size of the iris where the weight of `IRIS_TARGET` is 1."""


@dataclass(frozen=True, slots=True)
class _Primitive:
    """One primitive, its vertices placed in the rig and its targets decoded."""

    positions: Floats
    triangles: NDArray[np.int64]
    material: int
    colours: Floats
    aux: Floats
    face_coordinates: Floats
    head_weights: Floats
    targets: tuple[MorphTarget, ...]
    texture_coordinates: Floats
    opacities: Floats
    seams: Integers


def read_rig(glb: GLB) -> RigMesh:
    """Read the rig of a GLB.

    Raises:
        CharacterError: if the GLB lacks the node "face" or holds damaged data; the
            message says which part.
    """
    try:
        return _read_rig(glb)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CharacterError(
            f"the GLB is damaged ({type(error).__name__}: {error})"
        ) from error


def _read_rig(glb: GLB) -> RigMesh:
    nodes = {
        str(node.get("name", f"node {number}")): number
        for number, node in enumerate(glb.listed("nodes"))
        if "mesh" in node
    }
    if FACE_NODE not in nodes:
        raise CharacterError(
            f'the GLB has no mesh node "{FACE_NODE}"; it has {sorted(nodes)}'
        )
    matrices = node_matrices(glb)
    face = _primitives(glb, nodes[FACE_NODE], matrices[nodes[FACE_NODE]])
    rigid = [
        primitive
        for name, number in nodes.items()
        if name != FACE_NODE and name not in EYE_NODES
        for primitive in _primitives(glb, number, matrices[number])
    ]
    body = [*face, *rigid]
    eyes: list[Eye] = []
    for name in EYE_NODES:
        if name in nodes:
            start = sum(len(primitive.positions) for primitive in body)
            ball = _primitives(glb, nodes[name], np.eye(4))[0]
            eye = _eye(glb, name, nodes[name], (ball, start), matrices)
            eyes.append(eye)
            body.append(_placed_ball(ball, eye))
    return _joined(glb, body, (len(face), len(rigid)), tuple(eyes))


def _joined(
    glb: GLB,
    primitives: Sequence[_Primitive],
    counts: tuple[int, int],
    eyes: tuple[Eye, ...],
) -> RigMesh:
    extras, names = _face_extras(glb)
    lengths = [len(primitive.positions) for primitive in primitives]
    starts = [0, *(int(total) for total in np.cumsum(lengths))]
    face = primitives[: counts[0]]
    targets = tuple(
        _merged(name, [(p.targets[n], s) for p, s in zip(face, starts, strict=False)])
        for n, name in enumerate(names)
    )
    correctives = tuple(
        CorrectiveRule(str(entry["name"]), str(entry["kind"]), tuple(entry["of"]))
        for entry in extras.get("correctives", [])
    )
    mending = {rule.name for rule in correctives}
    controls = [name for name in names if name not in mending]
    controls += [own.name for eye in eyes for own in eye.targets]
    return RigMesh(
        neutral=_stacked(p.positions for p in primitives),
        triangles=np.concatenate(
            [p.triangles + s for p, s in zip(primitives, starts, strict=False)]
        ).astype(np.int32),
        triangle_materials=np.concatenate(
            [np.full(len(p.triangles), p.material) for p in primitives]
        ).astype(np.int32),
        colours=_stacked(p.colours for p in primitives),
        aux=_stacked(p.aux for p in primitives),
        face_coordinates=_stacked(p.face_coordinates for p in primitives),
        head_weights=_stacked(p.head_weights for p in primitives),
        face_count=starts[counts[0]],
        rigid_stop=starts[sum(counts)],
        materials=_materials(glb),
        targets=targets,
        controls=tuple(dict.fromkeys(n for n in controls if n != IRIS_TARGET)),
        correctives=correctives,
        creases=_creases(glb, extras),
        eyes=eyes,
        paint=_paint(glb, primitives, starts),
    )


def _paint(
    glb: GLB, primitives: Sequence[_Primitive], starts: Sequence[int]
) -> Paint | None:
    if all(m.texture < 0 and m.alpha_mode == OPAQUE for m in _materials(glb)):
        return None
    return Paint(
        textures=textures(glb),
        coordinates=_stacked(p.texture_coordinates for p in primitives),
        opacities=_stacked(p.opacities for p in primitives),
        seams=np.concatenate(
            [p.seams + s for p, s in zip(primitives, starts, strict=False)]
        ).astype(np.int32),
    )


def _materials(glb: GLB) -> tuple[Material, ...]:
    named = tuple(
        material_from_gltf(entry, number)
        for number, entry in enumerate(glb.listed("materials"))
    )
    return (*named, Material("none"))


def _face_extras(glb: GLB) -> tuple[dict[str, Any], list[str]]:
    node = next(n for n in glb.listed("nodes") if n.get("name") == FACE_NODE)
    extras = glb.listed("meshes")[node["mesh"]].get("extras", {})
    names = [str(name) for name in extras.get("targetNames", [])]
    return extras.get(EXTRAS_KEY, {}), names


def _creases(glb: GLB, extras: dict[str, Any]) -> CreaseMap | None:
    table = extras.get("creases")
    if table is None:
        return None
    return unpack_creases(glb.image(table["image"]), table)


def _primitives(glb: GLB, number: int, matrix: Matrix) -> list[_Primitive]:
    node = glb.listed("nodes")[number]
    mesh = glb.listed("meshes")[node["mesh"]]
    names = [str(name) for name in mesh.get("extras", {}).get("targetNames", [])]
    joint = None
    if "skin" in node:
        # A skinned mesh lies where its joints put it; its node does not move it.
        matrix = bind_matrix(glb, node["skin"])
        joint = head_joint(glb, node["skin"])
    follows = node.get("name") == FACE_NODE or follows_node(glb, number, HEAD_JOINT)
    head = (joint, 1.0 if follows else 0.0)
    return [_primitive(glb, p, names, matrix, head) for p in mesh["primitives"]]


def _primitive(
    glb: GLB,
    entry: dict[str, Any],
    names: Sequence[str],
    matrix: Matrix,
    head: tuple[int | None, float],
) -> _Primitive:
    attributes = entry["attributes"]
    positions = glb.accessor(attributes["POSITION"]).astype(np.float64)
    count = len(positions)
    targets = tuple(
        target(glb, name, offsets["POSITION"], matrix)
        for name, offsets in zip(names, entry.get("targets", []), strict=True)
    )
    no_face = np.full((count, 2), NO_CREASES, np.float32)
    placed = (positions @ matrix[:3, :3].T + matrix[:3, 3]).astype(np.float32)
    material = entry.get("material", -1) % (len(glb.listed("materials")) + 1)
    places = floats(glb, attributes.get("TEXCOORD_0"), no_face)
    textured = _materials(glb)[material].texture >= 0
    normals = glb.accessor(attributes["NORMAL"]) if "NORMAL" in attributes else None
    own = np.arange(count, dtype=np.int32)
    return _Primitive(
        positions=placed,
        triangles=triangles(glb, entry, count),
        material=material,
        colours=colours(glb, entry, count),
        aux=floats(glb, attributes.get("_AUX"), placed),
        face_coordinates=no_face if textured else places,
        head_weights=head_weights(glb, attributes, count, *head),
        targets=targets,
        texture_coordinates=places,
        opacities=opacities(glb, entry, count),
        seams=seams(placed, normals) if textured else own,
    )


def _merged(name: str, parts: Iterable[tuple[MorphTarget, int]]) -> MorphTarget:
    pairs = [(part.rows + start, part.offsets) for part, start in parts]
    rows = np.concatenate([rows for rows, _ in pairs])
    offsets = np.concatenate([offsets for _, offsets in pairs])
    moving = offsets.any(axis=1)
    return MorphTarget(name, rows[moving], np.ascontiguousarray(offsets[moving]))


def _eye(
    glb: GLB,
    name: str,
    number: int,
    ball: tuple[_Primitive, int],
    matrices: Sequence[Matrix],
) -> Eye:
    parent = parent_numbers(glb).get(number)
    socket = np.eye(4) if parent is None else matrices[parent]
    own = local_matrix(glb.listed("nodes")[number])
    primitive, start = ball
    return Eye(
        side=EYE_NODES[name],
        start=start,
        stop=start + len(primitive.positions),
        directions=primitive.positions,
        centre=socket[:3, :3] @ own[:3, 3] + socket[:3, 3],
        basis=socket[:3, :3],
        rest=own[:3, :3],
        targets=primitive.targets,
    )


def _placed_ball(ball: _Primitive, eye: Eye) -> _Primitive:
    turn = eye.basis @ eye.rest
    placed = eye.directions @ turn.T + eye.centre
    return replace(
        ball,
        positions=placed.astype(np.float32),
        aux=eye.directions,
        head_weights=np.ones(len(placed), np.float32),
        targets=(),
    )


def _stacked(arrays: Iterable[Floats]) -> Floats:
    return np.ascontiguousarray(np.concatenate(list(arrays)), np.float32)
