import numpy as np
import pytest
from PIL import Image

from deepexpr.characters.adding.landmark_file import (
    LANDMARK_NAMES,
    read_landmarks,
    write_check_picture,
    write_landmarks,
)
from deepexpr.core.errors import CharacterError

PLACES = np.arange(98, dtype=float).reshape(49, 2)


@pytest.fixture
def path(tmp_path):
    write_landmarks(tmp_path / "landmarks.csv", PLACES)
    return tmp_path / "landmarks.csv"


def changed(path, change):
    lines = path.read_text().splitlines()
    change(lines)
    path.write_text("\n".join(lines) + "\n")


def test_forty_eight_landmarks_are_too_few_and_the_lacking_one_is_named(path):
    changed(path, lambda lines: lines.pop(20))
    with pytest.raises(CharacterError) as caught:
        read_landmarks(path)
    assert (
        "has 48 landmarks; expected 49; missing: 20 (right eye: outer corner)"
        in str(caught.value)
    )


def test_a_landmark_that_is_there_twice_is_refused(path):
    changed(path, lambda lines: lines.append(lines[3]))
    with pytest.raises(CharacterError, match="line 51: landmark 3 is there twice"):
        read_landmarks(path)


def test_a_place_that_is_no_number_is_refused(path):
    changed(path, lambda lines: lines.__setitem__(5, "5,x,here,3"))
    with pytest.raises(CharacterError, match="line 6: needs a number and a place"):
        read_landmarks(path)


def test_another_table_is_refused(path):
    path.write_text("id,label\na,joy\n")
    with pytest.raises(CharacterError, match="expected number,name,x,y"):
        read_landmarks(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(
        CharacterError, match=r"none\.csv: the landmarks cannot be read"
    ):
        read_landmarks(tmp_path / "none.csv")


def test_landmarks_come_back_as_they_were_written(path):
    assert read_landmarks(path) == pytest.approx(PLACES)


def test_rows_may_stand_in_any_order(path):
    changed(path, lambda lines: lines.insert(1, lines.pop(40)))
    assert read_landmarks(path) == pytest.approx(PLACES)


def test_names_follow_the_order_of_the_landmarks():
    assert len(set(LANDMARK_NAMES)) == 49
    assert LANDMARK_NAMES[19] == "right eye: outer corner"
    assert LANDMARK_NAMES[28] == "left eye: outer corner"
    assert LANDMARK_NAMES[37] == "outer lips: left corner"


def test_the_picture_has_a_mark_at_every_landmark(tmp_path):
    corners = np.meshgrid(np.arange(7.0), np.arange(7.0))
    places = np.stack(corners, axis=-1).reshape(-1, 2) * 60.0 + 40.0
    write_check_picture(tmp_path / "p.png", np.zeros((480, 480, 3), np.uint8), places)
    picture = np.asarray(Image.open(tmp_path / "p.png"))
    assert all(picture[int(y), int(x)].max() > 150 for x, y in places)
