import numpy as np
import pytest
from PIL import Image

from deepexpr.characters.building.glb_eyes import small_iris, socket_node
from deepexpr.characters.building.glb_primitives import (
    skinning,
    stored_colours,
    stored_directions,
    vertex_normals,
)
from deepexpr.characters.building.rig_glb import rig_glb
from deepexpr.characters.building.write_character import write_character
from deepexpr.characters.crease_atlas import (
    cut_channel,
    pack_creases,
    unpack_creases,
)
from deepexpr.characters.gltf import read_glb
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.rig_mesh import CreaseMap
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.errors import CharacterError
from deepexpr.core.files import sha256_of
from tests.characters.tiny_rig import TinyRig, ball, eye


def test_the_folder_holds_what_its_card_lists(tiny):
    digests = {name: sha256_of(tiny.folder / name) for name in tiny.card.files}
    assert digests == tiny.card.files
    assert sorted(path.name for path in tiny.folder.iterdir()) == [
        "character.json",
        "key_poses.csv",
        "model.glb",
        "portrait.webp",
    ]


def test_the_portrait_is_a_square_picture(tiny):
    with Image.open(tiny.folder / "portrait.webp") as portrait:
        assert portrait.size == (256, 256)


def test_writing_twice_gives_the_same_model(tiny):
    assert glb_bytes(rig_glb(TinyRig()).glb) == (tiny.folder / "model.glb").read_bytes()


def test_the_scene_is_a_head_joint_with_eyes_and_hair_beside_face_and_clothes(tiny):
    document = read_glb(tiny.folder / "model.glb").document
    assert [node["name"] for node in document["nodes"]] == [
        "root", "head", "face", "rigidHead", "rigidBody", "socketLeft", "eyeLeft",
        "socketRight", "eyeRight",
    ]  # fmt: skip
    assert document["scenes"] == [{"nodes": [0, 2, 4]}]
    assert document["nodes"][1] == {
        "name": "head",
        "translation": [0.0, -1.0, 0.0],
        "children": [3, 5, 7],
    }
    assert document["nodes"][5]["translation"] == [0.5, 1.5, 0.0]
    assert document["nodes"][5]["scale"] == [0.25, 0.25, 0.25]
    names = document["meshes"][0]["extras"]["targetNames"]
    assert names[-3:] == ["pupilSmall", "open and raised", "half blink"]


def test_places_are_whole_steps_of_a_power_of_two(tiny):
    glb = read_glb(tiny.folder / "model.glb")
    hair = glb.document["nodes"][3]
    # 4 % of a picture 4 wide is 0.16; 127 steps of 2^-10 come nearest
    assert hair["scale"] == [2.0**-10] * 3
    primitive = glb.document["meshes"][1]["primitives"][0]
    steps = glb.accessor(primitive["attributes"]["POSITION"])
    np.testing.assert_array_equal(steps[2], [0, round(1.8 * 1024), -512])


def test_a_part_that_follows_the_head_in_part_is_skinned():
    rig = TinyRig()
    rig.head_weights = np.array([1.0] * 4 + [0.25, 0.5, 1.0] + [0.0] * 3)
    glb = rig_glb(rig).glb
    node = next(n for n in glb.document["nodes"] if n["name"] == "rigid")
    assert node["skin"] == 0
    shares = read_rig(glb).head_weights
    np.testing.assert_allclose(shares[4:10], [0, 0, 0, 0.25, 0.5, 1], atol=2e-3)


def test_a_corrective_that_changes_nothing_is_left_out():
    class Statue(TinyRig):
        def vertices(self, weights):
            return super().vertices({})

    extras = rig_glb(Statue()).glb.document["meshes"][0]["extras"]
    assert extras["deepexpr"]["correctives"] == []


def test_vertices_that_nothing_uses_are_left_out(tmp_path):
    rig = TinyRig()
    rig.landmarks = tuple(((2, 1.0),) for _ in range(49))
    skin = rig.parts[0]
    rig.parts[0] = type(skin)(
        skin.name, 0, 4, skin.triangles[1:], skin.material, skin.colours
    )
    written = rig_glb(rig)
    assert written.face_numbers.tolist() == [-1, 0, 1, 2] + [-1] * 6


