"""Inside the mouth: teeth that stay behind the lips, tongue, and a dark wall."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    coloured,
    grid_triangles,
    quads_to_triangles,
    smooth_step,
    unit,
)
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.openings import lip_margins
from deepexpr.characters.building.makehuman.pack import head_pack
from deepexpr.characters.building.makehuman.plan import TeethPlan
from deepexpr.characters.building.makehuman.subdivision import (
    SparseMatrix,
    catmull_clark,
)
from deepexpr.characters.building.rig_source import Points, Triangles

_COLUMNS_PER_TOOTH = 8
_ROWS = 9
_GUM_HEIGHT = 0.10
_GUM_COLOUR = "#b5606a"
_DEEP_COLOUR = "#2c0b0e"
"""Colour of the teeth at the back of the mouth, which is dark."""
_TYPICAL_EYE_RADIUS = 0.23
"""The eye radius for which lengths in the mouth were chosen; they grow with it."""


@dataclass(frozen=True, slots=True)
class _Arch:
    """Where a row of teeth lies.

    Attributes:
        path: (k, 3) along the row, from the right to the left, at height 0.
        outward: (k, 3) unit directions towards the lips.
        groove: (k,) 1 on a tooth, 0 between two.
        light: (k,) 1 in front, 0 at the back of the mouth.
        root: height at which the row starts.
        edge: height of the cutting edge.
    """

    path: Points
    outward: Points
    groove: Floats
    light: Floats
    root: float
    edge: float


class TeethRow:
    """The upper or the lower row.

    Attributes:
        mesh: at rest, before it is fitted behind the lips.
    """

    def __init__(
        self, rig: HeadRig, row: Literal["upper", "lower"], plan: TeethPlan
    ) -> None:
        """Model a row around the base mesh's own teeth."""
        pack = head_pack()
        rows = pack.upper_teeth if row == "upper" else pack.lower_teeth
        helper = rig.helper_mesh(rows)
        self._row = row
        self._scale = rig.eye_radius / _TYPICAL_EYE_RADIUS
        arch = (
            _upper_arch(helper, plan) if row == "upper" else _lower_arch(helper, plan)
        )
        self._columns = len(arch.path)
        self.mesh = _row_mesh(arch, plan, gum=_GUM_HEIGHT if row == "upper" else 0.0)
        # the teeth follow each shape as the affine motion nearest to the helper's
        fit = np.linalg.pinv(_homogeneous(helper))
        own = _homogeneous(self.mesh.vertices)
        self._shapes = {
            name: own @ (fit @ offsets)
            for name, offsets in rig.helper_shapes(rows).items()
            if np.abs(offsets).max() > 1e-5
        }

    def vertices(self, skin: Points, weights: Mapping[str, float]) -> Points:
        """Vertices behind the lips of the posed fine skin (n', 3)."""
        posed = self.mesh.vertices.copy()
        for name, weight in weights.items():
            if weight and name in self._shapes:
                posed += weight * self._shapes[name]
        margins = lip_margins()
        lip = margins.upper if self._row == "upper" else margins.lower
        edge = np.concatenate([lip.on(skin), margins.corners.on(skin)])
        edge = edge[np.argsort(edge[:, 0])]
        if self._row == "lower":
            self._lower_below_lip(posed, edge, weights)
        self._push_behind_lip(posed, edge)
        return posed

    def _lower_below_lip(
        self, posed: Points, lip: Points, weights: Mapping[str, float]
    ) -> None:
        """Let the lower row rise above the lip only as far as the lip is drawn down."""
        drawn = sum(weights.get("mouthLowerDown" + side, 0.0) for side, _ in SIDES) / 2
        flat = max(weights.get("x_fearMouth" + side, 0.0) for side, _ in SIDES)
        shown = (-0.060 + 0.115 * drawn - 0.03 * flat) * self._scale
        top = posed[:, 1].reshape(_ROWS, self._columns).max(axis=0)
        lip_height = np.interp(posed[: self._columns, 0], lip[:, 0], lip[:, 1])
        posed[:, 1] += np.tile(np.minimum(0, lip_height + shown - top), _ROWS)

    def _push_behind_lip(self, posed: Points, lip: Points) -> None:
        across = posed[:, 0]
        limit = np.interp(across, lip[:, 0], lip[:, 2]) - 0.035 * self._scale
        beyond = np.maximum(np.maximum(lip[0, 0] - across, across - lip[-1, 0]), 0)
        limit -= 1.2 * beyond
        lip_height = np.interp(across, lip[:, 0], lip[:, 1])
        if self._row == "lower":
            limit -= 2.5 * np.clip(lip_height - posed[:, 1], 0, None)
            # the hidden part must not pierce the chin
            posed[:, 1] = np.maximum(posed[:, 1], lip_height - 0.070 * self._scale)
        else:
            limit -= 1.5 * np.clip((posed[:, 1] - lip_height) * 0.6 - 0.03, 0, None)
        posed[:, 2] = np.minimum(posed[:, 2], limit)


