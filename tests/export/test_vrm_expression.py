"""VRM expressions, read back from JSON and with pygltflib."""

import json

import pytest
from pygltflib import GLTF2

from deepexpr.characters.gltf import GLB
from deepexpr.characters.gltf_builder import glb_bytes
from deepexpr.characters.pose import NEUTRAL_POSE, Pose
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.export.take import Frame, Take, single_pose
from deepexpr.export.vrm_expression import write_patched_vrm, write_vrm_preset
from tests.export.tiny_character import CORRECTIVE, GRIN, SNARL, tiny_glb

TWO = Take("two", (Frame("anger-snarl", SNARL), Frame("joy-grin", GRIN)))


def avatar(names, *, on_primitive=False):
    """A foreign avatar: one mesh of one triangle, ARKit targets in its own spelling."""
    glb = tiny_glb()
    mesh = glb.document["meshes"][0]
    targets = mesh["primitives"][0]["targets"][: len(names)]
    mesh["primitives"][0]["targets"] = targets
    mesh.pop("weights")
    holder = mesh["primitives"][0] if on_primitive else mesh
    mesh.pop("extras")
    holder["extras"] = {"targetNames": names}
    document = glb.document
    document["nodes"] = [{"name": "Face", "mesh": 0}]
    document["meshes"] = [mesh]
    document["scenes"] = [{"nodes": [0]}]
    document.pop("skins")
    document["extensionsUsed"] = ["KHR_mesh_quantization", "VRMC_vrm"]
    document["extensions"] = {
        "VRMC_vrm": {
            "specVersion": "1.0",
            "meta": {"name": "Ann"},
            "humanoid": {"humanBones": {}},
            "expressions": {
                "preset": {"happy": {"isBinary": False}},
                "custom": {"wink": {"isBinary": True}, "joy-grin": {"isBinary": True}},
            },
        }
    }
    return glb


def written(path, glb):
    path.write_bytes(glb_bytes(glb))
    return path


def custom_in(path):
    return GLTF2.load_binary(str(path)).extensions["VRMC_vrm"]["expressions"]["custom"]


def test_a_preset_binds_the_models_own_targets(tiny, tmp_path):
    write_vrm_preset(TWO, tiny, tmp_path / "vrm.json")
    block = json.loads((tmp_path / "vrm.json").read_text("utf-8"))["VRMC_vrm"]
    assert block["specVersion"] == "1.0"
    custom = block["expressions"]["custom"]
    assert list(custom) == ["anger-snarl", "joy-grin"]
    names = tiny_glb().document["meshes"][0]["extras"]["targetNames"]
    bound = {
        names[bind["index"]]: bind["weight"]
        for bind in custom["anger-snarl"]["morphTargetBinds"]
        if bind["node"] == 2
    }
    # Weights of expressions end at 1; the corrective follows from its two controls.
    assert bound == {
        "jawOpen": 0.5,
        "mouthFunnel": 0.8,
        "noseSneerLeft": 1.0,
        "x_chinBoss": 0.4,
        CORRECTIVE: 0.4,
    }
    for bind in custom["anger-snarl"]["morphTargetBinds"]:
        if bind["node"] == 2:
            assert bind["extras"]["targetName"] == names[bind["index"]]


def test_an_expression_damps_what_moves_the_same_parts(tiny, tmp_path):
    write_vrm_preset(TWO, tiny, tmp_path / "vrm.json")
    block = json.loads((tmp_path / "vrm.json").read_text("utf-8"))["VRMC_vrm"]
    snarl = block["expressions"]["custom"]["anger-snarl"]
    assert snarl["overrideMouth"] == "blend"
    assert snarl["overrideBlink"] == "none"
    assert snarl["isBinary"] is False


def test_a_neutral_pose_has_no_binds_and_another_name(tiny, tmp_path):
    take = single_pose("neutral", NEUTRAL_POSE)
    write_vrm_preset(take, tiny, tmp_path / "vrm.json")
    block = json.loads((tmp_path / "vrm.json").read_text("utf-8"))["VRMC_vrm"]
    custom = block["expressions"]["custom"]
    # "neutral" is one of VRM's own names, and glTF forbids empty lists.
    assert list(custom) == ["neutral-pose"]
    assert "morphTargetBinds" not in custom["neutral-pose"]


