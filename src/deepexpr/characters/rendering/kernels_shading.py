"""The kernel that lights every pixel of a picture."""

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.rendering.compiled import compiled
from deepexpr.characters.rendering.kernels_light import (
    seeping,
    skin_diffuse,
    strand_diffuse,
    strand_gloss,
    surface_gloss,
    unit,
    wrapped_diffuse,
)
from deepexpr.characters.rendering.kernels_materials import (
    bump_slopes,
    crease_slopes,
    eye_colour,
    eye_reflections,
    lowered_normal,
    mottle,
    relief_at,
)
from deepexpr.characters.rendering.kernels_textures import texel_at
from deepexpr.characters.rendering.shading_inputs import (
    BUMP,
    EYE,
    FELT,
    FLOOR,
    HAIR,
    IRIS_ANGLE,
    KIND,
    NOISE_AMOUNT,
    RIM,
    SKIN,
    SUBSURFACE,
    Lamps,
    Samples,
    Surface,
    View,
)

Floats = NDArray[np.float32]


@compiled
def blended(
    values: Floats, corners: tuple[int, int, int], shares: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Return the (n, 3) values of three corners, averaged by their shares."""
    a, b, c = corners
    i, j, k = shares
    return (
        i * values[a, 0] + j * values[b, 0] + k * values[c, 0],
        i * values[a, 1] + j * values[b, 1] + k * values[c, 1],
        i * values[a, 2] + j * values[b, 2] + k * values[c, 2],
    )


@compiled
def blended_place(
    places: Floats, corners: tuple[int, int, int], shares: tuple[float, float, float]
) -> tuple[float, float]:
    """Return the (n, 2) places of three corners, averaged by their shares."""
    a, b, c = corners
    i, j, k = shares
    return (
        i * places[a, 0] + j * places[b, 0] + k * places[c, 0],
        i * places[a, 1] + j * places[b, 1] + k * places[c, 1],
    )


@compiled
def on_relief(places: Floats, corners: tuple[int, int, int]) -> bool:
    """Whether all corners of a triangle lie on the relief map."""
    for corner in corners:
        u, v = places[corner, 0], places[corner, 1]
        if u < 0.0 or u > 1.0 or v < 0.0 or v > 1.0:
            return False
    return True


@compiled
def shade(
    samples: Samples,
    span: tuple[int, int],
    surface: Surface,
    materials: Floats,
    lamps: Lamps,
    relief: Floats,
    view: View,
    picture: Floats,
) -> None:
    """Light the pixels that show triangles of a span; leave the others.

    Args:
        samples: which triangle every pixel shows.
        span: first triangle to light and one past the last.
        surface: what the vertices carry.
        materials: (k, COLUMNS) material table.
        lamps: the lights.
        relief: (rows, columns, 3) slopes and darkness of the skin's wrinkles; fewer
            than two rows for none.
        view: camera and head.
        picture: (height, width, 3) linear RGB, updated.
    """
    height, width = samples.numbers.shape
    wrinkled = relief.shape[0] > 1
    places = surface.face_coordinates
    head = view.head
    for row in range(height):
        for column in range(width):
            number = samples.numbers[row, column]
            if number < span[0] or number >= span[1]:
                continue
            corners = (
                surface.triangles[number, 0],
                surface.triangles[number, 1],
                surface.triangles[number, 2],
            )
            share_b = samples.shares[row, column, 0]
            share_c = samples.shares[row, column, 1]
            shares = (1.0 - share_b - share_c, share_b, share_c)
            material = materials[surface.triangle_materials[number]]
            kind = int(material[KIND])
            normal = blended(surface.normals, corners, shares)
            normal = unit(normal[0], normal[1], normal[2])
            place = blended(surface.positions, corners, shares)
            to_eye = unit(
                view.position[0] - place[0],
                view.position[1] - place[1],
                view.position[2] - place[2],
            )
            facing = (
                normal[0] * to_eye[0] + normal[1] * to_eye[1] + normal[2] * to_eye[2]
            )
            if facing < 0.0:
                normal = (-normal[0], -normal[1], -normal[2])
                facing = -facing
            facing = max(facing, 1e-3)
            colour = blended(surface.colours, corners, shares)
            if surface.texels.first[surface.triangle_materials[number]] >= 0:
                painted = texel_at(
                    surface.texels,
                    surface.triangle_materials[number],
                    blended_place(surface.texture_coordinates, corners, shares),
                    surface.shrinking[number],
                )
                colour = (
                    colour[0] * painted[0],
                    colour[1] * painted[1],
                    colour[2] * painted[2],
                )
            aux = blended(surface.aux, corners, shares)
            key = (
                shares[0] * surface.key_light[corners[0]]
                + shares[1] * surface.key_light[corners[1]]
                + shares[2] * surface.key_light[corners[2]]
            )
            sky = blended(surface.ambient, corners, shares)
            openness = min(
                (sky[0] + sky[1] + sky[2]) / (lamps.full_ambient + 1e-6), 1.0
            )
            gloss_normal, iris = normal, 0.0
            if (kind in (SKIN, FELT)) and material[NOISE_AMOUNT] > 0.0:
                change = mottle(aux, material)
                colour = (
                    colour[0] * (1.0 + change * 0.6),
                    colour[1] * (1.0 + change),
                    colour[2] * (1.0 + change * 1.1),
                )
                if material[BUMP] > 0.0:
                    slopes = bump_slopes(aux, material)
                    gloss_normal = lowered_normal(normal, slopes, head)
                    normal = (
                        0.5 * (normal[0] + gloss_normal[0]),
                        0.5 * (normal[1] + gloss_normal[1]),
                        0.5 * (normal[2] + gloss_normal[2]),
                    )
            if wrinkled and kind == SKIN and on_relief(places, corners):
                u, v = blended_place(places, corners, shares)
                wrinkle = relief_at(relief, u, v)
                normal = lowered_normal(normal, crease_slopes(wrinkle), head)
                gloss_normal = normal
                dark = min(wrinkle[2], 1.2)
                colour = (
                    colour[0] * (1.0 - 0.30 * dark),
                    colour[1] * (1.0 - 0.45 * dark),
                    colour[2] * (1.0 - 0.48 * dark),
                )
            if kind == EYE:
                aux = unit(aux[0], aux[1], aux[2])
                if material[IRIS_ANGLE] > 0.0:
                    colour, iris = eye_colour(aux, material, view.pixel)
            floor = material[FLOOR]
            red = colour[0] * (sky[0] + floor)
            green = colour[1] * (sky[1] + floor)
            blue = colour[2] * (sky[2] + floor)
            open_share = 0.35 + 0.65 * openness
            under_key = seeping(key, material[SUBSURFACE])
            under_sky = seeping(open_share, material[SUBSURFACE])
            plain_gloss, dyed_gloss = (0.45, 2.2) if kind == HAIR else (1.0, 0.0)
            for lamp in range(lamps.directions.shape[0]):
                light = (
                    lamps.directions[lamp, 0],
                    lamps.directions[lamp, 1],
                    lamps.directions[lamp, 2],
                )
                arriving = key if lamp == 0 else open_share
                if kind == HAIR:
                    diffuse = strand_diffuse(normal, aux, light, arriving)
                    gloss = strand_gloss(normal, aux, (light, to_eye), material)
                elif kind in (SKIN, FELT):
                    seeped = under_key if lamp == 0 else under_sky
                    diffuse = skin_diffuse(normal, light, seeped, material[SUBSURFACE])
                    gloss = surface_gloss(gloss_normal, light, to_eye, material)
                else:
                    wrap = 0.25 if kind == EYE else 0.0
                    diffuse = wrapped_diffuse(normal, light, wrap, arriving)
                    gloss = 0.0
                    if kind != EYE:
                        gloss = surface_gloss(gloss_normal, light, to_eye, material)
                gloss *= arriving
                red += lamps.colours[lamp, 0] * (
                    colour[0] * diffuse[0]
                    + gloss * (plain_gloss + dyed_gloss * colour[0])
                )
                green += lamps.colours[lamp, 1] * (
                    colour[1] * diffuse[1]
                    + gloss * (plain_gloss + dyed_gloss * colour[1])
                )
                blue += lamps.colours[lamp, 2] * (
                    colour[2] * diffuse[2]
                    + gloss * (plain_gloss + dyed_gloss * colour[2])
                )
            if kind == EYE:
                light = (
                    lamps.directions[0, 0],
                    lamps.directions[0, 1],
                    lamps.directions[0, 2],
                )
                state = (iris, key, openness, view.pixel)
                mirrored = eye_reflections(normal, to_eye, light, material, state)
                red, green, blue = red + mirrored, green + mirrored, blue + mirrored
            if material[RIM] > 0.0:
                away = 1.0 - facing
                glow = away * away * away * material[RIM] * openness
                glow *= 0.4 + 0.6 * max(0.0, normal[1] * 0.5 + 0.5)
                red += glow * (0.5 + colour[0]) * 0.9
                green += glow * (0.5 + colour[1]) * 0.95
                blue += glow * (0.5 + colour[2])
            picture[row, column, 0] = red
            picture[row, column, 1] = green
            picture[row, column, 2] = blue
