import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepexpr.core.errors import DatasetError, ImageError, ShapeError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import read_image
from deepexpr.datasets.base import Split
from deepexpr.evaluation.change_chart import change_chart, example_crop
from deepexpr.evaluation.face_changes import EYES, FaceChange, covered, mirrored
from deepexpr.evaluation.recognition import macro_f1
from deepexpr.evaluation.robustness import (
    brightness_scores,
    brightness_thirds,
    change_scores,
    face_brightness,
    macro_f1s,
)
from deepexpr.evaluation.robustness_faces import (
    answers,
    evenly_chosen,
    labelled_crops,
    read_changed,
)
from deepexpr.evaluation.robustness_page import (
    Robustness,
    robustness_document,
    robustness_page,
)
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.faces.finder import FaceFinder

PHOTO = Path(__file__).parents[2] / "examples/photos/rendered_surprise.jpg"

COVERED_EYES = FaceChange("covered", "eyes", lambda face: covered(face, EYES))
SWAPPED = FaceChange("swapped", "all", mirrored)


def answering(*predicted):
    """Rows that name each class with certainty."""
    return np.eye(7)[list(predicted)]


def read_by_mouth(crops):
    """Looks at the lower half of a face alone: joy if it is bright, else sadness."""
    bright = np.array([crop[24:].mean() > 100 for crop in crops])
    return np.where(bright[:, None], answering(3), answering(5)).astype(np.float32)


def drawn_faces(count=6):
    rng = np.random.default_rng(3)
    faces = rng.integers(0, 80, (count, 48, 48), np.uint8)
    faces[::2, 24:] += 120
    return faces


def test_a_reader_of_the_mouth_is_not_changed_by_covered_eyes():
    faces = drawn_faces()
    found = read_changed(faces, [COVERED_EYES], read_by_mouth)
    assert found.shape == (2, 6, 7)
    score = change_scores(found, np.array([3, 5] * 3), [COVERED_EYES], seed=0)[1]
    assert (score.accuracy.value, score.same_answer.value) == (1, 1)
    assert (score.difference.value, score.difference.low) == (0, 0)
    assert score.largest_shift == 0


def test_a_change_is_scored_as_worked_out_on_paper():
    labels = np.array([2, 2, 1, 3])
    before = answering(2, 2, 1, 4)  # the last one is wrong
    after = answering(2, 4, 3, 3)  # one of fear and the one of disgust are lost
    unchanged, score = change_scores(
        np.stack([before, after]), labels, [SWAPPED], seed=0
    )
    assert (unchanged.kind, unchanged.accuracy.value) == ("unchanged", 0.75)
    assert (unchanged.difference.low, unchanged.difference.high) == (0, 0)
    assert score.accuracy.value == 0.5
    assert score.difference.value == pytest.approx(-0.25)  # −1, −1 and +1 of four
    assert score.difference.low < -0.25 < score.difference.high
    assert score.same_answer.value == 0.25
    assert (score.fear.value, score.fear.count) == (0.5, 2)
    assert (score.disgust.value, score.disgust.count) == (0, 1)
    # fear 2/3, disgust 0, joy 2/3, neutral 0
    assert score.macro_f1.value == pytest.approx(1 / 3)
    assert score.largest_shift == 1


def test_scores_are_the_same_with_the_same_seed():
    rows = np.stack([answering(0, 1, 2), answering(0, 1, 1)])
    first, again = (
        change_scores(rows, np.arange(3), [SWAPPED], seed=5) for _ in range(2)
    )
    assert first == again


def test_answers_and_changes_must_fit_together():
    with pytest.raises(ShapeError, match="probabilities"):
        change_scores(answering(0, 1)[None], np.arange(2), [SWAPPED], seed=0)
    with pytest.raises(DatasetError, match="at least one"):
        change_scores(np.zeros((2, 0, 7)), np.zeros(0, np.int64), [SWAPPED], seed=0)


def test_macro_f1_of_many_matrices_is_that_of_each():
    matrices = np.random.default_rng(0).integers(0, 4, (20, 7, 7))
    matrices[:, 1] = matrices[:, :, 1] = 0
    slow = [macro_f1(matrix) for matrix in matrices]
    np.testing.assert_allclose(macro_f1s(matrices.astype(float)), slow)


def test_brightness_looks_at_the_middle_of_the_face():
    face = np.zeros((1, 48, 48), np.uint8)
    face[0, 12:36, 12:36] = 100
    face[0, 0] = 255
    assert face_brightness(face).tolist() == [100]


def test_thirds_go_by_brightness_and_split_evenly():
    assert brightness_thirds(np.array([50.0, 10, 90, 20, 60, 80])).tolist() == [
        1, 0, 2, 0, 1, 2,
    ]  # fmt: skip
    assert np.bincount(brightness_thirds(np.full(8, 7.0))).tolist() == [3, 3, 2]


