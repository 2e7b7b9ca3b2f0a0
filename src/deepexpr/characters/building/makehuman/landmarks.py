"""The 49 landmarks as points of the mesh, marked once on the canonical head.

Nose and lip border are cage vertices, eyes the lid margins, brows the brows' own centre
lines; so they are exact on every character and in every pose.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.makehuman.brows import Brows
from deepexpr.characters.building.makehuman.canonical import (
    canonical_head,
    lip_motion,
)
from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.makehuman.openings import LidMargins, lip_margins
from deepexpr.characters.building.makehuman.pack import head_pack, target
from deepexpr.characters.building.makehuman.surface import SurfacePoints
from deepexpr.characters.building.rig_source import VertexWeights

_BROW_SHARES = (0.03, 0.27, 0.5, 0.73, 0.94)
_BRIDGE_HEIGHTS = (7.27, 7.15, 7.03, 6.915)
_NOSE_BASE = (
    (-0.165, 6.83, 1.42), (-0.09, 6.80, 1.50), (0, 6.785, 1.555),
)  # fmt: skip
_UPPER_LIP_SHARES = (-0.60, -0.22, 0.0)
_LOWER_LIP_SHARES = (0.60, 0.25, 0.0)
"""Sideways positions on the lip border, in half mouth widths; the rest is mirrored."""


def face_landmarks(
    brows: Brows, brows_start: int, margins: dict[str, LidMargins]
) -> tuple[VertexWeights, ...]:
    """All landmarks in the order of `deepexpr.core.landmarks`.

    Args:
        brows: the character's brows.
        brows_start: number of their first vertex in the rig; the skin starts at 0.
        margins: the character's lid margins by side.
    """
    right = [brows.centre_line("Right", share) for share in reversed(_BROW_SHARES)]
    left = [brows.centre_line("Left", share) for share in _BROW_SHARES]
    moved = [
        tuple((vertex + brows_start, weight) for vertex, weight in point)
        for point in (*right, *left)
    ]
    vertices = _nose_bridge() + _nose_base()
    return (
        *moved,
        *(_at(vertex) for vertex in vertices),
        *_eye(margins["Right"], right=True),
        *_eye(margins["Left"], right=False),
        *_mouth(),
    )


def _at(vertex: int) -> VertexWeights:
    return ((vertex, 1.0),)


def _eye(margins: LidMargins, *, right: bool) -> list[VertexWeights]:
    """Corner, two upper, corner, two lower; from the right to the left and back."""
    inner, outer = (_corner(margins, at) for at in (0, -1))
    upper = [_along(margins.upper, share) for share in (0.34, 0.66)]
    lower = [_along(margins.lower, share) for share in (0.34, 0.66)]
    if right:
        return [outer, upper[1], upper[0], inner, lower[0], lower[1]]
    return [inner, upper[0], upper[1], outer, lower[1], lower[0]]


def _corner(margins: LidMargins, at: int) -> VertexWeights:
    """Middle between the ends of the two margins."""
    return tuple(
        (vertex, weight / 2)
        for margin in (margins.upper, margins.lower)
        for vertex, weight in margin.vertex_weights(at)
    )


def _along(margin: SurfacePoints, share: float) -> VertexWeights:
    return margin.vertex_weights(round(share * (len(margin.corners) - 1)))


def _mouth() -> list[VertexWeights]:
    """Outer border from the right corner over the top, then the inner margin."""
    lips = lip_margins()
    upper, lower = _lip_borders()
    return [
        lips.corners.vertex_weights(0),
        *(_at(vertex) for vertex in upper),
        lips.corners.vertex_weights(1),
        *(_at(vertex) for vertex in lower),
        *(lips.inner.vertex_weights(at) for at in range(6)),
    ]


@cache
def _nose_bridge() -> list[int]:
    cage, visible = canonical_head().cage, _visible_front()
    seen = cage[visible]
    return [
        int(visible[np.argmin(9 * seen[:, 0] ** 2 + (seen[:, 1] - height) ** 2)])
        for height in _BRIDGE_HEIGHTS
    ]


@cache
def _nose_base() -> list[int]:
    """Five points below the nose, the subject's right ones first."""
    cage, visible = canonical_head().cage, _visible_front()
    right = [
        int(visible[np.argmin(((cage[visible] - point) ** 2).sum(axis=1))])
        for point in _NOSE_BASE
    ]
    return _with_mirror(right)


@cache
def _lip_borders() -> tuple[list[int], list[int]]:
    """Upper border from the right, lower border from the left."""
    head = canonical_head()
    cage, outside = head.cage, (head.visibility > 0.06) & (head.cage[:, 2] > 1.3)
    corner = lip_margins().corners.on(head.fine)[0]
    half_width = abs(float(corner[0]))
    follows_jaw = target("faceunit/jawOpen")[head_pack().head][:, 1] < -0.09
    upper = np.flatnonzero((lip_motion("upper") > 0.16) & outside)
    lower = np.flatnonzero((lip_motion("lower") > 0.16) & outside & follows_jaw)

    def border(
        lip: NDArray[np.int64],
        shares: Sequence[float],
        extreme: Callable[[Floats], np.intp],
    ) -> list[int]:
        found = []
        for share in shares:
            column = lip[np.abs(cage[lip, 0] - share * half_width) < 0.026]
            found.append(int(column[extreme(cage[column, 1])]))
        return _with_mirror(found)

    return (
        border(upper, _UPPER_LIP_SHARES, np.argmax),
        border(lower, _LOWER_LIP_SHARES, np.argmin),
    )


def _visible_front() -> NDArray[np.int64]:
    head = canonical_head()
    return np.flatnonzero((head.visibility > 0.06) & (head.cage[:, 2] > 1.0))


def _with_mirror(vertices: list[int]) -> list[int]:
    """Vertices up to the midline, then the mirror images of the others."""
    cage = canonical_head().cage
    mirrored = [
        int(np.argmin(((cage - cage[vertex] * [-1, 1, 1]) ** 2).sum(axis=1)))
        for vertex in reversed(vertices[:-1])
    ]
    return vertices + mirrored
