"""The tiny character, written once."""

from pathlib import Path

import pytest

from deepexpr.characters.building.write_character import write_character
from deepexpr.characters.library import Character, load_character
from tests.characters.tiny_rig import TinyRig


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("characters") / "tiny"
    write_character(TinyRig(), folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> Character:
    return load_character(tiny_folder)
