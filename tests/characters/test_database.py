import csv
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepexpr.characters import database
from deepexpr.characters.database import SAMPLE_COLUMNS, Synthesis, synthesise
from deepexpr.characters.pose import Pose
from deepexpr.core.errors import OutputError

SMALL = Synthesis(count=7, size_px=32, seed=1)


def rows(folder):
    with (folder / "samples.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("database")
    assert synthesise(tiny, folder, SMALL) == 7
    return folder


def test_pictures_lie_in_a_folder_an_expression(made):
    assert [row["path"] for row in rows(made)] == [
        "tiny/tiny_fear/000000.webp",
        "tiny/tiny_joy/000001.webp",
        "tiny/tiny_neutral/000002.webp",
        "tiny/tiny_fear/000003.webp",
        "tiny/tiny_joy/000004.webp",
        "tiny/tiny_neutral/000005.webp",
        "tiny/tiny_fear/000006.webp",
    ]
    for row in rows(made):
        with Image.open(made / row["path"]) as picture:
            assert picture.size == (32, 32)


def test_a_row_says_what_a_picture_shows(made, tiny):
    row = rows(made)[1]
    assert tuple(row)[: len(SAMPLE_COLUMNS)] == SAMPLE_COLUMNS
    assert row["label"] == "joy"
    assert set(row["key_poses"].split(";")) <= {"joy-wide", "joy-high"}
    assert 0.35 <= float(row["strength"]) <= 1.0
    points = [float(row[f"landmark_48_{axis}"]) for axis in "xy"]
    assert all(0 <= value <= 32 for value in points)
    used = {name for name in tiny.model.controls if row[name]}
    assert used <= {"jawOpen", "browInnerUp"}


def test_no_two_pictures_are_alike(made):
    pictures = [np.asarray(Image.open(made / row["path"])) for row in rows(made)]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_finished_work_is_not_done_again(made, tiny):
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*.webp")}
    assert synthesise(tiny, made, SMALL) == 0
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*.webp")} == before


def test_interrupted_work_goes_on_where_it_stopped(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "SHARD_SIZE", 3)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    finished: list[int] = []
    synthesise(tiny, whole, SMALL, progress=finished.append)
    assert finished == [3, 3, 1]
    synthesise(tiny, broken, SMALL)
    (broken / "tables" / "tiny-000003.csv").unlink()
    (broken / "tiny" / "tiny_joy" / "000004.webp").unlink()
    assert synthesise(tiny, broken, SMALL) == 3
    for path in whole.rglob("*.*"):
        assert (broken / path.relative_to(whole)).read_bytes() == path.read_bytes()


def test_other_settings_need_another_folder(made, tiny):
    with pytest.raises(OutputError, match="other settings"):
        synthesise(tiny, made, Synthesis(count=7, size_px=32, seed=2))


def test_characters_share_a_table(tiny, made, tmp_path):
    synthesise(tiny, tmp_path, SMALL)
    table = tmp_path / "tables" / "zoe-000000.csv"
    table.write_text("path,label,key_poses,strength,ownShape\nzoe/a.webp,joy,a,1,0.5\n")
    assert database.join_tables(tmp_path) == 8
    found = rows(tmp_path)
    assert found[7]["ownShape"] == "0.5"
    assert found[0]["ownShape"] == ""
    assert list(found[0])[-1] == "landmark_48_y"


def test_characters_are_not_lit_alike():
    assert database._own_seed("mia", 0) != database._own_seed("leo", 0)


def test_two_runs_with_one_seed_give_the_same_files(made, tiny, tmp_path):
    synthesise(tiny, tmp_path, SMALL)
    files = [path.relative_to(made) for path in made.rglob("*.*")]
    assert files
    for file in files:
        assert (tmp_path / file).read_bytes() == (made / file).read_bytes()


def test_a_plain_database_has_one_light_and_one_camera(tiny, tmp_path):
    from deepexpr.characters.rendering.renderer import Renderer

    synthesise(tiny, tmp_path, replace(SMALL, plain=True))
    row = rows(tmp_path)[2]
    assert row["label"] == "neutral"
    yaw, pitch, roll = (float(row[f"head_{n}"] or 0) for n in ("yaw", "pitch", "roll"))
    gaze = (float(row["gaze_yaw"] or 0), float(row["gaze_pitch"] or 0))
    iris = float(row["iris"] or 1)
    expected = Renderer(tiny.model).render(
        Pose({}, gaze, (yaw, pitch, roll), iris), size_px=32
    )
    found = [float(row[f"landmark_{n:02d}_{axis}"]) for n in range(49) for axis in "xy"]
    assert found == pytest.approx(expected.landmarks.points.ravel(), abs=0.01)


def test_plain_and_varied_pictures_are_not_mixed(made, tiny):
    with pytest.raises(OutputError, match="other settings"):
        synthesise(tiny, made, replace(SMALL, plain=True))


@pytest.mark.parametrize(
    "values",
    [{"count": 0}, {"size_px": 8}, {"seed": -1}],
    ids=["count", "size", "seed"],
)
def test_senseless_settings_are_refused(values):
    with pytest.raises(OutputError, match="at least"):
        Synthesis(**values)


@pytest.mark.slow
def test_two_processes_make_the_same_pictures(made, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "SHARD_SIZE", 4)
    assert synthesise(tiny, tmp_path, SMALL, processes=2) == 7
    for row in rows(made):
        path = row["path"]
        assert (tmp_path / path).read_bytes() == (made / path).read_bytes()


def test_the_table_reads_as_poses(made, tiny):
    row = rows(made)[1]
    weights = {name: float(row[name]) for name in tiny.model.controls if row[name]}
    gaze = (float(row["gaze_yaw"] or 0), float(row["gaze_pitch"] or 0))
    assert tiny.model.vertices(Pose(weights, gaze)).shape[1] == 3
