import pytest

from deepexpr.characters.key_pose_table import read_key_poses, write_key_poses
from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.core.expression import Expression

GLARE = KeyPose(
    "anger-glare",
    Expression.ANGER,
    "ann",
    (9, 0, 0, 0, 1, 0, 0),
    Pose({"browDownLeft": 0.75}, (5.0, 0.0), (0.0, 0.0, -3.5), 0.8),
)
REST = KeyPose("neutral-rest", Expression.NEUTRAL, "", None, Pose({}))
CONTROLS = ("browDownLeft", "jawOpen", "x_chinBoss")
HEADER = (
    "id,label,author,votes_anger,votes_disgust,votes_fear,votes_joy,votes_neutral,"
    "votes_sadness,votes_surprise,gaze_yaw,gaze_pitch,head_yaw,head_pitch,head_roll,"
    "iris"
)


def test_a_table_reads_back_as_written(tmp_path):
    write_key_poses(tmp_path / "poses.csv", [GLARE, REST], CONTROLS)
    assert read_key_poses(tmp_path / "poses.csv") == (GLARE, REST)


def test_only_controls_in_use_become_columns(tmp_path):
    path = tmp_path / "poses.csv"
    write_key_poses(path, [GLARE, REST], CONTROLS)
    assert path.read_text().splitlines() == [
        HEADER + ",browDownLeft",
        "anger-glare,anger,ann,9,0,0,0,1,0,0,5,,,,-3.5,0.8,0.75",
        "neutral-rest,neutral,,,,,,,,,,,,,,,",
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param("a,joy", "has 2 cells, but the header has 16", id="short"),
        pytest.param("a,glee" + "," * 14, "label 'glee'", id="label"),
        pytest.param("a@b,joy" + "," * 14, "id 'a@b'", id="id"),
        pytest.param("a,joy,,1" + "," * 12, "votes", id="votes"),
        pytest.param("a,joy" + "," * 9 + "left,,,,,", "gaze_yaw", id="gaze"),
        pytest.param("a,joy" + "," * 14 + "0", "iris size", id="iris"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, row, message):
    path = tmp_path / "poses.csv"
    path.write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(CharacterError, match=f"line 2.*({message})"):
        read_key_poses(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lacks the columns id"),
        (HEADER.replace("iris", "eye"), "lacks the columns iris"),
        (HEADER + ",jawOpen,jawOpen", "unique"),
        (f"{HEADER}\na,joy{',' * 14}\na,joy{',' * 14}", "'a' occurs twice"),
    ],
    ids=["empty", "column", "repeated-column", "repeated-id"],
)
def test_a_wrong_table_is_refused(tmp_path, text, message):
    path = tmp_path / "poses.csv"
    path.write_text(text)
    with pytest.raises(CharacterError, match=message):
        read_key_poses(path)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(CharacterError, match=r"poses\.csv.*cannot be read"):
        read_key_poses(tmp_path / "poses.csv")


def test_a_pose_cannot_use_what_the_rig_lacks(tmp_path):
    with pytest.raises(CharacterError, match="browDownLeft"):
        write_key_poses(tmp_path / "poses.csv", [GLARE], ["jawOpen"])


def test_a_table_is_not_written_through_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_key_poses(tmp_path / "file" / "poses.csv", [REST], [])
