"""Toons as rigs: parts that each know their shape under one control."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from deepexpr.characters.building.rig_source import (
    CameraSource,
    CardTexts,
    Corrective,
    CreaseSource,
    EyeSource,
    MaterialSource,
    RigPart,
    VertexWeights,
)
from deepexpr.characters.building.toons.kit.eyelid import Eyelid
from deepexpr.characters.building.toons.kit.meshes import Mesh
from deepexpr.characters.building.toons.kit.vectors import FloatArray
from deepexpr.characters.pose import KeyPose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES

_SMALLEST_MOTION = 1.2e-3
"""Sum of |x|, |y|, |z| below which a vertex rests; half a thousandth of a figure."""


@dataclass(frozen=True, slots=True)
class ToonPart:
    """A closed or open piece of a toon.

    Attributes:
        name: unique within the toon.
        mesh: its shape at rest.
        material: key into the toon's materials.
        colours: (n, 3) or (3,) linear RGB.
        posed: gives its vertices with one control at weight 1, or None if it is rigid.
        head_weights: (n,) or 1, share of the head's motion that it follows.
        lid: the eyelid that it is, or None.
        halfway: control name to its vertices (n, 3) with that control at 1/2, where a
            straight way would lead through the face.
        uncovered: whether expressions uncover it, so that light finds it in some poses
            and not in others, even though it does not move.
    """

    name: str
    mesh: Mesh
    material: str
    colours: FloatArray
    posed: Callable[[str], FloatArray] | None = None
    head_weights: FloatArray | float = 1.0
    lid: Eyelid | None = None
    halfway: Mapping[str, FloatArray] = field(default_factory=dict)
    uncovered: bool = False


@dataclass(frozen=True, slots=True)
class HeadJoint:
    """How the head turns.

    Attributes:
        pivot: (3,) point about which it turns.
        face_centre: (3,) point that stays in frame.
        sway: share of the face centre's motion that is taken back, in [0, 1].
    """

    pivot: FloatArray
    face_centre: FloatArray
    sway: float = 0.7


@dataclass(frozen=True, slots=True)
class ToonDesign:
    """Everything that makes a toon.

    Attributes:
        name: folder name.
        texts: what its card says.
        extra_controls: its controls beside the 52 ARKit ones.
        parts: all parts but the eyeballs.
        eyes: the eyeballs.
        materials: by name.
        landmarks: the 49 landmarks.
        head: how the head turns.
        camera: portrait camera.
        correctives: what a plain sum of morph targets gets wrong.
        key_poses: its poses.
    """

    name: str
    texts: CardTexts
    extra_controls: tuple[str, ...]
    parts: Sequence[ToonPart]
    eyes: tuple[EyeSource, ...]
    materials: Mapping[str, MaterialSource]
    landmarks: tuple[VertexWeights, ...]
    head: HeadJoint
    camera: CameraSource
    correctives: tuple[Corrective, ...] = ()
    key_poses: tuple[KeyPose, ...] = ()


class Toon:
    """A toon's rig; satisfies `deepexpr.characters.building.rig_source.RigSource`.

    Its vertices are the neutral ones plus a displacement per control and weight, with
    three corrections: eyelids turn around their eyeballs, tongues go around the lips on
    their way out, and mouthClose cannot exceed jawOpen.
    """

    def __init__(self, design: ToonDesign) -> None:
        self.name = design.name
        self.controls = (*ARKIT_BLENDSHAPES, *design.extra_controls)
        self.eyes = design.eyes
        self.materials = design.materials
        self.landmarks = design.landmarks
        self.pivot, self.face_centre = design.head.pivot, design.head.face_centre
        self.sway = design.head.sway
        self.camera = design.camera
        self.creases: CreaseSource | None = None
        self.correctives = design.correctives
        self.open_poses: Mapping[str, Mapping[str, float]] = {
            "mouthClose": {"jawOpen": 1.0}
        }
        self.key_poses = design.key_poses
        self.texts = design.texts
        starts = part_starts(design.parts)
        self.parts = tuple(
            _rig_part(part, start)
            for part, start in zip(design.parts, starts, strict=True)
        )
        self.head_weights = np.concatenate(
            [
                np.broadcast_to(part.head_weights, len(part.mesh.vertices))
                for part in design.parts
            ]
        ).astype(float)
        self._neutral = np.concatenate([part.mesh.vertices for part in design.parts])
        self._displacements = {
            control: _displacement(design.parts, control) for control in self.controls
        }
        self._detours = [
            (slice(start, start + len(part.mesh.vertices)), control, detour)
            for part, start in zip(design.parts, starts, strict=True)
            for control, detour in _detours(part)
        ]
        self._lids = [
            (slice(start, start + len(part.mesh.vertices)), part.lid)
            for part, start in zip(design.parts, starts, strict=True)
            if part.lid is not None
        ]

    def vertices(self, weights: Mapping[str, float]) -> FloatArray:
        """All vertices (n, 3) under control weights; head not turned, no eyeballs.

        Args:
            weights: control values; absent controls are 0, unknown names are ignored.
        """
        close = min(weights.get("mouthClose", 0.0), weights.get("jawOpen", 0.0))
        posed = self._neutral.copy()
        for control, weight in {**weights, "mouthClose": close}.items():
            if weight and control in self._displacements:
                posed += weight * self._displacements[control]
        for part, control, detour in self._detours:
            weight = weights.get(control, 0.0)
            posed[part] += max(4 * weight * (1 - weight), 0.0) * detour
        for part, lid in self._lids:
            posed[part] = lid.posed(weights)
        return posed


def part_starts(parts: Sequence[ToonPart]) -> list[int]:
    """Number of the first vertex of each part."""
    counts = [len(part.mesh.vertices) for part in parts]
    return [int(start) for start in np.cumsum([0, *counts])[:-1]]


def _displacement(parts: Sequence[ToonPart], control: str) -> FloatArray:
    """What one control adds to the vertices of all parts at weight 1."""
    moved = [
        np.zeros_like(part.mesh.vertices)
        if part.posed is None
        else part.posed(control) - part.mesh.vertices
        for part in parts
    ]
    displacement = np.concatenate(moved)
    displacement[np.abs(displacement).sum(axis=1) < _SMALLEST_MOTION] = 0.0
    return displacement


def _detours(part: ToonPart) -> list[tuple[str, FloatArray]]:
    """Each control with a halfway shape, and how far (n, 3) that is off the chord."""
    if part.posed is None:
        return []
    return [
        (control, shape - (part.mesh.vertices + part.posed(control)) / 2)
        for control, shape in part.halfway.items()
    ]


def _rig_part(part: ToonPart, start: int) -> RigPart:
    count = len(part.mesh.vertices)
    return RigPart(
        name=part.name,
        start=start,
        stop=start + count,
        triangles=part.mesh.triangles,
        material=part.material,
        colours=np.broadcast_to(part.colours, (count, 3)).copy(),
        moving=part.posed is not None or part.uncovered,
        fitted=part.lid is not None,
    )
