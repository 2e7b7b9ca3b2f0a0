"""JSON, Live Link CSV and the Maya table, read back by the standard library."""

import csv
import json
from math import degrees

import pytest

from deepexpr.characters.pose import NEUTRAL_POSE, Pose, arkit_weights
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import OutputError
from deepexpr.export.json_poses import write_json
from deepexpr.export.live_link_csv import write_live_link_csv
from deepexpr.export.maya_csv import write_maya_csv
from deepexpr.export.names import distinct_names
from deepexpr.export.take import Frame, Take, single_pose
from tests.export.tiny_character import CONTROLS, GRIN, SNARL

TAKE = Take(
    "two", (Frame("anger-snarl", SNARL), Frame("joy-grin", GRIN)), 25.0, first_frame=49
)

LIVE_LINK_HEADER = (
    "Timecode,BlendshapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,"
    "EyeLookOutLeft,EyeLookUpLeft,EyeSquintLeft,EyeWideLeft,EyeBlinkRight,"
    "EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,EyeSquintRight,"
    "EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,"
    "MouthPucker,MouthRight,MouthLeft,MouthSmileLeft,MouthSmileRight,MouthFrownLeft,"
    "MouthFrownRight,MouthDimpleLeft,MouthDimpleRight,MouthStretchLeft,"
    "MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,MouthShrugUpper,"
    "MouthPressLeft,MouthPressRight,MouthLowerDownLeft,MouthLowerDownRight,"
    "MouthUpperUpLeft,MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,"
    "BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,CheekSquintLeft,CheekSquintRight,"
    "NoseSneerLeft,NoseSneerRight,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,"
    "LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_json_holds_all_arkit_weights_and_the_rigs_own(tiny, tmp_path):
    write_json(TAKE, tiny, tmp_path / "take.json")
    document = json.loads((tmp_path / "take.json").read_text("utf-8"))
    assert document["character"] == "tiny"
    assert document["frame_rate"] == 25.0
    first, second = document["frames"]
    assert tuple(first["weights"]) == ARKIT_BLENDSHAPES
    # 1.2 is more than ARKit allows; the chin boss is folded into its neighbour.
    assert first["weights"]["noseSneerLeft"] == 1.0
    assert first["weights"]["mouthShrugLower"] == 0.4
    assert first["controls"] == SNARL.weights
    assert first["gaze_deg"] == {"yaw": 15.0, "pitch": -5.0}
    assert first["head_deg"] == {"yaw": 20.0, "pitch": 10.0, "roll": -5.0}
    assert first["iris"] == 0.8
    assert (first["timecode"], second["timecode"]) == ("00:00:01:24", "00:00:02:00")
    assert (first["seconds"], second["seconds"]) == (0.0, 0.04)
    assert (first["pose"], second["pose"]) == ("anger-snarl", "joy-grin")


def test_json_has_one_line_a_frame(tiny, tmp_path):
    write_json(TAKE, tiny, tmp_path / "take.json")
    text = (tmp_path / "take.json").read_text("utf-8")
    assert sum('"timecode"' in line for line in text.splitlines()) == 2


def test_the_live_link_header_is_the_apps_own(tiny, tmp_path):
    write_live_link_csv(TAKE, tiny, tmp_path / "take.csv")
    text = (tmp_path / "take.csv").read_text("utf-8")
    assert text.splitlines()[0] == LIVE_LINK_HEADER


def test_live_link_rows_hold_weights_and_time_codes(tiny, tmp_path):
    write_live_link_csv(TAKE, tiny, tmp_path / "take.csv")
    rows = rows_of(tmp_path / "take.csv")
    assert [row["Timecode"] for row in rows] == ["00:00:01:24.000", "00:00:02:00.000"]
    assert {row["BlendshapeCount"] for row in rows} == {"61"}
    for row, pose in zip(rows, TAKE.poses, strict=True):
        for name, weight in arkit_weights(pose).items():
            column = name[0].upper() + name[1:]
            assert float(row[column]) == pytest.approx(weight, abs=1e-6)
    assert float(rows[0]["NoseSneerLeft"]) == 1.0


def test_live_link_turns_are_right_handed_radians(tiny, tmp_path):
    write_live_link_csv(TAKE, tiny, tmp_path / "take.csv")
    row = rows_of(tmp_path / "take.csv")[0]
    turns = {name: degrees(float(row[name])) for name in row if name.endswith("Yaw")}
    expected = {"HeadYaw": 20.0, "LeftEyeYaw": 15.0, "RightEyeYaw": 15.0}
    assert turns == pytest.approx(expected, abs=1e-4)
    assert degrees(float(row["HeadPitch"])) == pytest.approx(10.0, abs=1e-4)
    assert degrees(float(row["LeftEyePitch"])) == pytest.approx(-5.0, abs=1e-4)
    # Rolled 5 degrees to the subject's right: against the clock for the viewer.
    assert degrees(float(row["HeadRoll"])) == pytest.approx(5.0, abs=1e-4)


def test_a_neutral_row_has_no_signs(tiny, tmp_path):
    write_live_link_csv(single_pose("neutral", NEUTRAL_POSE), tiny, tmp_path / "n.csv")
    row = rows_of(tmp_path / "n.csv")[0]
    assert set(list(row.values())[2:]) == {"0.000000"}


def test_the_maya_table_names_controls_above_and_expressions_at_the_left(
    tiny, tmp_path
):
    write_maya_csv(TAKE, tiny, tmp_path / "maya.csv")
    with (tmp_path / "maya.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    header, *rows = table
    assert header[0] == "expression"
    assert tuple(header[1 : 1 + len(CONTROLS)]) == CONTROLS
    assert header[-6:] == [
        "gaze_yaw", "gaze_pitch", "head_yaw", "head_pitch", "head_roll", "iris",
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["anger-snarl", "joy-grin"]
    assert all(len(row) == len(header) for row in rows)
    first = dict(zip(header[1:], map(float, rows[0][1:]), strict=True))
    moved = {name: value for name, value in first.items() if value}
    # Unclamped: 1.2 stays 1.2.
    assert moved == {
        **SNARL.weights,
        "gaze_yaw": 15.0,
        "gaze_pitch": -5.0,
        "head_yaw": 20.0,
        "head_pitch": 10.0,
        "head_roll": -5.0,
        "iris": 0.8,
    }


def test_rows_that_share_a_name_are_numbered(tiny, tmp_path):
    frames = (Frame("joy", GRIN), Frame("joy", SNARL), Frame("", NEUTRAL_POSE))
    write_maya_csv(Take("take", frames), tiny, tmp_path / "maya.csv")
    names = [row["expression"] for row in rows_of(tmp_path / "maya.csv")]
    assert names == ["joy", "joy-2", "pose"]


def test_numbered_names_never_meet_given_ones():
    assert distinct_names(["a", "a-2", "a", "a"]) == ["a", "a-2", "a-3", "a-4"]


@pytest.mark.parametrize("write", [write_json, write_live_link_csv, write_maya_csv])
def test_a_place_that_cannot_be_written_is_told(tiny, tmp_path, write):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        write(TAKE, tiny, tmp_path / "file" / "take")


def test_names_from_anywhere_survive_json_and_csv(tiny, tmp_path):
    name = 'sourire, "très" 笑'
    take = single_pose(name, Pose({"jawOpen": 0.5}))
    write_json(take, tiny, tmp_path / "take.json")
    write_maya_csv(take, tiny, tmp_path / "take.csv")
    document = json.loads((tmp_path / "take.json").read_text("utf-8"))
    assert document["frames"][0]["pose"] == name
    assert rows_of(tmp_path / "take.csv")[0]["expression"] == name
