"""Contours of eye and mouth openings, found by looking at the face from the front."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from deepexpr.characters.building.makehuman.canonical import canonical_head
from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.pack import head_pack, target
from deepexpr.characters.building.makehuman.rasterising import TriangleMap
from deepexpr.characters.building.makehuman.surface import Corner, SurfacePoints
from deepexpr.characters.building.rig_source import Points, Triangles

_EYE_PICTURE_PX = 500
_MOUTH_PICTURE_PX = 900
_MARGIN_POINTS = 25
_REACH_PX = 12
"""How far from an opening's rim its first covered pixel is looked for."""


@dataclass(frozen=True, slots=True)
class LidMargins:
    """Margins of one eye's lids at rest, each from the inner to the outer corner."""

    upper: SurfacePoints
    lower: SurfacePoints


@dataclass(frozen=True, slots=True)
class LipMargins:
    """Inner margins of the lips on the canonical head, from the right to the left.

    Attributes:
        upper: along the upper lip.
        lower: along the lower lip.
        corners: right and left corner.
        inner: six landmarks: upper right, middle, left, lower left, middle, right.
    """

    upper: SurfacePoints
    lower: SurfacePoints
    corners: SurfacePoints
    inner: SurfacePoints


@dataclass(frozen=True, slots=True)
class _Opening:
    """A hole in a picture of the face.

    Attributes:
        picture: the triangles around it.
        triangles: (m, 3) those triangles.
        rows: row of each pixel of the hole.
        columns: column of each.
    """

    picture: TriangleMap
    triangles: Triangles
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]

    @property
    def left(self) -> int:
        """First column of the hole."""
        return int(self.columns.min())

    @property
    def right(self) -> int:
        """Last column of the hole."""
        return int(self.columns.max())

    def rows_at(self, column: int) -> NDArray[np.int64]:
        """Rows of the hole in one column."""
        found: NDArray[np.int64] = self.rows[self.columns == column]
        return found

    def rim(self, share: float, towards: int) -> Corner | None:
        """Surface point just above (1) or below (-1) the hole.

        Args:
            share: position along the hole's width.
            towards: 1 for larger rows, -1 for smaller ones.

        Returns:
            None if no triangle lies within reach.
        """
        column = round(self.left + (self.right - self.left) * share)
        rows = self.rows_at(column)
        if len(rows) == 0:
            return None
        start = int(rows.max()) + 2 if towards > 0 else int(rows.min()) - 2
        last = len(self.picture.triangle) - 2
        return self._first_covered(min(max(start, 1), last), column, (towards, 0))

    def side(self, towards: int) -> Corner | None:
        """Surface point just beyond the hole's right (1) or left (-1) end."""
        column = self.right if towards > 0 else self.left
        row = int(np.median(self.rows_at(column)))
        return self._first_covered(row, column + 4 * towards, (0, towards), 20)

    def _first_covered(
        self, row: int, column: int, step: tuple[int, int], reach: int = _REACH_PX
    ) -> Corner | None:
        for _ in range(reach + 1):
            number = self.picture.triangle[row, column]
            if number >= 0:
                weights = self.picture.weights(row, column)
                return self.triangles[number], weights
            row, column = row + step[0], column + step[1]
        return None


def lid_margins(rig: HeadRig, skin: Points) -> dict[str, LidMargins]:
    """Lid margins by side on the fine neutral skin (n', 3)."""
    return {side: _lid_margins_of(rig, skin, (side, sign)) for side, sign in SIDES}


def _lid_margins_of(rig: HeadRig, skin: Points, side: tuple[str, int]) -> LidMargins:
    name, sign = side
    size, radius, centre = _EYE_PICTURE_PX, rig.eye_radius, rig.eye_centres[name]
    scale = size / (4.2 * radius)
    from_eye = skin - centre
    screen = from_eye * [sign * scale, scale, 1] + [size / 2, size / 2, 1.0]
    screen[:, 2] = np.maximum(screen[:, 2], 1e-3)
    middles = from_eye[rig.canonical.triangles].mean(axis=1)
    near = (np.linalg.norm(middles[:, :2], axis=1) < 3 * radius) & (middles[:, 2] > 0)
    triangles = rig.canonical.triangles[near]
    picture = TriangleMap(screen.astype(np.float32), triangles, size)

    row, column = np.mgrid[0:size, 0:size]
    across, up = (column - size / 2) / scale, (row - size / 2) / scale
    room = radius * radius - across**2 - up**2
    ball = np.where(room > 0, np.sqrt(np.clip(room, 0, None)) + 1.0, -9.0)
    covered = (picture.triangle >= 0) & (picture.nearness > ball)
    regions, _ = label(~covered)
    rows, columns = np.nonzero(regions == regions[size // 2, size // 2])
    opening = _Opening(picture, triangles, rows, columns)

    # denser towards the corners, where the margin curves
    shares = (1 - np.cos(np.pi * np.linspace(0, 1, _MARGIN_POINTS))) / 2
    return LidMargins(
        upper=_rim_points(opening, shares, 1), lower=_rim_points(opening, shares, -1)
    )


def _rim_points(opening: _Opening, shares: Floats, towards: int) -> SurfacePoints:
    found = (opening.rim(share, towards) for share in shares)
    return SurfacePoints.of(corner for corner in found if corner is not None)


@cache
def lip_margins() -> LipMargins:
    """Lip margins, found once: a mouth wide open shows where the lips end."""
    head = canonical_head()
    opened = head.refine(_open_mouth())
    middles = opened[head.triangles].mean(axis=1)
    near = (
        (head.fine_visibility[head.triangles].max(axis=1) > 0.055)
        & (np.abs(middles[:, 0]) < 0.6)
        & (np.abs(middles[:, 1] - 6.5) < 0.5)
        & (middles[:, 2] > 0.8)
    )
    triangles = head.triangles[near]
    size = _MOUTH_PICTURE_PX
    scale = size / 1.1
    screen = (opened - [0, 6.5, 0]) * [scale, scale, 1] + [size / 2, size / 2, 0]
    picture = TriangleMap(screen.astype(np.float32), triangles, size)
    regions, _ = label(picture.triangle < 0)
    pixels = np.bincount(regions[300:600, 400:500].ravel())
    pixels[0] = 0
    rows, columns = np.nonzero(regions == pixels.argmax())
    opening = _Opening(picture, triangles, rows, columns)

    along = np.linspace(0.03, 0.97, 13)
    sides = [opening.side(-1), opening.side(1)]
    upper_inner = _rim_points(opening, np.array([0.24, 0.5, 0.76]), 1)
    lower_inner = _rim_points(opening, np.array([0.76, 0.5, 0.24]), -1)
    return LipMargins(
        upper=_rim_points(opening, along, 1),
        lower=_rim_points(opening, along, -1),
        corners=SurfacePoints.of(corner for corner in sides if corner is not None),
        inner=SurfacePoints(
            np.concatenate([upper_inner.corners, lower_inner.corners]),
            np.concatenate([upper_inner.weights, lower_inner.weights]),
        ),
    )


def _open_mouth() -> Points:
    head, rows = canonical_head(), head_pack().head
    lips = sum(
        target(f"faceunit/{name}{side}")[rows]
        for name in ("mouthLowerDown", "mouthUpperUp")
        for side, _ in SIDES
    )
    opened: Points = head.cage + 0.7 * target("faceunit/jawOpen")[rows] + 0.3 * lips
    return opened
