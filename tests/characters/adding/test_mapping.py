import numpy as np
import pytest

from deepexpr.characters.adding.control_names import (
    KNOWN_CONTROLS,
    arkit_control,
    familiar_controls,
)
from deepexpr.characters.adding.mapping import (
    MappedShape,
    proposed_mapping,
    read_mapping,
    write_mapping,
)
from deepexpr.characters.adding.posable_rig import (
    Stand,
    control_offsets,
    moved_rows,
    shape_offsets,
)
from deepexpr.characters.adding.source_rig import read_source_rig
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError
from tests.characters.adding.tiny_model import UP, model, skinned, written

HERE = Stand(np.zeros(3), 1.0)


def rig_of(tmp_path, glb):
    return read_source_rig(written(tmp_path / "face.glb", glb))


@pytest.fixture
def smiling(tmp_path):
    return rig_of(tmp_path, model({"Smile": UP, "jawOpen": -UP}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "begins with ''; the first line of a mapping is shape,control,weight"),
        ("shape,control\n", "maps no shape"),
        ("shape,control\nSmile\n", "line 2: has one cell"),
        ("shape,control\nSmyle,mouthSmileLeft\n",
         "line 2: the model has no shape 'Smyle'. Did you mean 'Smile'?"),
        ("shape,control\nSmile,mouthSmilLeft\n",
         "no control is called 'mouthSmilLeft'. Did you mean 'mouthSmileLeft'?"),
        ("shape,control,weight\nSmile,mouthPucker,much\n",
         "line 2: the weight is 'much'"),
    ],
    ids=["empty", "no rows", "one cell", "shape", "control", "weight"],
)  # fmt: skip
def test_a_wrong_mapping_is_refused(smiling, tmp_path, text, message):
    path = tmp_path / "mapping.csv"
    path.write_text(text)
    with pytest.raises(CharacterError) as caught:
        read_mapping(path, smiling)
    assert message in str(caught.value)


