"""A character's head: the bent cage, its shapes, and lids that ride on the eyeballs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.canonical import (
    LEFT_EYE_CENTRE,
    CanonicalHead,
    canonical_head,
)
from deepexpr.characters.building.makehuman.extra_shapes import extra_shapes
from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.makehuman.pack import HeadPack, head_pack, target
from deepexpr.characters.building.makehuman.plan import CharacterPlan
from deepexpr.characters.building.makehuman.smoothing import smooth_face, smooth_shapes
from deepexpr.characters.building.makehuman.warps import ComposedWarp
from deepexpr.characters.building.rig_source import Points
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES

SIDES = (("Left", 1), ("Right", -1))
"""Names of the sides and the sign of x on them."""

_COMMON_GAINS = {
    "browDown": 1.6,
    "browInnerUp": 1.9,
    "browOuterUp": 1.7,
    "mouthFrown": 1.5,
    "mouthSmile": 1.15,
    "noseSneer": 1.6,
    "cheekSquint": 1.0,
    "mouthUpperUp": 1.2,
    "eyeWide": 1.15,
    "mouthPress": 1.2,
}
"""Stylised faces move more than scanned ones."""

_LID_CLEARANCE = 1.06
"""Least distance of lid vertices from the eye's centre, in eye radii."""

_EXTRA_SHAPE_SMOOTHING = 3
"""Most rounds of smoothing for extra shapes, which have no creases to remove."""


@dataclass(frozen=True, slots=True)
class _Lids:
    """Cage vertices around one eye that must stay outside the ball."""

    centre: Floats
    vertices: NDArray[np.int64]


class HeadRig:
    """The posable cage of one character.

    Attributes:
        canonical: the base head it is bent from.
        warp: from canonical proportions to the character's.
        neutral: (n, 3) cage at rest.
        shapes: shape name to (n, 3) offsets at weight 1.
        eye_radius: of both eyeballs.
        eye_centres: "Left" and "Right" to (3,).
    """

    def __init__(self, plan: CharacterPlan) -> None:
        """Bend the base head as the plan says."""
        self.canonical: CanonicalHead = canonical_head()
        self.warp = ComposedWarp(plan.warps)
        self._pack: HeadPack = head_pack()
        self._identity, eye = _identity_mesh(plan)
        self.eye_radius = plan.eyes.radius
        centre = self.warp(eye[None])[0] + np.array(plan.eyes.shift)
        mirror = np.array([-1, 1, 1])
        self.eye_centres = {"Left": centre, "Right": centre * mirror}
        self._lids = [
            self._lids_around(eye, centre),
            self._lids_around(eye * mirror, centre * mirror),
        ]
        cage = self._identity[self._pack.head]
        raw = self._bent_shapes(cage, plan)
        rest = self._clear_lids(smooth_face(self.warp(cage), plan.neutral_smoothing))
        for name, weight in plan.resting.items():
            rest = rest + weight * raw[name]
        self.neutral: Points = self._clear_lids(rest)
        self.shapes = _smoothed(raw, plan.shape_smoothing)

    def cage_at(
        self, weights: Mapping[str, float], more: Points | None = None
    ) -> Points:
        """The cage (n, 3) in a pose; names without a shape are ignored.

        Args:
            weights: control values.
            more: offsets (n, 3) to add before lids are pushed out of the eyeballs.
        """
        posed = self.neutral.copy() if more is None else self.neutral + more
        for name, weight in weights.items():
            if weight and name in self.shapes:
                posed += weight * self.shapes[name]
        return self._clear_lids(posed)

    def refine(self, cage: Points) -> Points:
        """Fine vertices of a cage."""
        return self.canonical.refine(cage)

    def helper_mesh(self, rows: slice) -> Points:
        """A helper mesh of the pack in this character's proportions."""
        return self.warp(self._identity[rows])

    def helper_shapes(self, rows: slice) -> dict[str, Points]:
        """Offsets of a helper mesh for every ARKit shape that moves it."""
        mesh = self._identity[rows]
        offsets = {name: target(f"faceunit/{name}")[rows] for name in ARKIT_BLENDSHAPES}
        return {
            name: self.warp.carry(mesh, moved)
            for name, moved in offsets.items()
            if np.abs(moved).max() > 0
        }

    def carry_helper(self, rows: slice, offsets: Points) -> Points:
        """Canonical offsets of a helper mesh in this character's proportions."""
        return self.warp.carry(self._identity[rows], offsets)

    def _bent_shapes(self, cage: Points, plan: CharacterPlan) -> dict[str, Points]:
        gains = {**_COMMON_GAINS, **plan.gains}
        canonical_offsets = {
            name: target(f"faceunit/{name}")[self._pack.head]
            for name in ARKIT_BLENDSHAPES
        } | extra_shapes()
        bent = {}
        for name, offsets in canonical_offsets.items():
            moved = np.abs(offsets).sum(axis=1) > 0
            bent[name] = np.zeros_like(offsets)
            bent[name][moved] = self.warp.carry(cage[moved], offsets[moved])
            plain = name.replace("Left", "").replace("Right", "")
            bent[name] *= gains.get(name, gains.get(plain, 1.0))
        return bent

    def _lids_around(self, socket: Floats, centre: Floats) -> _Lids:
        cage = self._identity[self._pack.head]
        near = np.linalg.norm(cage - socket, axis=1) < 0.34
        outside = self.canonical.visibility > 0.10
        front = cage[:, 2] > socket[2] - 0.05
        return _Lids(centre, np.flatnonzero(near & outside & front))

    def _clear_lids(self, cage: Points) -> Points:
        """Push lid vertices that sank into an eyeball back out."""
        cleared = cage.copy()
        least = self.eye_radius * _LID_CLEARANCE
        for lids in self._lids:
            from_centre = cleared[lids.vertices] - lids.centre
            distance = np.linalg.norm(from_centre, axis=1)
            inside = distance < least
            pushed = from_centre[inside] * (least / distance[inside])[:, None]
            cleared[lids.vertices[inside]] = lids.centre + pushed
        return cleared


