from dataclasses import replace

import numpy as np
import pytest

from deepexpr.core.errors import WeightsError
from deepexpr.expression.adapted_head import AdaptedHead, roots_of_shares
from deepexpr.expression.encoder import Encoding

PLAIN = AdaptedHead(1.0, np.zeros(2), np.zeros((2, 7)), np.zeros(7), "one")


@pytest.fixture
def encoding() -> Encoding:
    answers = np.array([[0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]], np.float32)
    return Encoding(np.array([[9, 16]], np.float32), answers)


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_file_that_is_no_head_is_a_weights_error(tmp_path, content):
    path = tmp_path / "head.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match="no adapted head"):
        AdaptedHead.load(path, "one")


def test_a_head_of_another_encoder_is_refused(tmp_path):
    PLAIN.save(tmp_path / "head.npz")
    with pytest.raises(WeightsError, match="fitted with the encoder one"):
        AdaptedHead.load(tmp_path / "head.npz", "two")


def test_a_head_comes_back_from_its_file(tmp_path, encoding):
    saved = replace(PLAIN, trust=0.5, weights=np.ones((2, 7)), bias=np.arange(7.0))
    saved.save(tmp_path / "head.npz")
    loaded = AdaptedHead.load(tmp_path / "head.npz", "one")
    assert (loaded.probabilities(encoding) == saved.probabilities(encoding)).all()


def test_without_a_correction_a_trusted_encoder_answers_as_it_is(encoding):
    assert PLAIN.probabilities(encoding) == pytest.approx(encoding.probabilities)


def test_an_encoder_that_is_not_trusted_is_not_heard(encoding):
    found = replace(PLAIN, trust=0.0).probabilities(encoding)
    assert found == pytest.approx(np.full((1, 7), 1 / 7))


def test_features_are_read_as_square_roots_of_shares():
    # 9/25 and 16/25 have the roots 3/5 and 4/5.
    assert roots_of_shares(np.array([[9, 16]], np.float32)) == pytest.approx(
        np.array([[0.6, 0.8]])
    )
