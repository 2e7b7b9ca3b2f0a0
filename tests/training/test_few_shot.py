from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepexpr.cli.main import main
from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.base import ImageFile, Sample
from deepexpr.expression.adapted_head import log_answers, roots_of_shares
from deepexpr.expression.encoder import Encoding
from deepexpr.training.few_shot import PENALTIES, TRUSTS, adapt_head
from deepexpr.training.few_shot_report import draw_shots, measure_adaptation


def pictures(count: int, *, seed: int, encoder_is_right: bool):
    """Features that tell expressions apart, and an encoder that reads them or not."""
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 7
    features = rng.gamma(2.0, 1.0, (count, 28)).astype(np.float32)
    for row, expression in enumerate(label):
        features[row, 4 * expression : 4 * expression + 4] += 4
    named = label if encoder_is_right else (label + 1) % 7
    answers = np.full((count, 7), 0.05, np.float32) + 0.65 * np.eye(7)[named]
    return Encoding(features, answers.astype(np.float32)), label


def right(head, encoding, label) -> float:
    return float((head.probabilities(encoding).argmax(axis=1) == label).mean())


def test_pictures_of_one_expression_teach_nothing():
    encoding, _ = pictures(7, seed=0, encoder_is_right=True)
    with pytest.raises(DatasetError, match="show one expression"):
        adapt_head(encoding, np.zeros(7, np.int64))


def test_five_pictures_an_expression_correct_an_encoder_that_is_wrong():
    encoding, label = pictures(35, seed=0, encoder_is_right=False)
    others, wanted = pictures(140, seed=1, encoder_is_right=False)
    head = adapt_head(encoding, label)
    assert right(head, others, wanted) > 0.95


def test_one_picture_an_expression_does_not_spoil_an_encoder_that_is_right():
    encoding, label = pictures(7, seed=0, encoder_is_right=True)
    others, wanted = pictures(140, seed=1, encoder_is_right=True)
    assert right(adapt_head(encoding, label), others, wanted) == 1.0


def test_the_fit_is_where_the_penalised_loss_has_no_slope():
    encoding, label = pictures(35, seed=2, encoder_is_right=False)
    head = adapt_head(encoding, label)
    moved = roots_of_shares(encoding.features) - head.mean
    scale = 1 / np.square(moved).sum(axis=1).mean()
    surplus = head.probabilities(encoding) - np.eye(7)[label]
    # d/dW of Σ −log p + penalty/2 · (‖W‖²/scale + ‖b‖²) is zero for one penalty.
    slopes = [
        np.abs(moved.T @ surplus + penalty * head.weights / scale).max()
        + np.abs(surplus.sum(axis=0) + penalty * head.bias).max()
        for penalty in PENALTIES
    ]
    assert min(slopes) < 0.01
    assert head.trust in TRUSTS
    assert log_answers(encoding).shape == (35, 7)


def test_shots_are_drawn_from_every_expression():
    label = np.arange(70) % 7
    chosen = draw_shots(np.arange(70), label, 3, np.random.default_rng(0))
    assert np.bincount(label[chosen]).tolist() == [3] * 7


def test_held_out_key_poses_measure_shared_few_and_full():
    encoding, label = pictures(126, seed=3, encoder_is_right=False)
    samples = [
        Sample(
            image=ImageFile(Path(f"{row}.png")),
            dataset="characters",
            label=EXPRESSIONS[expression],
            subject="robot",
            key_poses=(f"{EXPRESSIONS[expression]}-{row // 7 % 6}",),
        )
        for row, expression in enumerate(label)
    ]
    report = measure_adaptation(samples, encoding, shots=5, draws=1)
    assert report.pictures == 126
    assert report.shared == 0
    assert 0.9 < report.few <= report.full <= 1
    assert report.behind == pytest.approx(100 * (report.full - report.few))


def test_the_command_reports_on_a_labelled_folder(tmp_path, capsys):
    rng = np.random.default_rng(0)
    for expression in EXPRESSIONS:
        for number in range(3):
            path = tmp_path / "robot" / expression / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (64, 48, 3), np.uint8)).save(path)
    head = tmp_path / "head.npz"
    command = ["characters", "adapt", str(tmp_path / "robot"), "--out", str(head)]
    with pytest.raises(SystemExit) as left:
        main([*command, "--shots", "2", "--draws", "1"])
    assert left.value.code == 0
    assert head.is_file()
    printed = capsys.readouterr().out
    assert "2 pictures an expression" in printed
    assert "points behind all, on 21 pictures" in printed
