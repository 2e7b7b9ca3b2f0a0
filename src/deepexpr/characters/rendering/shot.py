"""One pose under one light before one camera, and the canvas it is drawn on."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.rendering.kernels_raster import draw_triangles
from deepexpr.characters.rendering.kernels_shading import shade
from deepexpr.characters.rendering.kernels_textures import draw_clear
from deepexpr.characters.rendering.light import Light
from deepexpr.characters.rendering.paint_box import PaintBox
from deepexpr.characters.rendering.scene import Scene
from deepexpr.characters.rendering.shading_inputs import (
    Floats,
    Lamps,
    Samples,
    Surface,
    View,
)


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture in the making: which triangles the samples show, and their light."""

    samples: Samples
    picture: Floats

    def copy(self) -> "Canvas":
        """Return a canvas of its own with the same content."""
        numbers, depth, shares = self.samples
        samples = Samples(numbers.copy(), depth.copy(), shares.copy())
        return Canvas(samples, self.picture.copy())


@dataclass(frozen=True, slots=True)
class Shot:
    """One pose under one light before one camera."""

    scene: Scene
    paint: PaintBox
    points: Floats
    surface: Surface
    lamps: Lamps
    view: View

    def draw(self, canvas: Canvas, span: tuple[int, int]) -> None:
        """Draw the triangles of a span where they are nearest."""
        draw_triangles(
            self.points,
            self.scene.triangles,
            self.scene.single_sided,
            span,
            *canvas.samples,
        )

    def draw_clear(
        self, samples: Samples, span: tuple[int, int], depths: tuple[Floats, Floats]
    ) -> Floats:
        """Draw triangles with holes or veils; return how opaque they are."""
        opacity = np.zeros_like(samples.depth)
        surface, paint = self.surface, self.paint
        looks = (
            surface.triangle_materials,
            paint.factors,
            paint.coordinates,
            paint.opacities,
            surface.shrinking,
        )
        draw_clear(
            self.points,
            self.scene.triangles,
            self.scene.single_sided,
            span,
            looks,
            surface.texels,
            *depths,
            samples,
            opacity,
        )
        return opacity

    def light(self, canvas: Canvas, span: tuple[int, int], relief: Floats) -> None:
        """Light the samples that show triangles of a span."""
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


def empty_canvas(light: Light, size: int) -> Canvas:
    """Return a canvas that shows the backdrop alone."""
    return Canvas(empty_samples(size), _backdrop(light, size))


def empty_samples(size: int) -> Samples:
    """Return samples of a square picture that show no triangle."""
    return Samples(
        np.full((size, size), -1, np.int32),
        np.zeros((size, size), np.float32),
        np.zeros((size, size, 2), np.float32),
    )


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