def test_thirds_are_scored_apart_and_at_equal_shares():
    faces = np.stack([np.full((48, 48), 10 * n, np.uint8) for n in range(6)])
    labels = np.array([3, 3, 3, 2, 2, 2])
    predicted = answering(3, 3, 3, 4, 2, 2)
    dark, middle, bright = brightness_scores(faces, predicted, labels, seed=0)
    assert (dark.name, dark.low, dark.high) == ("darkest third", 0, 10)
    assert (dark.accuracy.value, middle.accuracy.value) == (1, 0.5)
    assert middle.at_equal_shares.value == 0.5
    assert math.isnan(dark.fear.value)
    assert bright.fear.count == 2
    # the dark third reads three of joy rightly and one of fear wrongly, and half of all
    # faces show joy: (1 + 0) / 2
    mixed = np.array([3, 3, 3, 2, 3, 3, 2, 2, 3, 2, 2, 2])
    read = answering(3, 3, 3, 4, 3, 3, 2, 2, 3, 2, 2, 2)
    dark, *_ = brightness_scores(np.repeat(faces[:3], 4, axis=0), read, mixed, seed=0)
    assert (dark.accuracy.value, dark.at_equal_shares.value) == (0.75, 0.5)
    with pytest.raises(DatasetError, match="thirds"):
        brightness_scores(faces[:2], predicted[:2], labels[:2], seed=0)


def test_faces_are_chosen_evenly_and_always_the_same():
    labels = np.array([3] * 60 + [1] * 30 + [0] * 10)
    chosen = evenly_chosen(labels, 10)
    assert np.bincount(labels[chosen], minlength=4).tolist() == [1, 3, 0, 6]
    assert chosen.tolist() == sorted(set(chosen))
    assert evenly_chosen(labels, 500).tolist() == list(range(100))


def test_large_pictures_are_no_crops(tmp_path):
    folder = tmp_path / "mine" / "joy"
    folder.mkdir(parents=True)
    Image.new("L", (200, 200)).save(folder / "a.png")
    with pytest.raises(DatasetError, match="200×200"):
        labelled_crops("labelled", tmp_path / "mine", None)
    with pytest.raises(DatasetError, match="no face with a label"):
        labelled_crops("labelled", tmp_path / "mine", Split.TEST)


def test_the_shipped_encoder_reads_a_face_and_its_mirror_image_alike():
    faces = drawn_faces(3)
    change = FaceChange("mirrored", "", mirrored)
    straight = ExpressionEncoder.load().encode([np.stack([faces[0]] * 3, axis=2)])
    found = answers(faces, [change], encoder=None)
    np.testing.assert_allclose(found[0, 0], straight.probabilities[0], atol=1e-6)
    np.testing.assert_allclose(found[1], found[0], atol=1e-5)


def test_registered_views_are_averaged_with_the_crops_on_request():
    crop = example_crop(read_image(PHOTO), PHOTO.name)
    colours = np.repeat(crop[..., None], 3, axis=2)
    face = FaceFinder.load().face_from_crop(colours)
    assert face is not None
    encoder = ExpressionEncoder.load()
    expected = encoder.encode_crops([colours], [face.aligned.image])
    found = answers(crop[None], [], encoder=None, register=True)
    np.testing.assert_allclose(found[0], expected.probabilities, atol=1e-6)
    assert found[0, 0].argmax() == EXPRESSIONS.index("surprise")


def test_the_page_and_the_document_hold_every_figure():
    labels = np.array([2, 2, 3])
    rows = np.stack([answering(2, 2, 3), answering(2, 4, 3)])
    found = Robustness(
        title="drawn faces",
        data_sha256="d" * 64,
        faces=3,
        whole=30,
        encoder_name="deepexpr",
        encoder_sha256="e" * 64,
        registered=False,
        seed=0,
        changes=change_scores(rows, labels, [SWAPPED], seed=0),
        brightness=brightness_scores(drawn_faces(3), rows[0], labels, seed=0),
    )
    page = robustness_page(found, "deepexpr evaluate robustness", picture=True)
    assert "3 faces of drawn faces" in page
    assert "chosen evenly from 30, `dddddddddddddddd`; encoder deepexpr" in page
    assert "| swapped, all | 66.7 % (" in page
    assert "| −33.3 (" in page
    assert "proxy" in page
    assert "(images/robustness.png)" in page
    assert "nan" not in page
    document = json.loads(json.dumps(robustness_document(found), allow_nan=False))
    assert document["changes"][1]["strength"] == "all"
    assert document["changes"][1]["disgust"]["value"] is None
    assert document["brightness"][0]["name"] == "darkest third"


def test_a_photo_without_a_face_cannot_show_the_changes():
    with pytest.raises(ImageError, match=r"wall\.jpg: shows no face"):
        example_crop(np.full((200, 200, 3), 128, np.uint8), "wall.jpg")


def test_the_chart_shows_the_face_and_every_change():
    face = drawn_faces(1)[0]
    few = change_chart(face, [SWAPPED])
    many = change_chart(face, [SWAPPED] * 8)
    assert few.shape[1] == many.shape[1]
    assert few.shape[0] < many.shape[0]
