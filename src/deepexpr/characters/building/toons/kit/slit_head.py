"""A closed head with a slit for a mouth: face rings outside, mouth bag inside.

The vertices are numbered ring by ring: the mouth bag from its bottom to the lip line,
the face from the lip line to the back of the head, then one vertex at the bottom of the
bag and one at the back of the head.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepexpr.characters.building.toons.kit.meshes import grid_triangles, outward
from deepexpr.characters.building.toons.kit.mouth_grid import MouthGridSpec, mouth_grid
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    IntArray,
    smooth_step,
    unit,
    vector,
)

LipCurve: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""Position along the lip in [-1, 1] (1 is the left corner) to (x, y) displacement."""

_BAG_DEPTHS = np.array([0.05, 0.12, 0.22, 0.36, 0.52, 0.70, 0.86, 0.97])
_BAG_HEIGHTS = np.array([0.10, 0.34, 0.66, 0.90, 1.0, 0.95, 0.72, 0.30])
_REST_LINE_REACH_DEG = 30.0
_STIFF_REACH = 0.4  # logarithm of the radius within which the lips carry the skin


@dataclass(frozen=True, slots=True)
class MouthBag:
    """Shape of the cavity behind the lips.

    Attributes:
        depth: share of the way from the lips to the head's axis that it reaches.
        height: how far its middle rises above and sinks below the lip line.
        narrowing: share of its width that is lost at the bottom.
    """

    depth: float
    height: float
    narrowing: float


