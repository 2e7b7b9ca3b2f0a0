import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.split_cards import cards_below, split_measurements
from tests.evaluation.drawn_galleries import drawn_card


def test_a_folder_without_cards_says_what_it_should_hold(tmp_path):
    with pytest.raises(DatasetError, match="deepexpr train"):
        cards_below(tmp_path)


def test_the_mean_over_the_characters_that_were_left_out_is_reported():
    first = {"characters, leave-character-out: mia": {"accuracy": 0.9}}
    second = {"characters, leave-character-out: pip": {"accuracy": 0.8}}
    measured = split_measurements(
        [drawn_card(first), drawn_card(second), drawn_card({})]
    )
    (found,) = measured.values()
    assert found.value == pytest.approx(0.85)
    assert found.note == "mia 90.0%, pip 80.0%"


def test_answers_that_were_evened_without_labels_stand_beside_the_plain_ones():
    card = {
        "characters, leave-character-out: mia": {"accuracy": 0.5},
        "characters, evened without labels: mia": {"accuracy": 0.75},
    }
    measured = split_measurements([drawn_card(card)])
    assert {row: found.value for (_, row, _), found in measured.items()} == {
        "characters, leave one character out": 0.5,
        "characters, leave one character out, evened": 0.75,
    }


def test_random_frames_carry_their_warning():
    frames = {"characters, random frame split": {"accuracy": 0.99}, "note": "a note"}
    ((key, found),) = split_measurements([drawn_card(frames)]).items()
    assert key[1] == "characters, random frames"
    assert "near-duplicates" in found.note
