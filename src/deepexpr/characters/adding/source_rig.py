"""Reads the meshes of somebody's GLB or VRM as they stand at rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.adding.bones import Bones, find_bones
from deepexpr.characters.adding.vrm import Avatar, read_avatar
from deepexpr.characters.gltf import GLB, read_glb
from deepexpr.characters.rig_attributes import triangles
from deepexpr.characters.rig_mesh import MorphTarget
from deepexpr.characters.rig_paint import opacities
from deepexpr.core.errors import CharacterError

COMPRESSED = ("KHR_draco_mesh_compression", "EXT_meshopt_compression")

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One primitive, at rest in the scene.

    Attributes:
        node: name of its node.
        mesh: number of its mesh.
        material: number of its material, -1 for none.
        positions: (n, 3) float64.
        normals: (n, 3) float64, or None.
        triangles: (m, 3) int64.
        coordinates: (n, 2) place on the base colour texture, or None.
        colours: (n, 3) linear RGB of the vertices.
        opacities: (n,) of the vertices.
        targets: morph targets in the order of the file, names unique within the part.
        head: (n,) share of the head's motion, in [0, 1].
        eyes: side to the (n,) share of that eye's motion.
    """

    node: str
    mesh: int
    material: int
    positions: Numbers
    normals: Numbers | None
    triangles: NDArray[np.int64]
    coordinates: Numbers | None
    colours: Numbers
    opacities: Numbers
    targets: tuple[MorphTarget, ...]
    head: Numbers
    eyes: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class SourceRig:
    """Somebody's model.

    Attributes:
        path: where it was read from.
        glb: the file.
        avatar: its VRM part; empty for plain glTF.
        bones: head and eye bones.
        parts: its primitives.
    """

    path: Path
    glb: GLB
    avatar: Avatar
    bones: Bones
    parts: tuple[SourcePart, ...]

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of all morph targets, each once, in the order of the file."""
        names = (target.name for part in self.parts for target in part.targets)
        return tuple(dict.fromkeys(names))


def read_source_rig(path: Path) -> SourceRig:
    """Read a GLB or VRM file.

    Raises:
        CharacterError: if it is no such file, is compressed or damaged, or has no
            triangles or morph targets.
    """
    glb = read_glb(path)
    packed = set(glb.document.get("extensionsRequired", [])) & set(COMPRESSED)
    if packed:
        raise CharacterError(
            f"{path}: its meshes are packed with {', '.join(sorted(packed))}; export "
            "it again without mesh compression"
        )
    try:
        rig = _read(path, glb)
    except CharacterError as error:
        raise CharacterError(f"{path}: {error}") from error
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CharacterError(
            f"{path}: the model is damaged ({type(error).__name__}: {error}); export "
            "it again"
        ) from error
    if not rig.shapes:
        raise CharacterError(
            f"{path}: none of its {len(rig.parts)} mesh parts has morph targets; a "
            "face rig needs blend shapes (Blender: shape keys), so export them too"
        )
    return rig


def _read(path: Path, glb: GLB) -> SourceRig:
    avatar = read_avatar(glb)
    bones = find_bones(glb, avatar)
    parts: list[SourcePart] = []
    for number, node in enumerate(glb.listed("nodes")):
        if "mesh" in node:
            parts += _node_parts(glb, bones, number)
    if not any(len(part.triangles) for part in parts):
        raise CharacterError("the model holds no triangles; export its meshes too")
    return SourceRig(path, glb, avatar, bones, tuple(parts))


def _node_parts(glb: GLB, bones: Bones, number: int) -> list[SourcePart]:
    node = glb.listed("nodes")[number]
    mesh = glb.listed("meshes")[node["mesh"]]
    return [
        _part(glb, bones, number, primitive, _target_names(mesh, primitive))
        for primitive in mesh["primitives"]
        if primitive.get("mode", 4) == 4
    ]


def _target_names(mesh: dict[str, Any], primitive: dict[str, Any]) -> list[str]:
    """Names of the morph targets, where exporters put them; numbered otherwise."""
    count = len(primitive.get("targets", []))
    names: list[Any] = (
        mesh.get("extras", {}).get("targetNames")
        or primitive.get("extras", {}).get("targetNames")
        or []
    )
    given = [str(name) for name in names[:count]]
    return given + [f"target {place}" for place in range(len(given), count)]


def _part(
    glb: GLB,
    bones: Bones,
    number: int,
    primitive: dict[str, Any],
    names: Sequence[str],
) -> SourcePart:
    node, attributes = glb.listed("nodes")[number], primitive["attributes"]
    positions = glb.accessor(attributes["POSITION"]).astype(np.float64)
    count = len(positions)
    shares = _joint_shares(glb, node, attributes, count)
    blend = _blended(glb, node, bones, shares, (number, count))
    normals = None
    if "NORMAL" in attributes:
        turned = _turned(blend, glb.accessor(attributes["NORMAL"]).astype(np.float64))
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        normals = turned / np.maximum(lengths, 1e-12)
    return SourcePart(
        node=str(node.get("name", f"node {number}")),
        mesh=node["mesh"],
        material=primitive.get("material", -1),
        positions=_turned(blend, positions) + blend[:, :3, 3],
        normals=normals,
        triangles=triangles(glb, primitive, count),
        coordinates=_coordinates(glb, primitive),
        colours=_colours(glb, attributes, count),
        opacities=opacities(glb, primitive, count).astype(np.float64),
        targets=tuple(
            _target(glb, name, entry, blend)
            for name, entry in zip(names, primitive.get("targets", []), strict=True)
        ),
        head=_share_of(shares, bones.head, (number, count)),
        eyes={
            side: _share_of(shares, below, (number, count))
            for side, below in bones.eyes.items()
        },
    )


Shares = tuple[NDArray[np.int64], Numbers]
"""(n, k) node numbers and (n, k) weights of the bones that move each vertex."""


def _joint_shares(
    glb: GLB, node: dict[str, Any], attributes: dict[str, int], count: int
) -> Shares | None:
    if "skin" not in node or "JOINTS_0" not in attributes:
        return None
    joints = np.array(glb.listed("skins")[node["skin"]]["joints"], np.int64)
    sets = [place for place in range(4) if f"JOINTS_{place}" in attributes]
    places = np.hstack([glb.accessor(attributes[f"JOINTS_{s}"]) for s in sets])
    weights = np.hstack([glb.accessor(attributes[f"WEIGHTS_{s}"]) for s in sets])
    weights = weights.astype(np.float64).reshape(count, -1)
    total = weights.sum(axis=1, keepdims=True)
    return joints[places.astype(np.int64)], weights / np.where(total > 0, total, 1.0)


def _blended(
    glb: GLB,
    node: dict[str, Any],
    bones: Bones,
    shares: Shares | None,
    own: tuple[int, int],
) -> Numbers:
    """(n, 4, 4) transform of every vertex to the scene."""
    number, count = own
    if shares is None:
        return np.broadcast_to(bones.matrices[number], (count, 4, 4))
    skin = glb.listed("skins")[node["skin"]]
    joints = skin["joints"]
    inverse = np.broadcast_to(np.eye(4), (len(joints), 4, 4))
    if "inverseBindMatrices" in skin:
        stored = glb.accessor(skin["inverseBindMatrices"]).astype(np.float64)
        # glTF stores matrices column by column.
        inverse = stored.reshape(-1, 4, 4).transpose(0, 2, 1)
    placing = np.zeros((len(bones.matrices), 4, 4))
    for joint, matrix in zip(joints, inverse, strict=False):
        placing[joint] = bones.matrices[joint] @ matrix
    nodes, weights = shares
    blend: Numbers = np.einsum("nk,nkij->nij", weights, placing[nodes])
    blend[weights.sum(axis=1) == 0] = np.eye(4)
    return blend


def _turned(blend: Numbers, vectors: Numbers) -> Numbers:
    turned: Numbers = np.einsum("nij,nj->ni", blend[:, :3, :3], vectors)
    return turned


def _target(glb: GLB, name: str, entry: dict[str, int], blend: Numbers) -> MorphTarget:
    if "POSITION" not in entry:
        return MorphTarget(name, np.zeros(0, np.int64), np.zeros((0, 3), np.float32))
    rows, offsets = glb.sparse_parts(entry["POSITION"])
    moved = _turned(blend[rows], offsets.astype(np.float64))
    return MorphTarget(name, rows, moved.astype(np.float32))


def _share_of(
    shares: Shares | None, below: frozenset[int], own: tuple[int, int]
) -> Numbers:
    if shares is None:
        # A part without a skin hangs on its own node.
        number, count = own
        return np.full(count, 1.0 if number in below else 0.0)
    nodes, weights = shares
    within = np.isin(nodes, list(below))
    share: Numbers = np.where(within, weights, 0.0).sum(axis=1)
    return share


def _colours(glb: GLB, attributes: dict[str, int], count: int) -> Numbers:
    if "COLOR_0" not in attributes:
        return np.ones((count, 3))
    return glb.accessor(attributes["COLOR_0"]).astype(np.float64)[:, :3]


def _coordinates(glb: GLB, primitive: dict[str, Any]) -> Numbers | None:
    """Place on the base colour texture, its transform carried out."""
    material = primitive.get("material", -1)
    surface: dict[str, Any] = {}
    if material >= 0:
        entry = glb.listed("materials")[material]
        surface = entry.get("pbrMetallicRoughness", {}).get("baseColorTexture", {})
    change = surface.get("extensions", {}).get("KHR_texture_transform", {})
    number = change.get("texCoord", surface.get("texCoord", 0))
    accessor = primitive["attributes"].get(f"TEXCOORD_{number}")
    if accessor is None:
        return None
    places = glb.accessor(accessor).astype(np.float64)
    turn = float(change.get("rotation", 0.0))
    across, down = np.cos(turn), np.sin(turn)
    scaled = places * np.array(change.get("scale", [1.0, 1.0]))
    turned = scaled @ np.array([[across, -down], [down, across]])
    shifted: Numbers = turned + np.array(change.get("offset", [0.0, 0.0]))
    return shifted
