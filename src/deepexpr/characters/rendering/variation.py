"""Random light and camera, so that training pictures do not all look alike."""

from dataclasses import replace
from math import cos, radians, sin

import numpy as np

from deepexpr.characters.rendering.camera import Camera
from deepexpr.characters.rendering.light import Light

KEY_AZIMUTH_DEG = (-60.0, 60.0)
"""Range of the key light about the head; 0 is in front, above 0 the picture's right."""

KEY_HEIGHT_DEG = (10.0, 60.0)
"""Range of the key light's height above the face."""

KEY_STRENGTH = (0.9, 1.5)
WARMTH = (-0.08, 0.10)
"""Range added to the key light's red and taken from its blue."""

FILL_STRENGTH = (0.15, 0.5)
RIM_STRENGTH = (0.1, 1.0)
AMBIENT_STRENGTH = (0.35, 0.60)
BACKDROP_BRIGHTNESS = (0.05, 0.8)
BACKDROP_TINT = 0.08
"""Standard deviation of the backdrop's channels about its brightness."""

CAMERA_YAW_DEG = 10.0
CAMERA_PITCH_DEG = 6.0
CAMERA_ROLL_DEG = 4.0
"""Half ranges of the camera's angles."""

CAMERA_DISTANCE = (0.95, 1.08)
"""Range of the factor on the camera's distance."""

CAMERA_SHIFT = 0.03
"""Half range of the target's shift, as a share of the picture's side."""


def varied_light(rng: np.random.Generator) -> Light:
    """Return a random light within the ranges of this module."""
    azimuth = radians(rng.uniform(*KEY_AZIMUTH_DEG))
    height = radians(rng.uniform(*KEY_HEIGHT_DEG))
    key = (sin(azimuth) * cos(height), sin(height), cos(azimuth) * cos(height))
    warmth = rng.uniform(*WARMTH)
    bright, edge = rng.uniform(*BACKDROP_BRIGHTNESS), rng.uniform(0.4, 1.0)
    tint = np.clip(bright + BACKDROP_TINT * rng.standard_normal(3), 0.02, 1.0)
    centre = (float(tint[0]), float(tint[1]), float(tint[2]))
    plain = Light()
    red, green, blue = plain.key_colour
    return replace(
        plain,
        key_direction=key,
        key_colour=(red + warmth, green, blue - warmth),
        key_strength=float(rng.uniform(*KEY_STRENGTH)),
        fill_direction=(-0.8 if key[0] > 0 else 0.8, 0.15, 0.7),
        fill_strength=float(rng.uniform(*FILL_STRENGTH)),
        rim_strength=float(rng.uniform(*RIM_STRENGTH)),
        ambient_strength=float(rng.uniform(*AMBIENT_STRENGTH)),
        backdrop_centre=centre,
        backdrop_edge=(centre[0] * edge, centre[1] * edge, centre[2] * edge),
    )


def varied_camera(camera: Camera, rng: np.random.Generator) -> Camera:
    """Return a camera near another one, within the ranges of this module."""
    side = camera.pixel_size(1.0)
    across, up = (rng.uniform(-CAMERA_SHIFT, CAMERA_SHIFT) * side for _ in range(2))
    x, y, z = camera.target
    return Camera(
        target=(x + across, y + up, z),
        distance=camera.distance * float(rng.uniform(*CAMERA_DISTANCE)),
        field_of_view_deg=camera.field_of_view_deg,
        yaw_deg=float(rng.uniform(-CAMERA_YAW_DEG, CAMERA_YAW_DEG)),
        pitch_deg=float(rng.uniform(-CAMERA_PITCH_DEG, CAMERA_PITCH_DEG)),
        roll_deg=float(rng.uniform(-CAMERA_ROLL_DEG, CAMERA_ROLL_DEG)),
    )
