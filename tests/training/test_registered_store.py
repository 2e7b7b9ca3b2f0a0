import csv
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.core.landmarks import Landmarks
from deepexpr.datasets.base import ImageFile, Sample
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.training.registered_store import (
    SHARD_SIZE,
    joined,
    prepare_registered,
)


def samples(folder, count: int) -> list[Sample]:
    """Grey pictures of 256×256 pixels, each a little lighter, with landmarks."""
    found = []
    for number in range(count):
        path = folder / f"{number:04d}.png"
        Image.new("RGB", (256, 256), (number % 200,) * 3).save(path)
        sample = Sample(
            image=ImageFile(path),
            dataset="characters",
            label=Expression.JOY,
            landmarks=Landmarks(AVERAGE_FACE),
        )
        found.append(sample)
    return found


def blank(folder, count: int) -> list[Sample]:
    """The same pictures as those of people whose face is to be found."""
    return [
        replace(sample, dataset="ferplus", landmarks=None)
        for sample in samples(folder, count)
    ]


def test_pictures_without_any_face_are_refused(tmp_path):
    with pytest.raises(DatasetError, match="no face was found in 2 pictures"):
        prepare_registered(blank(tmp_path, 2), tmp_path / "out")


def test_faces_that_are_not_found_are_listed_with_the_reason(tmp_path):
    good = samples(tmp_path, 1)
    empty = blank(tmp_path, 2)[1]
    (tmp_path / "bad.png").write_bytes(b"no picture")
    damaged = replace(good[0], image=ImageFile(tmp_path / "bad.png"))
    faces = prepare_registered([*good, empty, damaged], tmp_path / "out")
    assert faces.samples == tuple(good)
    with (tmp_path / "out" / "not_found.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == [str(empty.image), str(damaged.image)]
    assert rows[0]["reason"] == "no face found"


def test_a_folder_keeps_to_its_samples(tmp_path):
    few = samples(tmp_path, 3)
    prepare_registered(few, tmp_path / "out")
    with pytest.raises(DatasetError, match="holds the faces of other samples"):
        prepare_registered(few[:2], tmp_path / "out")


def test_registered_faces_and_measures_are_those_of_the_landmarks(tmp_path):
    faces = prepare_registered(samples(tmp_path, 3), tmp_path / "out")
    # The landmarks are the average face already, so registration changes nothing.
    pictures = faces.pictures(np.array([2, 0]))
    assert pictures[:, 128, 128, 0].tolist() == [2, 0]
    with (tmp_path / "out" / "000000.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert 0 < float(row["mouth_width"]) < 1


def test_a_stopped_preparation_goes_on_where_it_was(tmp_path):
    many = samples(tmp_path, SHARD_SIZE + 2)
    prepare_registered(many, tmp_path / "out")
    first, second = (tmp_path / "out" / f"{n:06d}.npy" for n in (0, SHARD_SIZE))
    before = first.stat().st_mtime_ns
    second.with_suffix(".csv").unlink()
    told = []
    faces = prepare_registered(
        many, tmp_path / "out", report=lambda *counts: told.append(counts)
    )
    assert told == [(SHARD_SIZE + 2, SHARD_SIZE + 2)]
    assert first.stat().st_mtime_ns == before
    assert len(faces.samples) == SHARD_SIZE + 2


def test_a_character_without_landmarks_is_shown_as_it_is(tmp_path):
    path = tmp_path / "wide.png"
    Image.new("RGB", (64, 32), "white").save(path)
    plain = Sample(image=ImageFile(path), dataset="ferg", label=Expression.JOY)
    faces = prepare_registered([plain], tmp_path / "out")
    assert faces.pictures(np.array([0])).min() == 255


def test_joined_sets_keep_faces_with_their_samples(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = prepare_registered(samples(tmp_path / "a", 2), tmp_path / "one")
    two = prepare_registered(samples(tmp_path / "b", 3), tmp_path / "two")
    both = joined([one, two])
    assert [s.image for s in both.samples[2:]] == [s.image for s in two.samples]
    assert both.pictures(np.array([1, 4]))[:, 0, 0, 0].tolist() == [1, 2]
