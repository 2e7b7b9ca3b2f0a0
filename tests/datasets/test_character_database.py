import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import ImageFile
from deepexpr.datasets.character_database import read_characters
from tests.datasets.miniature import write_picture, write_text

HEADER = "path,label,key_poses,strength\n"


@pytest.fixture
def characters(tmp_path):
    write_text(
        tmp_path / "samples.csv",
        HEADER
        + "mia/mia_joy/000000.webp,joy,joy-grin;neutral-rest,0.5\n"
        + "mia/mia_neutral/000000.webp,neutral,neutral-rest,1\n"
        + "kai/kai_fear/000007.webp,fear,fear-gasp;fear-stare,1\n",
    )
    for name in ("mia/mia_joy/000000.webp", "kai/kai_fear/000007.webp"):
        write_picture(tmp_path / name)
    return tmp_path


def test_the_table_gives_label_character_and_key_poses(characters):
    found = read_characters(characters)
    joy, fear = found.samples
    assert joy.image == ImageFile(characters / "mia/mia_joy/000000.webp")
    assert (joy.label, joy.subject) == (Expression.JOY, "mia")
    assert joy.key_poses == ("joy-grin", "neutral-rest")
    assert joy.sequence == "joy-grin;neutral-rest"
    assert (fear.label, fear.subject) == (Expression.FEAR, "kai")
    assert found.left_out == {"listed picture is missing": 1}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("mia_joy/000000.webp,joy,joy-grin,1", "line 2: the path is 'mia_joy/"),
        ("/mia/mia_joy/0.webp,joy,joy-grin,1", "line 2: the path is"),
        ("../mia_joy/0.webp,joy,joy-grin,1", "line 2: the path is"),
        ("mia/mia_joy/0.webp,happy,joy-grin,1", "line 2: the label is 'happy'"),
        ("mia/mia_joy/0.webp,joy", "line 2 is cut short"),
    ],
)
def test_a_wrong_row_is_named(characters, row, message):
    write_text(characters / "samples.csv", HEADER + row + "\n")
    with pytest.raises(DatasetError, match=message):
        read_characters(characters)


def test_a_missing_table_or_column_is_named(characters):
    write_text(characters / "samples.csv", "path,label\n")
    with pytest.raises(DatasetError, match="no column 'key_poses'"):
        read_characters(characters)
    (characters / "samples.csv").unlink()
    with pytest.raises(DatasetError, match=r"samples\.csv: cannot be opened"):
        read_characters(characters)


def test_landmarks_of_the_table_come_with_the_sample(tmp_path):
    columns = [f"landmark_{n:02d}_{axis}" for n in range(49) for axis in "xy"]
    values = [str(float(n)) for n in range(98)]
    write_text(
        tmp_path / "samples.csv",
        f"path,label,key_poses,{','.join(columns)}\n"
        f"mia/mia_joy/0.webp,joy,joy-grin,{','.join(values)}\n",
    )
    write_picture(tmp_path / "mia/mia_joy/0.webp")
    (sample,) = read_characters(tmp_path).samples
    assert sample.landmarks is not None
    assert sample.landmarks.points[1].tolist() == [2.0, 3.0]


def test_landmarks_that_are_no_numbers_are_refused(tmp_path):
    write_text(
        tmp_path / "samples.csv",
        "path,label,key_poses,landmark_00_x\nmia/mia_joy/0.webp,joy,joy-grin,1\n",
    )
    with pytest.raises(DatasetError, match="line 2: the landmarks are not 49 pairs"):
        read_characters(tmp_path)
