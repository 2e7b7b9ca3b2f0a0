"""deepexpr export, from the command line to files that other programs read."""

import csv
import json
import socket

import pytest
from click.testing import CliRunner
from pygltflib import GLTF2
from pythonosc.osc_bundle import OscBundle

from deepexpr.characters.pose import arkit_weights
from deepexpr.cli.export import FILE_FORMATS, export
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.export.formats import EXPORTERS, SUFFIXES
from tests.export.tiny_character import GRIN, write_tiny_character


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "tiny"
    write_tiny_character(folder)
    return str(folder)


def run(*arguments):
    return CliRunner().invoke(
        export, [str(a) for a in arguments], catch_exceptions=False
    )


def test_the_command_offers_every_format():
    assert set(FILE_FORMATS) == set(EXPORTERS)


@pytest.mark.parametrize("name", FILE_FORMATS)
def test_two_poses_leave_in_every_format(tiny_folder, tmp_path, name):
    out = tmp_path / f"take{SUFFIXES[name][0]}"
    poses = ("--pose", "anger-snarl@0.5", "--pose", "joy-grin")
    result = run("--character", tiny_folder, *poses, "--format", name, "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert result.stderr == f"{out}: 2 frames of tiny\n"
    assert out.stat().st_size > 0


def test_seconds_between_poses_make_a_moving_take(tiny_folder, tmp_path):
    out = tmp_path / "take.csv"
    poses = ("--pose", "joy-grin@0", "--pose", "joy-grin")
    timing = ("--seconds", 0.5, "--frame-rate", 20)
    result = run(
        "--character", tiny_folder, *poses, *timing, "--format", "csv", "--out", out
    )
    assert result.exit_code == 0, result.output
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    smiles = [float(row["MouthSmileLeft"]) for row in rows]
    assert smiles == pytest.approx([n / 10 for n in range(11)], abs=1e-6)
    assert rows[-1]["Timecode"] == "00:00:00:10.000"


def test_a_take_goes_through_json_into_a_model(tiny_folder, tmp_path):
    take, model = tmp_path / "take.json", tmp_path / "take.glb"
    poses = ("--pose", "anger-snarl", "--pose", "joy-grin", "--frame-rate", 12)
    run("--character", tiny_folder, *poses, "--format", "json", "--out", take)
    # The file says "tiny", which is no built-in character, so the folder is given.
    result = run(
        "--from", take, "--character", tiny_folder, "--format", "gltf", "--out", model
    )
    assert result.exit_code == 0, result.output
    gltf = GLTF2.load_binary(str(model))
    sampler = gltf.animations[0].samplers[0]
    assert gltf.accessors[sampler.input].max == pytest.approx([1 / 12])


def test_matches_of_a_run_become_frames(tiny_folder, tmp_path):
    matches = {"tiny": [{"pose": "joy-grin", "weights": arkit_weights(GRIN)}]}
    document = [{"photo": "a.jpg", "error": None, "faces": [{"matches": matches}]}]
    (tmp_path / "match.json").write_text(json.dumps(document))
    out = tmp_path / "pose.json"
    result = run(
        "--from", tmp_path / "match.json", "--character", tiny_folder,
        "--format", "json", "--out", out,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stderr == f"{out}: 1 frame of tiny\n"
    # Found by id, so the pose has the rig's own control too.
    frame = json.loads(out.read_text("utf-8"))["frames"][0]
    assert frame["controls"] == GRIN.weights


@pytest.mark.parametrize(
    ("option", "controls"),
    [
        # The chin's own shape takes over for 0.7 of the shrug.
        ((), {"mouthShrugLower": 0.3, "x_chinBoss": 0.7}),
        (("--arkit-only",), {"mouthShrugLower": 1.0}),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_plain_arkit_weights_are_enriched(
    tiny_folder, tmp_path, kind, option, controls
):
    source, out = tmp_path / f"take.{kind}", tmp_path / "out.json"
    recorded = {
        "csv": "Timecode,MouthShrugLower\n00:00:00:00.000,1\n",
        "json": json.dumps({"pose": "a", "weights": {"mouthShrugLower": 1.0}}),
    }
    source.write_text(recorded[kind])
    result = run(
        "--from", source, "--character", tiny_folder, "--format", "json",
        "--out", out, *option,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    frame = json.loads(out.read_text("utf-8"))["frames"][0]
    assert frame["controls"] == pytest.approx(controls)


def test_a_recording_passes_into_arkit_formats_unchanged(tiny_folder, tmp_path):
    source, out = tmp_path / "take.csv", tmp_path / "again.csv"
    source.write_text("Timecode,MouthShrugLower\n00:00:00:00.000,1\n")
    run("--from", source, "--character", tiny_folder, "--format", "csv", "--out", out)
    with out.open(newline="") as file:
        row = next(csv.DictReader(file))
    assert row["MouthShrugLower"] == "1.000000"


def test_a_table_of_weights_names_no_character(tmp_path):
    result = run("--from", tmp_path / "t.csv", "--format", "gltf", "--out", "a.glb")
    assert result.exit_code == 2
    assert "--character" in result.stderr


def test_an_avatar_is_patched_into_a_new_file(tiny_folder, tmp_path):
    out = tmp_path / "avatar.vrm"
    result = run(
        "--character", tiny_folder, "--pose", "joy-grin", "--format", "vrm",
        "--into", f"{tiny_folder}/model.glb", "--out", out,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    block = GLTF2.load_binary(str(out)).extensions["VRMC_vrm"]
    assert list(block["expressions"]["custom"]) == ["joy-grin"]


def test_a_pose_is_sent_to_a_live_avatar(tiny_folder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        address = f"127.0.0.1:{receiver.getsockname()[1]}"
        result = run(
            "--character", tiny_folder, "--pose", "joy-grin", "--format", "vmc",
            "--send", address,
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        bundle = OscBundle(receiver.recv(65536))
    assert bundle.content(0).address == "/VMC/Ext/Blend/Val"
    assert result.stderr == f"1 frame sent to {address}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--format", "json", "--out", "a.json"], "--pose", id="no-poses"),
        pytest.param(
            ["--pose", "a", "--from", "b", "--format", "json", "--out", "a.json"],
            "--from",
            id="poses-twice",
        ),
        pytest.param(["--pose", "a", "--format", "json"], "--out", id="no-file"),
        pytest.param(
            ["--pose", "a", "--format", "vmc", "--out", "a"], "--out", id="live-file"
        ),
        pytest.param(
            ["--pose", "a", "--format", "json", "--out", "a.json"],
            "--character",
            id="no-character",
        ),
        pytest.param(
            ["--pose", "a", "--format", "csv", "--out", "a.csv", "--into", "b.vrm"],
            "--into",
            id="into-without-vrm",
        ),
        pytest.param(["--pose", "a", "--format", "fbx"], "fbx", id="unknown-format"),
        pytest.param(
            ["--pose", "a", "--format", "csv", "--frame-rate", "0"],
            "frame-rate",
            id="no-frame-rate",
        ),
    ],
)
def test_wrong_options_are_told(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    "address", ["39539", ":39539", "host:", "host:0", "host:99999"]
)
def test_a_wrong_address_is_told(tiny_folder, address):
    result = run(
        "--character", tiny_folder, "--pose", "joy-grin", "--format", "vmc",
        "--send", address,
    )  # fmt: skip
    assert result.exit_code == 2
    assert "HOST:PORT" in result.stderr


def test_errors_of_the_package_pass_through_for_the_entry_to_show(tmp_path):
    with pytest.raises(CharacterError, match="nobody"):
        run(
            "--character", "nobody", "--pose", "joy", "--format", "json",
            "--out", tmp_path / "a.json",
        )  # fmt: skip
    with pytest.raises(OutputError, match="is a folder"):
        run("--pose", "joy", "--format", "json", "--out", tmp_path)