class Tongue:
    """The base mesh's tongue, subdivided, with a longer reach."""

    def __init__(self, rig: HeadRig) -> None:
        """Take the tongue in this character's proportions."""
        pack = head_pack()
        self._cage = rig.helper_mesh(pack.tongue)
        self._shapes = rig.helper_shapes(pack.tongue)
        self._shapes["x_tongueOut"] = rig.carry_helper(pack.tongue, _reach_out())
        fine = catmull_clark(len(self._cage), pack.tongue_quads)
        self._matrix: SparseMatrix = fine.matrix
        self.triangles: Triangles = quads_to_triangles(fine.quads)

    def vertices(self, weights: Mapping[str, float]) -> Points:
        """Vertices in a pose."""
        posed = self._cage.copy()
        for name, weight in weights.items():
            if weight and name in self._shapes:
                posed += weight * self._shapes[name]
        fine: Points = self._matrix @ posed
        return fine


def mouth_wall(rig: HeadRig, colour: str) -> Mesh:
    """A dark wall behind the tongue, so that a turned open mouth is never see-through.

    Args:
        rig: the head it stands in.
        colour: of the inside of the mouth.
    """
    across, up = np.meshgrid(np.linspace(-0.30, 0.30, 7), np.linspace(6.20, 6.72, 6))
    depth = 0.80 - 0.25 * (across / 0.3) ** 2
    wall = np.stack([across, up, depth], axis=2).reshape(-1, 3)
    return coloured(
        (rig.warp(wall), grid_triangles(7, 6, closed=False)), linear_rgb(colour) * 0.6
    )


def _reach_out() -> Points:
    """Canonical offsets of the tongue helper: forwards, arched, tip hanging."""
    pack = head_pack()
    depth = pack.vertices[pack.tongue][:, 2:3]
    along = (depth - depth.min()) / np.ptp(depth)
    reach: Points = (
        along**1.5 * np.array([0, -0.02, 0.30])
        + along**4 * np.array([0, -0.20, -0.02])
        + np.sin(np.pi * along) * np.array([0, 0.05, 0])
    )
    return reach


def _upper_arch(helper: Points, plan: TeethPlan) -> _Arch:
    low, high = float(helper[:, 1].min()), float(helper[:, 1].max())
    front = float(helper[:, 2].max()) + plan.shift
    edge = low + (high - low) * plan.shortening
    heights = (high + 0.02 + _GUM_HEIGHT, edge)
    return _arch(helper, plan, front, heights, dark=(0.6, 1.0))


def _lower_arch(helper: Points, plan: TeethPlan) -> _Arch:
    low, high = float(helper[:, 1].min()), float(helper[:, 1].max())
    front = float(helper[:, 2].max()) + plan.shift
    root, edge = high - (high - low) * 0.80, high - (high - low) * 0.34 - 0.02
    return _arch(helper, plan, front - 0.02, (root, edge), dark=(0.35, 0.7))


def _arch(
    helper: Points,
    plan: TeethPlan,
    front: float,
    heights: tuple[float, float],
    dark: tuple[float, float],
) -> _Arch:
    half_width = float(np.abs(helper[:, 0]).max()) * plan.width
    depth = front - float(helper[:, 2].min())
    along = np.linspace(-1, 1, plan.count * _COLUMNS_PER_TOOTH + 1)
    zero = np.zeros_like(along)
    path = np.stack(
        [half_width * along, zero, front - depth * np.abs(along) ** 2.4 * 0.95], axis=1
    )
    tangent = unit(np.gradient(path, axis=0))
    outward = np.stack([-tangent[:, 2], zero, tangent[:, 0]], axis=1)
    tooth = (along + 1) / 2 * plan.count
    from_middle = np.abs((tooth % 1) - 0.5) * 2
    groove = 1 - smooth_step(0.72, 1.0, from_middle)
    light = 1 - smooth_step(*dark, np.abs(along))
    return _Arch(path, outward, groove, light, *heights)


def _row_mesh(arch: _Arch, plan: TeethPlan, gum: float) -> Mesh:
    """Sweep the profile of a tooth along the arch, from root to cutting edge."""
    height = arch.edge - arch.root
    gum_share = gum / -height if gum else -1.0
    points, colours = [], []
    for down in np.linspace(0, 1, _ROWS):
        bulge = 0.035 * np.sin(np.pi * (0.25 + 0.75 * down))
        thinned = bulge - smooth_step(0.8, 1, down) * 0.02
        offset = thinned * (0.4 + 0.6 * arch.groove) - 0.022 * (1 - arch.groove)
        rise = arch.root + height * down * (1 - 0.10 * (1 - arch.groove))
        ring = arch.path + arch.outward * offset[:, None]
        ring[:, 1] += rise
        points.append(ring)
        shade = (0.62 + 0.38 * arch.groove)[:, None]
        if down < gum_share:
            colour = linear_rgb(_GUM_COLOUR) * (0.85 + 0.15 * shade)
        else:
            colour = linear_rgb(plan.colour) * shade
        light = arch.light[:, None]
        colours.append(colour * light + linear_rgb(_DEEP_COLOUR) * (1 - light))
    # the rows run downwards, so that the grid's own triangles look inwards
    triangles = grid_triangles(len(arch.path), _ROWS, closed=False)[:, ::-1]
    return coloured((np.concatenate(points), triangles), np.concatenate(colours))


def _homogeneous(points: Points) -> Floats:
    return np.column_stack([points, np.ones(len(points))])
