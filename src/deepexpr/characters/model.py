"""A character's rig: from a pose to vertices and landmarks.

The way of a pose: control weights, correctives, morph targets, eyes turned in their
sockets, and at last the head turned about its pivot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, prod, radians, sin
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.card import CharacterCard, HeadMotion, read_card
from deepexpr.characters.gltf import read_glb
from deepexpr.characters.pose import Pose, look_weights
from deepexpr.characters.rig_mesh import CorrectiveRule, Eye, Floats, RigMesh
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.errors import CharacterError

MODEL_FILE = "model.glb"

Rotation = NDArray[np.float64]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeadTurn:
    """A turn of the head: v ↦ pivot + rotation (v - pivot) + shift.

    Attributes:
        rotation: (3, 3).
        pivot: (3,).
        shift: (3,).
    """

    rotation: Rotation
    pivot: NDArray[np.float64]
    shift: NDArray[np.float64]

    def applied(self, points: NDArray[np.floating], weights: Floats) -> Floats:
        """Return points turned in part.

        Args:
            points: (n, 3).
            weights: (n,) share of the turn that each follows, in [0, 1].

        Returns:
            (n, 3) float32.
        """
        change = (self.rotation - np.eye(3)).T
        moved = (points - self.pivot) @ change + self.shift
        turned: Floats = (points + weights[:, None] * moved).astype(np.float32)
        return turned


@dataclass(frozen=True, slots=True)
class CharacterModel:
    """The rig of one character.

    Attributes:
        card: who made it, its camera, head and landmarks.
        mesh: its vertices, triangles and morph targets.
    """

    card: CharacterCard
    mesh: RigMesh

    @classmethod
    def read(cls, folder: Path) -> "CharacterModel":
        """Read the rig of a character folder; digests are not checked here.

        Raises:
            CharacterError: if the card or the GLB is missing or damaged, or the card
                names vertices that the GLB does not have.
        """
        card = read_card(folder)
        path = folder / MODEL_FILE
        glb = read_glb(path)
        try:
            mesh = read_rig(glb)
        except CharacterError as error:
            raise CharacterError(f"{path}: {error}") from error
        highest = max(vertex for point in card.landmarks for vertex, _ in point)
        if highest >= mesh.face_count:
            raise CharacterError(
                f"{folder}: a landmark lies on vertex {highest}, but the face has "
                f"{mesh.face_count} vertices"
            )
        return cls(card, mesh)

    @property
    def controls(self) -> tuple[str, ...]:
        """Names of the rig's controls, ARKit names first, in rig order."""
        return self.mesh.controls

    def target_weights(self, pose: Pose) -> dict[str, float]:
        """Return the weight of every morph target that a pose moves.

        Lips can only close a jaw that is open, so mouthClose is limited to jawOpen. A
        rig without eyes that turn shows the gaze by its eyeLook controls.

        Returns:
            Control and corrective names to weights other than 0. Controls that the rig
            does not have are left out.
        """
        known = set(self.controls)
        weights = {n: w for n, w in pose.weights.items() if w and n in known}
        if not self.mesh.eyes:
            for name, weight in look_weights(pose.gaze).items():
                if weight and name in known:
                    weights[name] = weights.get(name, 0.0) + weight
        if "mouthClose" in weights:
            jaw = max(weights.get("jawOpen", 0.0), 0.0)
            weights["mouthClose"] = min(weights["mouthClose"], jaw)
        for rule in self.mesh.correctives:
            weight = corrective_weight(rule, weights)
            if weight:
                weights[rule.name] = weight
        return weights

    def unturned_vertices(self, pose: Pose) -> Floats:
        """Return all vertices of a pose before the head is turned.

        Returns:
            (n, 3) float32 in the order of `RigMesh`.
        """
        weights = self.target_weights(pose)
        vertices = self.mesh.neutral.copy()
        for target in self.mesh.targets:
            weight = weights.get(target.name)
            if weight and len(target.rows):
                vertices[target.rows] += np.float32(weight) * target.offsets
        for eye in self.mesh.eyes:
            vertices[eye.start : eye.stop] = eye_vertices(eye, pose.gaze, weights)
        return vertices

    def vertices(self, pose: Pose) -> Floats:
        """Return all vertices of a pose, (n, 3) float32 in the order of `RigMesh`."""
        unturned = self.unturned_vertices(pose)
        return self.head_turn(pose).applied(unturned, self.mesh.head_weights)

    def landmarks(self, pose: Pose) -> Points:
        """Return the 49 landmarks of a pose in the rig's unit, (49, 3) float64."""
        return self.landmarks_on(self.vertices(pose))

    def landmarks_on(self, vertices: Floats) -> Points:
        """Return the 49 landmarks on given vertices.

        Args:
            vertices: (n, 3) in the order of `RigMesh`.

        Returns:
            (49, 3) float64.
        """
        points = [
            sum(
                weight * vertices[vertex].astype(np.float64) for vertex, weight in pairs
            )
            for pairs in self.card.landmarks
        ]
        return np.array(points, np.float64)

    def head_turn(self, pose: Pose) -> HeadTurn:
        """Return the turn of the head that a pose asks for."""
        return head_turn(self.card.head, pose.head)


