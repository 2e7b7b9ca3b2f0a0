import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import ImageFile, VideoFrame
from deepexpr.datasets.mmi import read_mmi
from tests.datasets.miniature import write_avi, write_picture, write_text

SESSION = (
    '<?xml version="1.0"?>\n<session sessionId="{n}"><track view="{v}"/></session>'
)
CLIP = (
    '<?xml version="1.0"?>\n<Metadata><Metatag Name="Subject" Value="28"/>'
    '<Metatag Name="Emotion" Value="{}"/></Metadata>'
)
GREY = (128, 128, 128)


def write_session(folder, number, clip, emotion, view="0"):
    session = folder / "Sessions" / str(number)
    write_text(session / "session.xml", SESSION.format(n=number, v=view))
    text = CLIP.format(emotion) if emotion is not None else "<Metadata/>"
    write_text(session / f"{clip}.xml", text)
    return session


def test_the_middle_half_of_a_frontal_video_is_taken(tmp_path):
    session = write_session(tmp_path, 1767, "S028-001", 4)
    video = write_avi(session / "S028-001.avi", [GREY] * 10)
    found = read_mmi(tmp_path)
    assert [s.image for s in found.samples] == [
        VideoFrame(video, index) for index in range(2, 8)
    ]
    assert {(s.label, s.subject, s.sequence) for s in found.samples} == {
        (Expression.JOY, "S028", "S028-001")
    }
    assert found.left_out == {}


@pytest.mark.parametrize(
    ("emotion", "label"),
    [
        (1, Expression.ANGER),
        (2, Expression.DISGUST),
        (3, Expression.FEAR),
        (4, Expression.JOY),
        (5, Expression.SADNESS),
        (6, Expression.SURPRISE),
    ],
)
def test_a_still_is_one_sample(tmp_path, emotion, label):
    session = write_session(tmp_path, 2401, "S031-002", emotion)
    still = write_picture(session / "S031-002.jpg")
    (sample,) = read_mmi(tmp_path).samples
    assert (sample.image, sample.label) == (ImageFile(still), label)


@pytest.mark.parametrize(
    ("size_px", "coded", "turns"),
    [((720, 576), False, 1), ((720, 576), True, 0), ((640, 480), False, 0)],
)
def test_lying_videos_are_turned(tmp_path, size_px, coded, turns):
    session = write_session(tmp_path, 5, "S030-001", 1)
    write_avi(session / "S030-001.avi", [GREY], size_px=size_px)
    if coded:
        write_text(session / "S030-001-oao_aucs.xml", "<ActionUnits/>")
    (sample,) = read_mmi(tmp_path).samples
    assert isinstance(sample.image, VideoFrame)
    assert sample.image.quarter_turns == turns


def test_what_is_not_used_is_counted(tmp_path):
    write_picture(write_session(tmp_path, 1, "S001-001", 1) / "S001-001.png")
    write_picture(write_session(tmp_path, 2, "S001-002", 1, "1") / "S001-002.png")
    write_picture(write_session(tmp_path, 3, "S001-003", 7) / "S001-003.png")
    write_picture(write_session(tmp_path, 4, "S001-004", None) / "S001-004.png")
    write_session(tmp_path, 5, "S001-005", 2)
    (tmp_path / "Sessions/6").mkdir()
    found = read_mmi(tmp_path)
    assert len(found.samples) == 1
    assert found.left_out == {
        "labelled recording without video or still": 1,
        "recording without one of the six emotions": 2,
        "session not in frontal view": 1,
        "session without session.xml": 1,
    }


def test_a_missing_sessions_folder_is_named(tmp_path):
    with pytest.raises(DatasetError, match="Sessions: is missing"):
        read_mmi(tmp_path)


def test_broken_metadata_is_named(tmp_path):
    session = write_session(tmp_path, 1, "S001-001", 1)
    write_text(session / "S001-001.xml", "<Metadata>")
    with pytest.raises(DatasetError, match=r"S001-001\.xml: cannot be read as XML"):
        read_mmi(tmp_path)


def test_an_emotion_that_is_no_number_is_an_error(tmp_path):
    write_session(tmp_path, 1, "S001-001", "happy")
    with pytest.raises(DatasetError, match="the emotion is 'happy'"):
        read_mmi(tmp_path)