def _identity_mesh(plan: CharacterPlan) -> tuple[Points, Floats]:
    """The pack's mesh as this person, moved so that the eyes are at their place."""
    pack = head_pack()
    mesh = pack.vertices.copy()
    for name, weight in plan.age_and_sex.items():
        mesh += weight * target(f"macrodetails/{name}")
    for name, weight in plan.details.items():
        for single in _both_targets(name):
            mesh += weight * target(single)
    left_eye = mesh[pack.left_eye]
    centre: Floats = (left_eye.min(axis=0) + left_eye.max(axis=0)) / 2
    shift = np.array([0, *LEFT_EYE_CENTRE[1:]]) - centre * [0, 1, 1]
    return mesh + shift, centre + shift


def _both_targets(name: str) -> tuple[str, ...]:
    """Target names behind a detail; "both:" stands for the left and the right one."""
    if not name.startswith("both:"):
        return (name,)
    group, detail = name.removeprefix("both:").split("/")
    return f"{group}/l-{detail}", f"{group}/r-{detail}"


def _smoothed(shapes: dict[str, Points], rounds: int) -> dict[str, Points]:
    arkit = [name for name in shapes if name in ARKIT_BLENDSHAPES]
    extra = [name for name in shapes if name not in ARKIT_BLENDSHAPES]
    few = min(rounds, _EXTRA_SHAPE_SMOOTHING)
    smooth = [
        *smooth_shapes(np.stack([shapes[name] for name in arkit]), rounds),
        *smooth_shapes(np.stack([shapes[name] for name in extra]), few),
    ]
    return dict(zip([*arkit, *extra], smooth, strict=True))
