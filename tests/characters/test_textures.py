"""Textures, masks and veils on squares whose colours can be told by eye."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("numba")

from deepexpr.characters.card import CharacterCard, HeadMotion, PortraitCamera
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE
from deepexpr.characters.rendering.paint_box import PaintBox
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.characters.rig_paint import seams
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.errors import CharacterError

RED, GREEN, CLEAR = (255, 0, 0, 255), (0, 255, 0, 255), (0, 255, 0, 0)
CORNERS = np.array([[-1, -1, 0], [1, -1, 0], [-1, 1, 0], [1, 1, 0]], np.float32)
PLACES = np.array([[0, 1], [1, 1], [0, 0], [1, 0]], np.float32)
FACES = np.array([[0, 1, 2], [1, 3, 2]])


def square(pixels, *, factor=(1, 1, 1, 1), mode="OPAQUE", behind=False) -> GLB:
    """A square with a texture of one row, seen whole; perhaps a blue one behind it."""
    builder = GLBBuilder()
    stream = BytesIO()
    Image.fromarray(np.array([pixels], np.uint8)).save(stream, "PNG")
    view = builder.view(stream.getvalue())

    def primitive(depth, material):
        corners = (CORNERS - [0, 0, depth]).astype(np.float32)
        return {
            "attributes": {
                "POSITION": builder.attribute(corners, bounds=True),
                "TEXCOORD_0": builder.attribute(PLACES),
            },
            "indices": builder.indices(FACES, 4),
            "material": material,
        }

    primitives = [primitive(0, 0)] + ([primitive(0.5, 1)] if behind else [])
    front = {
        "name": "painted",
        "alphaMode": mode,
        "pbrMetallicRoughness": {
            "baseColorFactor": list(factor),
            "baseColorTexture": {"index": 0},
        },
    }
    blue = {"name": "b", "pbrMetallicRoughness": {"baseColorFactor": [0, 0, 1, 1]}}
    return builder.finish(
        {
            "asset": {"version": "2.0"},
            "nodes": [{"name": "face", "mesh": 0}],
            "meshes": [{"primitives": primitives}],
            "materials": [front, blue],
            "textures": [{"source": 0}],
            "images": [{"mimeType": "image/png", "bufferView": view}],
        }
    )


def drawn(glb: GLB) -> np.ndarray:
    card = CharacterCard(
        "square", "", "", "", "", (), {},
        PortraitCamera((0.0, 0.0, 0.0), 10.0, 22.6),
        HeadMotion((0, 0, 0), (0, 0, 0), 0),
        (((0, 1.0),),) * 49,
    )  # fmt: skip
    image = Renderer(CharacterModel(card, read_rig(glb))).render(
        NEUTRAL_POSE, size_px=32
    )
    return image.image


def colour_of(image: np.ndarray, column: int) -> str:
    return "RGB"[int(image[16, column].argmax())]


def test_a_texture_colours_its_half_of_the_square():
    image = drawn(square([RED, GREEN]))
    assert [colour_of(image, column) for column in (11, 20)] == ["R", "G"]


def test_the_base_colour_tints_the_texture():
    white = (255, 255, 255, 255)
    image = drawn(square([white, white], factor=(0, 1, 0, 1)))
    assert colour_of(image, 11) == "G"


def test_a_mask_cuts_holes():
    image = drawn(square([RED, CLEAR], mode="MASK", behind=True))
    assert [colour_of(image, column) for column in (10, 21)] == ["R", "B"]


def test_without_a_mask_opacity_does_not_count():
    image = drawn(square([RED, CLEAR], behind=True))
    assert [colour_of(image, column) for column in (10, 21)] == ["R", "G"]


def test_a_veil_lets_half_of_what_is_behind_it_through():
    half = (255, 0, 0, 128)
    image = drawn(square([half, half], mode="BLEND", behind=True))
    red, green, blue = image[16, 16]
    assert red > green
    assert blue > green


def test_a_copy_that_fits_the_picture_is_looked_up():
    model = read_rig(square([RED] * 64))
    box = PaintBox(model, model.triangles, model.triangle_materials)
    points = (CORNERS[:, :2] + 1) * 8
    assert box.shrinking(points) == pytest.approx([0.5, 0.5])
    assert box.shrinking(points * 2) == pytest.approx([0.25, 0.25])


def test_vertices_that_a_seam_parts_are_one_point():
    places = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]], np.float32)
    up, side = [0, 1, 0], [1, 0, 0]
    normals = np.array([up, up, up, side], np.float32)
    assert seams(places, normals).tolist() == [0, 1, 0, 3]
    assert seams(places, None).tolist() == [0, 1, 0, 0]


def test_a_picture_that_is_none_is_named():
    glb = square([RED])
    glb.document["images"][0]["bufferView"] = 1
    with pytest.raises(CharacterError, match="picture 0 of the GLB is damaged"):
        read_rig(glb)


def test_a_texture_of_an_unknown_kind_is_named():
    glb = square([RED])
    glb.document["textures"] = [{"extensions": {"KHR_texture_basisu": {"source": 0}}}]
    with pytest.raises(CharacterError, match="KHR_texture_basisu"):
        read_rig(glb)
