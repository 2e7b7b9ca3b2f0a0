import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.datasets.labelled_pictures import ferg_pictures, listed_pictures


def picture(folder, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="is no folder"):
        ferg_pictures(tmp_path / "none")


def test_other_folders_are_named(tmp_path):
    picture(tmp_path, "happy/1.png")
    with pytest.raises(DatasetError, match=r"holds happy; expected .* aia/aia_anger"):
        ferg_pictures(tmp_path)


def test_characters_and_labels_are_told_by_folders(tmp_path):
    glare = picture(tmp_path, "aia/aia_anger/1.png")
    grin = picture(tmp_path, "ray/ray_joy/1.png")
    picture(tmp_path, "ray/ray_notes/1.png")
    assert ferg_pictures(tmp_path) == {"aia": {glare: "anger"}, "ray": {grin: "joy"}}
    assert ferg_pictures(tmp_path / "aia") == {"aia": {glare: "anger"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,label\n", "names no picture"),
        ("path,label\nb.png,joy\n", "line 2: there is no picture"),
        ("path,label\na.png,happy\n", "line 2: the label is 'happy'; expected one of"),
        ("path,label\n../a.png,joy\n", "must lie within"),
        ("file,label\na.png,joy\n", "path"),
    ],
    ids=["none", "missing", "label", "outside", "column"],
)
def test_a_wrong_table_is_refused(tmp_path, text, message):
    picture(tmp_path / "p", "a.png")
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(DatasetError, match=message):
        listed_pictures(tmp_path / "p", tmp_path / "labels.csv")


def test_a_table_gives_labels(tmp_path):
    path = picture(tmp_path, "sub/a.png")
    (tmp_path / "labels.csv").write_text("path,label\nsub/a.png, Joy \n")
    assert listed_pictures(tmp_path, tmp_path / "labels.csv") == {path: "joy"}
