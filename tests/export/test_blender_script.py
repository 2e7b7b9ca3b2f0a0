"""The Blender script, parsed and run on hand-written objects."""

import ast
from math import cos, radians, sin

import pytest

from deepexpr.characters.pose import Pose, arkit_weights
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.export.blender_script import write_blender_script
from deepexpr.export.take import Frame, Take, single_pose
from tests.export.fake_bpy import Blender, armature_with_head
from tests.export.tiny_character import CORRECTIVE, GRIN, SNARL

TWO = Take("two", (Frame("a", SNARL), Frame("b", GRIN)), 12.0)


@pytest.fixture
def script(tiny, tmp_path):
    def text_of(take):
        write_blender_script(take, tiny, tmp_path / "keys.py")
        return (tmp_path / "keys.py").read_text("utf-8")

    return text_of


def test_the_script_needs_nothing_but_blender(script):
    tree = ast.parse(script(TWO))
    imported = [
        name.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in node.names
    ]
    assert imported == ["bpy"]


def test_the_tables_of_the_script_are_plain_data(script):
    tables = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in ast.parse(script(TWO)).body
        if isinstance(node, ast.Assign)
    }
    assert tables["TAKE"] == "two"
    assert tables["FRAME_COUNT"] == 2
    assert tuple(tables["ARKIT_SHAPES"]) == ARKIT_BLENDSHAPES
    assert tables["ARKIT_SHAPES"]["jawOpen"] == [0.5, 0.0]
    # What never moves is written once.
    assert tables["ARKIT_SHAPES"]["tongueOut"] == [0.0]
    assert tables["RIG_SHAPES"]["noseSneerLeft"] == [1.2, 0.0]


def test_a_take_of_hostile_names_stays_data(script, monkeypatch):
    take = single_pose('"""\nimport os\n"""', GRIN)
    blender = Blender()
    blender.add_mesh("Head", ["jawOpen"])
    blender.run(script(take), monkeypatch)
    assert "import os" not in script(take).splitlines()


def test_a_foreign_mesh_gets_arkit_weights_at_its_own_frame_rate(script, monkeypatch):
    blender = Blender(fps=24, frame_start=5)
    keys = blender.add_mesh("Ann", ["Basis", "JawOpen", "noseSneerLeft", "tongueOut"])
    blender.run(script(TWO), monkeypatch)
    # 12 frames a second in a scene of 24: every second frame.
    assert keys["JawOpen"].keys == {"value": {5: 0.5, 7: 0.0}}
    assert keys["noseSneerLeft"].keys == {"value": {5: 1.0, 7: 0.0}}
    assert keys["noseSneerLeft"].slider_max == 1.0
    assert keys["tongueOut"].keys == {"value": {5: 0.0}}
    assert keys["Basis"].keys == {}
    assert blender.scene.frame_end == 10


def test_every_arkit_shape_is_keyed(script, monkeypatch):
    blender = Blender()
    keys = blender.add_mesh("Ann", ARKIT_BLENDSHAPES)
    blender.run(script(single_pose("snarl", SNARL)), monkeypatch)
    found = {name: block.keys["value"][1] for name, block in keys.items()}
    assert found == pytest.approx(arkit_weights(SNARL), abs=1e-6)


def test_the_characters_own_mesh_gets_the_rigs_weights(tiny, script, monkeypatch):
    blender = Blender()
    names = ["jawOpen", "noseSneerLeft", "x_chinBoss", "mouthShrugLower", CORRECTIVE]
    keys = blender.add_mesh("face", names)
    blender.run(script(single_pose("snarl", SNARL)), monkeypatch)
    found = {name: block.keys["value"][1] for name, block in keys.items()}
    assert found == {
        "jawOpen": 0.5,
        "noseSneerLeft": 1.2,
        "x_chinBoss": 0.4,
        "mouthShrugLower": 0.0,
        CORRECTIVE: 0.4,
    }
    assert keys["noseSneerLeft"].slider_max == 1.2


