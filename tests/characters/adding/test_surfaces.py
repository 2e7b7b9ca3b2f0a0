"""What a character keeps of a stranger's materials."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from deepexpr.characters.adding.mapping import proposed_mapping
from deepexpr.characters.adding.placing import first_stand, posable_of
from deepexpr.characters.adding.rig_writing import posable_glb
from deepexpr.characters.adding.source_rig import read_source_rig
from deepexpr.characters.adding.surfaces import surfaces
from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import GLBBuilder
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.errors import CharacterError
from tests.characters.adding.tiny_model import UP, model, written

RED, CLEAR = (200, 0, 0, 255), (200, 0, 0, 0)
PLACES = np.array([[0, 1], [1, 1], [0, 0], [1, 0]], np.float32)


def painted(material, *, pixels=(RED, RED), vrm=None) -> GLB:
    """The square with one material and one texture of a row of pixels."""
    glb = model({"jawOpen": UP})
    builder = GLBBuilder(
        glb.document["accessors"], glb.document["bufferViews"], bytearray(glb.binary)
    )
    stream = BytesIO()
    Image.fromarray(np.array([pixels], np.uint8)).save(stream, "PNG")
    view = builder.view(stream.getvalue())
    primitive = glb.document["meshes"][0]["primitives"][0]
    primitive["material"] = 0
    primitive["attributes"]["TEXCOORD_0"] = builder.attribute(PLACES)
    document = {
        **glb.document,
        "materials": [material],
        "textures": [{"source": 0}],
        "images": [{"mimeType": "image/png", "bufferView": view}],
    }
    if vrm is not None:
        document["extensions"] = {"VRM": {"materialProperties": [vrm]}}
    return builder.finish(document)


TEXTURED = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}


def test_a_picture_that_is_missing_is_refused():
    glb = painted(TEXTURED)
    glb.document["images"] = [{"uri": "skin.png"}]
    with pytest.raises(CharacterError, match="image 0 of the GLB is not embedded"):
        surfaces(glb)


def test_a_texture_that_is_not_used_is_left_out():
    assert surfaces(painted({})).pictures == {}


def test_opaque_textures_become_jpeg_and_veiled_ones_keep_their_holes():
    assert surfaces(painted(TEXTURED)).pictures[0][1] == "image/jpeg"
    masked = {**TEXTURED, "alphaMode": "MASK"}
    found = surfaces(painted(masked, pixels=(RED, CLEAR)))
    picture, kind = found.pictures[0]
    assert kind == "image/png"
    assert np.asarray(Image.open(BytesIO(picture)))[0, :, 3].tolist() == [255, 0]


@pytest.mark.parametrize(
    ("material", "vrm"),
    [
        ({"extensions": {"KHR_materials_pbrSpecularGlossiness":
                         {"diffuseTexture": {"index": 0}}}}, None),
        ({}, {"textureProperties": {"_MainTex": 0}}),
    ],
    ids=["specular glossiness", "toon"],
)  # fmt: skip
def test_older_materials_keep_their_texture(material, vrm):
    found = surfaces(painted(material, vrm=vrm))
    assert found.materials[0].texture == 0
    assert list(found.pictures) == [0]


def test_shading_of_others_is_not_taken_for_ours():
    material = {**TEXTURED, "extras": {"deepexpr": {"kind": "skin"}}}
    assert surfaces(painted(material)).materials[0].kind == "plain"


def test_materials_of_one_name_get_names_of_their_own():
    glb = painted({"name": "Skin"})
    glb.document["materials"].append({"name": "Skin"})
    assert [m.name for m in surfaces(glb).materials] == ["Skin", "Skin 2", "none"]


def test_colours_textures_and_shapes_reach_the_character(tmp_path):
    material = {
        "doubleSided": True,
        "alphaMode": "BLEND",
        "pbrMetallicRoughness": {
            "baseColorFactor": [0.5, 1, 1, 0.25],
            "baseColorTexture": {"index": 0},
            "roughnessFactor": 0.3,
        },
    }
    rig = read_source_rig(written(tmp_path / "square.glb", painted(material)))
    mapping = proposed_mapping(rig)
    mesh = read_rig(posable_glb(posable_of(rig, mapping, first_stand(rig, mapping))))
    kept = mesh.materials[0]
    assert (kept.opacity, kept.roughness, kept.alpha_mode) == (0.25, 0.3, "BLEND")
    assert kept.double_sided
    assert mesh.paint is not None
    assert mesh.paint.coordinates.tolist() == PLACES.tolist()
    assert mesh.paint.textures[0][0, 0, 0] == pytest.approx(200, abs=3)
    assert mesh.colours[0] == pytest.approx([0.5, 1, 1])
    assert mesh.controls == ("jawOpen",)
    # The square is 2 high and so is a face in our unit.
    assert mesh.targets[0].offsets[0] == pytest.approx([0, 0.5, 0], abs=1e-3)
