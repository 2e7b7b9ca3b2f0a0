import csv
import itertools

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")

from deepexpr.characters.library import load_character  # noqa: E402
from deepexpr.core.errors import DatasetError  # noqa: E402
from deepexpr.faces.align import AVERAGE_FACE  # noqa: E402
from deepexpr.training.augment import sample_frames  # noqa: E402
from deepexpr.training.character_splits import split_characters  # noqa: E402
from deepexpr.training.face_set import (  # noqa: E402
    WHOLE_PICTURE,
    FaceSet,
    concatenate,
)
from deepexpr.training.prepare import registered_frame  # noqa: E402
from deepexpr.training.prepare_characters import (  # noqa: E402
    characters_from_database,
)


def tiny_set(count: int = 3) -> FaceSet:
    return FaceSet(
        faces=np.arange(count * 16, dtype=np.uint8).reshape(count, 4, 4),
        frames=np.tile(WHOLE_PICTURE, (count, 2, 1, 1)),
        targets=np.eye(7, dtype=np.float32)[:count],
        label=np.arange(count),
        weight=np.ones(count, np.float32),
        group=np.array([f"face {index}" for index in range(count)]),
    )


def test_a_set_comes_back_from_its_file(tmp_path):
    tiny_set().save(tmp_path / "faces.npz")
    loaded = FaceSet.load(tmp_path / "faces.npz")
    assert len(loaded) == 3
    assert (loaded.faces == tiny_set().faces).all()
    assert loaded.group.tolist() == ["face 0", "face 1", "face 2"]


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_file_that_is_no_set_is_a_data_set_error(tmp_path, content):
    path = tmp_path / "faces.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DatasetError, match="no prepared face set"):
        FaceSet.load(path)


def test_subsets_and_unions_keep_rows_together():
    both = concatenate([tiny_set(2), tiny_set(3)])
    assert both.label.tolist() == [0, 1, 0, 1, 2]
    assert both.subset(both.label == 1).faces[:, 0, 0].tolist() == [16, 16]


def test_a_registered_frame_samples_what_registration_shows():
    # Registration that shows the left upper quarter of a 48 px crop on 256 px.
    matrix = np.array([[256 / 24, 0, 0], [0, 256 / 24, 0]])
    frame = torch.from_numpy(registered_frame(matrix, 48)[None])
    face = torch.zeros(1, 48, 48, dtype=torch.uint8)
    face[0, :24, :24] = 200
    view = sample_frames(face, frame)[0, 0]
    assert float(view[:46, :46].min()) > 190


def test_a_folder_without_a_table_says_how_to_make_one(tmp_path):
    with pytest.raises(DatasetError, match="characters synthesise"):
        characters_from_database(tmp_path)


def test_every_render_is_prepared_with_its_character_and_key_poses(tmp_path):
    _write_database(tmp_path)
    prepared = characters_from_database(tmp_path)
    ids = [key_pose.id for key_pose in load_character("pip").key_poses]
    assert prepared.faces.shape == (2 * len(ids) - 1, 64, 64)
    assert prepared.group[0] == f"pip/{ids[0]}"
    assert prepared.group[-1] == f"pip/{ids[-2]};{ids[-1]}"


def test_no_key_pose_lies_on_both_sides_of_the_default_split(tmp_path):
    _write_database(tmp_path)
    split = split_characters(characters_from_database(tmp_path))
    held_out = {source for group in split.test.group for source in sources(group)}
    others = {source for group in split.train.group for source in sources(group)}
    assert not held_out & others


def sources(group: str) -> list[str]:
    return group.split("/")[1].split(";")


def _write_database(folder) -> None:
    """A database of one built-in character with flat grey pictures."""
    names = [
        f"landmark_{number:02d}_{axis}" for number in range(49) for axis in ("x", "y")
    ]
    points = (AVERAGE_FACE * 0.25).ravel()
    (folder / "pip").mkdir()
    Image.new("RGB", (64, 64), "grey").save(folder / "pip" / "face.png")
    ids = [key_pose.id for key_pose in load_character("pip").key_poses]
    with (folder / "samples.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "key_poses", "strength", *names])
        pairs = [(first,) for first in ids] + list(itertools.pairwise(ids))
        for pair in pairs:
            label = pair[0].split("-")[0]
            row = ["pip/face.png", label, ";".join(pair), "1.0", *points]
            writer.writerow(row)
