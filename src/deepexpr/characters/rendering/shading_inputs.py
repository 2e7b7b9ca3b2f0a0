"""What the shading kernels read: arrays grouped by where they come from."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


class Samples(NamedTuple):
    """Which triangle every pixel shows.

    Attributes:
        numbers: (height, width) int32 triangle, -1 for none.
        depth: (height, width) float32 inverse distance.
        shares: (height, width, 2) float32 weights of its second and third corner.
    """

    numbers: Integers
    depth: Floats
    shares: Floats


class Texels(NamedTuple):
    """Textures as one long row of pixels, each followed by its smaller copies.

    Attributes:
        pixels: (p, 4) uint8 sRGB and opacity.
        levels: (l, 3) int64 start, width and height of every texture and copy.
        first: (materials,) int32 row of `levels` with the full texture, -1 for none.
        last: (materials,) int32 row of `levels` with its smallest copy.
        linear: (256,) float32 linear light of an sRGB byte.
    """

    pixels: NDArray[np.uint8]
    levels: NDArray[np.int64]
    first: Integers
    last: Integers
    linear: Floats


class Surface(NamedTuple):
    """Everything the vertices carry to the pixels; float32, n vertices.

    Attributes:
        triangles: (m, 3) int32.
        triangle_materials: (m,) int32 rows of the material table.
        positions: (n, 3).
        normals: (n, 3) unit normals.
        colours: (n, 3) linear RGB.
        aux: (n, 3) strand direction, noise position or eye direction.
        face_coordinates: (n, 2) place on the relief map, outside [0, 1] for none.
        key_light: (n,) share of the key light that arrives.
        ambient: (n, 3) linear RGB from the sky.
        texture_coordinates: (n, 2) place on the texture; (0, 0) for none.
        shrinking: (m,) float32 texture pixels along the side of a sample.
        texels: the textures.
    """

    triangles: Integers
    triangle_materials: Integers
    positions: Floats
    normals: Floats
    colours: Floats
    aux: Floats
    face_coordinates: Floats
    key_light: Floats
    ambient: Floats
    texture_coordinates: Floats
    shrinking: Floats
    texels: Texels


class Lamps(NamedTuple):
    """The lights of a picture; the first casts shadows.

    Attributes:
        directions: (4, 3) unit vectors to the lights.
        colours: (4, 3) linear RGB.
        full_ambient: sum of the channels of an unhidden sky.
    """

    directions: Floats
    colours: Floats
    full_ambient: float


class View(NamedTuple):
    """From where the surface is seen, and how the head is turned.

    Attributes:
        position: (3,) of the camera.
        head: (3, 3) rotation of the head; its columns are the head's own axes.
        pixel: side of a pixel at the target, in the rig's unit.
    """

    position: Floats
    head: Floats
    pixel: float


# Columns of the material table, (materials, COLUMNS) float32.
KIND, SPECULAR, ROUGHNESS, SUBSURFACE, RIM, SHIFT = 0, 1, 2, 3, 4, 5
NOISE_AMOUNT, NOISE_FREQUENCY, BUMP, FLOOR = 6, 7, 8, 9
IRIS_ANGLE, PUPIL_RATIO, HIGHLIGHT, EYE_SCALE = 10, 11, 12, 13
IRIS_COLOUR, IRIS_INNER, SCLERA = 14, 17, 20
COLUMNS = 23

SKIN, EYE, HAIR, PLAIN, FELT = 0, 1, 2, 3, 4
"""Values of the column KIND."""
