"""Sets of faces from the web: RAF-DB and AffectNet."""

import io

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.affectnet import ADAPTER as AFFECTNET
from deepexpr.datasets.affectnet import read_affectnet
from deepexpr.datasets.base import ImageFile, Split
from deepexpr.datasets.rafdb import ADAPTER as RAFDB
from deepexpr.datasets.rafdb import read_rafdb
from tests.datasets.miniature import write_bytes, write_picture, write_text

HEADER = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,"
    "expression,valence,arousal\n"
)
RAF_LIST = "EmoLabel/list_patition_label.txt"


def affectnet_row(path, code):
    return f"{path},1,2,30,30,1.0;2.0,{code},0.5,0.1\n"


def rafdb_list(folder, text):
    write_text(folder / RAF_LIST, text)


def test_rafdb_prefers_the_aligned_pictures(tmp_path):
    basic = tmp_path / "basic"
    rafdb_list(basic, "train_00001.jpg 5\ntest_0001.jpg 1\ntest_0002.jpg 4\n\n")
    for name in ("train_00001", "test_0001"):
        write_picture(basic / f"Image/aligned/{name}_aligned.jpg")
        write_picture(basic / f"Image/original/{name}.jpg")
    found = read_rafdb(tmp_path)
    train, test = found.samples
    assert train.image == ImageFile(basic / "Image/aligned/train_00001_aligned.jpg")
    assert (train.label, train.split) == (Expression.SADNESS, Split.TRAIN)
    assert (test.label, test.split) == (Expression.SURPRISE, Split.TEST)
    assert found.left_out == {"listed picture is missing": 1}


def test_rafdb_uses_the_originals_where_there_are_no_others(tmp_path):
    rafdb_list(tmp_path, "train_00001.jpg 7\n")
    path = write_picture(tmp_path / "Image/original/train_00001.jpg")
    (sample,) = read_rafdb(tmp_path).samples
    assert (sample.image, sample.label) == (ImageFile(path), Expression.NEUTRAL)


@pytest.mark.parametrize(
    "line", ["train_00001.jpg", "train_00001.jpg 8", "a.jpg 1", "train_1.png 1"]
)
def test_a_wrong_line_of_rafdb_is_named(tmp_path, line):
    rafdb_list(tmp_path, f"train_00000.jpg 1\n{line}\n")
    write_picture(tmp_path / "Image/aligned/train_00001_aligned.jpg")
    with pytest.raises(DatasetError, match=r"label\.txt: line 2 reads"):
        read_rafdb(tmp_path)


def test_missing_parts_of_rafdb_are_named(tmp_path):
    with pytest.raises(DatasetError, match=r"Image/aligned: is missing"):
        read_rafdb(tmp_path)
    (tmp_path / "Image/aligned").mkdir(parents=True)
    with pytest.raises(DatasetError, match=r"list_patition_label\.txt: cannot be open"):
        read_rafdb(tmp_path)
    rafdb_list(tmp_path, "train_00001.jpg 1\n")
    with pytest.raises(DatasetError, match="1 × listed picture is missing"):
        read_rafdb(tmp_path)


def test_affectnet_is_read_from_its_lists(tmp_path):
    lists, images = "Manually_Annotated_file_lists", "Manually_Annotated_Images"
    training = "".join(
        affectnet_row(path, code)
        for path, code in [
            ("1/a.jpg", 0),
            ("1/b.JPG", 6),
            ("2/c.jpg", 7),
            ("2/d.png", 1),
        ]
    )
    write_text(tmp_path / lists / "training.csv", HEADER + training)
    # The validation list was published without a header.
    write_text(tmp_path / lists / "validation.csv", affectnet_row("3/e.jpg", 4))
    for name in ("1/a.jpg", "1/b.JPG", "2/c.jpg", "3/e.jpg"):
        write_picture(tmp_path / images / name)
    found = read_affectnet(tmp_path)
    assert [(s.label, s.split) for s in found.samples] == [
        (Expression.NEUTRAL, Split.TRAIN),
        (Expression.ANGER, Split.TRAIN),
        (Expression.FEAR, Split.VALIDATION),
    ]
    assert found.left_out == {"contempt": 1, "listed picture is missing": 1}


def write_annotation(folder, number, code):
    stream = io.BytesIO()
    np.save(stream, np.array(str(code)))
    write_bytes(folder / f"annotations/{number}_exp.npy", stream.getvalue())
    np.save(stream, np.array("0.1"))
    write_bytes(folder / f"annotations/{number}_val.npy", stream.getvalue())
    write_picture(folder / f"images/{number}.jpg")


def test_affectnet_is_read_from_its_arrays(tmp_path):
    write_annotation(tmp_path / "train_set", 0, 1)
    write_annotation(tmp_path / "train_set", 12, 2)
    write_annotation(tmp_path / "val_set", 3, 3)
    write_annotation(tmp_path / "val_set", 4, 9)
    (tmp_path / "train_set/images/12.jpg").unlink()
    found = read_affectnet(tmp_path)
    first, second = found.samples
    assert first.image == ImageFile(tmp_path / "train_set/images/0.jpg")
    assert (first.label, first.split) == (Expression.JOY, Split.TRAIN)
    assert (second.label, second.split) == (Expression.SURPRISE, Split.VALIDATION)
    assert found.left_out == {"listed picture is missing": 1, "uncertain": 1}


def test_pickled_annotations_are_refused(tmp_path):
    folder = tmp_path / "val_set"
    write_annotation(folder, 0, 1)
    np.save(folder / "annotations/0_exp.npy", np.array({"a": 1}), allow_pickle=True)
    with pytest.raises(DatasetError, match=r"0_exp\.npy: is not a plain NumPy array"):
        read_affectnet(tmp_path)


@pytest.mark.parametrize("values", [np.array(["1", "2"]), np.array(11), np.array("x")])
def test_annotations_with_other_content_are_errors(tmp_path, values):
    folder = tmp_path / "val_set"
    write_annotation(folder, 0, 1)
    np.save(folder / "annotations/0_exp.npy", values)
    with pytest.raises(DatasetError, match="expected a code from 0 to 10"):
        read_affectnet(tmp_path)


def test_missing_parts_of_affectnet_are_named(tmp_path):
    with pytest.raises(DatasetError, match="Manually_Annotated_Images: is missing"):
        read_affectnet(tmp_path)
    (tmp_path / "Manually_Annotated_Images").mkdir()
    with pytest.raises(
        DatasetError, match=r"neither training\.csv nor validation\.csv"
    ):
        read_affectnet(tmp_path)
    (tmp_path / "val_set").mkdir()
    with pytest.raises(DatasetError, match=r"val_set/annotations: is missing"):
        read_affectnet(tmp_path)


def test_a_wrong_row_of_affectnet_is_named(tmp_path):
    (tmp_path / "Manually_Annotated_Images").mkdir()
    write_text(tmp_path / "training.csv", HEADER + "1/a.jpg,1\n")
    with pytest.raises(DatasetError, match=r"training\.csv: line 2 has 2 values"):
        read_affectnet(tmp_path)
    write_text(tmp_path / "training.csv", HEADER + affectnet_row("1/a.jpg", "joy"))
    with pytest.raises(DatasetError, match="line 2: the expression is 'joy'"):
        read_affectnet(tmp_path)


@pytest.mark.parametrize("adapter", [RAFDB, AFFECTNET])
def test_the_expected_counts_add_up(adapter):
    assert sum(adapter.expected.labels.values()) == adapter.expected.samples
