"""Soft shadows: how much key light and sky every vertex sees.

Shadows are found with the head not turned: a turned head under a light is an unturned
head under the light turned against it. So the maps of the hair and everything about the
sky stay valid whatever the head does.
"""

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.casters import facing_forward, thinned
from deepexpr.characters.rendering.kernels_geometry import vertex_normals
from deepexpr.characters.rendering.kernels_raster import draw_depth
from deepexpr.characters.rendering.kernels_visibility import (
    add_ambient,
    seen_share,
    to_light,
)
from deepexpr.characters.rendering.light import (
    KEY_RAYS,
    Light,
    light_frame,
    sky_directions,
)
from deepexpr.characters.rendering.recent import Recent
from deepexpr.characters.rendering.shading_inputs import Floats, Integers
from deepexpr.characters.rig_mesh import RigMesh

MAP_SIZE = 256
"""Side of a light's map in pixels."""

KEY_OFFSETS = (1.2, 1.6)
"""Depth bias and shift along the normal for the key light, in map pixels."""

SKY_OFFSETS = (1.5, 1.8)
"""The same for the sky."""

BACKMOST_CASTER = -0.3
"""Hair whose normal has a smaller z casts no shadow: all lights that cast one come from
the front, and what faces away lies behind something that faces them."""

KEPT_TURNS = 8
"""Head turns and lights whose shadows on hair are remembered."""

Directions = NDArray[np.float64]


class Shadows:
    """Finds the light that reaches the vertices of one rig.

    Hair casts shadows on the face; on itself it carries those of the neutral face, so
    that a picture does not depend on what was drawn before it.

    Args:
        mesh: the rig.
        moving: (m, 3) int32 triangles of everything but hair.
        hair: (h, 3) int32 triangles of rigid hair.
        veils: (v, 3) int32 triangles that can be seen through; they cast no shadow.
    """

    def __init__(
        self, mesh: RigMesh, moving: Integers, hair: Integers, veils: Integers
    ) -> None:
        low, high = mesh.neutral.min(axis=0), mesh.neutral.max(axis=0)
        self._centre = (low + high) / np.float32(2)
        self._texel = float(np.linalg.norm(high - low)) * 1.06 / MAP_SIZE
        self._neutral = mesh.neutral
        self._moving = thinned(moving, len(mesh.neutral))
        self._hair = facing_forward(hair, mesh.neutral, BACKMOST_CASTER)
        lit = np.concatenate([moving, veils])
        self._moving_rows = np.unique(lit).astype(np.int64)
        self._hair_rows = np.unique(hair).astype(np.int64)
        self._hair_normals = np.zeros_like(mesh.neutral)
        vertex_normals(mesh.neutral, hair, self._hair_normals)
        self._sky = sky_directions()
        self._maps: Recent[Floats] = Recent(len(self._sky) + KEY_RAYS * KEPT_TURNS)
        self._hair_seen: Recent[Floats] = Recent(len(self._sky) + KEY_RAYS * KEPT_TURNS)
        self._hair_ambient: Recent[Floats] = Recent(KEPT_TURNS)

    def key_light(self, vertices: Floats, normals: Floats, rays: Directions) -> Floats:
        """Return the share of the key light that arrives at every vertex.

        Args:
            vertices: (n, 3) of the pose, head not turned.
            normals: (n, 3) unit normals.
            rays: (k, 3) unit vectors to the light, turned against the head.

        Returns:
            (n,) float32 in [0, 1].
        """
        total = np.zeros(len(vertices), np.float32)
        for ray in rays:
            total += self._seen(vertices, normals, ray, KEY_OFFSETS)
            total += self._seen_by_hair(ray, KEY_OFFSETS)
        return total / np.float32(len(rays))

    def ambient(
        self, vertices: Floats, normals: Floats, light: Light, turn: Directions
    ) -> tuple[Floats, float]:
        """Return the light of the sky that arrives at every vertex.

        Args:
            vertices: (n, 3) of the pose, head not turned.
            normals: (n, 3) unit normals.
            light: colours of the sky.
            turn: (3, 3) rotation of the head.

        Returns:
            (n, 3) float32 linear RGB, and the sum of the channels of an unhidden sky.
        """
        colours = light.sky_light(self._sky @ turn.T).astype(np.float32)
        on_hair = self._hair_ambient.get(
            (light, turn.tobytes()), lambda: self._ambient_on_hair(colours)
        )
        ambient = on_hair.copy()
        for direction, colour in zip(self._sky, colours, strict=True):
            seen = self._seen(vertices, normals, direction, SKY_OFFSETS)
            towards = direction.astype(np.float32)
            add_ambient(ambient, normals, seen, self._moving_rows, towards, colour)
        return ambient, float(colours.sum()) / 2

    def _ambient_on_hair(self, colours: Floats) -> Floats:
        ambient = np.zeros_like(self._neutral)
        for direction, colour in zip(self._sky, colours, strict=True):
            seen = self._seen_by_hair(direction, SKY_OFFSETS)
            towards = direction.astype(np.float32)
            add_ambient(
                ambient, self._hair_normals, seen, self._hair_rows, towards, colour
            )
        return ambient

    def _seen(
        self,
        vertices: Floats,
        normals: Floats,
        direction: Directions,
        offsets: tuple[float, float],
    ) -> Floats:
        depth = self._hair_map(direction).copy()
        frame, points = self._on_map(vertices, direction)
        draw_depth(points, self._moving, depth)
        return self._compared(
            (points, normals, self._moving_rows), frame, depth, offsets
        )

    def _seen_by_hair(
        self, direction: Directions, offsets: tuple[float, float]
    ) -> Floats:
        def compute() -> Floats:
            depth = self._hair_map(direction).copy()
            frame, points = self._on_map(self._neutral, direction)
            draw_depth(points, self._moving, depth)
            rows = (points, self._hair_normals, self._hair_rows)
            return self._compared(rows, frame, depth, offsets)

        return self._hair_seen.get((direction.tobytes(), offsets), compute)

    def _hair_map(self, direction: Directions) -> Floats:
        def compute() -> Floats:
            depth = np.full((MAP_SIZE, MAP_SIZE), -1e9, np.float32)
            _, points = self._on_map(self._neutral, direction)
            draw_depth(points, self._hair, depth)
            return depth

        return self._maps.get(direction.tobytes(), compute)

    def _on_map(self, vertices: Floats, direction: Directions) -> tuple[Floats, Floats]:
        frame = light_frame(direction).astype(np.float32)
        points = np.empty_like(vertices)
        to_light(vertices, frame, self._centre, (self._texel, MAP_SIZE), points)
        return frame, points

    def _compared(
        self,
        rows: tuple[Floats, Floats, NDArray[np.int64]],
        frame: Floats,
        depth: Floats,
        offsets: tuple[float, float],
    ) -> Floats:
        points, normals, chosen = rows
        seen = np.zeros(len(points), np.float32)
        bias, shift = (offset * self._texel for offset in offsets)
        seen_share(
            points, normals, chosen, frame, depth, (self._texel, bias, shift), seen
        )
        return seen
