"""The light of a picture: a key light with shadows, fill, two rims and a sky."""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.card import Vector

SKY_DIRECTIONS = 18
"""Directions on the whole sphere from which the sky's light is gathered."""

SKY_LOWEST_Z = -0.35
"""Sky directions further behind the head than this are left out: it is never seen."""

KEY_RAYS = 3
"""Directions within the key light, for soft shadows."""

Colour = Vector
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Light:
    """How a character is lit. Colours are linear RGB, 1 is a white lamp's colour.

    Directions point to the lights and need no unit length: x to the subject's left
    (the right of the picture), y up, z towards the camera.

    Attributes:
        key_direction: to the main light, which casts shadows.
        key_colour: its colour.
        key_strength: its brightness.
        key_spread: tangent of its half angle; larger makes softer shadows.
        fill_direction: to the fill light.
        fill_colour: its colour.
        fill_strength: its brightness.
        rim_strength: brightness of the two lights behind the head.
        sky_colour: light from above.
        ground_colour: light from below.
        ambient_strength: brightness of sky and ground.
        backdrop_centre: colour behind the head.
        backdrop_edge: colour at the picture's border.
    """

    key_direction: Vector = (-0.45, 0.62, 0.78)
    key_colour: Colour = (1.0, 0.965, 0.93)
    key_strength: float = 1.32
    key_spread: float = 0.15
    fill_direction: Vector = (0.8, 0.15, 0.7)
    fill_colour: Colour = (0.75, 0.85, 1.0)
    fill_strength: float = 0.32
    rim_strength: float = 0.75
    sky_colour: Colour = (0.85, 0.92, 1.0)
    ground_colour: Colour = (0.55, 0.45, 0.40)
    ambient_strength: float = 0.46
    backdrop_centre: Colour = (0.50, 0.52, 0.55)
    backdrop_edge: Colour = (0.30, 0.32, 0.36)

    @property
    def directions(self) -> Points:
        """(4, 3) unit vectors to key, fill, right rim and left rim."""
        rims = [(-0.9, 0.35, -0.6), (0.9, 0.5, -0.55)]
        return unit_rows(np.array([self.key_direction, self.fill_direction, *rims]))

    @property
    def colours(self) -> Points:
        """(4, 3) linear RGB of key, fill, right rim and left rim."""
        rim = np.array([1.0, 0.97, 0.95]) * self.rim_strength
        return np.stack(
            [
                np.array(self.key_colour) * self.key_strength,
                np.array(self.fill_colour) * self.fill_strength,
                rim,
                rim * 0.8,
            ]
        )

    @property
    def key_rays(self) -> Points:
        """(KEY_RAYS, 3) unit vectors within the key light."""
        frame = light_frame(self.directions[0])
        turns = np.arange(KEY_RAYS) * 2 * pi / KEY_RAYS + 0.3
        ring = np.outer(np.cos(turns), frame[0]) + np.outer(np.sin(turns), frame[1])
        return unit_rows(frame[2] + self.key_spread * ring)

    def sky_light(self, directions: Points) -> Points:
        """Return the light from directions of the sky.

        Args:
            directions: (k, 3) unit vectors.

        Returns:
            (k, 3) linear RGB, scaled so that the sum over `sky_directions` lights an
            unhidden surface.
        """
        height = directions[:, 1:2] * 0.5 + 0.5
        sky, ground = np.array(self.sky_colour), np.array(self.ground_colour)
        colours = sky * height + ground * (1.0 - height)
        light: Points = colours * (self.ambient_strength * 2.0 / len(directions))
        return light


def sky_directions() -> Points:
    """Return (k, 3) unit vectors, evenly spread over all but the back of a sphere."""
    number = np.arange(SKY_DIRECTIONS) + 0.5
    down = np.arccos(1 - 2 * number / SKY_DIRECTIONS)
    round_ = pi * (1 + 5**0.5) * number
    points = np.stack(
        [np.cos(round_) * np.sin(down), np.cos(down), np.sin(round_) * np.sin(down)],
        axis=1,
    )
    return points[points[:, 2] > SKY_LOWEST_Z]


def light_frame(direction: Points) -> Points:
    """Return the axes of a light's map, (3, 3): its x, its y, and to the light."""
    near = direction / np.linalg.norm(direction)
    upwards = (
        np.array([0.0, 1.0, 0.0]) if abs(near[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    )
    across = np.cross(upwards, near)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(near, across), near])


def unit_rows(vectors: Points) -> Points:
    """Return (n, 3) vectors at length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float64)
