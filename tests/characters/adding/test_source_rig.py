from math import sqrt

import numpy as np
import pytest

from deepexpr.characters.adding.source_rig import read_source_rig
from deepexpr.characters.gltf import GLB
from deepexpr.core.errors import CharacterError
from tests.characters.adding.tiny_model import CORNERS, UP, model, skinned, written


@pytest.fixture
def path(tmp_path):
    return tmp_path / "face.glb"


def test_a_file_that_is_no_glb_is_refused(path):
    path.write_bytes(b"o cube\nv 0 0 0\nv 1 0 0\nv 0 1 0\n")
    with pytest.raises(CharacterError, match=r"face\.glb: not a binary glTF file"):
        read_source_rig(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(CharacterError, match="cannot be read"):
        read_source_rig(path)


def test_a_model_without_morph_targets_is_refused(path):
    written(path, model({}))
    with pytest.raises(CharacterError, match="none of its 1 mesh parts has morph"):
        read_source_rig(path)


def test_packed_meshes_are_refused_with_the_way_out(path):
    glb = model({"jawOpen": UP})
    glb.document["extensionsRequired"] = ["KHR_draco_mesh_compression"]
    written(path, glb)
    with pytest.raises(CharacterError, match="KHR_draco_mesh_compression; export it"):
        read_source_rig(path)


def test_a_damaged_model_is_one_line(path):
    glb = model({"jawOpen": UP})
    glb.document["nodes"][0]["mesh"] = 7
    written(path, glb)
    with pytest.raises(CharacterError, match="the model is damaged"):
        read_source_rig(path)


def test_a_model_cut_off_is_refused(path):
    glb = model({"jawOpen": UP})
    written(path, GLB(glb.document, glb.binary[:40]))
    with pytest.raises(CharacterError, match="beyond"):
        read_source_rig(path)


@pytest.mark.parametrize("in_primitive", [False, True], ids=["mesh", "primitive"])
def test_shape_names_are_found_where_exporters_put_them(path, in_primitive):
    written(path, model({"smile": UP, "blink": UP}, names_in_primitive=in_primitive))
    assert read_source_rig(path).shapes == ("smile", "blink")


def test_shapes_without_names_are_numbered(path):
    glb = model({"smile": UP})
    glb.document["meshes"][0]["extras"] = {}
    written(path, glb)
    assert read_source_rig(path).shapes == ("target 0",)


def test_a_node_places_its_mesh_and_its_shapes(path):
    half = sqrt(0.5)
    turned = {
        "translation": [5, 0, 0],
        "scale": [2, 2, 2],
        "rotation": [0, 0, half, half],
    }
    written(path, model({"up": UP}, node=turned))
    part = read_source_rig(path).parts[0]
    # A quarter turn about z takes (1, -1) to (1, 1), twice as large and 5 to the side.
    assert part.positions[1] == pytest.approx([7, 2, 0])
    assert part.targets[0].offsets[0] == pytest.approx([-1, 0, 0])


def test_a_skinned_mesh_lies_where_its_bones_are(path):
    bones = [
        {"name": "mixamorig:Head", "translation": [0, 3, 0], "bind": [0, 1, 0]},
        {"name": "spine", "translation": [0, 0, 0], "bind": [0, 0, 0]},
    ]
    written(path, skinned({"up": UP}, bones))
    rig = read_source_rig(path)
    part = rig.parts[0]
    assert part.positions[1] == pytest.approx(CORNERS[1] + [0, 2, 0])
    assert part.positions[0] == pytest.approx(CORNERS[0])
    assert part.head.tolist() == [0, 1, 0, 1]
    assert rig.bones.pivot == pytest.approx([0, 3, 0])


@pytest.mark.parametrize(
    ("left", "right"),
    [("LeftEye", "RightEye"), ("eye.L", "eye.R"),
     ("J_Adj_L_FaceEye", "J_Adj_R_FaceEye"),
     ("mixamorig:LeftEye", "mixamorig:RightEye"), ("CC_Base_L_Eye", "CC_Base_R_Eye")],
)  # fmt: skip
def test_eye_bones_are_told_by_their_names(path, left, right):
    bones = [
        {"name": left, "translation": [0.5, 0, 0], "bind": [0.5, 0, 0]},
        {"name": right, "translation": [-0.5, 0, 0], "bind": [-0.5, 0, 0]},
    ]
    written(path, skinned({"up": UP}, bones))
    rig = read_source_rig(path)
    assert rig.bones.eye_centres["Left"] == pytest.approx([0.5, 0, 0])
    assert rig.parts[0].eyes["Right"].tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("name", ["eyebrow.L", "LeftEyeLid", "Eyes"])
def test_lids_and_brows_are_no_eyes(path, name):
    bones = [{"name": name, "bind": [0, 0, 0]}, {"name": "jaw", "bind": [0, 0, 0]}]
    written(path, skinned({"up": UP}, bones))
    assert read_source_rig(path).bones.eye_centres == {}


def test_a_texture_transform_moves_the_coordinates(path):
    glb = model({"up": UP})
    places = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    change = {"offset": [0.5, 0.0], "scale": [0.5, 1.0]}
    from deepexpr.characters.gltf_builder import GLBBuilder

    builder = GLBBuilder(
        glb.document["accessors"], glb.document["bufferViews"], bytearray(glb.binary)
    )
    primitive = glb.document["meshes"][0]["primitives"][0]
    primitive["attributes"]["TEXCOORD_0"] = builder.attribute(places)
    primitive["material"] = 0
    glb.document["materials"] = [
        {
            "pbrMetallicRoughness": {
                "baseColorTexture": {
                    "index": 0,
                    "extensions": {"KHR_texture_transform": change},
                }
            }
        }
    ]
    written(path, builder.finish(glb.document))
    found = read_source_rig(path).parts[0].coordinates
    assert found is not None
    assert found.tolist() == [[0.5, 0], [1, 0], [0.5, 1], [1, 1]]
