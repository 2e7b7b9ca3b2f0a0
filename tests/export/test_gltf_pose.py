"""Posed and animated models, read back by pygltflib."""

import json

import numpy as np
import pytest

from deepexpr.characters.gltf import GLB, read_glb
from deepexpr.characters.pose import NEUTRAL_POSE, Pose, interpolate
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.export.gltf_pose import posed_glb, write_gltf
from deepexpr.export.take import Frame, Take, single_pose
from tests.export.plain_viewer import PlainViewer
from tests.export.tiny_character import CORRECTIVE, GRIN, SNARL, tiny_glb

TWO_POSES = Take("from snarl to grin", (Frame("a", SNARL), Frame("b", GRIN)), 10.0)


def shown_vertices(viewer, seconds=0.0):
    parts = ("face", "eyeLeft", "eyeRight")
    return np.concatenate([viewer.vertices(part, seconds) for part in parts])


def without_iris(pose):
    return Pose(pose.weights, pose.gaze, pose.head)


def test_a_plain_viewer_shows_the_vertices_of_the_neutral(tiny, tmp_path):
    write_gltf(single_pose("neutral", NEUTRAL_POSE), tiny, tmp_path / "n.glb")
    shown = shown_vertices(PlainViewer(tmp_path / "n.glb"))
    np.testing.assert_allclose(shown, tiny.model.vertices(NEUTRAL_POSE), atol=1e-4)


@pytest.mark.parametrize("suffix", [".glb", ".gltf"])
def test_a_plain_viewer_shows_the_vertices_of_a_pose(tiny, tmp_path, suffix):
    pose, path = without_iris(SNARL), tmp_path / f"pose{suffix}"
    write_gltf(single_pose("snarl", pose), tiny, path)
    viewer = PlainViewer(path)
    assert not viewer.gltf.animations
    shown = shown_vertices(viewer)
    np.testing.assert_allclose(shown, tiny.model.vertices(pose), atol=1e-4)
    neutral = tiny.model.vertices(NEUTRAL_POSE)
    assert np.abs(shown - neutral).max() > 0.1


def test_weights_stand_where_the_target_names_say(tiny, tmp_path):
    write_gltf(single_pose("snarl", SNARL), tiny, tmp_path / "pose.glb")
    mesh = PlainViewer(tmp_path / "pose.glb").gltf.meshes[0]
    weights = dict(zip(mesh.extras["targetNames"], mesh.weights, strict=True))
    moved = {name: round(weight, 5) for name, weight in weights.items() if weight}
    # The corrective is the product of jawOpen and mouthFunnel; 1.2 is kept as it is.
    assert moved == {**SNARL.weights, CORRECTIVE: 0.4}


def test_a_smaller_iris_is_the_weight_of_the_iris_target(tiny, tmp_path):
    write_gltf(single_pose("snarl", SNARL), tiny, tmp_path / "pose.glb")
    eye = PlainViewer(tmp_path / "pose.glb").gltf.meshes[1]
    assert eye.extras["targetNames"] == ["pupilSmall", "irisSmall"]
    # The target shrinks the iris to 0.6, the pose asks for 0.8: half of it.
    assert eye.weights == pytest.approx([0.0, 0.5])


def test_a_take_becomes_an_animation_with_one_key_a_frame(tiny, tmp_path):
    write_gltf(TWO_POSES, tiny, tmp_path / "take.glb")
    viewer = PlainViewer(tmp_path / "take.glb")
    animation = viewer.gltf.animations[0]
    assert animation.name == "from snarl to grin"
    assert {sampler.interpolation for sampler in animation.samplers} == {"LINEAR"}
    paths = sorted(
        (viewer.gltf.nodes[channel.target.node].name, channel.target.path)
        for channel in animation.channels
    )
    assert paths == [
        ("eyeLeft", "rotation"),
        ("eyeLeft", "weights"),
        ("eyeRight", "rotation"),
        ("eyeRight", "weights"),
        ("face", "weights"),
        ("head", "rotation"),
        ("head", "translation"),
    ]
    clock = viewer.accessor(animation.samplers[0].input)[:, 0]
    assert clock.tolist() == pytest.approx([0.0, 0.1])


def test_a_plain_viewer_shows_each_frame_of_a_take(tiny, tmp_path):
    poses = [without_iris(interpolate(SNARL, GRIN, amount)) for amount in (0, 0.4, 1)]
    take = Take("take", tuple(Frame("", pose) for pose in poses), 24.0)
    write_gltf(take, tiny, tmp_path / "take.glb")
    viewer = PlainViewer(tmp_path / "take.glb")
    for index, pose in enumerate(poses):
        shown = shown_vertices(viewer, take.seconds(index))
        np.testing.assert_allclose(shown, tiny.model.vertices(pose), atol=1e-4)


def test_turns_never_take_the_long_way_round(tiny):
    # The eye's rest turn lies near a half turn, where the sign of quaternions flips.
    document = tiny_glb().document
    document["nodes"][4]["rotation"] = [0.0, 0.9999, 0.0, 0.0141418]
    glb = GLB(document, tiny_glb().binary)
    poses = [Pose({}, gaze=(yaw, 0.0)) for yaw in range(-20, 21, 5)]
    take = Take("look", tuple(Frame("", pose) for pose in poses))
    moved = posed_glb(tiny.model, glb, take)
    channels = moved.document["animations"][0]["channels"]
    sampler = next(
        c["sampler"] for c in channels if c["target"] == {"node": 4, "path": "rotation"}
    )
    turns = moved.accessor(
        moved.document["animations"][0]["samplers"][sampler]["output"]
    )
    assert (np.sum(turns[1:] * turns[:-1], axis=1) > 0.9).all()


def test_the_model_itself_is_left_alone(tiny, tmp_path):
    before = read_glb(tiny.folder / "model.glb")
    posed_glb(tiny.model, before, TWO_POSES)
    after = read_glb(tiny.folder / "model.glb")
    assert json.dumps(before.document) == json.dumps(after.document)
    assert before.binary == after.binary


def test_another_suffix_is_refused_and_nothing_is_written(tiny, tmp_path):
    with pytest.raises(OutputError, match=r"\.glb or \.gltf"):
        write_gltf(TWO_POSES, tiny, tmp_path / "take.fbx")
    assert not list(tmp_path.iterdir())


def test_an_eye_that_a_matrix_places_is_refused(tiny):
    glb = tiny_glb()
    del glb.document["nodes"][4]["rotation"]
    glb.document["nodes"][4]["matrix"] = np.eye(4).ravel().tolist()
    with pytest.raises(CharacterError, match=r"eyeLeft.*matrix"):
        posed_glb(tiny.model, glb, TWO_POSES)
