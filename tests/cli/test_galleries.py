import json
from types import SimpleNamespace

import pytest
from PIL import Image

from deepexpr.cli.main import main
from deepexpr.retrieval.gallery import Gallery
from tests.transfer.stand_ins import drawn_photo, drawn_transfer


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder with photos of faces in `people`."""
    monkeypatch.chdir(tmp_path)
    transfer = drawn_transfer(tmp_path / "galleries")
    (tmp_path / "people").mkdir()
    for name in ("ann", "ben"):
        picture = Image.fromarray(drawn_photo((100, 120)))
        picture.save(tmp_path / f"people/{name}.png")
    Image.fromarray(drawn_photo()).save("nobody.png")

    def run_main(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments], transfer)
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)

    return run_main


@pytest.fixture
def people(run):
    done = run("gallery", "build", "people", "--kind", "human", "--out", "made")
    assert done.code == 0
    return "made/people"


def test_people_without_a_folder_are_refused(run):
    done = run("gallery", "build", "--kind", "human", "--out", "made")
    assert done.code == 2
    assert "needs a FOLDER" in done.err


def test_a_gallery_of_people_holds_no_pictures_unless_asked(run, people, tmp_path):
    assert not Gallery.load(tmp_path / people).card.has_pictures
    options = ("--kind", "human", "--thumbnails", "--name", "seen", "--out", "made")
    assert run("gallery", "build", "people", *options).code == 0
    assert Gallery.load(tmp_path / "made/seen").picture(0).shape == (192, 192, 3)


def test_rows_are_listed_added_and_removed(run, people):
    assert run("gallery", "list", people).out == "ann  joy\nben  joy\n"
    done = run("gallery", "add", people, "people/ann.png", "nobody.png")
    assert done.code == 2
    assert "nobody.png" in done.err
    assert run("gallery", "remove", people, "ben").code == 0
    assert run("gallery", "list", people).out == "ann  joy\n"


def test_galleries_of_a_folder_are_listed(run, people):
    (line,) = run("gallery", "list", "made").out.splitlines()
    assert line.split()[:4] == ["people", "human", "2", "rows"]


def test_photos_cannot_be_added_to_the_poses_of_a_rig(run):
    done = run("gallery", "add", "galleries/mia", "people/ann.png")
    assert done.code == 2
    assert "poses of a rig" in done.err


def test_a_photo_searches_people_and_characters_in_one_call(run, people):
    done = run(
        "search", "people/ann.png", "--gallery", people, "--gallery", "mia",
        "--top", 2, "--json", "-",
    )  # fmt: skip
    friends, mia = json.loads(done.out)
    assert (friends["kind"], mia["kind"]) == ("human", "character")
    assert [match["id"] for match in friends["matches"]] == ["ann", "ben"]
    assert friends["matches"][0]["distance"] == pytest.approx(0, abs=1e-3)
    assert len(mia["matches"]) == 2


def test_a_pose_searches_another_character(run):
    done = run("search", "mia:joy-3", "--gallery", "gus", "--top", 1)
    assert done.code == 0
    assert done.out.splitlines()[0] == "gus"
    assert "joy" in done.out.splitlines()[1]


def test_a_pose_has_its_own_neutral(run):
    done = run("search", "mia:joy-3", "--gallery", "gus", "--neutral", "people/ann.png")
    assert done.code == 2
    assert "not with a pose" in done.err


def test_a_neutral_photo_of_an_average_face_changes_nothing(run):
    moved = ("match", "people/ann.png", "--character", "mia", "--json", "-")
    assert run(*moved, "--neutral", "people/ben.png").out == run(*moved).out


def test_a_neutral_photo_of_nobody_stops_the_run(run):
    done = run("match", "people/ann.png", "--neutral", "nobody.png")
    assert (done.code, done.out) == (2, "")
    assert "shows no face" in done.err
