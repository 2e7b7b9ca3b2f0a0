"""Posed models read by Khronos' validator and by three.js (needs `make page`)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from deepexpr.characters.library import load_character
from deepexpr.characters.pose import NEUTRAL_POSE
from deepexpr.export.gltf_pose import write_gltf
from deepexpr.export.take import Frame, Take, single_pose

pytestmark = pytest.mark.page

STUDIO = Path(__file__).parents[2] / "studio"


def as_others_read(path):
    if not shutil.which("node") or not (STUDIO / "node_modules").is_dir():
        pytest.skip("Node.js or the page's packages are missing: make page")
    result = subprocess.run(
        ["node", "tools/check_glb.mjs", str(path)],
        cwd=STUDIO,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


@pytest.fixture(scope="module", params=["pip", "mia"])
def character(request):
    return load_character(request.param)


def shown_weights(character, key_pose):
    return {
        name: pytest.approx(weight, abs=1e-3)
        for name, weight in character.model.target_weights(key_pose.pose).items()
        if abs(weight) > 1e-3 and name in character.model.controls
    }


def test_a_pose_has_no_fault_and_stands_in_the_morph_weights(character, tmp_path):
    key_pose = next(pose for pose in character.key_poses if pose.label == "joy")
    write_gltf(single_pose("joy", key_pose.pose), character, tmp_path / "pose.glb")
    read = as_others_read(tmp_path / "pose.glb")
    assert (read["errors"], read["seconds"]) == (0, 0)
    wanted = shown_weights(character, key_pose)
    assert {name: read["weights"].get(name) for name in wanted} == wanted


def test_a_take_has_no_fault_and_ends_in_its_last_pose(character, tmp_path):
    key_pose = next(pose for pose in character.key_poses if pose.label == "anger")
    frames = (Frame("rest", NEUTRAL_POSE), *[Frame("anger", key_pose.pose)] * 3)
    write_gltf(Take("glare", frames, 10.0), character, tmp_path / "take.glb")
    read = as_others_read(tmp_path / "take.glb")
    assert read["errors"] == 0
    assert read["seconds"] == pytest.approx(0.3, abs=0.01)
    wanted = shown_weights(character, key_pose)
    assert {name: read["weights"].get(name) for name in wanted} == wanted
