import json

import pytest

from deepexpr.characters.card import CARD_FILE, read_card, write_card
from deepexpr.core.errors import CharacterError


def damaged(tiny_folder, folder, change):
    content = json.loads((tiny_folder / CARD_FILE).read_text("utf-8"))
    change(content)
    (folder / CARD_FILE).write_text(json.dumps(content), "utf-8")
    return folder


def test_a_card_reads_back_as_written(tiny_folder, tmp_path):
    card = read_card(tiny_folder)
    write_card(tmp_path, card)
    assert read_card(tmp_path) == card
    assert (tmp_path / CARD_FILE).read_text("utf-8") == (
        tiny_folder / CARD_FILE
    ).read_text("utf-8")


def test_a_card_says_who_made_the_character(tiny_folder):
    card = read_card(tiny_folder)
    assert (card.name, card.title, card.licence) == ("tiny", "Tiny", "CC0-1.0")
    assert card.camera.distance == 10.0
    assert card.head.pivot == (0.0, -1.0, 0.0)
    assert card.landmarks[0] == ((0, 0.5), (1, 0.5))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(format=2), "format 2"),
        (lambda c: c.pop("licence"), "'licence' is missing"),
        (lambda c: c["landmarks"].pop(), "49 landmarks, but has 48"),
        (lambda c: c["landmarks"][3].append([0, 1.0]), "sum to 1"),
        (lambda c: c["camera"].update(distance=0), "distance above 0"),
        (lambda c: c["camera"].update(target=[1, 2]), "wrong type"),
        (lambda c: c.update(head=[]), "wrong type"),
        (lambda c: c.update(files=None), "wrong type"),
    ],
    ids=[
        "format",
        "entry",
        "landmarks",
        "weights",
        "camera",
        "target",
        "head",
        "files",
    ],
)
def test_a_damaged_card_says_what_is_wrong(tiny_folder, tmp_path, change, message):
    folder = damaged(tiny_folder, tmp_path, change)
    with pytest.raises(CharacterError, match=message):
        read_card(folder)


def test_a_folder_without_a_card_is_no_character(tmp_path):
    with pytest.raises(CharacterError, match=r"no character\.json"):
        read_card(tmp_path)


def test_a_card_must_be_json(tmp_path):
    (tmp_path / CARD_FILE).write_text("{", "utf-8")
    with pytest.raises(CharacterError, match="cannot be read"):
        read_card(tmp_path)
