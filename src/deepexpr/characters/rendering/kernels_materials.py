"""Kernels for single pixels: what the materials do to colour and normal.

All vectors are passed as three numbers and point away from the surface.
"""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled
from deepexpr.characters.rendering.kernels_light import Vector, unit
from deepexpr.characters.rendering.kernels_noise import smooth_step, value_noise
from deepexpr.characters.rendering.shading_inputs import (
    BUMP,
    EYE_SCALE,
    HIGHLIGHT,
    IRIS_ANGLE,
    IRIS_COLOUR,
    IRIS_INNER,
    NOISE_AMOUNT,
    NOISE_FREQUENCY,
    PUPIL_RATIO,
    SCLERA,
)

Floats = NDArray[np.float32]

_DETAIL = 3.7
_BUMP_FREQUENCY = 6.0
_BUMP_STEP = 0.35
_CREASE_DEPTH = 0.85


@compiled
def mottle(aux: Vector, material: Floats) -> float:
    """Return the relative brightness change of mottled skin or felt."""
    x, y, z = aux
    f = material[NOISE_FREQUENCY]
    g = f * _DETAIL
    coarse = value_noise(x * f, y * f, z * f)
    fine = value_noise(x * g, y * g, z * g)
    return float(material[NOISE_AMOUNT]) * (0.55 * coarse + 0.45 * fine)


@compiled
def bump_slopes(aux: Vector, material: Floats) -> tuple[float, float]:
    """Return the slopes along the head's x and y axes that felt adds to the normal."""
    f = material[NOISE_FREQUENCY] * _BUMP_FREQUENCY
    x, y, z = aux[0] * f, aux[1] * f, aux[2] * f
    here = value_noise(x, y, z)
    along_x = value_noise(x + _BUMP_STEP, y, z) - here
    along_y = value_noise(x, y + _BUMP_STEP, z) - here
    return material[BUMP] * along_x, material[BUMP] * along_y


@compiled
def relief_at(relief: Floats, u: float, v: float) -> Vector:
    """Return slope x, slope y and darkness of the relief map, between four cells.

    Args:
        relief: (rows, columns, 3).
        u: place along a row, 0 to 1.
        v: place along a column, 0 to 1.
    """
    rows, columns = relief.shape[:2]
    x, y = u * (columns - 1), v * (rows - 1)
    column, row = min(int(x), columns - 2), min(int(y), rows - 2)
    right, up = x - column, y - row
    a, b = (1.0 - right) * (1.0 - up), right * (1.0 - up)
    c, d = (1.0 - right) * up, right * up
    below, above = relief[row], relief[row + 1]
    return (
        a * below[column, 0]
        + b * below[column + 1, 0]
        + c * above[column, 0]
        + d * above[column + 1, 0],
        a * below[column, 1]
        + b * below[column + 1, 1]
        + c * above[column, 1]
        + d * above[column + 1, 1],
        a * below[column, 2]
        + b * below[column + 1, 2]
        + c * above[column, 2]
        + d * above[column + 1, 2],
    )


@compiled
def lowered_normal(normal: Vector, slopes: tuple[float, float], head: Floats) -> Vector:
    """Return the normal of a surface that rises by slopes along the head's x and y."""
    along_x, along_y = slopes
    return unit(
        normal[0] + head[0, 0] * along_x + head[0, 1] * along_y,
        normal[1] + head[1, 0] * along_x + head[1, 1] * along_y,
        normal[2] + head[2, 0] * along_x + head[2, 1] * along_y,
    )


@compiled
def crease_slopes(relief: Vector) -> tuple[float, float]:
    """Return what a relief adds to the normal along x and y."""
    return -_CREASE_DEPTH * relief[0], -_CREASE_DEPTH * relief[1]


