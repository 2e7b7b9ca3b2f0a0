from dataclasses import fields

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.base import Split
from deepexpr.evaluation.predict import predicted
from deepexpr.evaluation.predictions import (
    Predictions,
    read_predictions,
    write_predictions,
)
from tests.evaluation.drawn_galleries import drawn_faces, mia_database


def test_parts_of_different_length_are_refused():
    faces = drawn_faces([3, 0])
    parts = {field.name: getattr(faces, field.name) for field in fields(Predictions)}
    with pytest.raises(ShapeError, match="label"):
        Predictions(**parts | {"label": np.array([3])})


def test_what_is_no_file_of_predictions_is_refused(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"nothing")
    for name in ("a.npz", "missing.npz"):
        with pytest.raises(DatasetError, match="holds no predictions"):
            read_predictions(tmp_path / name)


def test_predictions_are_read_as_they_were_written(tmp_path):
    faces = drawn_faces([3, -1, 0], unmeasured=[2])
    write_predictions(tmp_path / "faces.npz", faces)
    read = read_predictions(tmp_path / "faces.npz")
    assert read.card == faces.card
    for field in fields(Predictions)[1:]:
        mine, theirs = getattr(read, field.name), getattr(faces, field.name)
        np.testing.assert_array_equal(mine, theirs)


def test_faces_without_a_label_or_landmarks_can_be_left_out():
    faces = drawn_faces([3, -1, 0], unmeasured=[2])
    assert faces.labelled().names.tolist() == ["face-0", "face-2"]
    assert faces.measured.tolist() == [True, True, False]


@pytest.fixture
def database(tmp_path):
    return mia_database(tmp_path / "data")


def test_a_data_set_is_looked_at_once(database, tmp_path):
    told = []

    def ask():
        out = tmp_path / "out"
        return predicted(
            "characters", database, None, out, 1, lambda *n: told.append(n)
        )

    first, second = ask(), ask()
    assert told == [(3, 3)]
    assert second.card == first.card
    read = [EXPRESSIONS[row.argmax()] for row in first.probabilities]
    assert sorted(read) == ["anger", "joy", "surprise"]
    assert first.measured.all()
    assert first.subject.tolist() == ["mia"] * 3


def test_data_that_changed_are_looked_at_again(database, tmp_path):
    before = predicted("characters", database, None, tmp_path / "out")
    table = (database / "samples.csv").read_text()
    (database / "samples.csv").write_text(table.replace(",anger,", ",fear,"))
    after = predicted("characters", database, None, tmp_path / "out")
    assert after.card.data_sha256 != before.card.data_sha256
    assert EXPRESSIONS.index("fear") in after.label


def test_an_empty_split_is_an_error(database, tmp_path):
    with pytest.raises(DatasetError, match="no validation split"):
        predicted("characters", database, Split.VALIDATION, tmp_path / "out")
