"""`deepexpr characters add`, with pictures of faces and with what must be refused."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from deepexpr.cli.main import main
from deepexpr.retrieval.gallery import Gallery
from tests.transfer.stand_ins import drawn_transfer

PHOTOS = Path(__file__).parents[2] / "examples" / "photos"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run_main(*arguments, transfer=None):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments], transfer)
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)

    return run_main


@pytest.fixture
def comic(tmp_path):
    """Two faces and a picture without any, labelled by a table."""
    folder = tmp_path / "comic"
    folder.mkdir()
    for label in ("anger", "surprise"):
        shutil.copy(PHOTOS / f"rendered_{label}.jpg", folder / f"{label}.jpg")
    from PIL import Image

    Image.new("RGB", (200, 200), "green").save(folder / "lawn.png")
    table = "path,label\nanger.jpg,anger\nsurprise.jpg,surprise\nlawn.png,joy\n"
    (tmp_path / "comic.csv").write_text(table)
    return folder


def test_a_folder_needs_labels(run, comic):
    done = run("characters", "add", comic)
    assert done.code == 2
    assert "--labels ferg, or --labels FILE.csv" in done.err


def test_a_folder_of_another_layout_is_one_line(run, comic):
    done = run("characters", "add", comic, "--labels", "ferg")
    assert done.code == 2
    assert "expected pictures in folders such as aia/aia_anger" in done.err


def test_labels_belong_to_pictures(run, tmp_path):
    (tmp_path / "a.glb").write_bytes(b"glTF")
    done = run("characters", "add", "a.glb", "--labels", "ferg")
    assert "--labels belongs to a folder of pictures" in done.err


@pytest.mark.parametrize(
    ("name", "message"),
    [("Mia", "mia is a built-in character"), ("!", "no letter or digit")],
)
def test_a_name_must_be_free_and_have_letters(run, comic, name, message):
    table = comic.parent / "comic.csv"
    done = run("characters", "add", comic, "--labels", table, "--name", name)
    assert done.code == 2
    assert message in done.err


def test_a_file_that_is_no_model_is_one_line(run, tmp_path):
    pytest.importorskip("numba")
    (tmp_path / "hero.glb").write_bytes(b"o cube\n" * 9)
    done = run("characters", "add", "hero.glb")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "hero.glb: not a binary glTF file; export the model as .glb" in done.err


@pytest.mark.slow
def test_pictures_become_a_gallery_and_those_without_a_face_are_listed(run, comic):
    done = run("characters", "add", comic, "--labels", comic.parent / "comic.csv")
    assert done.code == 2
    assert "comic: no face in 1 of 3 pictures" in done.err
    left_out = Path("library/characters/comic/left_out.txt").read_text()
    assert "lawn.png" in left_out
    gallery = Gallery.load(Path("library/galleries/comic"))
    assert [str(gallery.pose(row).label) for row in range(2)] == ["anger", "surprise"]
    assert gallery.picture(0).shape == (192, 192, 3)
    listed = run("characters", "--library", "library")
    assert "comic" in listed.out
    assert "mia" in listed.out


def test_a_library_that_is_not_there_is_refused(run, tmp_path):
    done = run(
        "characters", "--library", "none", transfer=drawn_transfer(tmp_path / "g")
    )
    assert done.code == 2
    assert "'none' does not exist" in done.err
