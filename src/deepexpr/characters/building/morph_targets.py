"""Morph targets of a rig: what each control adds to the neutral, and correctives.

`neutral + Σ weight · delta` over controls and correctives is what a glTF viewer shows;
`plain_sum` computes it, so that a builder can measure it against the full rig.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod, radians, tan

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.authored_key_poses import spread
from deepexpr.characters.building.rig_source import (
    Corrective,
    Points,
    RigPart,
    RigSource,
)

_STRENGTHS = (0.35, 0.7, 1.0)
"""Shares of a key pose at which fitted parts are looked at."""

_ALONE_STRENGTHS = (0.5, 1.0)
_KEY_POSE_WEIGHT, _PARTIAL_WEIGHT, _ALONE_WEIGHT = 1.0, 0.6, 0.3
"""What a whole key pose, a part of one, and a control alone count in the fit."""

_RIDGE = 0.1
"""Pull towards the targets taken one by one."""

_POSES_LOOKED_AT = 60
"""Key poses to which fitted parts are fitted."""

_STILL = 1e-3
"""Largest motion, in the rig's unit, of a part that a control leaves alone."""

_LEAST_SHARE = 7.5e-4
"""Offsets shorter than this share of the picture's height are left out: a fifth of a
pixel at 256 pixels."""


@dataclass(frozen=True, slots=True)
class MorphTargets:
    """The neutral vertices of a rig and the offsets from it.

    Attributes:
        neutral: (n, 3) vertices with all controls at rest.
        controls: control name to (n, 3) offsets at weight 1, rig order.
        correctives: corrective name to (n, 3) offsets at weight 1.
    """

    neutral: Points
    controls: Mapping[str, Points]
    correctives: Mapping[str, Points]


def morph_targets(source: RigSource) -> MorphTargets:
    """Take every morph target of a rig, correctives included.

    Targets are differences of single poses; those of fitted parts are then moved to
    the weighted least-squares fit to the rig's key poses. Offsets too short to be seen
    are zero.
    """
    neutral = source.vertices({})
    controls = {name: control_delta(source, name) for name in source.controls}
    correctives = {
        corrective.name: corrective_delta(source, corrective, neutral, controls)
        for corrective in source.correctives
    }
    targets = MorphTargets(neutral, controls, correctives)
    fitted = [part for part in source.parts if part.fitted]
    if fitted:
        examples = _Examples(source)
        moved = examples.moved(source, fitted)
        for part in fitted:
            _fit_part(part, targets, examples, moved[part.name])
    for offsets in (*controls.values(), *correctives.values()):
        lengths = np.linalg.norm(offsets, axis=1)
        offsets[lengths < _LEAST_SHARE * picture_height(source)] = 0.0
    return targets


def picture_height(source: RigSource) -> float:
    """Height of the portrait camera's picture at its target, in the rig's unit."""
    camera = source.camera
    return 2 * camera.distance * tan(radians(camera.field_of_view_deg) / 2)


def control_delta(source: RigSource, control: str) -> Points:
    """Offsets of one control at weight 1, taken on its open pose if it has one."""
    base = source.open_poses.get(control, {})
    moved: Points = source.vertices({**base, control: 1.0}) - source.vertices(base)
    return moved


def corrective_delta(
    source: RigSource,
    corrective: Corrective,
    neutral: Points,
    controls: Mapping[str, Points],
) -> Points:
    """Offsets of one corrective at weight 1: the full rig minus the plain sum.

    A product is taken where all its controls are 1, an in-between where its control
    is 1/2.
    """
    weight = 0.5 if corrective.kind == "inbetween" else 1.0
    full = source.vertices(dict.fromkeys(corrective.of, weight))
    for name in corrective.of:
        full = full - weight * controls[name]
    missing: Points = full - neutral
    return missing


def corrective_weight(corrective: Corrective, weights: Mapping[str, float]) -> float:
    """Weight of a corrective for given control weights, >= 0."""
    clamped = [max(weights.get(name, 0.0), 0.0) for name in corrective.of]
    if corrective.kind == "inbetween":
        return max(4 * clamped[0] * (1 - clamped[0]), 0.0)
    return prod(clamped)


def plain_sum(
    targets: MorphTargets,
    correctives: Sequence[Corrective],
    weights: Mapping[str, float],
) -> Points:
    """Vertices that a viewer shows for given control weights, (n, 3).

    Args:
        targets: the morph targets of a rig.
        correctives: those of its correctives that the viewer applies.
        weights: control values; names without a target are ignored.
    """
    posed: Points = targets.neutral.copy()
    for name, weight in weights.items():
        if weight and name in targets.controls:
            posed += weight * targets.controls[name]
    for corrective in correctives:
        weight = corrective_weight(corrective, weights)
        if weight:
            posed += weight * targets.correctives[corrective.name]
    return posed


class _Examples:
    """Poses to which targets are fitted.

    Attributes:
        columns: controls, then correctives.
        design: (poses, columns) weight of each column in each pose.
        importance: (poses,) what each counts.
    """

    def __init__(self, source: RigSource) -> None:
        poses: list[Mapping[str, float]] = []
        importance: list[float] = []
        for key_pose in spread(source.key_poses, _POSES_LOOKED_AT):
            for strength in _STRENGTHS:
                poses.append(_scaled(key_pose.pose.weights, strength))
                whole = strength == 1.0
                importance.append(_KEY_POSE_WEIGHT if whole else _PARTIAL_WEIGHT)
        for control in source.controls:
            for strength in _ALONE_STRENGTHS:
                alone = {**source.open_poses.get(control, {}), control: 1.0}
                poses.append(_scaled(alone, strength))
                importance.append(_ALONE_WEIGHT)
        self._poses = poses
        self.importance = np.array(importance)
        self.columns = [*source.controls, *(rule.name for rule in source.correctives)]
        self.design = np.array(
            [
                [weights.get(name, 0.0) for name in source.controls]
                + [corrective_weight(rule, weights) for rule in source.correctives]
                for weights in poses
            ]
        )

    def moved(
        self, source: RigSource, parts: Sequence[RigPart]
    ) -> dict[str, NDArray[np.float64]]:
        """Vertices (poses, n of the part, 3) of each part by its name."""
        found: dict[str, list[Points]] = {part.name: [] for part in parts}
        for weights in self._poses:
            vertices = source.vertices(weights)
            for part in parts:
                found[part.name].append(vertices[part.start : part.stop])
        return {name: np.stack(vertices) for name, vertices in found.items()}


def _scaled(weights: Mapping[str, float], strength: float) -> dict[str, float]:
    return {name: weight * strength for name, weight in weights.items()}


def _fit_part(
    part: RigPart,
    targets: MorphTargets,
    examples: _Examples,
    vertices: NDArray[np.float64],
) -> None:
    """Move the targets of one part, in place, to the ridge regression on examples."""
    rows = slice(part.start, part.stop)
    offsets = {**targets.controls, **targets.correctives}
    active = [
        column
        for column, name in enumerate(examples.columns)
        if np.abs(offsets[name][rows]).max() > _STILL
    ]
    names = [examples.columns[column] for column in active]
    design = examples.design[:, active]
    start = np.stack([offsets[name][rows].ravel() for name in names])
    wanted = vertices.reshape(len(vertices), -1) - targets.neutral[rows].ravel()
    weighted = design.T * examples.importance
    change = np.linalg.solve(
        weighted @ design + _RIDGE * np.eye(len(active)),
        weighted @ (wanted - design @ start),
    )
    for name, better in zip(names, start + change, strict=True):
        offsets[name][rows] = better.reshape(-1, 3)
