"""Leaving out triangles that no camera in front of the character ever sees.

The mesh is drawn from many directions, at rest and in the key poses; triangles that
never reach a pixel (scalp under hair, the back of the mouth, the inside of clumps) go.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.geometry import Floats, direction, unit
from deepexpr.characters.building.makehuman.rasterising import TriangleMap
from deepexpr.characters.building.rig_source import (
    EyeSource,
    Points,
    RigPart,
    Triangles,
)

_PICTURE_SIZE_PX = 800
_YAWS_DEG = (-75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 75)
_PITCHES_DEG = (-30, 0, 20, 45)
_POSE_YAWS_DEG = (-40, 0, 40)
_POSE_PITCHES_DEG = (-20, 15)
_FEWEST_TRIANGLES = 600
"""Parts below this size are not worth cutting."""

_RINGS = 2
"""Rings of triangles kept about what was seen of a part that moves."""

Posed = Callable[[Mapping[str, float]], Points]
"""Vertices of a rig for control weights."""


def without_hidden(
    parts: Sequence[RigPart],
    eyes: Sequence[EyeSource],
    head_weights: Floats,
    posed: Posed,
    poses: Sequence[Mapping[str, float]],
) -> list[RigPart]:
    """The same parts with the triangles that can be seen.

    Parts that do not turn with the head (clothes) are left whole and hide nothing;
    small parts are left whole too.

    Args:
        parts: all parts of a rig.
        eyes: its eyes, which hide what is behind them.
        head_weights: (n,) share of the head's motion.
        posed: the rig's vertices for control weights.
        poses: control weights of poses in which it will be seen.
    """
    turning = [part for part in parts if head_weights[part.start : part.stop].any()]
    neutral = posed({})
    seen = _Seen(turning, eyes, len(neutral))
    for view in _views(_YAWS_DEG, _PITCHES_DEG):
        seen.look(neutral, view)
    seen.forget_hidden([part.name for part in turning if not part.moving])
    views = cycle(_views(_POSE_YAWS_DEG, _POSE_PITCHES_DEG))
    for weights in poses:
        seen.look(posed(weights), next(views))
    return [_kept(part, seen) for part in parts]


class _Seen:
    """Which triangles have reached a pixel so far."""

    def __init__(
        self, parts: Sequence[RigPart], eyes: Sequence[EyeSource], count: int
    ) -> None:
        self._eyes = np.concatenate(
            [eye.centre + (eye.radii * eye.directions) @ eye.axes.T for eye in eyes]
        )
        triangles = [part.triangles + part.start for part in parts]
        for eye in eyes:
            triangles.append(eye.triangles + count)
            count += len(eye.directions)
        self._triangles: Triangles = np.concatenate(triangles)
        self._drawn = np.arange(len(self._triangles))
        self._visible = np.zeros(len(self._triangles), bool)
        ends = np.cumsum([len(part.triangles) for part in parts])
        self._ranges = {
            part.name: slice(int(end) - len(part.triangles), int(end))
            for part, end in zip(parts, ends, strict=True)
        }

    def look(self, vertices: Points, axes: Floats) -> None:
        """Draw the rig from one direction and remember what shows."""
        everything = np.concatenate([vertices, self._eyes])
        low, high = vertices.min(axis=0), vertices.max(axis=0)
        radius = float(np.linalg.norm(high - low)) / 2
        screen = (everything - (low + high) / 2) @ axes.T
        screen[:, :2] = (screen[:, :2] / radius + 1) * _PICTURE_SIZE_PX / 2
        screen[:, 2] += 2 * radius
        picture = TriangleMap(
            screen.astype(np.float32), self._triangles[self._drawn], _PICTURE_SIZE_PX
        )
        shown = picture.triangle[picture.triangle >= 0]
        self._visible[self._drawn[shown]] = True

    def forget_hidden(self, names: Sequence[str]) -> None:
        """Draw no longer what was hidden so far in parts that do not move."""
        needed = np.ones(len(self._triangles), bool)
        for name in names:
            rows = self._ranges[name]
            needed[rows] = self._visible[rows]
        self._drawn = np.flatnonzero(needed)

    def of(self, part: RigPart) -> NDArray[np.bool_] | None:
        """Visibility (m,) of a part's triangles, None if it was not drawn."""
        rows = self._ranges.get(part.name)
        return None if rows is None else self._visible[rows]


def _kept(part: RigPart, seen: _Seen) -> RigPart:
    visible = seen.of(part)
    if visible is None or len(visible) < _FEWEST_TRIANGLES:
        return part
    if part.moving:
        # other poses and head turns show more, the inside of the cheeks above all
        for _ in range(_RINGS):
            vertices = np.zeros(part.stop - part.start, bool)
            vertices[part.triangles[visible]] = True
            visible = vertices[part.triangles].sum(axis=1) >= 1
    return replace(part, triangles=part.triangles[visible])


def _views(yaws: Sequence[int], pitches: Sequence[int]) -> Iterator[Floats]:
    """Rows (3, 3) of each view: right, up, towards the camera."""
    for pitch in pitches:
        for yaw in yaws:
            towards = direction(np.radians(yaw), np.radians(pitch))
            right = unit(np.cross([0, 1, 0], towards))
            yield np.stack([right, np.cross(towards, right), towards])