@compiled
def eye_colour(
    direction: Vector, material: Floats, pixel: float
) -> tuple[Vector, float]:
    """Return the colour of an eyeball and how much of it is iris.

    Args:
        direction: unit vector in the eye's own frame, iris around +z.
        material: row of the material table.
        pixel: side of a pixel at the target, in the rig's unit.

    Returns:
        Linear RGB, and the share of iris in [0, 1].
    """
    x, y, z = direction
    white = (material[SCLERA], material[SCLERA + 1], material[SCLERA + 2])
    size, pupil = material[IRIS_ANGLE], material[PUPIL_RATIO]
    edge = pixel * material[EYE_SCALE]
    angle = math.acos(min(1.0, max(-1.0, z)))
    share = 1.0 - smooth_step(size - edge, size + edge, angle)
    if share <= 0.0:
        return white, 0.0
    radius = angle / size
    turn = math.atan2(y, x)
    fibres = 0.5 * math.sin(turn * 23.0 + 3.0 * math.sin(turn * 5.0))
    fibres += 0.5 * math.sin(turn * 41.0 + 1.3 + 2.0 * math.sin(turn * 3.0))
    outwards = smooth_step(pupil, 1.0, radius)
    # Light gathers in the iris on the side away from the highlight.
    slant = 0.9 * (-y * 0.9 + x * 0.15) / math.sin(max(size, 0.05))
    gathered = 0.55 + 0.75 * smooth_step(-0.6, 0.9, slant)
    bright = (1.0 + 0.16 * fibres * (1.0 - outwards * 0.5)) * gathered
    bright *= 1.0 - 0.72 * smooth_step(0.78, 1.0, radius)
    soft = edge / size
    black = 1.0 - smooth_step(pupil - soft, pupil + soft + 0.03, radius)
    inner = (1.0 - outwards) * bright * (1.0 - black)
    outer = outwards * bright * (1.0 - black)
    red = material[IRIS_INNER] * inner + material[IRIS_COLOUR] * outer
    green = material[IRIS_INNER + 1] * inner + material[IRIS_COLOUR + 1] * outer
    blue = material[IRIS_INNER + 2] * inner + material[IRIS_COLOUR + 2] * outer
    rest = 1.0 - share
    return (
        white[0] * rest + (red + 0.008 * black) * share,
        white[1] * rest + (green + 0.008 * black) * share,
        white[2] * rest + (blue + 0.010 * black) * share,
    ), share


@compiled
def eye_reflections(
    normal: Vector,
    view: Vector,
    light: Vector,
    material: Floats,
    state: tuple[float, float, float, float],
) -> float:
    """Return the grey light that a wet eye mirrors.

    A crisp window of the key light, a faint bounce opposite to it, and a sheen of the
    surroundings at grazing angles.

    Args:
        normal: unit normal.
        view: unit vector to the camera.
        light: unit vector to the key light.
        material: row of the material table.
        state: share of iris, share of the key light, openness to the sky, and side of
            a pixel in the rig's unit.
    """
    iris, key, openness, pixel = state
    facing = normal[0] * view[0] + normal[1] * view[1] + normal[2] * view[2]
    mirrored_x = 2.0 * facing * normal[0] - view[0]
    mirrored_y = 2.0 * facing * normal[1] - view[1]
    mirrored_z = 2.0 * facing * normal[2] - view[2]
    towards = mirrored_x * light[0] + mirrored_y * light[1] + mirrored_z * light[2]
    cosine = material[HIGHLIGHT]
    edge = pixel * 2.2 * material[EYE_SCALE]
    edge = edge * math.sqrt(max(0.0, 1.0 - cosine * cosine)) + 0.004
    window = smooth_step(cosine - edge, cosine + edge, towards)
    window *= 1.15 * (0.3 + 0.7 * key)
    opposite = -0.9 * mirrored_x * light[0] - 0.75 * mirrored_y * light[1]
    opposite += 0.9 * mirrored_z * light[2]
    bounce = smooth_step(0.955, 0.985, opposite) * 0.22 * iris
    away = 1.0 - facing
    mirror = 0.03 + 0.45 * away * away * away * away * away
    sheen = (0.5 + 0.5 * mirrored_y) * 0.35 * mirror * openness
    return window + bounce + sheen
