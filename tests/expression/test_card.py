import json

import pytest

from deepexpr.core.errors import WeightsError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.expression.card import read_card

CARD = {
    "format": 1,
    "name": "little",
    "file": "little.onnx",
    "sha256": "00",
    "labels": list(EXPRESSIONS),
    "outputs": {"features": 512},
    "preprocessing": {"input_size_px": 48},
}


def written(folder, **changes):
    path = folder / "card.json"
    path.write_text(json.dumps({**CARD, **changes}), encoding="utf-8")
    return path


def test_a_card_says_what_the_network_takes_and_gives(tmp_path):
    card = read_card(written(tmp_path))
    assert (card.name, card.input_size_px, card.feature_count) == ("little", 48, 512)


def test_a_missing_card_is_a_weights_error(tmp_path):
    with pytest.raises(WeightsError, match="no weights card"):
        read_card(tmp_path / "card.json")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"labels": ["joy"]}, id="other-labels"),
        pytest.param({"labels": list(reversed(EXPRESSIONS))}, id="other-order"),
        pytest.param({"format": 2}, id="later-format"),
        pytest.param({"outputs": None}, id="no-outputs"),
        pytest.param({"format": "one"}, id="format-is-no-number"),
    ],
)
def test_a_card_of_other_weights_is_refused(tmp_path, changes):
    with pytest.raises(WeightsError, match=r"card\.json"):
        read_card(written(tmp_path, **changes))