def test_a_landmark_must_lie_on_a_moving_part(tmp_path):
    rig = TinyRig()
    rig.landmarks = (((4, 1.0),), *rig.landmarks[1:])
    with pytest.raises(CharacterError, match="does not move"):
        write_character(rig, tmp_path)
    assert not (tmp_path / "character.json").exists()


def test_an_eye_must_not_be_mirrored():
    mirrored = eye("Left")
    object.__setattr__(mirrored, "axes", np.diag([-1.0, 1.0, 1.0]))
    with pytest.raises(CharacterError, match="Left eye are not a rotation"):
        socket_node(mirrored, np.zeros(3), 1)


def test_colours_keep_sixteen_bits_and_full_cover():
    stored = stored_colours(np.array([[0.0, 0.5, 1.5]]))
    assert stored.tolist() == [[0, 32768, 65535, 65535]]


def test_directions_are_stored_at_length_one():
    stored = stored_directions(np.array([[0.0, 0.0, 5.0], [0.0, 0.0, 0.0]]))
    assert stored.tolist() == [[0, 0, 127], [0, 0, 0]]


def test_a_joint_of_no_weight_is_joint_0():
    joints, shares = skinning(np.array([0.0, 1.0, 0.25]))
    assert joints.tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]
    assert shares.sum(axis=1).tolist() == [255] * 3
    assert shares[2, 1] == 64


def test_normals_point_to_where_triangles_are_seen_from():
    rig = TinyRig()
    normals = vertex_normals(rig.vertices({}), rig.parts)
    np.testing.assert_allclose(normals, [[0, 0, 1]] * 10)


def test_the_small_iris_target_is_60_percent_at_the_axis():
    near = np.array([[np.sin(0.1), 0.0, np.cos(0.1)]])
    moved = small_iris(near)
    assert np.arcsin(moved[0, 0]) == pytest.approx(0.06, rel=1e-3)
    back = np.array([[0.0, 0.0, -1.0]])
    np.testing.assert_allclose(small_iris(back), back, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(small_iris(ball()[0]), axis=1), 1.0)


def test_creases_survive_their_picture(tiny):
    creases = tiny.model.mesh.creases
    (channel,) = creases.channels
    assert (creases.rows, creases.columns) == (20, 20)
    assert (channel.row, channel.column) == (9, 0)
    assert channel.drivers == {"x_snarl": 2.0, "jawOpen": -1.0}
    np.testing.assert_allclose(channel.relief, np.ones((2, 20, 3)), atol=0.01)


def test_flat_places_of_a_relief_stay_exactly_flat():
    relief = np.zeros((6, 6, 3), np.float32)
    relief[1] = [0.7, -0.3, 0.9]
    relief[4] = [-0.1, 0.2, 0.0]
    rig = TinyRig()
    channel = type(rig.creases.channels[0])("two", relief, {"jawOpen": 1.0})
    rig.creases = type(rig.creases)((channel,))
    written = rig_glb(rig).glb
    table = written.document["meshes"][0]["extras"]["deepexpr"]["creases"]
    creases = unpack_creases(written.image(0), table)
    found = creases.channels[0]
    assert found.relief.shape == (4, 6, 3)
    assert not found.relief[1:3].any()
    np.testing.assert_allclose(found.relief[0], relief[1], atol=0.01)


def test_an_empty_relief_is_one_flat_cell():
    channel = cut_channel("none", {}, np.zeros((4, 4, 3), np.float32))
    picture, table = pack_creases(CreaseMap(4, 4, 1.0, (channel,)))
    assert not unpack_creases(picture, table).channels[0].relief.any()


def test_damaged_creases_are_refused(tiny):
    picture, table = pack_creases(tiny.model.mesh.creases)
    with pytest.raises(CharacterError, match="cannot be read"):
        unpack_creases(b"no picture", table)
    table["channels"][0]["rectangle"][3] = 999
    with pytest.raises(CharacterError, match="beyond its picture"):
        unpack_creases(picture, table)
    table["channels"][0]["rectangle"][3] = 2
    table["channels"][0]["position"] = [0, 19]
    with pytest.raises(CharacterError, match="beyond the face map"):
        unpack_creases(picture, table)
