import sys

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError, ImageError
from deepexpr.datasets.base import ImageFile, VideoFrame, ZipMember
from deepexpr.datasets.reading import ImageReader
from deepexpr.datasets.video import AviHeader, read_avi_header
from tests.datasets.miniature import (
    picture_bytes,
    write_avi,
    write_bytes,
    write_picture,
    write_zip,
)

RED, GREEN, BLUE = (250, 0, 0), (0, 250, 0), (0, 0, 250)


def test_a_file_and_a_zip_member_read_alike(tmp_path):
    file = write_picture(tmp_path / "a.png", grey=77)
    packed = write_zip(tmp_path / "a.zip", {"deep/a.png": picture_bytes(grey=77)})
    with ImageReader() as reader:
        from_file = reader.read(ImageFile(file))
        from_zip = reader.read(ZipMember(packed, "deep/a.png"))
        again = reader.read(ZipMember(packed, "deep/a.png"))
    assert from_file.shape == (16, 16, 3)
    assert (from_file == 77).all()
    np.testing.assert_array_equal(from_file, from_zip)
    np.testing.assert_array_equal(from_zip, again)


def test_a_missing_member_is_named(tmp_path):
    packed = write_zip(tmp_path / "a.zip", {"a.png": picture_bytes()})
    with ImageReader() as reader, pytest.raises(ImageError, match=r"a\.zip:b\.png"):
        reader.read(ZipMember(packed, "b.png"))


@pytest.mark.parametrize("content", [b"", b"no zip archive"])
def test_a_wrong_archive_is_named(tmp_path, content):
    wrong = write_bytes(tmp_path / "a.zip", content)
    with ImageReader() as reader, pytest.raises(DatasetError, match=r"a\.zip: cannot"):
        reader.read(ZipMember(wrong, "a.png"))


def test_the_header_of_a_video_is_read_without_a_library(tmp_path):
    path = write_avi(tmp_path / "a.avi", [RED, GREEN, BLUE], size_px=(48, 32))
    assert read_avi_header(path) == AviHeader(frames=3, width_px=48, height_px=32)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF\0\0\0\0WAVEfmt ", b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih\0\0"],
)
def test_what_is_no_avi_file_is_refused(tmp_path, content):
    path = write_bytes(tmp_path / "a.avi", content)
    with pytest.raises(DatasetError, match=r"a\.avi: is not an AVI video"):
        read_avi_header(path)


def test_a_missing_video_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"b\.avi: cannot be opened"):
        read_avi_header(tmp_path / "b.avi")


def test_without_a_video_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    path = write_avi(tmp_path / "a.avi", [RED])
    with ImageReader() as reader, pytest.raises(DatasetError, match="pip install av"):
        reader.read(VideoFrame(path, 0))


def test_frames_are_read_by_number_in_any_order(tmp_path):
    pytest.importorskip("av")
    colours = [RED, GREEN, BLUE, RED]
    path = write_avi(tmp_path / "a.avi", colours)
    other = write_avi(tmp_path / "b.avi", [BLUE])
    with ImageReader() as reader:
        for index in (0, 2, 2, 1, 3):
            frame = reader.read(VideoFrame(path, index))
            assert frame.shape == (24, 32, 3)
            assert frame.dtype == np.uint8
            assert abs(frame[12, 28].astype(int) - colours[index]).max() < 12
            assert frame[12, 4].max() < 12
        assert reader.read(VideoFrame(other, 0))[12, 28, 2] > 230


def test_a_lying_frame_is_turned_clockwise(tmp_path):
    pytest.importorskip("av")
    path = write_avi(tmp_path / "a.avi", [RED])
    with ImageReader() as reader:
        upright = reader.read(VideoFrame(path, 0, quarter_turns=1))
    assert upright.shape == (32, 24, 3)
    assert upright[4, 12, 0] < 12  # the black left half is now above
    assert upright[28, 12, 0] > 230


def test_a_frame_after_the_end_is_an_error(tmp_path):
    pytest.importorskip("av")
    path = write_avi(tmp_path / "a.avi", [RED, GREEN])
    with ImageReader() as reader, pytest.raises(ImageError, match="the video has 2"):
        reader.read(VideoFrame(path, 2))


def test_a_broken_video_is_named(tmp_path):
    pytest.importorskip("av")
    path = write_bytes(tmp_path / "a.avi", b"no video at all")
    with ImageReader() as reader, pytest.raises(DatasetError, match=r"a\.avi: cannot"):
        reader.read(VideoFrame(path, 0))
