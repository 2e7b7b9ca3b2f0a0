from pathlib import Path

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError, ImageError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import ImageFile, Split, ZipMember
from deepexpr.datasets.ferplus import read_ferplus, read_ferplus_samples
from deepexpr.datasets.reading import ImageReader
from tests.datasets.miniature import (
    picture_bytes,
    write_bytes,
    write_picture,
    write_text,
    write_zip,
)

REAL_FOLDER = Path(__file__).parents[2] / "data" / "ferplus"
HEADER = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,"
    "unknown,NF\n"
)
ROWS = (
    "Training,fer0.png,1,7,0,0,0,0,2,0,0,0\n"
    "Training,fer1.png,0,0,0,0,5,5,0,0,0,0\n"
    "Training,fer2.png,1,0,0,0,0,0,0,9,0,0\n"
    "Training,fer3.png,0,0,0,0,0,0,0,0,4,6\n"
    "Training,,0,0,0,0,0,0,0,0,0,10\n"
    "PublicTest,fer4.png,0,0,8,0,0,0,2,0,0,0\n"
    "PublicTest,fer5.png,9,0,0,0,0,0,0,0,1,0\n"
    "PrivateTest,fer6.png,9,0,0,0,0,0,0,0,1,0\n"
)
LABELS = (
    "image_name,split,majority,fer2013_label,agreement,in_other_split\n"
    "fer0.png,train,joy,fear,0.7,1\n"
    "fer5.png,validation,neutral,neutral,0.9,1\n"
)


def face(grey=128):
    return picture_bytes(side_px=48, grey=grey)


@pytest.fixture
def ferplus(tmp_path):
    write_text(tmp_path / "fer2013new.csv", HEADER + ROWS)
    write_zip(
        tmp_path / "FER2013Train.zip",
        {f"FER2013Train/fer{n}.png": face(100 + n) for n in range(4)},
    )
    for n in (4, 5):
        write_bytes(tmp_path / f"FER2013Valid/fer{n}.png", face(100 + n))
    return tmp_path


def test_a_split_is_read_with_its_votes(ferplus):
    write_text(ferplus / "labels.csv", LABELS)
    split = read_ferplus(ferplus, "train")
    assert split.names == ("fer0.png", "fer1.png", "fer2.png", "fer3.png")
    assert split.faces.shape == (4, 48, 48)
    assert split.faces[:, 5, 5].tolist() == [100, 101, 102, 103]
    assert split.votes[0].tolist() == [0, 0, 2, 7, 1, 0, 0]
    assert split.label.tolist() == [3, -1, -1, -1]  # joy, a tie, contempt, nothing
    assert split.fer2013.tolist() == [2, -1, -1, -1]
    assert split.duplicate.tolist() == [True, False, False, False]


def test_unpacked_pictures_are_read_as_well(ferplus):
    split = read_ferplus(ferplus, "validation")
    assert split.faces[:, 0, 0].tolist() == [104, 105]
    assert split.label.tolist() == [6, 4]
    assert not split.duplicate.any()


def test_samples_keep_votes_without_a_majority(ferplus):
    found = read_ferplus_samples(ferplus)
    rows = [(s.label, s.split) for s in found.samples]
    assert rows == [
        (Expression.JOY, Split.TRAIN),
        (None, Split.TRAIN),
        (None, Split.TRAIN),
        (Expression.SURPRISE, Split.VALIDATION),
        (Expression.NEUTRAL, Split.VALIDATION),
    ]
    tie = found.samples[1]
    assert tie.distribution.tolist() == [0.5, 0.5, 0, 0, 0, 0, 0]
    assert tie.image == ZipMember(ferplus / "FER2013Train.zip", "FER2013Train/fer1.png")
    assert found.samples[3].image == ImageFile(ferplus / "FER2013Valid/fer4.png")
    assert found.left_out == {"no vote for one of the seven expressions": 1}


