import shutil
from dataclasses import replace

import pytest

from deepexpr.characters import library
from deepexpr.characters.library import (
    BUILT_IN_FOLDER,
    check_files,
    list_characters,
    load_character,
)
from deepexpr.core.errors import CharacterError


@pytest.fixture
def copied(tiny_folder, tmp_path):
    return shutil.copytree(tiny_folder, tmp_path / "tiny")


def test_a_character_is_loaded_from_its_folder(tiny_folder):
    character = load_character(tiny_folder)
    assert character.name == "tiny"
    assert character.folder == tiny_folder
    assert [pose.id for pose in character.key_poses][:2] == ["neutral-rest", "joy-wide"]


def test_characters_are_listed_by_name(tiny_folder, tmp_path):
    for name in ("zoe", "ada"):
        shutil.copytree(tiny_folder, tmp_path / name)
    (tmp_path / "not a character").mkdir()
    assert list_characters(tmp_path) == ("ada", "zoe")
    assert list_characters(tmp_path / "missing") == ()


def test_an_unknown_name_is_answered_with_the_known_ones(monkeypatch, tiny_folder):
    monkeypatch.setattr(library, "list_characters", lambda: ("leo", "mia"))
    with pytest.raises(CharacterError, match=r"'mie'.*mean 'mia'\? Known: leo, mia"):
        load_character("mie")


def test_a_name_finds_the_built_in_character(monkeypatch, tiny_folder):
    monkeypatch.setattr(library, "BUILT_IN_FOLDER", tiny_folder.parent)
    monkeypatch.setattr(library, "list_characters", lambda: ("tiny",))
    assert load_character("tiny").folder == tiny_folder


@pytest.mark.parametrize("name", ["model.glb", "portrait.webp"])
def test_a_changed_file_is_noticed(copied, name):
    with (copied / name).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(CharacterError, match=f"{name} is not the file that the card"):
        load_character(copied)


def test_a_missing_file_is_noticed(copied):
    (copied / "portrait.webp").unlink()
    with pytest.raises(CharacterError, match=r"portrait\.webp is missing"):
        load_character(copied)


def test_key_poses_use_only_what_the_rig_has(copied):
    table = copied / "key_poses.csv"
    table.write_text(table.read_text("utf-8").replace("jawOpen", "jawDrop"), "utf-8")
    with pytest.raises(CharacterError, match=r"'joy-wide' uses \['jawDrop'\]"):
        load_character(copied)


def test_an_edited_key_pose_is_used(copied):
    table = copied / "key_poses.csv"
    text = table.read_text("utf-8").replace("joy-wide", "joy-broad")
    table.write_text(text, "utf-8")
    assert load_character(copied).key_poses[1].id == "joy-broad"


def test_a_card_must_vouch_for_the_model(tiny):
    with pytest.raises(CharacterError, match=r"no digest of model\.glb"):
        check_files(tiny.folder, replace(tiny.card, files={}))


@pytest.mark.parametrize("name", list_characters())
def test_built_in_characters_are_whole(name):
    character = load_character(name)
    assert character.name == name
    assert (BUILT_IN_FOLDER / name).is_dir()
    assert {pose.label for pose in character.key_poses} >= {"joy", "neutral"}
