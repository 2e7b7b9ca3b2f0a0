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
from deepexpr.characters.rendering.kernels_raster import draw_triangles
from deepexpr.characters.rendering.kernels_shading import shade
from deepexpr.characters.rendering.light import Light
from deepexpr.characters.rendering.recent import Recent
from deepexpr.characters.rendering.scene import PosedVertices, Scene
from deepexpr.characters.rendering.shading_inputs import (
    Floats,
    Lamps,
    Samples,
    Surface,
    View,
)
from deepexpr.characters.rendering.shadows import Shadows
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks

SOFTENING = 1.6 / 512
"""Distance between the taps of the skin's blur, as a share of the picture's side."""

KEPT_LAYERS = 3
"""Drawings of the hair that are remembered."""

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


@dataclass(frozen=True, slots=True)
class _Canvas:
    """A picture in the making: which triangles the samples show, and their light."""

    samples: Samples
    picture: Floats

    def copy(self) -> "_Canvas":
        numbers, depth, shares = self.samples
        samples = Samples(numbers.copy(), depth.copy(), shares.copy())
        return _Canvas(samples, self.picture.copy())


@dataclass(frozen=True, slots=True)
class _Shot:
    """One pose under one light before one camera."""

    scene: Scene
    points: Floats
    surface: Surface
    lamps: Lamps
    view: View

    def draw(self, canvas: _Canvas, span: tuple[int, int]) -> None:
        draw_triangles(
            self.points,
            self.scene.triangles,
            self.scene.single_sided,
            span,
            *canvas.samples,
        )

    def light(self, canvas: _Canvas, span: tuple[int, int], relief: Floats) -> None:
        shade(
            canvas.samples,
            span,
            self.surface,
            self.scene.materials,
            self.lamps,
            relief,
            self.view,
            canvas.picture,
        )


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
        start = self._scene.hair_start
        self._moving = (0, start)
        self._hair = (start, len(self._scene.triangles))
        self._shadows = Shadows(
            model.mesh, self._scene.triangles[:start], self._scene.triangles[start:]
        )
        self._layers: Recent[_Canvas] = Recent(KEPT_LAYERS)
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
            canvas = _empty_canvas(light, size)
        shot.draw(canvas, (0, drawn))
        shot.light(canvas, (0, drawn), relief)
        marks = camera.project(self.model.landmarks_on(posed.positions), size_px)
        return Rendering(
            self._finished(canvas, size_px),
            Landmarks(np.ascontiguousarray(marks[:, :2])),
        )

    def _shot(
        self, posed: PosedVertices, light: Light, camera: Camera, size: int
    ) -> _Shot:
        mesh, turn = self.model.mesh, posed.turn
        unturned, normals = posed.unturned, posed.unturned_normals
        key = self._shadows.key_light(unturned, normals, light.key_rays @ turn)
        ambient, full = self._shadows.ambient(unturned, normals, light, turn)
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
        )
        lamps = Lamps(
            light.directions.astype(np.float32), light.colours.astype(np.float32), full
        )
        view = View(
            camera.position.astype(np.float32),
            turn.astype(np.float32),
            camera.pixel_size(size),
        )
        points = camera.project(posed.positions, size).astype(np.float32)
        return _Shot(self._scene, points, surface, lamps, view)

    def _hair_canvas(
        self, key: tuple[Hashable, Light, Camera, int], shot: _Shot, light: Light
    ) -> _Canvas | None:
        """The hair drawn and lit, or None where that does not pay yet."""

        def compute() -> _Canvas:
            canvas = _empty_canvas(light, key[3])
            shot.draw(canvas, self._hair)
            shot.light(canvas, self._hair, NO_RELIEF)
            return canvas

        repeated = key == self._last_key or key in self._layers
        self._last_key = key
        return self._layers.get(key, compute).copy() if repeated else None

    def _finished(self, canvas: _Canvas, size_px: int) -> RGBImage:
        soft = self._scene.soft[canvas.samples.numbers]
        radius = SOFTENING * size_px * self._factor
        blurred = np.empty_like(canvas.picture)
        depth = canvas.samples.depth
        soften_along(canvas.picture, blurred, soft, depth, radius, (0, 1))
        soften_along(blurred, canvas.picture, soft, depth, radius, (1, 0))
        image = np.empty((size_px, size_px, 3), np.uint8)
        average_down(canvas.picture, self._factor, self._encoded, image)
        return image


def _empty_canvas(light: Light, size: int) -> _Canvas:
    samples = Samples(
        np.full((size, size), -1, np.int32),
        np.zeros((size, size), np.float32),
        np.zeros((size, size, 2), np.float32),
    )
    return _Canvas(samples, _backdrop(light, size))


def _backdrop(light: Light, size: int) -> Floats:
    place = (np.arange(size) + 0.5) / size
    distance = np.hypot(place[None, :] - 0.5, place[:, None] - 0.45)
    edge = np.minimum(distance / 0.75, 1.0)[..., None]
    centre_colour = np.array(light.backdrop_centre)
    edge_colour = np.array(light.backdrop_edge)
    picture: Floats = (centre_colour * (1 - edge) + edge_colour * edge).astype(
        np.float32
    )
    return picture


def _encoded_levels() -> NDArray[np.uint8]:
    """Return (LEVELS,) sRGB bytes of linear light from 0 to 1.

    Source: IEC 61966-2-1, sRGB transfer function.
    """
    linear = np.linspace(0.0, 1.0, LEVELS)
    curve = 1.055 * linear ** (1 / 2.4) - 0.055
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, curve)
    levels: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return levels
