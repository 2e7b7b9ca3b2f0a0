"""Lid lines and lashes: tubes along the upper lid margins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Tube,
    even_shares,
    relax_path,
    smooth_step,
    tube,
    turned,
    unit,
)
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.openings import LidMargins
from deepexpr.characters.building.makehuman.plan import LashPlan
from deepexpr.characters.building.makehuman.surface import FrontView
from deepexpr.characters.building.rig_source import Points, Triangles

_LINE_POINTS = 17
_LINE_SIDES = 6
_LASH_SIDES = 4
_LASH_PROFILE = np.array([1, 0.92, 0.75, 0.55, 0.3, 0.04]) * 0.055
"""Half width of a lash from root to tip, in eye radii."""

_LASH_TURNING = 2.0
"""How much further than the lid a lash turns, so that it hangs from a shut eye."""

_WING_POINTS = 3
_WING_CLEARANCE = 0.03
"""Points of the line that leave the lid, and their distance from the skin in radii."""

_SHOWN = 0.02
"""How far the line of a shut eye stands out of the skin, in eye radii."""

_MOST_LIFT = 0.1
"""How far it is moved for that at most, in eye radii."""

_CORNER_POINTS = 2
"""Points of the line that may vanish in the inner corner."""

_REACH = 3.0
"""How far around an eye its skin is looked at, in eye radii."""

_FORWARDS = 0.45
"""How much lashes turn forwards as an eye opens wide, out of the way of the fold."""

_UNDER_FOLD = 0.45
"""Radians that an innermost lash would turn forwards about its root below a lowered
brow, whose fold would cut it; the outermost one stays."""

_WIDEST = 0.5
"""How much wider than at rest an eye still turns its line, as a share."""


class Lashes:
    """The lid lines and lashes of both eyes.

    The root of each vertex is a fixed mean of points of the upper margin, so that a sum
    of morph targets carries it exactly as it carries the skin.

    Attributes:
        triangles: (m, 3), left eye first.
    """

    def __init__(
        self,
        rig: HeadRig,
        margins: dict[str, LidMargins],
        shut: Points,
        plan: LashPlan,
    ) -> None:
        """Bind lashes to the lid margins.

        Args:
            rig: the head.
            margins: of the neutral lids, by side.
            shut: (n', 3) the fine skin with both eyes shut.
            plan: what they look like.
        """
        self._radius, self._plan = rig.eye_radius, plan
        self._skin_triangles = rig.canonical.triangles
        skins = rig.refine(rig.neutral), shut
        self._eyes = [
            self._bound(skins, margins[side], (rig.eye_centres[side], sign))
            for side, sign in SIDES
        ]
        first, second = (eye.triangles for eye in self._eyes)
        self.triangles: Triangles = np.concatenate(
            [first, second + len(self._eyes[0].offsets)]
        )

    def vertices(self, skin: Points, weights: Mapping[str, float]) -> Points:
        """Vertices on the posed fine skin (n', 3) for the control weights behind it."""
        folds = [weights.get("browDown" + side, 0.0) for side, _ in SIDES]
        return np.concatenate(
            [
                eye.vertices(skin, fold)
                for eye, fold in zip(self._eyes, folds, strict=True)
            ]
        )

    def _bound(
        self,
        skins: tuple[Points, Points],
        margins: LidMargins,
        eye: tuple[Floats, int],
    ) -> "_BoundLashes":
        (skin, shut), (centre, _) = skins, eye
        open_margin, shut_margin = margins.upper.on(skin), margins.upper.on(shut)
        along = even_shares(open_margin, _LINE_POINTS)
        again = even_shares(relax_path(along @ open_margin, 3), _LINE_POINTS)
        stations = again @ relax_path(along, 3)
        tubes, places = self._tubes(stations @ open_margin, eye, skin)
        starts = np.cumsum([0, *(len(piece.vertices) for piece in tubes)])
        of_lashes = np.arange(starts[-1]) >= starts[1]
        before = np.minimum(places.astype(np.int64), _LINE_POINTS - 2)
        share = (places - before)[:, None]
        of_upper = stations[before] * (1 - share) + stations[before + 1] * share
        opposite = even_shares(margins.lower.on(skin), _LINE_POINTS)
        of_lower = opposite[before] * (1 - share) + opposite[before + 1] * share
        root = of_upper @ open_margin
        bases = np.concatenate([_base(piece) for piece in tubes]) - root
        from_eye = root - centre
        way = np.linalg.norm(of_upper @ shut_margin - root, axis=1)
        angle = way / np.linalg.norm(from_eye, axis=1)
        bound = _BoundLashes(
            margins=margins,
            centre=centre,
            of_upper=of_upper,
            of_lower=of_lower,
            opening=(root - of_lower @ margins.lower.on(skin))[:, 1],
            offsets=np.concatenate([piece.vertices for piece in tubes]) - root,
            bases=bases,
            across=unit(np.cross([0.0, 1.0, 0.0], from_eye)),
            turn=angle * np.where(of_lashes, _LASH_TURNING, 1.0),
            forwards=_UNDER_FOLD * of_lashes * (1 - places / (_LINE_POINTS - 1)) ** 0.5,
            late=of_lashes,
            lift=np.zeros(len(root)),
            triangles=np.concatenate(
                [
                    piece.triangles + start
                    for piece, start in zip(tubes, starts, strict=False)
                ]
            ),
        )
        buried = self._buried(bound.vertices(shut)[: starts[1]], shut, centre)
        lift = np.interp(places, np.arange(_LINE_POINTS), buried)
        return replace(bound, lift=lift)

    def _buried(self, line: Points, skin: Points, centre: Floats) -> Floats:
        """How far each point of a shut eye's line must come out of the skin, (17,)."""
        radius = self._radius
        near = np.linalg.norm(skin - centre, axis=1) < _REACH * radius
        near &= skin[:, 2] > centre[2]
        triangles = self._skin_triangles
        view = FrontView(skin, triangles[near[triangles].all(axis=1)])
        rings = line.reshape(_LINE_POINTS, _LINE_SIDES, 3)
        front = rings[np.arange(_LINE_POINTS), rings[..., 2].argmax(axis=1)]
        depth = view.points_at(front[:, :2]).on(skin)[:, 2] - front[:, 2]
        wanted = np.clip(depth + _SHOWN * radius, 0, _MOST_LIFT * radius)
        wanted[:_CORNER_POINTS] = 0.0
        padded = np.pad(wanted, 1, mode="edge")
        smooth = np.convolve(padded, (0.25, 0.5, 0.25), "valid")
        start = smooth_step(0, 2 * _CORNER_POINTS, np.arange(_LINE_POINTS))
        buried: Floats = np.maximum(wanted, smooth) * start
        return buried

    def _tubes(
        self, margin: Points, eye: tuple[Floats, int], skin: Points
    ) -> tuple[list[Tube], Floats]:
        """Line and lashes at rest, and the place of each vertex along the line."""
        radius = self._radius
        centre, sign = eye
        from_eye = margin - centre
        normals = unit(from_eye)
        distance = np.linalg.norm(from_eye, axis=1, keepdims=True)
        line = centre + normals * np.maximum(distance + radius * 0.025, radius * 1.10)
        outwards = unit(margin[-1] - margin[-3]) + np.array([0, 0.45, 0])
        wing = self._plan.wing * radius
        line[-1] += outwards * wing
        line[-2] += outwards * wing * 0.45
        if wing > 0:
            line = _outside(line, skin, centre, radius * _WING_CLEARANCE)
        width = self._line_width() * 0.62
        tubes = [tube(line, normals, (width, width), sides=_LINE_SIDES, underside=1.0)]
        places = [np.repeat(np.arange(_LINE_POINTS, dtype=float), _LINE_SIDES)]
        for number in range(self._plan.count):
            along = 0.30 + 0.68 * number / max(self._plan.count - 1, 1)
            lash = self._lash(along, line, normals, sign)
            tubes.append(lash)
            places.append(np.full(len(lash.vertices), along * (_LINE_POINTS - 1)))
        return tubes, np.concatenate(places)

    def _line_width(self) -> Floats:
        along = np.linspace(0, 1, _LINE_POINTS)
        swell = np.sin(np.pi * np.clip(along * 0.93 + 0.07, 0, 1)) ** 0.7
        inner = np.where(along > 0.5, 1.0, 0.55 + 0.9 * along)
        width: Floats = self._plan.liner * self._radius * (0.35 + 0.65 * swell) * inner
        return width

    def _lash(self, along: float, line: Points, normals: Points, sign: int) -> Tube:
        radius = self._radius
        position = along * (_LINE_POINTS - 1)
        before = int(min(position, _LINE_POINTS - 2))
        share = position - before
        root = line[before] * (1 - share) + line[before + 1] * share
        length = self._plan.length * radius * (0.55 + 0.6 * along)
        fan = np.array([sign * (along - 0.45) * 1.5, 0.64, 0])
        run = np.linspace(0, 1, len(_LASH_PROFILE))[:, None]
        path = root + length * 0.75 * (normals[before] * run + fan * run**1.6)
        facing = unit(np.cross(np.array([1.0, 0, 0]), path[-1] - path[0]))
        width = _LASH_PROFILE * radius
        return tube(
            path,
            np.tile(facing, (len(path), 1)),
            (width, width),
            sides=_LASH_SIDES,
            underside=1.0,
        )


@dataclass(frozen=True, slots=True)
class _BoundLashes:
    """Line and lashes of one eye, hung on its upper margin.

    Attributes:
        margins: k points of each lid.
        centre: (3,) of the eye.
        of_upper: (n, k) weights of each vertex' root on the upper margin.
        of_lower: (n, k) weights of the point of the lower margin that it meets.
        opening: (n,) height of the root above that point at rest.
        offsets: (n, 3) of the vertices from their roots at rest.
        bases: (n, 3) of the lower ends of their lashes from these roots.
        across: (n, 3) axes about which the offsets turn as the eye shuts.
        turn: (n,) radians by which they have turned when it is shut.
        forwards: (n,) radians of a turn about their bases below a lowered brow.
        late: (n,) whether a vertex turns only when the lids have nearly met.
        lift: (n,) way from the eye's centre by which it leaves the skin of a shut eye.
        triangles: (m, 3).
    """

    margins: LidMargins
    centre: Floats
    of_upper: Floats
    of_lower: Floats
    opening: Floats
    offsets: Points
    bases: Points
    across: Floats
    turn: Floats
    forwards: Floats
    late: NDArray[np.bool_]
    lift: Floats
    triangles: Triangles

    def vertices(self, skin: Points, fold: float = 0.0) -> Points:
        """Vertices (n, 3) on the posed fine skin under a brow that is lowered."""
        root = self.of_upper @ self.margins.upper.on(skin)
        below = self.of_lower @ self.margins.lower.on(skin)
        closed = self.opening - (root - below)[:, 1]
        shut = float(closed @ self.opening / (self.opening @ self.opening))
        shut = min(max(shut, -_WIDEST), 1.1)
        late = shut**2 if shut > 0 else -_FORWARDS * shut
        angle = self.turn * np.where(self.late, late, shut)
        lashes = self.offsets - self.bases
        lashes = turned(lashes, self.across, self.forwards * max(fold, 0.0))
        hung = turned(self.bases + lashes, self.across, angle)
        lift = self.lift * max(shut, 0.0) ** 2
        carried: Points = root + hung + unit(root - self.centre) * lift[:, None]
        return carried


def _base(lash: Tube) -> Points:
    """The middle of a lash's first ring, once for each of its vertices."""
    middle = lash.vertices[:_LASH_SIDES].mean(axis=0)
    return np.tile(middle, (len(lash.vertices), 1))


def _outside(line: Points, skin: Points, centre: Floats, clearance: float) -> Points:
    """The line with its outer end pushed from the eye's centre out of the skin."""
    from_eye, of_skin = line - centre, skin - centre
    front = of_skin[:, 2] > 0
    distance = np.linalg.norm(of_skin[front], axis=1)
    tree = cKDTree(unit(of_skin[front]))
    _, nearest = tree.query(unit(from_eye[-_WING_POINTS:]), 4)
    least = distance[nearest].mean(axis=1) + clearance
    moved = line.copy()
    lengths = np.linalg.norm(from_eye[-_WING_POINTS:], axis=1)
    stretch = np.maximum(least / lengths, 1)
    moved[-_WING_POINTS:] = centre + from_eye[-_WING_POINTS:] * stretch[:, None]
    return moved
