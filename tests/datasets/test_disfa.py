import shutil

import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import VideoFrame
from deepexpr.datasets.disfa import CODED_UNITS, read_disfa
from deepexpr.datasets.reading import ImageReader
from tests.datasets.miniature import write_avi, write_bytes, write_text

FRAMES = 6
ACTIVE = {
    # frame (from 1): {action unit: intensity}
    2: {6: 2, 12: 3},  # joy
    3: {12: 1},  # only a trace: neither neutral nor an expression
    4: {1: 2, 2: 2, 5: 3, 26: 2},  # surprise
    5: {6: 1, 12: 5},  # the cheek is too weak for joy
    6: {6: 5, 12: 5},  # joy, but the video has ended
}
GREY = (128, 128, 128)


def unit_text(unit, frames=FRAMES):
    rows = [f"{n},{ACTIVE.get(n, {}).get(unit, 0)}" for n in range(1, frames + 1)]
    return "\r\n".join(rows) + "\r\n"


@pytest.fixture
def disfa(tmp_path):
    for unit in CODED_UNITS:
        name = f"ActionUnit_Labels/SN001/SN001_au{unit.value}.txt"
        write_text(tmp_path / name, unit_text(unit))
    write_avi(tmp_path / "Videos_LeftCamera/LeftVideoSN001_comp.avi", [GREY] * 5)
    return tmp_path


def test_frames_take_their_label_from_the_action_units(disfa):
    found = read_disfa(disfa)
    video = disfa / "Videos_LeftCamera/LeftVideoSN001_comp.avi"
    assert [(s.image, s.label) for s in found.samples] == [
        (VideoFrame(video, 0), Expression.NEUTRAL),
        (VideoFrame(video, 1), Expression.JOY),
        (VideoFrame(video, 3), Expression.SURPRISE),
    ]
    assert {(s.subject, s.sequence) for s in found.samples} == {("SN001", "SN001")}
    assert found.left_out == {
        "units show no single expression": 2,
        "frame after the end": 1,
    }


def test_the_frames_can_be_read(disfa):
    pytest.importorskip("av")
    with ImageReader() as reader:
        pictures = [reader.read(sample.image) for sample in read_disfa(disfa).samples]
    assert [picture.shape for picture in pictures] == [(24, 32, 3)] * 3


def test_other_spellings_of_the_video_are_found(disfa):
    old = disfa / "Videos_LeftCamera"
    old.rename(disfa / "Video_LeftCamera")
    video = disfa / "Video_LeftCamera/LeftVideoSN001_comp.avi"
    video.rename(video.with_name("LeftVideoSN001_Comp.avi"))
    assert len(read_disfa(disfa).samples) == 3


def test_a_missing_video_is_counted(disfa):
    for unit in CODED_UNITS:
        name = f"ActionUnit_Labels/SN002/SN002_au{unit.value}.txt"
        write_text(disfa / name, unit_text(unit, frames=4))
    assert read_disfa(disfa).left_out["frame of a missing video"] == 4


@pytest.mark.parametrize("part", ["ActionUnit_Labels", "Videos_LeftCamera"])
def test_a_missing_part_is_named(disfa, part):
    shutil.rmtree(disfa / part)
    with pytest.raises(DatasetError, match=f"{part}: is missing"):
        read_disfa(disfa)


def test_a_missing_unit_is_named(disfa):
    (disfa / "ActionUnit_Labels/SN001/SN001_au9.txt").unlink()
    with pytest.raises(DatasetError, match=r"SN001_au9\.txt: cannot be opened"):
        read_disfa(disfa)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,0\n2,x\n", "whole numbers"),
        ("1,0\n2\n", "whole numbers"),
        ("0,0\n1,0\n", "numbered from 1"),
        ("1,0\n3,0\n", "numbered from 1"),
        ("1,0\n2,6\n", "from 0 to 5"),
        ("1,0\n2,0\n", "between 2 and 6 frames"),
        ("", "between 0 and 6 frames"),
    ],
)
def test_a_wrong_label_file_is_an_error(disfa, text, message):
    write_text(disfa / "ActionUnit_Labels/SN001/SN001_au4.txt", text)
    with pytest.raises(DatasetError, match=message):
        read_disfa(disfa)


def test_a_video_that_is_none_is_an_error(disfa):
    write_bytes(disfa / "Videos_LeftCamera/LeftVideoSN001_comp.avi", b"\0" * 100)
    with pytest.raises(DatasetError, match="is not an AVI video"):
        read_disfa(disfa)