def test_samples_leave_out_validation_faces_that_are_in_another_split(ferplus):
    write_text(ferplus / "labels.csv", LABELS)
    found = read_ferplus_samples(ferplus)
    assert [s.label for s in found.samples if s.split is Split.VALIDATION] == [
        Expression.SURPRISE
    ]
    assert found.left_out["same pixels in another split"] == 1


def test_samples_include_the_test_split_where_it_is(ferplus):
    write_bytes(ferplus / "FER2013Test/fer6.png", face())
    last = read_ferplus_samples(ferplus).samples[-1]
    assert (last.split, last.label) == (Split.TEST, Expression.NEUTRAL)


def test_samples_and_arrays_show_the_same_pictures(ferplus):
    arrays = read_ferplus(ferplus, "validation")
    samples = [
        s for s in read_ferplus_samples(ferplus).samples if s.split is Split.VALIDATION
    ]
    with ImageReader() as reader:
        pictures = [reader.read(sample.image)[:, :, 0] for sample in samples]
    np.testing.assert_array_equal(np.stack(pictures), arrays.faces)


def test_an_unknown_split_is_refused(ferplus):
    with pytest.raises(DatasetError, match="choose from train, validation, test"):
        read_ferplus(ferplus, "all")


@pytest.mark.parametrize(
    "read", [read_ferplus_samples, lambda f: read_ferplus(f, "validation")]
)
def test_missing_parts_are_named(tmp_path, read):
    with pytest.raises(DatasetError, match=r"fer2013new\.csv: cannot be opened"):
        read(tmp_path)
    write_text(tmp_path / "fer2013new.csv", HEADER + ROWS)
    with pytest.raises(DatasetError, match=r"neither FER2013\w+/ nor FER2013\w+\.zip"):
        read(tmp_path)


def test_a_rated_picture_that_is_missing_is_an_error_or_counted(ferplus):
    (ferplus / "FER2013Valid/fer4.png").unlink()
    with pytest.raises(DatasetError, match=r"rates fer4\.png, but the picture"):
        read_ferplus(ferplus, "validation")
    assert read_ferplus_samples(ferplus).left_out["rated picture is missing"] == 1


def test_a_picture_of_another_size_is_an_error(ferplus):
    write_picture(ferplus / "FER2013Valid/fer4.png", side_px=47)
    with pytest.raises(DatasetError, match=r"fer4\.png: is 47×47"):
        read_ferplus(ferplus, "validation")


def test_a_damaged_picture_is_an_error(ferplus):
    write_bytes(ferplus / "FER2013Valid/fer4.png", face()[:40])
    with pytest.raises(ImageError, match=r"fer4\.png"):
        read_ferplus(ferplus, "validation")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (HEADER.replace(",fear", ""), "no column 'fear'"),
        (HEADER + "PublicTest,fer4.png,1,2\n", "line 2 is cut short"),
        (HEADER + "PublicTest,fer4.png,x,0,0,0,0,0,0,0,0,0\n", "must be numbers"),
        (HEADER, "no rows of the split validation"),
    ],
)
def test_a_wrong_table_is_an_error(ferplus, table, message):
    write_text(ferplus / "fer2013new.csv", table)
    with pytest.raises(DatasetError, match=message):
        read_ferplus(ferplus, "validation")


@pytest.mark.dataset
@pytest.mark.skipif(not REAL_FOLDER.is_dir(), reason="FER+ is not in data/ferplus")
def test_the_real_set_yields_the_known_majorities():
    found = read_ferplus_samples(REAL_FOLDER)
    train = [s.label for s in found.samples if s.split is Split.TRAIN]
    counts = {expression: train.count(expression) for expression in Expression}
    assert counts == {
        Expression.ANGER: 2_426,
        Expression.DISGUST: 188,
        Expression.FEAR: 654,
        Expression.JOY: 7_427,
        Expression.NEUTRAL: 9_471,
        Expression.SADNESS: 3_453,
        Expression.SURPRISE: 3_407,
    }
    with ImageReader() as reader:
        assert reader.read(found.samples[0].image).shape == (48, 48, 3)
