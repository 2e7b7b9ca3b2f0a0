"""Eyebrows: rolls that slide on the forehead, further than the skin below them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.spatial import cKDTree

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Tube,
    relax_path,
    smooth_step,
    tube,
    unit,
)
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.plan import BrowPlan
from deepexpr.characters.building.makehuman.surface import FrontView, SurfacePoints
from deepexpr.characters.building.rig_source import (
    Points,
    Triangles,
    VertexWeights,
)

_CURVE_POINTS = 26
_SIDES_OF_ROLL = 8
_PROFILE_AT = (0.0, 0.06, 0.25, 0.6, 1.0)
_SLIDE_STEPS = 13
_SLIDE_REACH = 0.9
"""How far up and down a brow may slide, in eye radii."""


@dataclass(frozen=True, slots=True)
class _Brow:
    """One brow at rest.

    Attributes:
        side: "Left" or "Right".
        sign: of x on that side.
        anchors: skin points below the brow, inner end first.
        rest: (26, 3) those points at rest.
        slide_depth: (26, 13) depth of the forehead relative to each point, at heights
            `_SLIDE_REACH` radii below to above it.
    """

    side: str
    sign: int
    anchors: SurfacePoints
    rest: Points
    slide_depth: Floats


@dataclass(frozen=True, slots=True)
class _Drive:
    """Weights of the controls that move one brow."""

    inner_up: float
    outer_up: float
    down: float
    knit: float
    wrinkle: float


class Brows:
    """Both eyebrows of a character.

    Attributes:
        triangles: (m, 3), left brow first.
        shades: (n,) factors around 1 on the colour, one a ring.
    """

    def __init__(self, rig: HeadRig, skin: Points, plan: BrowPlan) -> None:
        """Lay brows on the fine neutral skin (n', 3)."""
        self._plan, self._radius = plan, rig.eye_radius
        self._along = np.linspace(0, 1, _CURVE_POINTS)
        head = rig.canonical
        view = FrontView(skin, head.triangles)
        self._brows = [self._lay(rig, skin, view, side) for side in SIDES]
        forehead = (
            (head.fine[:, 1] > 7.27)
            & (head.fine[:, 1] < 8.0)
            & (head.fine[:, 2] > 0.8)
            & (head.refine(head.visibility) > 0.08)
        )
        self._forehead = np.flatnonzero(forehead)
        width = plan.half_width * self._radius
        profile = PchipInterpolator(_PROFILE_AT, plan.profile)(self._along)
        ragged = np.random.RandomState(5).uniform(-1, 1, _CURVE_POINTS)
        self._width: Floats = width * profile * (1 + plan.raggedness * ragged)
        self._thickness: Floats = plan.thickness * width * profile
        one = self._roll(self._brows[0].rest, self._brows[0].rest)
        self.triangles: Triangles = np.concatenate(
            [one.triangles, one.triangles + len(one.vertices)]
        )
        shades = np.random.RandomState(2).uniform(-1, 1, 2 * _CURVE_POINTS + 1)
        self.shades: Floats = np.repeat(1 + 0.18 * shades[:-1], _SIDES_OF_ROLL)

    def vertices(
        self, skin: Points, normals: Points, weights: Mapping[str, float]
    ) -> Points:
        """Vertices on the posed fine skin (n', 3) with its normals."""
        forehead = skin[self._forehead]
        rolls = []
        for brow in self._brows:
            path, outward = self._curve(brow, skin, normals, weights)
            least = _depth_of(forehead, path) + 0.06 * self._plan.half_width * (
                self._radius
            )
            path[:, 2] = np.maximum(path[:, 2], least)
            outward = unit(relax_path(outward, 1))
            rolls.append(self._roll(relax_path(path, 2), outward).vertices)
        return np.concatenate(rolls)

    def centre_line(self, side: str, share: float) -> VertexWeights:
        """Point on a brow's centre line as weights on the vertices of all brows.

        Args:
            side: "Left" or "Right".
            share: 0 at the inner end, 1 at the outer.
        """
        position = share * (_CURVE_POINTS - 1)
        before = int(np.floor(position))
        after = min(before + 1, _CURVE_POINTS - 1)
        start = 0 if side == "Left" else _CURVE_POINTS
        rings = ((before, 1 - (position - before)), (after, position - before))
        return tuple(
            ((start + ring) * _SIDES_OF_ROLL + at, weight / _SIDES_OF_ROLL)
            for ring, weight in rings
            for at in range(_SIDES_OF_ROLL)
        )

    def _lay(
        self, rig: HeadRig, skin: Points, view: FrontView, side: tuple[str, int]
    ) -> _Brow:
        name, sign = side
        knots = np.array(self._plan.points, float)
        at = np.linspace(0, 1, len(knots))
        curve = np.stack(
            [PchipInterpolator(at, knots[:, axis])(self._along) for axis in (0, 1)], 1
        )
        front = rig.eye_centres[name][:2] + curve * self._radius * [sign, 1]
        anchors = view.points_at(front)
        rest = anchors.on(skin)
        depths = [
            view.points_at(rest[:, :2] + [0, height]).on(skin)[:, 2]
            for height in self._slide_heights()
        ]
        slide = np.stack(depths, axis=1) - rest[:, 2:3]
        return _Brow(name, sign, anchors, rest, slide)

    def _slide_heights(self) -> Floats:
        return np.linspace(-_SLIDE_REACH, _SLIDE_REACH, _SLIDE_STEPS) * self._radius

    def _curve(
        self,
        brow: _Brow,
        skin: Points,
        normals: Points,
        weights: Mapping[str, float],
    ) -> tuple[Points, Points]:
        """Centre line (26, 3) of a posed brow and its outward directions."""
        path = brow.anchors.on(skin)
        outward = unit(brow.anchors.on(normals))
        rise = (self._plan.follow - 1) * (path - brow.rest)[:, 1]
        drive = _Drive(
            inner_up=weights.get("browInnerUp", 0.0),
            outer_up=weights.get("browOuterUp" + brow.side, 0.0),
            down=weights.get("browDown" + brow.side, 0.0),
            knit=weights.get("x_browKnit" + brow.side, 0.0),
            wrinkle=weights.get("x_noseWrinkle" + brow.side, 0.0),
        )
        rise = rise + self._radius * self._rise(drive)
        inwards = 0.14 * drive.down * (1 - 0.6 * self._along) + 0.15 * drive.knit * (
            (1 - self._along) ** 1.2
        )
        path = path + np.stack(
            [
                -brow.sign * self._radius * inwards,
                rise,
                self._slide(brow.slide_depth, rise),
            ],
            axis=1,
        )
        # brows never cross the middle of the face
        least = self._radius * (self._plan.gap + 0.12 * self._along)
        path[:, 0] = brow.sign * np.maximum(brow.sign * path[:, 0], least)
        return path, outward

    def _rise(self, drive: _Drive) -> Floats:
        """Height (26,) above where the skin carries the brow, in eye radii."""
        inner = (1 - self._along) ** 1.3
        outer = smooth_step(0.15, 0.9, self._along)
        rise = 0.42 * drive.inner_up * inner - drive.down * (0.40 * inner + 0.10)
        if drive.outer_up > 0:
            rise = rise + 0.36 * drive.outer_up * (0.35 + 0.65 * outer)
        else:
            rise = rise + 0.36 * drive.outer_up * outer
        if drive.outer_up < 0:
            rise = rise - 0.12 * drive.inner_up * outer
        # both ends up: the brow arches
        both = np.clip(min(drive.inner_up, drive.outer_up), 0, 1.2)
        rise = rise + 0.24 * both * (np.sin(np.pi * self._along**0.9) - 0.35)
        # a knitted brow sinks at its inner end unless that end is raised
        sink = 0.10 * drive.knit * np.clip(1 - 0.8 * drive.inner_up, 0, 1)
        rise = rise - sink * (1 - self._along) ** 2 - 0.04 * drive.wrinkle * inner
        total: Floats = rise
        return total

    def _slide(self, slide_depth: Floats, rise: Floats) -> Floats:
        """Depth (26,) gained by sliding along the forehead."""
        heights = self._slide_heights()
        step = heights[1] - heights[0]
        clamped = np.clip(rise, heights[0], heights[-1])
        below = ((clamped - heights[0]) / step).astype(np.int64)
        below = np.clip(below, 0, _SLIDE_STEPS - 2)
        share = (clamped - heights[below]) / step
        point = np.arange(len(rise))
        gained: Floats = (
            slide_depth[point, below] * (1 - share)
            + slide_depth[point, below + 1] * share
        )
        return gained

    def _roll(self, path: Points, outward: Points) -> Tube:
        raised = path + outward * (self._thickness * 0.30)[:, None]
        return tube(
            raised,
            outward,
            (self._width, self._thickness),
            sides=_SIDES_OF_ROLL,
            underside=0.6,
        )


def _depth_of(surface: Points, path: Points) -> Floats:
    """Depth of a surface at each path point's (x, y), from its nearest vertices."""
    distance, nearest = cKDTree(surface[:, :2]).query(path[:, :2], 4)
    weight = 1 / (distance + 1e-4)
    depth: Floats = (surface[nearest, 2] * weight).sum(axis=1) / weight.sum(axis=1)
    return depth
