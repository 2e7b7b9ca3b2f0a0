import numpy as np
import pytest

from deepexpr.characters.library import load_character
from deepexpr.core.errors import DatasetError
from deepexpr.training.character_splits import (
    characters_of,
    split_characters,
)
from deepexpr.training.face_set import WHOLE_PICTURE, FaceSet


def renders(groups: list[str]) -> FaceSet:
    count = len(groups)
    return FaceSet(
        faces=np.zeros((count, 4, 4), np.uint8),
        frames=np.tile(WHOLE_PICTURE, (count, 2, 1, 1)),
        targets=np.eye(7, dtype=np.float32)[[0] * count],
        label=np.zeros(count, np.int64),
        weight=np.ones(count, np.float32),
        group=np.array(groups),
    )


def joys(character: str) -> list[str]:
    """Ids of the character's key poses of joy, in table order."""
    key_poses = load_character(character).key_poses
    return [pose.id for pose in key_poses if pose.label == "joy"]


def test_an_unknown_rule_is_refused_with_a_proposal():
    with pytest.raises(DatasetError, match="'key-poses'; did you mean 'key-pose'"):
        split_characters(renders(["mia/joy-grin"]), "key-poses")


def test_an_unknown_character_is_refused_with_a_proposal():
    faces = renders(["mia/joy-grin", "pip/joy-grin"])
    with pytest.raises(DatasetError, match="'mie'; did you mean 'mia'"):
        split_characters(faces, "character=mie")


def test_a_split_without_a_side_is_refused():
    with pytest.raises(DatasetError, match="leaves 0 renders to learn from"):
        split_characters(renders(["mia/joy-grin"]), "character=mia")


def test_a_render_between_both_kinds_belongs_to_neither_side():
    first, second, third = joys("mia")[:3]
    between = [f"{first};{second}", f"{first};{third}", third]
    split = split_characters(renders([f"mia/{poses}" for poses in between]))
    assert split.train.group.tolist() == [f"mia/{first};{second}"]
    assert split.test.group.tolist() == [f"mia/{third}"]
    assert split.title == "characters, leave-key-pose-out"


def test_a_character_left_out_is_tested_on_and_never_learned_from():
    faces = renders(["mia/joy-grin", "pip/joy-grin", "gus/joy-grin"])
    split = split_characters(faces, "character=pip")
    assert characters_of(split.test).tolist() == ["pip"]
    assert characters_of(split.train).tolist() == ["mia", "gus"]
    assert split.title == "characters, leave-character-out: pip"
    assert split.suffix == "-without-pip"


def test_a_random_frame_split_holds_a_fifth_out_and_is_the_same_every_time():
    faces = renders([f"mia/pose-{number}" for number in range(100)])
    split = split_characters(faces, "frames")
    assert (len(split.train), len(split.test)) == (80, 20)
    again = split_characters(faces, "frames")
    assert again.test.group.tolist() == split.test.group.tolist()
