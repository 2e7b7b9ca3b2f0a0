"""The renderer: a pose of a character as a picture with its 49 landmarks.

Triangles are drawn into a buffer that remembers which one every sample shows, and each
sample is then lit once. Hair under the same light, camera and head turn is remembered
and drawn only once.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import Pose
from deepexpr.characters.rendering.camera import Camera
from deepexpr.characters.rendering.creases import NO_RELIEF, relief_map
from deepexpr.characters.rendering.kernels_image import average_down, soften_along
from deepexpr.characters.rendering.kernels_textures import lay_over
from deepexpr.characters.rendering.light import Light
from deepexpr.characters.rendering.paint_box import PaintBox
from deepexpr.characters.rendering.recent import Recent
from deepexpr.characters.rendering.scene import PosedVertices, Scene
from deepexpr.characters.rendering.shading_inputs import (
    Floats,
    Lamps,
    Surface,
    View,
)
from deepexpr.characters.rendering.shadows import Shadows
from deepexpr.characters.rendering.shot import (
    Canvas,
    Shot,
    empty_canvas,
    empty_samples,
)
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks

SOFTENING = 1.6 / 512
"""Distance between the taps of the skin's blur, as a share of the picture's side."""

KEPT_LAYERS = 3
"""Drawings of the hair that are remembered."""

VEILS = 3
"""Surfaces that are seen through one another at most."""

LEVELS = 16384
"""Steps of the table that encodes linear light as sRGB."""

DEFAULT_LIGHT = Light()


@dataclass(frozen=True, slots=True)
class Rendering:
    """A picture of a character.

    Attributes:
        image: (size, size, 3) uint8 RGB.
        landmarks: exact projections of the rig's landmarks, in pixels of the image.
    """

    image: RGBImage
    landmarks: Landmarks


class Renderer:
    """Draws one character.

    A renderer remembers what it can, so use one a process for all pictures of a
    character. It must not be used from two threads at once.

    Args:
        model: the character's rig.
        supersampling: samples along each side of a pixel.
    """

    def __init__(self, model: CharacterModel, *, supersampling: int = 2) -> None:
        self.model = model
        self._factor = supersampling
        self._scene = Scene(model)
        scene = self._scene
        triangles, start = scene.triangles, scene.hair_start
        self._moving = (0, start)
        self._hair = (start, scene.mask_start)
        self._masks = (scene.mask_start, scene.veil_start)
        self._veils = (scene.veil_start, len(triangles))
        self._paint = PaintBox(model.mesh, triangles, scene.triangle_materials)
        casting = np.concatenate([triangles[:start], triangles[slice(*self._masks)]])
        self._shadows = Shadows(
            model.mesh,
            casting,
            triangles[slice(*self._hair)],
            triangles[slice(*self._veils)],
        )
        self._layers: Recent[Canvas] = Recent(KEPT_LAYERS)
        self._last_key: Hashable = None
        self._encoded = _encoded_levels()

    def render(
        self,
        pose: Pose,
        *,
        size_px: int = 256,
        light: Light = DEFAULT_LIGHT,
        camera: Camera | None = None,
    ) -> Rendering:
        """Draw a pose.

        Args:
            pose: what to draw; controls that the rig does not have are ignored.
            size_px: side of the square picture in pixels.
            light: the lights and the backdrop.
            camera: the camera; the one of the character's card if not given.

        Returns:
            The picture and the landmarks on it.
        """
        if camera is None:
            camera = Camera.of(self.model.card.camera)
        posed = self._scene.posed(pose)
        size = size_px * self._factor
        shot = self._shot(posed, light, camera, size)
        relief = relief_map(self.model.mesh.creases, pose.weights)
        canvas = self._hair_canvas((pose.head, light, camera, size), shot, light)
        drawn = self._hair[1] if canvas is None else self._moving[1]
        if canvas is None:
            canvas = empty_canvas(light, size)
        shot.draw(canvas, (0, drawn))
        shot.light(canvas, (0, drawn), relief)
        self._draw_clear(canvas, shot, relief)
        marks = camera.project(self.model.landmarks_on(posed.positions), size_px)
        return Rendering(
            self._finished(canvas, size_px),
            Landmarks(np.ascontiguousarray(marks[:, :2])),
        )

    def _draw_clear(self, canvas: Canvas, shot: Shot, relief: Floats) -> None:
        """Draw what has holes, then veils, the farthest of three first."""
        depth = canvas.samples.depth
        endless = np.full_like(depth, np.inf)
        if self._masks[0] < self._masks[1]:
            nothing = np.zeros_like(depth)
            shot.draw_clear(canvas.samples, self._masks, (nothing, endless))
            shot.light(canvas, self._masks, relief)
        if self._veils[0] == self._veils[1]:
            return
        layers: list[tuple[Canvas, Floats]] = []
        before = endless
        for _ in range(VEILS):
            layer = Canvas(empty_samples(len(depth)), np.zeros_like(canvas.picture))
            opacity = shot.draw_clear(layer.samples, self._veils, (depth, before))
            shot.light(layer, self._veils, relief)
            layers.append((layer, opacity))
            before = np.where(opacity > 0.0, layer.samples.depth, 0.0)
        for layer, opacity in reversed(layers):
            lay_over(canvas.picture, layer.picture, opacity)

    def _shot(
        self, posed: PosedVertices, light: Light, camera: Camera, size: int
    ) -> Shot:
        mesh, turn = self.model.mesh, posed.turn
        unturned, normals = posed.unturned, posed.unturned_normals
        key = self._shadows.key_light(unturned, normals, light.key_rays @ turn)
        ambient, full = self._shadows.ambient(unturned, normals, light, turn)
        points = camera.project(posed.positions, size).astype(np.float32)
        surface = Surface(
            self._scene.triangles,
            self._scene.triangle_materials,
            posed.positions,
            posed.normals,
            mesh.colours,
            posed.aux,
            mesh.face_coordinates,
            key,
            ambient,
            self._paint.coordinates,
            self._paint.shrinking(points),
            self._paint.texels,
        )
        lamps = Lamps(
            light.directions.astype(np.float32), light.colours.astype(np.float32), full
        )
        view = View(
            camera.position.astype(np.float32),
            turn.astype(np.float32),
            camera.pixel_size(size),
        )
        return Shot(self._scene, self._paint, points, surface, lamps, view)

    def _hair_canvas(
        self, key: tuple[Hashable, Light, Camera, int], shot: Shot, light: Light
    ) -> Canvas | None:
        """The hair drawn and lit, or None where that does not pay yet."""

        def compute() -> Canvas:
            canvas = empty_canvas(light, key[3])
            shot.draw(canvas, self._hair)
            shot.light(canvas, self._hair, NO_RELIEF)
            return canvas

        repeated = key == self._last_key or key in self._layers
        self._last_key = key
        return self._layers.get(key, compute).copy() if repeated else None

    def _finished(self, canvas: Canvas, size_px: int) -> RGBImage:
        soft = self._scene.soft[canvas.samples.numbers]
        radius = SOFTENING * size_px * self._factor
        blurred = np.empty_like(canvas.picture)
        depth = canvas.samples.depth
        soften_along(canvas.picture, blurred, soft, depth, radius, (0, 1))
        soften_along(blurred, canvas.picture, soft, depth, radius, (1, 0))
        image = np.empty((size_px, size_px, 3), np.uint8)
        average_down(canvas.picture, self._factor, self._encoded, image)
        return image


def _encoded_levels() -> NDArray[np.uint8]:
    """Return (LEVELS,) sRGB bytes of linear light from 0 to 1.

    Source: IEC 61966-2-1, sRGB transfer function.
    """
    linear = np.linspace(0.0, 1.0, LEVELS)
    curve = 1.055 * linear ** (1 / 2.4) - 0.055
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, curve)
    levels: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return levels
