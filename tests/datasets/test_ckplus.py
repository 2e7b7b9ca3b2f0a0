import shutil

import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import ImageFile
from deepexpr.datasets.ckplus import ADAPTER, read_ckplus
from tests.datasets.miniature import write_picture, write_text

SEQUENCES = {
    ("S005", "001"): (3, "   3.0000000e+00\n"),  # disgust
    ("S010", "002"): (2, "   7.0000000e+00\n"),  # surprise
    ("S010", "004"): (2, "   2.0000000e+00\n"),  # contempt
    ("S011", "001"): (2, None),  # not labelled
}


@pytest.fixture
def ckplus(tmp_path):
    for (subject, sequence), (frames, label) in SEQUENCES.items():
        for number in range(1, frames + 1):
            name = f"{subject}_{sequence}_{number:08d}.png"
            write_picture(tmp_path / "cohn-kanade-images" / subject / sequence / name)
        labels = tmp_path / "Emotion" / subject / sequence
        labels.mkdir(parents=True)
        if label is not None:
            name = f"{subject}_{sequence}_{frames:08d}_emotion.txt"
            write_text(labels / name, label)
    write_text(tmp_path / "cohn-kanade-images" / ".DS_Store", "")
    write_text(tmp_path / "cohn-kanade-images/S005/001/.DS_Store", "")
    return tmp_path


def test_the_last_frame_of_a_labelled_sequence_is_the_sample(ckplus):
    found = read_ckplus(ckplus)
    first, second = found.samples
    peak = ckplus / "cohn-kanade-images/S005/001/S005_001_00000003.png"
    assert first.image == ImageFile(peak)
    assert (first.label, first.subject, first.sequence) == (
        Expression.DISGUST,
        "S005",
        "001",
    )
    assert (second.label, second.subject) == (Expression.SURPRISE, "S010")
    assert found.left_out == {"contempt": 1, "sequence without an emotion label": 1}


@pytest.mark.parametrize("part", ["cohn-kanade-images", "Emotion"])
def test_a_missing_part_is_named(ckplus, part):
    shutil.rmtree(ckplus / part)
    with pytest.raises(DatasetError, match=rf"{part}: is missing.*docs/datasets\.md"):
        read_ckplus(ckplus)


def test_a_labelled_sequence_without_pictures_is_counted(ckplus):
    shutil.rmtree(ckplus / "cohn-kanade-images/S010")
    found = read_ckplus(ckplus)
    assert len(found.samples) == 1
    assert found.left_out["labelled sequence without pictures"] == 1


@pytest.mark.parametrize("text", ["", "happy", "8", "3.5", "nan"])
def test_a_label_that_is_no_number_of_the_set_is_an_error(ckplus, text):
    label = ckplus / "Emotion/S005/001/S005_001_00000003_emotion.txt"
    label.write_text(text)
    with pytest.raises(DatasetError, match=r"_emotion\.txt: holds"):
        read_ckplus(ckplus)


def test_the_expected_counts_add_up():
    expected = ADAPTER.expected
    assert sum(expected.labels.values()) == expected.samples == 309
