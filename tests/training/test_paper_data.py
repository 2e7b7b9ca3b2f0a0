from pathlib import Path

import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.base import Domain, ImageFile, Sample
from deepexpr.training.paper_data import (
    NamedFolder,
    character_fold,
    read_labelled_samples,
)
from tests.datasets.miniature import write_picture


def renders(count: int) -> list[Sample]:
    return [
        Sample(
            image=ImageFile(Path(f"{number}.png")),
            dataset="characters",
            label=EXPRESSIONS[number % 7],
            subject=("mia", "pip")[number % 2],
            key_poses=(f"{EXPRESSIONS[number % 7]}-{number // 7 % 6}",),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("text", ["/data/ckplus", "ckplus=", "ckplsu=/data"])
def test_a_data_set_must_be_named_with_its_folder(text):
    with pytest.raises(DatasetError, match=r"NAME=FOLDER|did you mean 'ckplus'"):
        NamedFolder.parse(text)


def test_a_network_of_people_refuses_characters(tmp_path):
    source = NamedFolder.parse(f"labelled={tmp_path}")
    with pytest.raises(DatasetError, match="shows characters; this network learns"):
        read_labelled_samples([source], Domain.PEOPLE)


def test_a_set_that_is_named_twice_is_refused(tmp_path):
    write_picture(tmp_path / "joy" / "1.png")
    source = NamedFolder.parse(f"labelled={tmp_path}")
    with pytest.raises(DatasetError, match="twice"):
        read_labelled_samples([source, source], Domain.CHARACTERS)


@pytest.mark.parametrize("rule", ["frame", "character", "character=mai"])
def test_an_unknown_split_is_refused(rule):
    with pytest.raises(DatasetError, match="did you mean"):
        character_fold(renders(84), rule)


def test_frames_are_divided_as_the_paper_does():
    fold = character_fold(renders(100), "frames")
    parts = (fold.train, fold.validation, fold.test)
    assert [len(part) for part in parts] == [76, 12, 12]
    assert sorted(index for part in parts for index in part) == list(range(100))


def test_a_character_left_out_is_tested_on_alone():
    samples = renders(84)
    fold = character_fold(samples, "character=pip")
    assert {samples[index].subject for index in fold.test} == {"pip"}
    others = [*fold.train, *fold.validation]
    assert {samples[index].subject for index in others} == {"mia"}
    assert len(fold.validation) == 4


def test_held_out_key_poses_are_not_learned_from():
    samples = renders(84)
    fold = character_fold(samples, "key-pose")
    tested = {(samples[i].subject, samples[i].key_poses) for i in fold.test}
    learned = {(samples[i].subject, samples[i].key_poses) for i in fold.train}
    assert tested
    assert not tested & learned