class SlitHead:
    """Head mesh on a radial surface, and the means to move its lips.

    Attributes:
        surface: the surface on which the face lies.
        columns: vertices of a ring.
        column_angle: (columns,) polar angle; 0 is the left corner, a quarter turn the
            middle of the upper lip.
        ring_radius: (rings,) radius of the rings in the plane of the grid, from 1.
        along_lip: (columns,) position along the lip, 1 at the left corner, -1 at the
            right one.
        is_upper: (columns,) whether a column leaves the upper lip.
        is_lower: (columns,) the same for the lower lip; corners are neither.
        ring_deg: (rings,) distance of the face rings from the lip line in degrees.
        lip_ring: number of the face ring at the outer rim of the lip.
        bag_rings: how many rings the mouth bag has.
        bag_share: (bag_rings,) depth of the bag's rings, 0 at the lips, bottom first.
        rest_points: (rings, columns, 3) face points on the surface at rest.
        rest_offsets: (rings, columns) radial offsets from the surface at rest.
        half_width: half the width of the mouth.
        vertices: (n, 3) all vertices at rest.
        triangles: (m, 3) vertex numbers.
    """

    def __init__(
        self,
        surface: RadialSurface,
        grid: MouthGridSpec,
        bag: MouthBag,
        lip_depth: float,
        rest_line: LipCurve | None = None,
    ) -> None:
        """Lay the head's grid on a surface.

        Args:
            surface: the face without a mouth.
            grid: the grid lines around the mouth.
            bag: the cavity behind the lips.
            lip_depth: how far the lip line lies below the surface.
            rest_line: displacement of both lips at rest, in half mouth widths.
        """
        lines = mouth_grid(grid)
        self.surface = surface
        self.columns = grid.columns
        self.column_angle = lines.angle
        self.along_lip = np.cos(lines.angle)
        self.is_upper = np.sin(lines.angle) > 1e-9
        self.is_lower = np.sin(lines.angle) < -1e-9
        self.ring_deg, self.lip_ring = lines.ring_deg, lines.lip_ring
        self.ring_radius = lines.ring_radius
        across_lip = np.clip(lines.ring_deg / grid.lip_deg, 0, 1)
        roundness = np.sqrt(np.clip(1 - (1 - across_lip) ** 2, 0, 1))
        self.rest_offsets = np.tile(-lip_depth * (1 - roundness)[:, None], self.columns)
        self.rest_points = surface.at(lines.directions)
        self.half_width = float(np.abs(self.rest_points[0, :, 0]).max())
        if rest_line is not None:
            bent = self.extend(self.lip_displacement(rest_line), _REST_LINE_REACH_DEG)
            self.rest_points = surface.project(self.rest_points + bent)
        self._bag = bag
        self.bag_rings = len(_BAG_DEPTHS)
        self.bag_share = _BAG_DEPTHS[::-1]
        mouth_height = self.rest_points[0].mean(axis=0)[1]
        self._bag_axis = surface.centre + vector(0, mouth_height - surface.centre[1], 0)
        self.vertices = self.assemble(self.rest_points, self.rest_offsets)
        self.triangles = outward(self.vertices, self._closed_triangles())

    @property
    def upper_lip_middle(self) -> FloatArray:
        """(3,) surface point in the middle of the upper lip."""
        return np.asarray(self.rest_points[0, self.columns // 4])

    @property
    def is_bag(self) -> NDArray[np.bool_]:
        """(n,) whether a vertex belongs to the mouth bag."""
        return self.per_vertex(1.0, 0.0) > 0.5

    @property
    def bag_openness(self) -> FloatArray:
        """(n,) 1 near the lip line, 0 at the bottom of the bag and outside it."""
        return self.per_vertex(1 - self.bag_share[:, None], 0.0)

    @property
    def lip_distance_deg(self) -> FloatArray:
        """(n,) distance from the lip line in degrees; 0 in the bag."""
        return self.per_vertex(0.0, self.ring_deg[:, None])

    def vertex_number(self, ring: int, column: int) -> int:
        """Number of the vertex of a face ring (0 is the lip line) and column."""
        return (self.bag_rings + ring) * self.columns + column % self.columns

    def assemble(self, points: FloatArray, offsets: FloatArray) -> FloatArray:
        """All vertices (n, 3) of the head for moved face points.

        Args:
            points: (rings, columns, 3) points on the surface.
            offsets: (rings, columns) radial offsets from the surface.
        """
        face = self._lifted(points, offsets)
        rest_lip = self._lifted(self.rest_points[0], self.rest_offsets[0])
        bag = self._bag_points(rest_lip, face[0] - rest_lip)
        bottom = bag[0].mean(axis=0)
        bottom = bottom + (self._bag_axis - bottom) * 0.15
        back = self.surface.project(face[-1].mean(axis=0))
        return np.concatenate(
            [bag.reshape(-1, 3), face.reshape(-1, 3), bottom[None], back[None]]
        )

    def extend(
        self, displacement: FloatArray, reach_deg: float, decay: float = 1.0
    ) -> FloatArray:
        """Continue a displacement of the lip line over the whole face.

        The continuation is harmonic far away: the k-th Fourier mode along the lip falls
        off as radius^-k. Close to the lip it falls off later, for a harmonic one drops
        so steeply beyond the corners that skin would fold over there. It is faded out
        beyond the reach.

        Args:
            displacement: (columns, 3) displacement of the lip line.
            reach_deg: distance from the lip at which it has fallen to 1/e.
            decay: factor on k; below 1 details reach farther.

        Returns:
            (rings, columns, 3) displacement of the face points.
        """
        modes = np.fft.fft(displacement, axis=0)
        order = np.abs(np.fft.fftfreq(self.columns) * self.columns)
        away = np.log(self.ring_radius)[:, None]
        fall = np.exp(-order * decay * away**2 / (away + _STIFF_REACH))[..., None]
        spread = np.fft.ifft(modes[None] * fall, axis=1).real
        return np.asarray(spread * self.near_lip(reach_deg)[..., None])

    def near_lip(self, reach_deg: float) -> FloatArray:
        """Share (rings, 1) of 1 at the lip line that falls to 1/e at the reach."""
        return np.asarray(np.exp(-((self.ring_deg / reach_deg) ** 2))[:, None])

    def lip_displacement(
        self, upper: LipCurve, lower: LipCurve | None = None
    ) -> FloatArray:
        """Sample lip curves at the columns.

        Args:
            upper: displacement of the upper lip in half mouth widths.
            lower: the same for the lower lip; as the upper lip if left out.

        Returns:
            (columns, 3) displacement of the lip line; corners move by the mean.
        """
        above = vector(*upper(self.along_lip), 0 * self.along_lip)
        below = above
        if lower is not None:
            below = vector(*lower(self.along_lip), 0 * self.along_lip)
        moved = np.where(self.is_upper[:, None], above, below)
        corner = ~(self.is_upper | self.is_lower)
        moved[corner] = 0.5 * (above + below)[corner]
        return np.asarray(moved * self.half_width)

    def per_vertex(self, bag: ArrayLike, face: ArrayLike) -> FloatArray:
        """Spread values per grid point to all vertices, (n,).

        Args:
            bag: broadcastable to (bag_rings, columns).
            face: broadcastable to (rings, columns).
        """
        inside = np.broadcast_to(bag, (self.bag_rings, self.columns))
        outside = np.broadcast_to(face, self.rest_offsets.shape)
        poles = [inside[0, 0], outside[-1, -1]]
        return np.concatenate([inside.ravel(), outside.ravel(), poles]).astype(float)

    def ink_line(self, stop_deg: float, start_deg: float) -> FloatArray:
        """Share (n,) of a line drawn along the lips, outside the mouth.

        It follows the rings around the mouth, which lie close together at the corners:
        a pucker would draw a wider end out into a thorn.

        Args:
            stop_deg: distance from the lip line, in the middle, where the line ends.
            start_deg: distance up to which it is full.
        """
        widening = 1 + 0.8 * np.cos(self.column_angle) ** 2
        line = smooth_step(stop_deg, start_deg, self.ring_deg[:, None] / widening)
        return self.per_vertex(0.0, line) * ~self.is_bag

    def _lifted(self, points: FloatArray, offsets: FloatArray) -> FloatArray:
        outwards = unit(points - self.surface.centre)
        return np.asarray(points + outwards * offsets[..., None])

    def _bag_points(self, rest_lip: FloatArray, lip_motion: FloatArray) -> FloatArray:
        rings = []
        for share, bulge in zip(_BAG_DEPTHS[::-1], _BAG_HEIGHTS[::-1], strict=True):
            depth = share * self._bag.depth
            height = self._bag.height * bulge * np.sin(self.column_angle)
            ring = rest_lip + (self._bag_axis - rest_lip) * depth
            ring = ring + vector(0, height, 0)
            ring[:, 0] = rest_lip[:, 0] * (1 - share**2 * self._bag.narrowing)
            rings.append(ring + lip_motion * (1 - depth) ** 1.3)
        return np.array(rings)

    def _closed_triangles(self) -> IntArray:
        rings = self.bag_rings + len(self.ring_deg)
        bottom, back = rings * self.columns, rings * self.columns + 1
        here = np.arange(self.columns)
        ahead = (here + 1) % self.columns
        last = (rings - 1) * self.columns
        bottom_fan = np.stack([ahead, here, np.full(self.columns, bottom)], axis=1)
        back_fan = np.stack(
            [last + here, last + ahead, np.full(self.columns, back)], axis=1
        )
        return np.concatenate(
            [grid_triangles(rings, self.columns, wrap=True), bottom_fan, back_fan]
        )