def test_a_mapping_that_is_no_toml_is_refused(smiling, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text("[controls\n")
    with pytest.raises(CharacterError, match="is not valid TOML"):
        read_mapping(path, smiling)


def test_a_mapping_comes_back_as_it_was_written(smiling, tmp_path):
    mapping = (
        MappedShape("Smile", "mouthSmileLeft", 0.5),
        MappedShape("Smile", "Smile"),
    )
    write_mapping(tmp_path / "mapping.csv", mapping)
    assert read_mapping(tmp_path / "mapping.csv", smiling) == mapping


def test_toml_maps_a_shape_to_one_control_or_several(smiling, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(
        "[controls]\n"
        'Smile = ["mouthSmileLeft", "mouthSmileRight"]\n'
        "jawOpen = { jawOpen = 0.5 }\n"
    )
    assert read_mapping(path, smiling) == (
        MappedShape("Smile", "mouthSmileLeft"),
        MappedShape("Smile", "mouthSmileRight"),
        MappedShape("jawOpen", "jawOpen", 0.5),
    )


@pytest.mark.parametrize(
    "shape",
    ["mouthSmileLeft", "MouthSmileLeft", "mouth_smile_left", "mouthSmile_L",
     "Face.mouthSmile_L", "AK_24_MouthSmileLeft", "blendShape1:mouthSmileLeft",
     "mouth smile.L"],
)  # fmt: skip
def test_a_name_is_known_however_it_is_spelt(shape):
    assert arkit_control(shape) == "mouthSmileLeft"


def test_every_control_is_known_by_its_own_name():
    assert [arkit_control(name) for name in KNOWN_CONTROLS] == list(KNOWN_CONTROLS)


@pytest.mark.parametrize(
    "shape", ["smile", "mouthSmile", "viseme_aa", "Fcl_ALL_Joy", ""]
)
def test_other_names_are_not_taken_for_arkit(shape):
    assert arkit_control(shape) is None


def test_names_of_common_rigs_are_known():
    close = familiar_controls("Face.M_F00_000_00_Fcl_EYE_Close_L")
    assert close == (("eyeBlinkLeft", 1.0),)
    assert [name for name, _ in familiar_controls("mouthSmile")] == [
        "mouthSmileLeft",
        "mouthSmileRight",
    ]
    assert familiar_controls("Fcl_ALL_Joy") == (("whole_joy", 1.0),)
    assert familiar_controls("viseme_aa") == ()


def test_a_proposal_names_each_control_once_and_keeps_the_rest(tmp_path):
    shapes = {"mouthSmileLeft": UP, "smile": UP, "Wobble": UP, "blink": UP}
    found = proposed_mapping(rig_of(tmp_path, model(shapes)))
    assert found == (
        MappedShape("mouthSmileLeft", "mouthSmileLeft"),
        MappedShape("smile", "mouthSmileRight"),
        MappedShape("blink", "eyeBlinkLeft"),
        MappedShape("blink", "eyeBlinkRight"),
        MappedShape("Wobble", "Wobble"),
    )


def old_vrm(*groups):
    return {"VRM": {"blendShapeMaster": {"blendShapeGroups": list(groups)}}}


def test_presets_of_an_old_avatar_are_controls(tmp_path):
    joy = {
        "presetName": "joy",
        "name": "Joy",
        "binds": [{"mesh": 0, "index": 1, "weight": 50}],
    }
    blink = {
        "presetName": "blink_l",
        "name": "x",
        "binds": [{"mesh": 0, "index": 0, "weight": 100}],
    }
    perfect = {
        "presetName": "unknown",
        "name": "BrowInnerUp",
        "binds": [{"mesh": 0, "index": 0, "weight": 100}],
    }
    empty = {"presetName": "fun", "name": "Fun", "binds": []}
    glb = model({"a": UP, "b": UP}, extensions=old_vrm(joy, blink, perfect, empty))
    rig = rig_of(tmp_path, glb)
    assert proposed_mapping(rig)[:3] == (
        MappedShape("vrm:BrowInnerUp", "browInnerUp"),
        MappedShape("vrm:blinkLeft", "eyeBlinkLeft"),
        MappedShape("vrm:happy", "whole_joy"),
    )
    assert shape_offsets(rig, "vrm:happy")[0] == pytest.approx([0, 0.25, 0])
    assert rig.avatar.faces_backwards


def test_expressions_of_a_new_avatar_are_controls(tmp_path):
    bind = {"node": 0, "index": 0, "weight": 0.5}
    block = {
        "expressions": {
            "preset": {"surprised": {"morphTargetBinds": [bind]}},
            "custom": {"jawOpen": {"morphTargetBinds": [bind]}},
        },
        "meta": {"name": "Ann", "authors": ["B", "C"], "licenseUrl": "https://x"},
    }
    rig = rig_of(tmp_path, model({"a": UP}, extensions={"VRMC_vrm": block}))
    assert [row.control for row in proposed_mapping(rig)] == [
        "jawOpen",
        "whole_surprise",
        "a",
    ]
    avatar = rig.avatar
    assert (avatar.title, avatar.author, avatar.licence) == ("Ann", "B, C", "https://x")
    assert not avatar.faces_backwards


def test_a_shape_of_both_sides_is_halved(smiling):
    both = (
        MappedShape("Smile", "mouthSmileLeft"),
        MappedShape("Smile", "mouthSmileRight"),
    )
    found = control_offsets(smiling, both, HERE)
    assert found["mouthSmileLeft"][:, 1].tolist() == [0, 0.5, 0, 0.5]
    assert found["mouthSmileRight"][:, 1].tolist() == [0.5, 0, 0.5, 0]


def test_a_model_that_looks_away_is_halved_on_its_own_sides(smiling):
    both = (
        MappedShape("Smile", "mouthSmileLeft"),
        MappedShape("Smile", "mouthSmileRight"),
    )
    found = control_offsets(smiling, both, Stand(np.zeros(3), 1.0, 180.0))
    assert found["mouthSmileLeft"][:, 1].tolist() == [0.5, 0, 0.5, 0]


def test_shapes_of_one_control_add_up_and_arkit_comes_first(smiling):
    mapping = (
        MappedShape("Smile", "Smile"),
        MappedShape("Smile", "jawOpen", 2.0),
        MappedShape("jawOpen", "jawOpen", 1.0),
    )
    found = control_offsets(smiling, mapping, HERE)
    assert list(found) == ["jawOpen", "Smile"]
    assert found["jawOpen"][0] == pytest.approx([0, 0.5, 0])


def test_only_what_arkit_shapes_move_counts_as_the_face(tmp_path):
    one = np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    rig = rig_of(tmp_path, model({"jawOpen": one, "Fat": UP}))
    assert moved_rows(rig, proposed_mapping(rig)).tolist() == [
        True,
        False,
        False,
        False,
    ]


def test_eye_bones_become_eye_look_blendshapes(tmp_path):
    bones = [
        {"name": "LeftEye", "translation": [1, 0, -1], "bind": [1, 0, -1]},
        {"name": "RightEye", "translation": [-1, 0, -1], "bind": [-1, 0, -1]},
    ]
    rig = rig_of(tmp_path, skinned({"jawOpen": UP}, bones))
    found = control_offsets(rig, proposed_mapping(rig), HERE)
    assert set(found) & set(ARKIT_BLENDSHAPES) >= {"eyeLookUpLeft", "eyeLookInRight"}
    # The left eye lies 1 behind the corner; turned 30° outwards it moves 1/2 outwards.
    assert found["eyeLookOutLeft"][1] == pytest.approx([0.5, 0, np.sqrt(0.75) - 1])
    assert found["eyeLookOutLeft"][0] == pytest.approx([0, 0, 0])
    assert found["eyeLookUpLeft"][1, 1] > 0.3
