import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from deepexpr.core.expression import EXPRESSIONS  # noqa: E402
from deepexpr.expression.encoder import ExpressionEncoder  # noqa: E402
from deepexpr.networks.residual import RESIDUAL_PRESETS, ResidualNetwork  # noqa: E402
from deepexpr.training.calibrate import (  # noqa: E402
    Calibration,
    calibrate,
    cross_calibrated,
    evened,
)
from deepexpr.training.character_splits import split_characters  # noqa: E402
from deepexpr.training.default import Guides  # noqa: E402
from deepexpr.training.export import (  # noqa: E402
    MirroredEncoder,
    export_encoder,
    shortened,
)
from deepexpr.training.face_set import WHOLE_PICTURE, FaceSet  # noqa: E402
from deepexpr.training.finish import finish, measured  # noqa: E402

IDENTITY = Calibration(1.0, np.zeros(7))


@pytest.fixture
def network():
    torch.manual_seed(0)
    return ResidualNetwork(RESIDUAL_PRESETS["tiny"]).eval()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_exported_encoder_answers_like_the_network(network, tmp_path):
    calibration = Calibration(1.5, np.linspace(-0.3, 0.3, 7))
    export_encoder(network, calibration, tmp_path, {"name": "little"})
    faces = np.random.default_rng(1).integers(0, 256, (3, 48, 48)).astype(np.uint8)
    encoder = ExpressionEncoder.load(tmp_path)
    encoding = encoder.encode([np.repeat(face[:, :, None], 3, 2) for face in faces])
    with torch.no_grad():
        inputs = torch.from_numpy(faces[:, None].astype(np.float32))
        features, probabilities = MirroredEncoder(network, calibration)(inputs)
    # The weights are stored as 8-bit whole numbers, so small differences remain.
    assert encoding.features == pytest.approx(features.numpy(), abs=0.02)
    assert encoding.probabilities == pytest.approx(probabilities.numpy(), abs=0.01)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_card_says_what_was_exported(network, tmp_path):
    path = export_encoder(network, IDENTITY, tmp_path, {"name": "little"})
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert path.name == card["file"] == "little.onnx"
    assert card["labels"] == list(EXPRESSIONS)
    assert card["calibration"] == {"temperature": 1.0, "shift": [0.0] * 7}


def test_shortened_weights_are_near_within_half_a_step_of_their_channel():
    weights = np.array([[[0.0, 1.27], [-0.5, 0.004]], [[0, 0], [0, 0]]], np.float32)
    whole, steps = shortened(weights)
    assert whole.tolist() == [[[0, 127], [-50, 0]], [[0, 0], [0, 0]]]
    assert steps.shape == (2, 1, 1)
    assert np.abs(whole * steps - weights).max() <= 0.005


def test_calibration_finds_the_temperature_that_was_applied():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 7))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    label = np.array([rng.choice(7, p=share) for share in shares])
    found = calibrate([logits * 3], label)
    assert found.temperature == pytest.approx(3, rel=0.1)


def test_a_rare_expression_that_is_never_named_gets_its_due():
    logits, label = hesitant()
    found = calibrate([logits], label)
    assert found.shift[1] == pytest.approx(0.6)
    assert found.probabilities(logits)[995].argmax() == 1
    assert found.probabilities(logits)[5].argmax() == 4


def test_a_character_whose_looks_are_taken_for_fear_is_read_when_answers_are_evened():
    logits = np.eye(7)[np.arange(70) % 7] * 2
    logits[:, 2] += 3
    assert (IDENTITY.probabilities(logits).argmax(axis=1) == 2).all()
    answers = evened(IDENTITY, logits)
    assert (answers.argmax(axis=1) == np.arange(70) % 7).all()
    assert answers.mean(axis=0) == pytest.approx(np.full(7, 1 / 7))


def test_only_rare_expressions_are_raised():
    logits, label = hesitant()
    assert calibrate([logits], label).shift[[0, 3, 4, 5, 6]].tolist() == [0] * 5


def test_a_face_is_answered_by_the_calibration_of_the_other_half():
    logits, label = hesitant()
    # Disgust stands at the odd places alone, so the even ones never learn to name it.
    label[990:] = [1, 4] * 5
    logits[991::2, 1] = 0.0
    answers = cross_calibrated([logits], label).argmax(axis=1)
    assert set(answers[990::2]) == {4}


def hesitant() -> tuple[np.ndarray, np.ndarray]:
    """Logits of 990 neutral faces and ten of disgust that are called neutral."""
    label = np.array([4] * 990 + [1] * 10)
    logits = np.zeros((1000, 7))
    logits[:, 4] = 3.0
    logits[990:, 1] = 2.5
    return logits, label


def test_a_measure_can_be_worked_out_by_hand():
    probabilities = np.full((4, 7), 0.05) + 0.65 * np.eye(7)[[0, 0, 3, 3]]
    report = measured(probabilities, np.array([0, 3, 3, 3]))
    assert report["accuracy"] == 0.75
    assert report["recall"]["anger"] == 1.0
    assert report["recall"]["joy"] == pytest.approx(2 / 3, abs=1e-4)
    # Every face is named with probability 0.7, three of four are right.
    assert report["calibration_error"] == pytest.approx(0.05, abs=1e-4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_card_names_the_split_and_a_picture_of_each_confusion_lies_beside(
    network, tmp_path
):
    faces = renders(["mia/a", "mia/b", "pip/a", "pip/b"])
    split = split_characters(faces, "character=pip")
    teacher = ExpressionEncoder.load()
    finish(network, faces, split, tmp_path, Guides(teacher, tmp_path))
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert card["name"] == "deepexpr-without-pip"
    assert card["metrics"]["characters, leave-character-out: pip"]["faces"] == 2
    assert "renders of mia:" in card["data"][1]
    assert "face recognition" in card["data"][2]
    assert teacher.digest[:16] in card["data"][3]
    charts = sorted(path.name for path in tmp_path.glob("*.png"))
    assert "confusion-characters-leave-character-out-pip.png" in charts
    assert len(charts) == 4


def renders(groups: list[str]) -> FaceSet:
    """Grey noise; the expressions take turns."""
    count = len(groups)
    label = np.arange(count) % 7
    return FaceSet(
        faces=np.random.default_rng(0).integers(0, 256, (count, 48, 48), np.uint8),
        frames=np.tile(WHOLE_PICTURE, (count, 2, 1, 1)),
        targets=np.eye(7, dtype=np.float32)[label],
        label=label.astype(np.int64),
        weight=np.ones(count, np.float32),
        group=np.array(groups),
    )
