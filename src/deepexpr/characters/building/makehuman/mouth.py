"""Inside the mouth: two rows of teeth that stay behind the lips, and the tongue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.flesh import carried_by_flesh, set_in_flesh
from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    coloured,
    grid_triangles,
    quads_to_triangles,
    smooth_step,
    unit,
)
from deepexpr.characters.building.makehuman.head_rig import HeadRig
from deepexpr.characters.building.makehuman.openings import lip_margins
from deepexpr.characters.building.makehuman.pack import head_pack
from deepexpr.characters.building.makehuman.plan import TeethPlan, both_sides
from deepexpr.characters.building.makehuman.subdivision import (
    SparseMatrix,
    catmull_clark,
)
from deepexpr.characters.building.rig_source import Points, Triangles

_COLUMNS_PER_TOOTH = 8
_ROWS = 9
_DOWN_A_TOOTH = np.linspace(0, 1, _ROWS)
"""Position of the rows of vertices, from the root to the cutting edge."""

_GUM_HEIGHT = 0.10
_GUM_COLOUR = "#b5606a"
_DEEP_COLOUR = "#2c0b0e"
"""Colour of the teeth at the back of the mouth, which is dark."""
_TYPICAL_EYE_RADIUS = 0.23
"""The eye radius for which lengths in the mouth were chosen; they grow with it."""

_TONGUE_BACK = 0.05
"""How far behind the base mesh's own tongue ours lies, unless it comes out, to leave
room for the lower teeth."""

_UPPER_HIDDEN, _LOWER_HIDDEN = 0.022, 0.07
"""How far above and below the line of the lips the cutting edges stay at rest."""

_LOWER_BEHIND, _LOWER_HEIGHT = 0.10, 0.07
"""Lower teeth: distance behind lip and chin, and height."""

_RISES: Mapping[str, Mapping[str, float]] = {
    "upper": {"jawOpen": -0.02}
    | both_sides(mouthUpperUp=-0.012, mouthLowerDown=-0.012, mouthSmile=-0.006),
    "lower": {"jawOpen": -0.065} | both_sides(x_fearMouth=-0.01, mouthLowerDown=0.03),
}
"""How far a control raises the edge of each row: lips that are drawn back show more of
both, a jaw that drops shows more of the upper and less of the lower one."""

_RISE_BACKWARDS, _FALL_BACKWARDS = 0.04, 0.08
"""How much further from the lips the last upper and lower teeth end than the first."""

_LOWER_WIDTH = 0.74
"""Width of the lower row, as a share of the upper one."""


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
    """The upper row, fixed to the skull, or the lower row, set in lip and chin.

    No lip pushes teeth about: they stand far enough behind the lips, and so high or
    so low that closed lips cover them. Their pose is the plain sum of their shapes, so
    that every viewer shows it.

    Attributes:
        mesh: at rest.
    """

    def __init__(
        self, rig: HeadRig, row: Literal["upper", "lower"], plan: TeethPlan
    ) -> None:
        """Model a row around the base mesh's own teeth."""
        pack = head_pack()
        helper = rig.helper_mesh(
            pack.upper_teeth if row == "upper" else pack.lower_teeth
        )
        scale = _scale(rig)
        lips = _RestingLips.of(rig)
        if row == "upper":
            arch = _upper_arch(helper, lips, plan, scale)
            self.mesh = _row_mesh(arch, plan, gum=True)
            self._shapes: dict[str, Points] = {}
        else:
            arch = _lower_arch(helper, lips, plan, scale)
            self.mesh = set_in_flesh(
                rig, _row_mesh(arch, plan, gum=False), _LOWER_BEHIND * scale
            )
            self._shapes = carried_by_flesh(rig, self.mesh.vertices)
        for name, rise in _RISES[row].items():
            shape = self._shapes.setdefault(name, np.zeros_like(self.mesh.vertices))
            shape[:, 1] += rise * scale * np.repeat(_DOWN_A_TOOTH, len(shape) // _ROWS)

    def vertices(self, weights: Mapping[str, float]) -> Points:
        """Vertices in a pose."""
        posed = self.mesh.vertices.copy()
        for name, weight in weights.items():
            if weight and name in self._shapes:
                posed += weight * self._shapes[name]
        return posed


class Tongue:
    """The base mesh's tongue, subdivided, with a longer reach."""

    def __init__(self, rig: HeadRig) -> None:
        """Take the tongue in this character's proportions."""
        pack = head_pack()
        back = np.array([0, 0, _TONGUE_BACK * _scale(rig)])
        self._cage = rig.helper_mesh(pack.tongue) - back
        self._shapes = rig.helper_shapes(pack.tongue)
        self._shapes["tongueOut"] = self._shapes["tongueOut"] + back
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


@dataclass(frozen=True, slots=True)
class _RestingLips:
    """Where the lips meet at rest, in the middle of the face.

    Attributes:
        height: of the upper lip's inner margin.
        depth: of the lower lip's inner margin.
    """

    height: float
    depth: float

    @staticmethod
    def of(rig: HeadRig) -> "_RestingLips":
        """The lips of a head."""
        margins, skin = lip_margins(), rig.refine(rig.neutral)
        upper, lower = margins.upper.on(skin), margins.lower.on(skin)
        return _RestingLips(
            height=float(upper[np.abs(upper[:, 0]).argmin(), 1]),
            depth=float(lower[np.abs(lower[:, 0]).argmin(), 2]),
        )


def _upper_arch(
    helper: Points, lips: _RestingLips, plan: TeethPlan, scale: float
) -> _Arch:
    low, high = float(helper[:, 1].min()), float(helper[:, 1].max())
    edge = low + (high - low) * plan.shortening
    edge = max(edge, lips.height + _UPPER_HIDDEN * scale)
    along, path = _path(helper, plan, float(helper[:, 2].max()) + plan.shift)
    path[:, 1] = _RISE_BACKWARDS * scale * along**2
    return _arch(along, path, plan, (high + 0.02 + _GUM_HEIGHT, edge), dark=(0.6, 1.0))


def _lower_arch(
    helper: Points, lips: _RestingLips, plan: TeethPlan, scale: float
) -> _Arch:
    along, path = _path(helper, plan, lips.depth - _LOWER_BEHIND * scale, roundness=2.6)
    path[:, 0] *= _LOWER_WIDTH
    path[:, 1] = -_FALL_BACKWARDS * scale * along**2
    edge = lips.height - _LOWER_HIDDEN * scale
    heights = (edge - _LOWER_HEIGHT * scale, edge)
    return _arch(along, path, plan, heights, dark=(0.25, 0.6))


def _path(
    helper: Points, plan: TeethPlan, front: float, roundness: float = 2.0
) -> tuple[Floats, Points]:
    """Position along a row, -1 to 1, and its path (k, 3) at height 0."""
    half_width = float(np.abs(helper[:, 0]).max()) * plan.width
    depth = front - float(helper[:, 2].min())
    along = np.linspace(-1, 1, plan.count * _COLUMNS_PER_TOOTH + 1)
    zero = np.zeros_like(along)
    path = np.stack(
        [half_width * along, zero, front - depth * np.abs(along) ** roundness * 0.95],
        axis=1,
    )
    return along, path


def _arch(
    along: Floats,
    path: Points,
    plan: TeethPlan,
    heights: tuple[float, float],
    dark: tuple[float, float],
) -> _Arch:
    tangent = unit(np.gradient(path, axis=0))
    outward = np.stack([-tangent[:, 2], 0 * along, tangent[:, 0]], axis=1)
    tooth = (along + 1) / 2 * plan.count
    from_middle = np.abs((tooth % 1) - 0.5) * 2
    groove = 1 - smooth_step(0.72, 1.0, from_middle)
    light = 1 - smooth_step(*dark, np.abs(along))
    return _Arch(path, unit(outward), groove, light, *heights)


def _row_mesh(arch: _Arch, plan: TeethPlan, *, gum: bool) -> Mesh:
    """Sweep the profile of a tooth along the arch, from root to cutting edge."""
    height = arch.edge - arch.root
    gum_share = _GUM_HEIGHT / -height if gum else -1.0
    points, colours = [], []
    for down in _DOWN_A_TOOTH:
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
    # where rows run downwards, the grid's own triangles look inwards
    triangles = grid_triangles(len(arch.path), _ROWS, closed=False)
    if height < 0:
        triangles = triangles[:, ::-1]
    return coloured((np.concatenate(points), triangles), np.concatenate(colours))


def _scale(rig: HeadRig) -> float:
    """What lengths in the mouth are multiplied by."""
    return rig.eye_radius / _TYPICAL_EYE_RADIUS
