import json

import numpy as np
import pytest

from deepexpr.characters.card import CARD_FILE
from deepexpr.characters.gltf import GLB, read_glb
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.model import (
    CharacterModel,
    corrective_weight,
    head_turn,
    look_rotation,
    squeezed_directions,
)
from deepexpr.characters.pose import NEUTRAL_POSE, Pose
from deepexpr.characters.rig_mesh import CorrectiveRule
from deepexpr.characters.rig_reader import read_rig
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError
from tests.characters.tiny_rig import CONTROLS, NEUTRAL, TinyRig, ball

FACE = slice(0, 4)
ROUNDING = 2.0**-10
"""One step of the stored places."""


def positions(model, pose):
    """Vertices of the face, then hair and shirt, without the eyes."""
    return model.vertices(pose)[: len(NEUTRAL)]


def test_the_rig_reads_back_with_all_its_names(tiny):
    model = tiny.model
    assert model.controls == CONTROLS
    assert model.controls[:52] == ARKIT_BLENDSHAPES
    assert [rule.name for rule in model.mesh.correctives] == [
        "open and raised",
        "half blink",
    ]
    assert [eye.side for eye in model.mesh.eyes] == ["Left", "Right"]


def test_at_rest_the_vertices_are_neutral(tiny):
    found = positions(tiny.model, NEUTRAL_POSE)
    np.testing.assert_allclose(found, NEUTRAL, atol=ROUNDING)


def test_an_open_jaw_lowers_the_bottom_corners(tiny):
    found = positions(tiny.model, Pose({"jawOpen": 0.5}))[FACE]
    expected = np.array([[-1, -1.25, 0], [1, -1.25, 0], [-1, 1, 0], [1, 1, 0]])
    np.testing.assert_allclose(found, expected, atol=ROUNDING)


def test_lips_close_only_an_open_jaw(tiny):
    shut = positions(tiny.model, Pose({"mouthClose": 1.0}))
    np.testing.assert_allclose(shut, NEUTRAL, atol=ROUNDING)
    both = positions(tiny.model, Pose({"jawOpen": 0.5, "mouthClose": 1.0}))
    assert both[0, 1] == pytest.approx(-1.125, abs=ROUNDING)


def test_a_product_corrective_acts_where_both_controls_do(tiny):
    together = positions(tiny.model, Pose({"jawOpen": 1.0, "browInnerUp": 0.5}))
    assert together[2, 2] == pytest.approx(0.05, abs=ROUNDING)
    alone = positions(tiny.model, Pose({"browInnerUp": 0.5}))
    assert alone[2, 2] == pytest.approx(0.0, abs=ROUNDING)


@pytest.mark.parametrize("blink", [0.0, 0.25, 0.5, 1.0])
def test_an_in_between_corrective_follows_the_full_rig(tiny, blink):
    pose = Pose({"eyeBlinkLeft": blink})
    full = TinyRig().vertices(pose.weights)
    np.testing.assert_allclose(positions(tiny.model, pose), full, atol=ROUNDING)


@pytest.mark.parametrize(
    ("kind", "weights", "expected"),
    [
        ("product", {"a": 0.5, "b": 0.5}, 0.25),
        ("product", {"a": -1.0, "b": -1.0}, 0.0),
        ("product", {"a": 1.0}, 0.0),
        ("inbetween", {"a": 0.5}, 1.0),
        ("inbetween", {"a": 1.2}, 0.0),
        ("inbetween", {}, 0.0),
    ],
)
def test_corrective_weights(kind, weights, expected):
    rule = CorrectiveRule("c", kind, ("a", "b") if kind == "product" else ("a",))
    assert corrective_weight(rule, weights) == pytest.approx(expected)


def test_unknown_controls_are_ignored(tiny):
    posed = positions(tiny.model, Pose({"x_fromElsewhere": 1.0}))
    np.testing.assert_allclose(posed, NEUTRAL, atol=ROUNDING)


def test_turning_the_head_moves_the_hair_and_not_the_shirt(tiny):
    posed = positions(tiny.model, Pose({}, head=(90.0, 0.0, 0.0)))
    # A quarter turn to the left takes z to x and x to -z; the face centre, 1 in front
    # of the pivot, would move 1 to the side, of which 0.7 are taken back.
    expected = np.column_stack([NEUTRAL[:, 2] - 0.7, NEUTRAL[:, 1], -NEUTRAL[:, 0]])
    np.testing.assert_allclose(posed[:7], expected[:7], atol=ROUNDING)
    np.testing.assert_allclose(posed[7:], NEUTRAL[7:], atol=ROUNDING)


@pytest.mark.parametrize(
    ("head", "point", "expected"),
    [
        ((90, 0, 0), [0, 0, 1], [1, 0, 0]),
        ((0, 90, 0), [0, 0, 1], [0, -1, 0]),
        ((0, 0, 90), [0, 1, 0], [1, 0, 0]),
    ],
    ids=["yaw-to-the-image-right", "pitch-down", "roll-to-the-image-right"],
)
def test_head_angles_turn_as_documented(tiny, head, point, expected):
    rotation = head_turn(tiny.card.head, head).rotation
    np.testing.assert_allclose(rotation @ point, expected, atol=1e-12)