@pytest.mark.parametrize("on_primitive", [False, True])
def test_an_avatar_of_any_spelling_gets_the_poses(tiny, tmp_path, on_primitive):
    names = ["Fcl_Other", "JawOpen", "MouthSmileLeft", "MouthSmileRight"]
    source = written(tmp_path / "a.vrm", avatar(names, on_primitive=on_primitive))
    write_patched_vrm(TWO, tiny, source, tmp_path / "b.vrm")
    custom = custom_in(tmp_path / "b.vrm")
    assert custom["anger-snarl"]["morphTargetBinds"] == [
        {"node": 0, "index": 1, "weight": 0.5, "extras": {"targetName": "JawOpen"}}
    ]
    weights = {b["index"]: b["weight"] for b in custom["joy-grin"]["morphTargetBinds"]}
    assert weights == {2: 1.0, 3: 0.6}


def test_what_the_avatar_had_stays(tiny, tmp_path):
    glb = avatar(["JawOpen"])
    source = written(tmp_path / "a.vrm", glb)
    write_patched_vrm(TWO, tiny, source, tmp_path / "b.vrm")
    patched = GLTF2.load_binary(str(tmp_path / "b.vrm"))
    block = patched.extensions["VRMC_vrm"]
    assert block["meta"] == {"name": "Ann"}
    assert block["expressions"]["preset"] == {"happy": {"isBinary": False}}
    assert block["expressions"]["custom"]["wink"] == {"isBinary": True}
    # An expression of the same name is replaced.
    assert block["expressions"]["custom"]["joy-grin"]["isBinary"] is False
    assert patched.extensionsUsed == ["KHR_mesh_quantization", "VRMC_vrm"]
    assert patched.binary_blob()[: len(glb.binary)] == glb.binary


def test_the_gaze_reaches_an_avatar_as_look_weights(tiny, tmp_path):
    source = written(tmp_path / "a.vrm", avatar(["eyeLookOutLeft", "eyeLookInRight"]))
    take = single_pose("left", Pose({}, gaze=(15.0, 0.0)))
    write_patched_vrm(take, tiny, source, tmp_path / "b.vrm")
    expression = custom_in(tmp_path / "b.vrm")["left"]
    assert [bind["weight"] for bind in expression["morphTargetBinds"]] == [0.5, 0.5]
    assert expression["overrideLookAt"] == "blend"


def test_a_glb_without_the_extension_gets_it(tiny, tmp_path):
    write_patched_vrm(TWO, tiny, tiny.folder / "model.glb", tmp_path / "b.glb")
    patched = GLTF2.load_binary(str(tmp_path / "b.glb"))
    assert "VRMC_vrm" in patched.extensionsUsed
    assert patched.extensions["VRMC_vrm"]["specVersion"] == "1.0"
    assert set(custom_in(tmp_path / "b.glb")) == {"anger-snarl", "joy-grin"}


def test_vrm_0_is_refused(tiny, tmp_path):
    glb = avatar(["JawOpen"])
    glb.document["extensions"] = {"VRM": {}}
    source = written(tmp_path / "old.vrm", glb)
    with pytest.raises(CharacterError, match=r"old\.vrm.*VRM 0\.x"):
        write_patched_vrm(TWO, tiny, source, tmp_path / "b.vrm")


def test_an_avatar_without_arkit_targets_is_refused(tiny, tmp_path):
    source = written(tmp_path / "a.vrm", avatar(["Fcl_ALL_Joy"]))
    with pytest.raises(CharacterError, match="ARKit"):
        write_patched_vrm(TWO, tiny, source, tmp_path / "b.vrm")
    assert not (tmp_path / "b.vrm").exists()


def test_an_avatar_that_is_no_glb_is_refused(tiny, tmp_path):
    (tmp_path / "a.vrm").write_text("no avatar")
    with pytest.raises(CharacterError, match=r"a\.vrm"):
        write_patched_vrm(TWO, tiny, tmp_path / "a.vrm", tmp_path / "b.vrm")
    bare = written(tmp_path / "c.glb", GLB({"asset": {"version": "2.0"}}, b""))
    with pytest.raises(CharacterError, match="no mesh"):
        write_patched_vrm(TWO, tiny, bare, tmp_path / "b.vrm")


def test_a_recording_is_no_expression(tiny, tmp_path):
    take = Take("long", (Frame("joy", GRIN),) * 101)
    with pytest.raises(OutputError, match="101 frames"):
        write_vrm_preset(take, tiny, tmp_path / "vrm.json")


def test_another_suffix_is_refused(tiny, tmp_path):
    with pytest.raises(OutputError, match=r"\.vrm or \.glb"):
        write_patched_vrm(TWO, tiny, tiny.folder / "model.glb", tmp_path / "b.json")
