"""A rig prepared for drawing: triangles in drawing order, and its posed vertices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.material import BLEND, MASK
from deepexpr.characters.model import CharacterModel, squeezed_directions
from deepexpr.characters.pose import Pose
from deepexpr.characters.rendering.kernels_geometry import turn_vectors, vertex_normals
from deepexpr.characters.rendering.material_table import material_table
from deepexpr.characters.rendering.shading_inputs import Floats


@dataclass(frozen=True, slots=True)
class PosedVertices:
    """Vertices of one pose; float32, n rows in the order of `RigMesh`.

    Attributes:
        unturned: (n, 3) positions before the head is turned.
        unturned_normals: (n, 3) unit normals there.
        positions: (n, 3) positions with the head turned.
        normals: (n, 3) nearly unit normals there.
        aux: (n, 3) vectors for the shader.
        turn: (3, 3) float64 rotation of the head.
    """

    unturned: Floats
    unturned_normals: Floats
    positions: Floats
    normals: Floats
    aux: Floats
    turn: NDArray[np.float64]


class Scene:
    """The triangles of one rig: what moves, rigid hair, what can be seen through.

    Attributes:
        model: the rig.
        triangles: (m, 3) int32.
        triangle_materials: (m,) int32 rows of `materials`.
        single_sided: (m,) uint8, 1 for triangles whose back is not drawn.
        soft: (m + 1,) uint8, 1 for skin, whose light is blurred; the last entry, 0,
            stands for no triangle.
        hair_start: first triangle of rigid hair; what moves and hides comes before it.
        mask_start: first triangle with holes cut by its texture, after the hair.
        veil_start: first triangle that can be seen through; they come last.
        materials: (k, COLUMNS) float32 material table.
    """

    def __init__(self, model: CharacterModel) -> None:
        mesh = model.mesh
        self.model = model
        kinds = np.array([material.kind for material in mesh.materials])
        first = mesh.triangles[:, 0]
        rigid = (first >= mesh.face_count) & (first < mesh.rigid_stop)
        hair = kinds[mesh.triangle_materials] == "hair"
        modes = np.array([material.alpha_mode for material in mesh.materials])
        modes = modes[mesh.triangle_materials]
        rank = np.where(rigid & hair, 1, 0)
        rank[modes == MASK], rank[modes == BLEND] = 2, 3
        order = np.argsort(rank, kind="stable")
        self.triangles = np.ascontiguousarray(mesh.triangles[order])
        self.triangle_materials = np.ascontiguousarray(mesh.triangle_materials[order])
        self.hair_start = int((rank == 0).sum())
        self.mask_start, self.veil_start = int((rank < 2).sum()), int((rank < 3).sum())
        self._seams = None if mesh.paint is None else mesh.paint.seams
        lively = np.concatenate(
            [self.triangles[: self.hair_start], self.triangles[self.mask_start :]]
        )
        self._normal_triangles = lively if self._seams is None else self._seams[lively]
        single = np.array([not material.double_sided for material in mesh.materials])
        self.single_sided = single[self.triangle_materials].astype(np.uint8)
        skin = kinds[self.triangle_materials] == "skin"
        self.soft = np.append(skin, [False]).astype(np.uint8)
        self.materials = material_table(mesh.materials, mesh.eyes)
        self._strand_shares = np.zeros(len(mesh.neutral), np.float32)
        strands = mesh.triangles[hair]
        self._strand_shares[strands] = mesh.head_weights[strands]
        rigid_hair = self.triangles[self.hair_start : self.mask_start]
        self._hair_rows = np.unique(rigid_hair)
        hair_normals = np.zeros_like(mesh.neutral)
        vertex_normals(mesh.neutral, rigid_hair, hair_normals)
        self._hair_normals = hair_normals[self._hair_rows]

    def posed(self, pose: Pose) -> PosedVertices:
        """Return the vertices of a pose with what the shader needs."""
        mesh = self.model.mesh
        unturned = self.model.unturned_vertices(pose)
        normals = np.zeros_like(unturned)
        vertex_normals(unturned, self._normal_triangles, normals)
        if self._seams is not None:
            normals = normals[self._seams]
        normals[self._hair_rows] = self._hair_normals
        aux = mesh.aux.copy()
        for eye in mesh.eyes:
            aux[eye.start : eye.stop] = squeezed_directions(eye.directions, pose.iris)
        turn = self.model.head_turn(pose)
        if not any(pose.head):
            return PosedVertices(unturned, normals, unturned, normals, aux, np.eye(3))
        rotation = turn.rotation.astype(np.float32)
        # The turn about the pivot as a rotation about the origin and a shift.
        shift = turn.pivot + turn.shift - turn.rotation @ turn.pivot
        still = np.zeros(3, np.float32)
        shares = mesh.head_weights
        turned, turned_normals = np.empty_like(unturned), np.empty_like(normals)
        turned_aux = np.empty_like(aux)
        turn_vectors(unturned, shares, rotation, shift.astype(np.float32), turned)
        turn_vectors(normals, shares, rotation, still, turned_normals)
        turn_vectors(aux, self._strand_shares, rotation, still, turned_aux)
        return PosedVertices(
            unturned, normals, turned, turned_normals, turned_aux, turn.rotation
        )
