"""The shipped encoder, run as it is."""

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from deepexpr.core.errors import ShapeError, WeightsError
from deepexpr.core.expression import Expression
from deepexpr.core.images import read_image
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.faces.finder import FaceFinder

SHIPPED = Path(str(files("deepexpr") / "data" / "encoders" / "deepexpr"))
ASTRONAUT = Path(__file__).parents[2] / "examples" / "photos" / "astronaut.jpg"


@pytest.fixture(scope="module")
def encoder() -> ExpressionEncoder:
    return ExpressionEncoder.load()


@pytest.fixture(scope="module")
def smile():
    return FaceFinder.load().find(read_image(ASTRONAUT))[0].aligned.image


def noise(*shape: int):
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def test_a_missing_weight_file_is_named(tmp_path):
    shutil.copy(SHIPPED / "card.json", tmp_path)
    with pytest.raises(WeightsError, match=r"deepexpr\.onnx: cannot be read"):
        ExpressionEncoder.load(tmp_path)


def test_a_changed_weight_file_is_refused(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "encoder")
    weights = tmp_path / "encoder" / "deepexpr.onnx"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00")
    with pytest.raises(WeightsError, match="sha256"):
        ExpressionEncoder.load(tmp_path / "encoder")


def test_no_faces_give_an_empty_encoding(encoder):
    encoding = encoder.encode([])
    assert encoding.features.shape == (0, 512)
    assert encoding.probabilities.shape == (0, 7)


def test_a_face_that_is_not_square_is_refused(encoder):
    with pytest.raises(ShapeError, match="face"):
        encoder.encode([noise(20, 30, 3)])


def test_a_smile_is_read_as_joy(encoder, smile):
    encoding = encoder.encode([smile])
    assert encoding.expression(0) is Expression.JOY
    assert encoding.probabilities[0].max() > 0.8


def test_probabilities_sum_to_one_and_features_are_not_negative(encoder, smile):
    encoding = encoder.encode([smile, noise(256, 256, 3)])
    assert encoding.probabilities.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert (encoding.features >= 0).all()
    assert (encoding.features.sum(axis=1) > 0).all()


def test_a_batch_gives_what_its_faces_give_alone(encoder, smile):
    faces = [smile, noise(256, 256, 3), *[noise(64, 64, 3)] * 70]
    together = encoder.encode(faces)
    for index in (0, 1, 71):
        alone = encoder.encode([faces[index]])
        assert together.features[index] == pytest.approx(alone.features[0], abs=1e-3)


def test_a_mirrored_face_has_the_same_features(encoder, smile):
    there, back = encoder.encode([smile, smile[:, ::-1]]).features
    assert there == pytest.approx(back, abs=1e-3)


def test_brightness_and_contrast_hardly_matter(encoder, smile):
    dim = (smile * 0.5 + 20).astype(np.uint8)
    bright, dark = encoder.encode([smile, dim]).probabilities
    assert bright == pytest.approx(dark, abs=0.05)


def test_a_crop_of_any_shape_is_taken(encoder):
    crops = [noise(48, 48, 3), noise(48, 64, 3), noise(200, 100, 3)]
    assert encoder.encode_crops(crops, [None] * 3).probabilities.shape == (3, 7)


def test_a_wide_crop_is_widened_by_its_edges(encoder):
    square = noise(60, 60, 3)
    square[:10], square[50:] = square[10], square[49]
    wide = square[10:50]
    both = encoder.encode_crops([square, wide], [None, None]).features
    assert both[0] == pytest.approx(both[1], abs=1e-3)


def test_a_registered_crop_counts_as_much_as_the_crop(encoder, smile):
    crop = noise(48, 48, 3)
    alone = encoder.encode_crops([crop], [None]).probabilities[0]
    registered = encoder.encode([smile]).probabilities[0]
    both = encoder.encode_crops([crop, crop], [smile, None]).probabilities
    assert both[0] == pytest.approx((alone + registered) / 2, abs=1e-5)
    assert both[1] == pytest.approx(alone, abs=1e-5)
