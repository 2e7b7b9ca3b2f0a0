"""A model with our controls: shapes gathered, halved at the face's middle, eyes turned.

Vertices are numbered once, part after part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.adding.mapping import EXPRESSION_PREFIX, MappedShape
from deepexpr.characters.adding.source_rig import SourceRig
from deepexpr.characters.pose import FULL_LOOK_PITCH_DEG, FULL_LOOK_YAW_DEG
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES

SEAM = 0.12
"""Width of the band in which a halved shape fades, as a share of the face's width."""

Numbers = NDArray[np.float64]
Offsets = Mapping[str, Numbers]
"""Control to the (n, 3) offsets of all vertices at weight 1."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a model is moved before it becomes a character: v ↦ turn (v - centre) scale.

    Attributes:
        centre: (3,) of the face, which becomes the origin.
        scale: factor on lengths.
        turned_deg: turn about the vertical axis, so that the face looks along +z.
    """

    centre: Numbers
    scale: float
    turned_deg: float = 0.0

    @property
    def matrix(self) -> Numbers:
        """(3, 3) turn and scale."""
        across, along = cos(radians(self.turned_deg)), sin(radians(self.turned_deg))
        turn = np.array([[across, 0, along], [0, 1, 0], [-along, 0, across]])
        return self.scale * turn

    def placed(self, points: Numbers) -> Numbers:
        """Return (n, 3) points of the file as points of the character."""
        moved: Numbers = (points - self.centre) @ self.matrix.T
        return moved


def all_positions(rig: SourceRig) -> Numbers:
    """Return (n, 3) positions of all parts, one after the other."""
    return np.concatenate([part.positions for part in rig.parts])


def shape_offsets(rig: SourceRig, shape: str) -> Numbers:
    """Return the (n, 3) offsets of one shape or VRM expression at weight 1."""
    offsets = np.zeros((sum(len(part.positions) for part in rig.parts), 3))
    bound: dict[int, dict[int, float]] = {}
    if shape.startswith(EXPRESSION_PREFIX):
        name = shape.removeprefix(EXPRESSION_PREFIX)
        for mesh, index, weight in rig.avatar.expressions.get(name, ()):
            bound.setdefault(mesh, {})[index] = weight
    start = 0
    for part in rig.parts:
        for number, target in enumerate(part.targets):
            by_name = 1.0 if target.name == shape else 0.0
            weight = bound.get(part.mesh, {}).get(number, by_name)
            if weight:
                offsets[target.rows + start] += weight * target.offsets
        start += len(part.positions)
    return offsets


def moved_rows(rig: SourceRig, mapping: Iterable[MappedShape]) -> NDArray[np.bool_]:
    """Return (n,) which vertices any ARKit blendshape of a mapping moves.

    All shapes count where the mapping names no ARKit blendshape.
    """
    rows = tuple(mapping)
    named = [row for row in rows if row.control in ARKIT_BLENDSHAPES]
    shapes = dict.fromkeys(row.shape for row in named or rows)
    longest = [np.linalg.norm(shape_offsets(rig, shape), axis=1) for shape in shapes]
    reach = np.max(longest, axis=0)
    return np.asarray(reach > 1e-3 * max(reach.max(), 1e-12), bool)


def control_offsets(
    rig: SourceRig, mapping: Iterable[MappedShape], stand: Stand
) -> dict[str, Numbers]:
    """Return the offsets of every control that moves a vertex, ARKit names first.

    Args:
        rig: the model.
        mapping: which shape moves which control.
        stand: where the model stands.
    """
    rows = tuple(mapping)
    sides: dict[str, set[str]] = {}
    for row in rows:
        sides.setdefault(row.shape, set()).add(_side(row.control))
    places = stand.placed(all_positions(rig))
    face = places[moved_rows(rig, rows)]
    shares = _left_share(places, face)
    sums: dict[str, Numbers] = {}
    for row in rows:
        offsets = row.weight * shape_offsets(rig, row.shape) @ stand.matrix.T
        if {"Left", "Right"} <= sides[row.shape] and _side(row.control):
            half = shares if _side(row.control) == "Left" else 1.0 - shares
            offsets = offsets * half[:, None]
        sums[row.control] = sums.get(row.control, 0.0) + offsets
    for control, offsets in look_offsets(rig, stand).items():
        drawn = sums.get(control, np.zeros_like(offsets))
        # A shape that moves an eye itself needs no bone; one for the lids alone does.
        resting = ~np.any(drawn, axis=1)
        sums[control] = drawn + offsets * resting[:, None]
    moving = {name: offsets for name, offsets in sums.items() if np.any(offsets)}
    known = [name for name in ARKIT_BLENDSHAPES if name in moving]
    return {n: moving[n] for n in [*known, *(n for n in moving if n not in known)]}


def look_offsets(rig: SourceRig, stand: Stand) -> dict[str, Numbers]:
    """Return the eyeLook blendshapes that the eye bones of a rig stand for.

    An eye bone turns as far as the avatar allows, or by our full look. The chord of the
    turn is taken, so that the blendshape at 1 shows the eye fully turned.
    """
    yaw, pitch = rig.avatar.look_deg or (FULL_LOOK_YAW_DEG, FULL_LOOK_PITCH_DEG)
    yaw, pitch = min(yaw, FULL_LOOK_YAW_DEG), min(pitch, FULL_LOOK_PITCH_DEG)
    positions = stand.placed(all_positions(rig))
    found: dict[str, Numbers] = {}
    for side, centre in rig.bones.eye_centres.items():
        share = np.concatenate([part.eyes[side] for part in rig.parts])
        if not share.any():
            continue
        pivot = stand.placed(centre[None])[0]
        outwards = 1.0 if side == "Left" else -1.0
        turns = {
            f"eyeLookUp{side}": _pitch(-pitch),
            f"eyeLookDown{side}": _pitch(pitch),
            f"eyeLookOut{side}": _yaw(outwards * yaw),
            f"eyeLookIn{side}": _yaw(-outwards * yaw),
        }
        for control, turn in turns.items():
            moved = (positions - pivot) @ (turn - np.eye(3)).T
            found[control] = moved * share[:, None]
    return found


def _side(control: str) -> str:
    return next((side for side in ("Left", "Right") if control.endswith(side)), "")


def _left_share(places: Numbers, face: Numbers) -> Numbers:
    """(n,) how far each vertex belongs to the subject's left, 1/2 in the middle."""
    low, high = face[:, 0].min(), face[:, 0].max()
    middle, width = (low + high) / 2, max(SEAM * (high - low), 1e-9)
    share = np.clip((places[:, 0] - middle) / width + 0.5, 0.0, 1.0)
    smooth: Numbers = share * share * (3.0 - 2.0 * share)
    return smooth


def _yaw(degrees: float) -> Numbers:
    across, along = cos(radians(degrees)), sin(radians(degrees))
    return np.array([[across, 0, along], [0, 1, 0], [-along, 0, across]])


def _pitch(degrees: float) -> Numbers:
    across, along = cos(radians(degrees)), sin(radians(degrees))
    return np.array([[1, 0, 0], [0, across, -along], [0, along, across]])
