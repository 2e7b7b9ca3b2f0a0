"""Sets whose labels stand in the file names: KDEF, JAFFE, FERG-DB."""

import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.datasets.base import ImageFile
from deepexpr.datasets.ferg import ADAPTER as FERG
from deepexpr.datasets.ferg import read_ferg
from deepexpr.datasets.jaffe import ADAPTER as JAFFE
from deepexpr.datasets.jaffe import read_jaffe
from deepexpr.datasets.kdef import ADAPTER as KDEF
from deepexpr.datasets.kdef import read_kdef
from tests.datasets.miniature import write_picture, write_text


def test_kdef_uses_the_frontal_pictures_of_both_sessions(tmp_path):
    for name in ("AF01/AF01ANS.JPG", "AF01/AF01ANHL.JPG", "BM35/BM35AFS.JPG"):
        write_picture(tmp_path / "KDEF" / name)
    write_picture(tmp_path / "AKDEF/FAFS.JPG")
    found = read_kdef(tmp_path)
    rows = [(s.subject, s.sequence, s.label) for s in found.samples]
    assert rows == [("F01", "A", Expression.ANGER), ("M35", "B", Expression.FEAR)]
    assert found.left_out == {
        "file name not of KDEF's scheme": 1,
        "view from the side": 1,
    }


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("AF", Expression.FEAR),
        ("AN", Expression.ANGER),
        ("DI", Expression.DISGUST),
        ("HA", Expression.JOY),
        ("NE", Expression.NEUTRAL),
        ("SA", Expression.SADNESS),
        ("SU", Expression.SURPRISE),
    ],
)
def test_the_codes_of_kdef(tmp_path, code, label):
    write_picture(tmp_path / f"AM07{code}S.JPG")
    (sample,) = read_kdef(tmp_path).samples
    assert sample.label is label


def test_jaffe_names_person_and_expression(tmp_path):
    for name in ("KA.AN1.39.tiff", "KA.NE2.27.tiff", "YM.HA3.54.tiff", "notes.tiff"):
        write_picture(tmp_path / "jaffe" / name)
    write_text(tmp_path / "jaffe/README_FIRST.txt", "")
    found = read_jaffe(tmp_path)
    assert [(s.subject, s.label) for s in found.samples] == [
        ("KA", Expression.ANGER),
        ("KA", Expression.NEUTRAL),
        ("YM", Expression.JOY),
    ]
    assert found.left_out == {"file name not of JAFFE's scheme": 1}


def test_ferg_labels_come_from_the_folders(tmp_path):
    for character in ("aia", "mery"):
        for expression in EXPRESSIONS:
            folder = tmp_path / "FERG_DB_256" / character / f"{character}_{expression}"
            write_picture(folder / f"{character}_{expression}_1.png")
    write_picture(tmp_path / "FERG_DB_256/aia/aia_joy/aia_joy_2.png")
    write_picture(tmp_path / "FERG_DB_256/extras/a.png")
    found = read_ferg(tmp_path)
    assert len(found.samples) == 15
    joys = [s for s in found.samples if (s.subject, s.label) == ("aia", Expression.JOY)]
    assert [s.image.path.name for s in joys if isinstance(s.image, ImageFile)] == [
        "aia_joy_1.png",
        "aia_joy_2.png",
    ]
    assert found.left_out == {"folder that is no character of FERG-DB": 1}


def test_ferg_says_which_expression_has_no_pictures(tmp_path):
    write_picture(tmp_path / "ray/ray_fear/ray_fear_1.png")
    found = read_ferg(tmp_path)
    assert len(found.samples) == 1
    assert found.left_out["no pictures in ray_joy"] == 1
    assert len(found.left_out) == 6


@pytest.mark.parametrize("read", [read_kdef, read_jaffe, read_ferg])
def test_a_missing_and_an_empty_folder_are_errors(tmp_path, read):
    with pytest.raises(DatasetError, match=r"nowhere(/FERG_DB_256)?: is missing"):
        read(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=r"holds no usable picture.*docs/datasets"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("adapter", "samples", "subjects"),
    [(KDEF, 980, 70), (JAFFE, 213, 10), (FERG, 55_767, 6)],
)
def test_the_expected_counts_add_up(adapter, samples, subjects):
    assert sum(adapter.expected.labels.values()) == samples
    assert (adapter.expected.samples, adapter.expected.subjects) == (samples, subjects)
