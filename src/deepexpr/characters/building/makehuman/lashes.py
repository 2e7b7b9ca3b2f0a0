"""Lid lines and lashes: tubes along the upper lid margins."""

import numpy as np

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Tube,
    relax_path,
    resample,
    tube,
    unit,
)
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.openings import LidMargins
from deepexpr.characters.building.makehuman.plan import LashPlan
from deepexpr.characters.building.rig_source import Points, Triangles

_LINE_POINTS = 17
_LASH_PROFILE = np.array([1, 0.92, 0.75, 0.55, 0.3, 0.04]) * 0.055
"""Half width of a lash from root to tip, in eye radii."""


class Lashes:
    """The lid lines and lashes of both eyes.

    Attributes:
        triangles: (m, 3), left eye first.
    """

    def __init__(
        self, rig: HeadRig, margins: dict[str, LidMargins], plan: LashPlan
    ) -> None:
        """Bind lashes to the lid margins."""
        self._rig, self._margins, self._plan = rig, margins, plan
        pieces: list[Triangles] = []
        start = 0
        for side, sign in SIDES:
            for piece in self._tubes(rig.refine(rig.neutral), side, sign):
                pieces.append(piece.triangles + start)
                start += len(piece.vertices)
        self.triangles: Triangles = np.concatenate(pieces)

    def vertices(self, skin: Points) -> Points:
        """Vertices on the posed fine skin (n', 3)."""
        return np.concatenate(
            [
                piece.vertices
                for side, sign in SIDES
                for piece in self._tubes(skin, side, sign)
            ]
        )

    def _tubes(self, skin: Points, side: str, sign: int) -> list[Tube]:
        radius, centre = self._rig.eye_radius, self._rig.eye_centres[side]
        margin = resample(self._margins[side].upper.on(skin), _LINE_POINTS)
        margin = resample(relax_path(margin, 3), _LINE_POINTS)
        from_eye = margin - centre
        normals = unit(from_eye)
        distance = np.linalg.norm(from_eye, axis=1, keepdims=True)
        line = centre + normals * np.maximum(distance + radius * 0.025, radius * 1.10)
        outwards = unit(margin[-1] - margin[-3]) + np.array([0, 0.45, 0])
        wing = self._plan.wing * radius
        line[-1] += outwards * wing
        line[-2] += outwards * wing * 0.45
        width = self._line_width() * 0.62
        tubes = [tube(line, normals, (width, width), sides=6, underside=1.0)]
        tubes += [
            self._lash(number, line, normals, sign)
            for number in range(self._plan.count)
        ]
        return tubes

    def _line_width(self) -> Floats:
        along = np.linspace(0, 1, _LINE_POINTS)
        swell = np.sin(np.pi * np.clip(along * 0.93 + 0.07, 0, 1)) ** 0.7
        inner = np.where(along > 0.5, 1.0, 0.55 + 0.9 * along)
        width: Floats = (
            self._plan.liner * self._rig.eye_radius * (0.35 + 0.65 * swell) * inner
        )
        return width

    def _lash(self, number: int, line: Points, normals: Points, sign: int) -> Tube:
        radius = self._rig.eye_radius
        along = 0.30 + 0.68 * number / max(self._plan.count - 1, 1)
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
            sides=4,
            underside=1.0,
        )
