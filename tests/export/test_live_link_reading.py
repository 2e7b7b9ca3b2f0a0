"""Takes of ARKit weights read from CSV files."""

import pytest

from deepexpr.characters.pose import Pose
from deepexpr.core.errors import CharacterError
from deepexpr.export.live_link_csv import write_live_link_csv
from deepexpr.export.live_link_reading import read_live_link_csv
from deepexpr.export.take import Frame, Take


def written(folder, text):
    path = folder / "take.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_our_own_csv_reads_back(tiny, tmp_path):
    pose = Pose({"jawOpen": 0.5}, gaze=(15.0, -5.0), head=(20.0, 10.0, -5.0))
    path = tmp_path / "take.csv"
    frames = (Frame("take", pose),) * 40
    write_live_link_csv(Take("take", frames, 24.0, 30), tiny, path)
    take = read_live_link_csv(path)
    assert (take.name, take.frame_rate, take.first_frame) == ("take", 24.0, 30)
    assert len(take.frames) == 40
    assert take.poses[7].weights == {"jawOpen": 0.5}
    assert take.poses[7].gaze == pytest.approx(pose.gaze, abs=1e-4)
    assert take.poses[7].head == pytest.approx(pose.head, abs=1e-4)


def test_any_table_that_names_blendshapes_is_a_take(tmp_path):
    path = written(tmp_path, "time,JAWOPEN,MouthSmileLeft\n0,0.25,\n1,0.5,1\n")
    take = read_live_link_csv(path)
    assert [pose.weights for pose in take.poses] == [
        {"jawOpen": 0.25},
        {"jawOpen": 0.5, "mouthSmileLeft": 1.0},
    ]
    assert take.frame_rate == 60.0


def test_frames_of_the_app_count_from_their_time_code(tmp_path):
    rows = [
        f"10:00:0{second}:{frame:02d}.512,0.1"
        for second in (1, 2)
        for frame in range(30)
    ]
    take = read_live_link_csv(
        written(tmp_path, "Timecode,JawOpen\n" + "\n".join(rows) + "\n")
    )
    assert take.frame_rate == 30.0
    assert take.timecode(0) == "10:00:01:00"
    assert take.timecode(59) == "10:00:02:29"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a,b\n1,2\n", "names no ARKit blendshape", id="other-table"),
        pytest.param("", "names no ARKit blendshape", id="empty"),
        pytest.param("jawOpen\n", "has 0", id="no-frames"),
        pytest.param("jawOpen\n0\nwide\n", "line 3: jawopen is 'wide'", id="word"),
        pytest.param("jawOpen\nnan\n", "line 2: .*finite", id="nan"),
    ],
)
def test_a_file_that_is_no_take_says_why(tmp_path, text, message):
    with pytest.raises(CharacterError, match=message):
        read_live_link_csv(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CharacterError, match=r"none\.csv: cannot be read"):
        read_live_link_csv(tmp_path / "none.csv")


def test_the_pose_of_a_frame_is_made_as_asked(tmp_path):
    path = written(tmp_path, "jawOpen,headRoll\n0.5,0.1\n")
    take = read_live_link_csv(path, lambda w: Pose({"own": w["jawOpen"]}))
    assert take.poses[0].weights == {"own": 0.5}
    assert take.poses[0].head[2] == pytest.approx(-5.7296, abs=1e-4)
