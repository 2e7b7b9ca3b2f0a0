import numpy as np
import pytest

torch = pytest.importorskip("torch")

from deepexpr.expression.encoder import ExpressionEncoder  # noqa: E402
from deepexpr.training.face_set import WHOLE_PICTURE, FaceSet  # noqa: E402
from deepexpr.training.teacher import framed_answers, taught  # noqa: E402


@pytest.fixture(scope="module")
def encoder() -> ExpressionEncoder:
    return ExpressionEncoder.load()


@pytest.fixture
def faces() -> FaceSet:
    rng = np.random.default_rng(0)
    label = np.arange(6) % 7
    return FaceSet(
        faces=rng.integers(0, 256, (6, 48, 48)).astype(np.uint8),
        frames=np.broadcast_to(WHOLE_PICTURE, (6, 2, 2, 3)).copy(),
        targets=np.eye(7, dtype=np.float32)[label],
        label=label.astype(np.int64),
        weight=np.ones(6, np.float32),
        group=np.array([f"face-{index}" for index in range(6)]),
    )


def test_a_teacher_without_a_share_changes_nothing(faces, encoder):
    assert np.array_equal(taught(faces, encoder, 0.0).targets, faces.targets)


def test_half_a_share_lies_in_the_middle_between_votes_and_teacher(faces, encoder):
    teacher = taught(faces, encoder, 1.0).targets
    mixed = taught(faces, encoder, 0.5).targets
    assert mixed == pytest.approx((faces.targets + teacher) / 2, abs=1e-6)
    assert mixed.sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_teacher_answers_without_its_calibration(faces, encoder):
    answers = framed_answers(faces, encoder, 0)
    calibration = encoder.card.details["calibration"]
    shifted = np.log(answers) + np.array(calibration["shift"])
    tempered = np.exp(shifted / calibration["temperature"])
    tempered /= tempered.sum(axis=1, keepdims=True)
    views = faces.faces[:, None].astype(np.float32)
    assert tempered == pytest.approx(encoder.encode_grey(views).probabilities, abs=1e-4)