def test_gaze_turns_the_eyes_about_their_centres(tiny):
    eye = tiny.model.mesh.eyes[0]
    front = np.argmax(eye.directions[:, 2])
    looking = tiny.model.vertices(Pose({}, gaze=(90.0, 0.0)))[eye.start + front]
    np.testing.assert_allclose(looking, [0.75, 0.5, 0.0], atol=1e-6)
    down = tiny.model.vertices(Pose({}, gaze=(0.0, 90.0)))[eye.start + front]
    np.testing.assert_allclose(down, [0.5, 0.25, 0.0], atol=1e-6)


def test_eyes_follow_the_head(tiny):
    eye = tiny.model.mesh.eyes[0]
    posed = tiny.model.vertices(Pose({}, head=(90.0, 0.0, 0.0)))
    centre = posed[eye.start : eye.stop].mean(axis=0)
    np.testing.assert_allclose(centre, [-0.7, 0.5, -0.5], atol=1e-3)


def test_an_eye_has_controls_of_its_own(tiny):
    eye = tiny.model.mesh.eyes[0]
    posed = tiny.model.vertices(Pose({"pupilSmall": 1.0}))[eye.start : eye.stop]
    expected = ball()[0] * [0.125, 0.125, 0.25] + [0.5, 0.5, 0.0]
    np.testing.assert_allclose(posed, expected, atol=ROUNDING)


def test_landmarks_lie_on_the_posed_mesh(tiny):
    points = tiny.model.landmarks(Pose({"jawOpen": 1.0}))
    np.testing.assert_allclose(points[0], [0, -1.5, 0], atol=ROUNDING)
    np.testing.assert_allclose(points[3], [-1, 1, 0], atol=ROUNDING)
    assert points.shape == (49, 3)


def test_a_smaller_iris_shows_at_each_place_what_lies_further_out():
    at_60_degrees = np.array([[np.sin(np.pi / 3), 0, 0.5]], np.float32)
    shown = squeezed_directions(at_60_degrees, 2 / 3)
    np.testing.assert_allclose(shown, [[1, 0, 0]], atol=1e-6)
    assert squeezed_directions(at_60_degrees, 1.0) is at_60_degrees


def test_the_gaze_axis_stays_where_it_is():
    front = np.array([[0, 0, 1]], np.float32)
    np.testing.assert_allclose(squeezed_directions(front, 0.5), front, atol=1e-6)


def test_looking_straight_ahead_is_no_turn():
    np.testing.assert_array_equal(look_rotation((0.0, 0.0)), np.eye(3))


def test_a_landmark_must_lie_on_the_face(tiny_folder, tmp_path):
    (tmp_path / "model.glb").write_bytes((tiny_folder / "model.glb").read_bytes())
    content = json.loads((tiny_folder / CARD_FILE).read_text("utf-8"))
    content["landmarks"][5] = [[4, 1.0]]
    (tmp_path / CARD_FILE).write_text(json.dumps(content), "utf-8")
    with pytest.raises(CharacterError, match="vertex 4, but the face has 4"):
        CharacterModel.read(tmp_path)


def changed(tiny_folder, change):
    glb = read_glb(tiny_folder / "model.glb")
    change(glb.document)
    return GLB(glb.document, glb.binary)


def remove_extras(document):
    for entry in document["materials"]:
        del entry["extras"]
        entry["pbrMetallicRoughness"]["baseColorFactor"] = [0.5, 1.0, 1.0, 1.0]


def remove_skins(document):
    for node in document["nodes"]:
        node.pop("skin", None)


def test_a_foreign_material_keeps_base_colour_and_roughness(tiny_folder):
    mesh = read_rig(changed(tiny_folder, remove_extras))
    assert {material.kind for material in mesh.materials} == {"plain"}
    np.testing.assert_allclose(mesh.colours[0], [0.25, 0.5, 0.5], atol=1e-4)


def rename_head(document):
    remove_skins(document)
    document["nodes"][1]["name"] = "skull"


def test_of_meshes_without_a_skin_the_face_and_what_hangs_on_the_head_turn(tiny_folder):
    shares = read_rig(changed(tiny_folder, remove_skins)).head_weights
    # face and hair, the shirt, and the eyes
    assert shares.tolist() == [1.0] * 7 + [0.0] * 3 + [1.0] * (len(shares) - 10)


def test_without_a_head_joint_all_meshes_without_a_skin_turn(tiny_folder):
    shares = read_rig(changed(tiny_folder, rename_head)).head_weights
    assert (shares == 1.0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["nodes"][2].update(name="head mesh"), 'no mesh node "face"'),
        (lambda d: d["meshes"][0]["primitives"][0].update(mode=1), "only triangles"),
        (lambda d: d["meshes"][0]["primitives"][0]["targets"].pop(), "damaged"),
        (lambda d: d["accessors"].clear(), "damaged"),
        (lambda d: d["nodes"][0].update(children=[0]), "own ancestor"),
    ],
    ids=["face", "lines", "target", "accessors", "loop"],
)
def test_a_damaged_rig_is_refused(tiny_folder, change, message):
    with pytest.raises(CharacterError, match=message):
        read_rig(changed(tiny_folder, change))


def test_a_damaged_model_names_its_file(tiny_folder, tmp_path):
    (tmp_path / CARD_FILE).write_bytes((tiny_folder / CARD_FILE).read_bytes())
    glb = changed(tiny_folder, lambda d: d["accessors"].clear())
    (tmp_path / "model.glb").write_bytes(glb_bytes(glb))
    with pytest.raises(CharacterError, match=r"model\.glb: the GLB is damaged"):
        CharacterModel.read(tmp_path)
