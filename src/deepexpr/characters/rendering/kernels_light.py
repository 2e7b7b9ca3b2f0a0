"""Kernels for single pixels: how surfaces answer one light.

All vectors are three numbers of unit length that point away from the surface; colours
are linear RGB.
"""

import math

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled
from deepexpr.characters.rendering.shading_inputs import ROUGHNESS, SHIFT, SPECULAR

Floats = NDArray[np.float32]
Vector = tuple[float, float, float]

_RED_WRAP, _GREEN_WRAP, _BLUE_WRAP = 0.42, 0.16, 0.10
_RED_SEEP, _GREEN_SEEP = 0.45, 0.12


@compiled
def unit(x: float, y: float, z: float) -> Vector:
    """Return the vector at length 1."""
    inverse = 1.0 / math.sqrt(x * x + y * y + z * z + 1e-20)
    return x * inverse, y * inverse, z * inverse


@compiled
def power(base: float, exponent: float) -> float:
    """Return `base` ** `exponent` for a base in [0, 1]; quick at either end."""
    if base >= 1.0:
        return 1.0
    if base <= 1e-6:
        return 0.0
    return math.exp(exponent * math.log(base))


@compiled
def seeping(arriving: float, subsurface: float) -> Vector:
    """Return the light that reaches soft skin near a shadow's edge: red most.

    Args:
        arriving: share of light at the surface, in [0, 1].
        subsurface: 0 for a hard surface to 1 for skin.
    """
    if subsurface <= 0.0:
        return arriving, arriving, arriving
    red = power(arriving, 1.0 - _RED_SEEP * subsurface)
    green = power(arriving, 1.0 - _GREEN_SEEP * subsurface)
    return red, green, arriving


@compiled
def skin_diffuse(
    normal: Vector, light: Vector, seeped: Vector, subsurface: float
) -> Vector:
    """Return the diffuse share of each channel; red reaches round the terminator."""
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    red, green = _RED_WRAP * subsurface, _GREEN_WRAP * subsurface
    blue = _BLUE_WRAP * subsurface
    return (
        max(0.0, (facing + red) / (1.0 + red)) * seeped[0],
        max(0.0, (facing + green) / (1.0 + green)) * seeped[1],
        max(0.0, (facing + blue) / (1.0 + blue)) * seeped[2],
    )


@compiled
def wrapped_diffuse(
    normal: Vector, light: Vector, wrap: float, arriving: float
) -> Vector:
    """Return the diffuse share, the same for each channel."""
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    share = max(0.0, (facing + wrap) / (1.0 + wrap)) * arriving
    return share, share, share


@compiled
def strand_diffuse(
    normal: Vector, strand: Vector, light: Vector, arriving: float
) -> Vector:
    """Return the diffuse share of hair: partly of the lock, partly of its strands."""
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    along = strand[0] * light[0] + strand[1] * light[1] + strand[2] * light[2]
    across = math.sqrt(max(0.0, 1.0 - along * along))
    lock = max(0.0, (facing + 0.3) / 1.3)
    share = 0.55 * lock + 0.45 * across * max(0.0, min(1.0, facing * 0.8 + 0.5))
    share *= arriving
    return share, share, share


@compiled
def strand_gloss(
    normal: Vector, strand: Vector, directions: tuple[Vector, Vector], material: Floats
) -> float:
    """Return the highlight of hair, a band across the strands.

    Source: Kajiya & Kay (1989), "Rendering fur with three dimensional textures".

    Args:
        normal: unit normal.
        strand: direction of the strand.
        directions: to the light and to the camera.
        material: row of the material table.
    """
    light, to_eye = directions
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    strength = max(0.0, min(1.0, facing + 0.3))
    if strength <= 0.0:
        return 0.0
    half = unit(light[0] + to_eye[0], light[1] + to_eye[1], light[2] + to_eye[2])
    shift = material[SHIFT]
    x, y, z = unit(
        strand[0] + shift * normal[0],
        strand[1] + shift * normal[1],
        strand[2] + shift * normal[2],
    )
    along = x * half[0] + y * half[1] + z * half[2]
    across = math.sqrt(max(0.0, 1.0 - along * along))
    rough: float = material[ROUGHNESS]
    strength *= power(across, 2.0 / (rough * rough + 1e-3))
    return strength * float(material[SPECULAR])


@compiled
def surface_gloss(
    normal: Vector, light: Vector, to_eye: Vector, material: Floats
) -> float:
    """Return the highlight of a rough surface, its cosine to the light included.

    Microfacets with the GGX distribution, Schlick's Fresnel term and the
    Smith-Schlick shadowing.

    Source: Walter et al. (2007), "Microfacet models for refraction through rough
    surfaces"; Karis (2013), "Real shading in Unreal Engine 4".
    """
    specular: float = material[SPECULAR]
    rough: float = material[ROUGHNESS]
    to_light = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    if to_light <= 0.0 or specular <= 0.0:
        return 0.0
    facing = normal[0] * to_eye[0] + normal[1] * to_eye[1] + normal[2] * to_eye[2]
    facing = max(facing, 1e-3)
    half = unit(light[0] + to_eye[0], light[1] + to_eye[1], light[2] + to_eye[2])
    tilt = max(0.0, normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2])
    deep = max(0.0, to_eye[0] * half[0] + to_eye[1] * half[1] + to_eye[2] * half[2])
    alpha = rough * rough
    squared = alpha * alpha
    spread = tilt * tilt * (squared - 1.0) + 1.0
    distribution = squared / (math.pi * spread * spread)
    k = alpha * 0.5
    shadowing = 1.0 / ((to_light * (1.0 - k) + k) * (facing * (1.0 - k) + k))
    away = 1.0 - deep
    fresnel = specular + (1.0 - specular) * away * away * away * away * away
    return distribution * shadowing * fresnel * 0.25 * to_light
