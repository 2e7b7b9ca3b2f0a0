"""Fixtures of the export tests."""

import pytest

from tests.export.tiny_character import write_tiny_character


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """A small character that every test reads and none changes."""
    return write_tiny_character(tmp_path_factory.mktemp("characters") / "tiny")