def corrective_weight(rule: CorrectiveRule, weights: Mapping[str, float]) -> float:
    """Return the weight of a corrective morph target.

    Product: Π max(w, 0). In-between: 4 w (1 - w), at least 0, so that it is 1 where the
    control is 1/2 and 0 at either end.
    """
    clamped = [max(weights.get(name, 0.0), 0.0) for name in rule.of]
    if rule.kind == "inbetween":
        return max(4.0 * clamped[0] * (1.0 - clamped[0]), 0.0)
    return prod(clamped)


def head_turn(motion: HeadMotion, head: tuple[float, float, float]) -> HeadTurn:
    """Return the turn of a head: rotation Rz·Ry·Rx about its pivot.

    Part of the sideways motion of the face's centre is taken back.

    Args:
        motion: pivot, face centre and the share taken back.
        head: (yaw, pitch, roll) in degrees, signs as in `deepexpr.characters.pose`.
    """
    yaw, pitch, roll = head
    z_cos, z_sin = cos(radians(roll)), sin(radians(roll))
    about_z = np.array([[z_cos, z_sin, 0.0], [-z_sin, z_cos, 0.0], [0.0, 0.0, 1.0]])
    rotation = about_z @ look_rotation((yaw, pitch))
    pivot = np.array(motion.pivot)
    swing = (rotation - np.eye(3)) @ (np.array(motion.face_centre) - pivot)
    return HeadTurn(rotation, pivot, -motion.sway * swing * np.array([1.0, 1.0, 0.0]))


def look_rotation(angles: tuple[float, float]) -> Rotation:
    """Return the (3, 3) rotation Ry·Rx that turns +z by (yaw, pitch) in degrees."""
    y_cos, y_sin = cos(radians(angles[0])), sin(radians(angles[0]))
    x_cos, x_sin = cos(radians(angles[1])), sin(radians(angles[1]))
    about_y = np.array([[y_cos, 0.0, y_sin], [0.0, 1.0, 0.0], [-y_sin, 0.0, y_cos]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, x_cos, -x_sin], [0.0, x_sin, x_cos]])
    rotation: Rotation = about_y @ about_x
    return rotation


def eye_vertices(
    eye: Eye, gaze: tuple[float, float], weights: Mapping[str, float]
) -> Floats:
    """Return the vertices of an eye that looks along a gaze.

    Args:
        eye: the eye.
        gaze: (yaw, pitch) in degrees.
        weights: weights of the eye's own morph targets.

    Returns:
        (k, 3) float32, head not turned.
    """
    directions = eye.directions.astype(np.float64)
    for target in eye.targets:
        weight = weights.get(target.name, 0.0)
        if weight:
            directions[target.rows] += weight * target.offsets
    turn = eye.basis @ eye.rest @ look_rotation(gaze)
    placed: Floats = (directions @ turn.T + eye.centre).astype(np.float32)
    return placed


def squeezed_directions(directions: Floats, iris: float) -> Floats:
    """Return the eye directions to paint so that the iris appears resized.

    The angle from the gaze axis is divided by the size factor, so a smaller iris shows
    at each place what lies further out.

    Args:
        directions: (k, 3) unit vectors, iris around +z.
        iris: size factor, above 0.

    Returns:
        (k, 3) float32 unit vectors.
    """
    if iris == 1.0:
        return directions
    cosine = np.clip(directions[:, 2].astype(np.float64), -1.0, 1.0)
    angle = np.arccos(cosine)
    squeezed = np.minimum(angle / iris, 0.98 * np.pi)
    stretch = np.where(
        angle > 1e-6, np.sin(squeezed) / np.maximum(np.sin(angle), 1e-6), 1.0 / iris
    )
    sideways = directions[:, :2] * stretch[:, None]
    return np.column_stack([sideways, np.cos(squeezed)]).astype(np.float32)