def test_a_face_of_arkit_shapes_alone_is_known_by_its_eyes(script, monkeypatch):
    blender = Blender()
    face = blender.add_mesh("face.001", ["jawOpen", "eyeLookOutLeft", "noseSneerLeft"])
    blender.add_mesh("eyeLeft", ["irisSmall"])
    other = blender.add_mesh("Ann", ["noseSneerLeft", "eyeLookOutLeft"])
    blender.run(script(single_pose("snarl", SNARL)), monkeypatch)
    # Its eyes turn, so the look weights of the gaze are not for its face.
    assert face["eyeLookOutLeft"].keys["value"][1] == 0.0
    assert face["noseSneerLeft"].keys["value"][1] == 1.2
    assert other["eyeLookOutLeft"].keys["value"][1] == 0.5
    assert other["noseSneerLeft"].keys["value"][1] == 1.0


def test_eyes_of_the_own_model_turn_and_foreign_ones_do_not(script, monkeypatch):
    take = single_pose("look", Pose({}, gaze=(30.0, 0.0)))
    blender = Blender()
    blender.add_mesh("face", ["jawOpen", "x_chinBoss"])
    eye = blender.add_empty("eyeLeft")
    blender.run(script(take), monkeypatch)
    # At rest the eye is turned about glTF's z, which is Blender's -y: (.8, 0, -.6, 0).
    # A look of 30 degrees to the left turns about up, Blender's z, before that.
    c, s = cos(radians(15)), sin(radians(15))
    expected = (0.8 * c, -0.6 * s, -0.6 * c, 0.8 * s)
    assert eye.keys["rotation_quaternion"][1] == pytest.approx(expected, abs=1e-5)

    foreign = Blender()
    foreign.add_mesh("Ann", ["jawOpen"])
    other = foreign.add_empty("eyeLeft")
    foreign.run(script(take), monkeypatch)
    assert other.keys == {}


def test_the_head_bone_turns_about_its_own_axes(script, monkeypatch):
    # This bone points up: its own axes are the armature's turned 90 degrees about x.
    half = 0.5**0.5
    armature, bone = armature_with_head((half, half, 0.0, 0.0))
    blender = Blender()
    blender.add_mesh("face", ["jawOpen", "x_chinBoss"], armature=armature)
    blender.run(
        script(single_pose("turn", Pose({}, head=(90.0, 0.0, 0.0)))), monkeypatch
    )
    # Up is Blender's z in the armature and y in the bone.
    turn = bone.keys["rotation_quaternion"][1]
    assert turn == pytest.approx((half, 0.0, half, 0.0), abs=1e-6)
    # The face centre swings 0.5 to the left; 0.7 of that is taken back.
    assert bone.keys["location"][1] == pytest.approx((-0.35, 0.0, 0.0), abs=1e-6)


def test_selected_meshes_are_keyed_alone(script, monkeypatch):
    blender = Blender()
    first = blender.add_mesh("Ann", ["jawOpen"])
    second = blender.add_mesh("Bob", ["jawOpen"], selected=True)
    blender.add_mesh("Floor", [], selected=True)
    blender.run(script(TWO), monkeypatch)
    assert first["jawOpen"].keys == {}
    assert second["jawOpen"].keys != {}


def test_a_scene_without_such_shape_keys_is_told(script, monkeypatch):
    blender = Blender()
    blender.add_mesh("Cube", ["Basis"])
    blender.add_mesh("Floor", [])
    with pytest.raises(RuntimeError, match="ARKit"):
        blender.run(script(TWO), monkeypatch)


def test_the_scene_grows_to_hold_a_long_take(script, monkeypatch):
    blender = Blender(fps=24)
    blender.add_mesh("Ann", ["jawOpen"])
    blender.run(script(Take("long", (Frame("", GRIN),) * 121, 12.0)), monkeypatch)
    assert blender.scene.frame_end >= 241
