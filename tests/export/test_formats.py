"""The table of formats."""

from pathlib import Path

import pytest

from deepexpr.core.errors import OutputError
from deepexpr.export.formats import EXPORTERS, SUFFIXES, export_take
from deepexpr.export.take import Frame, Take
from tests.export.tiny_character import GRIN, SNARL

TAKE = Take("two", (Frame("a", SNARL), Frame("b", GRIN)))


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_writes_one_file_twice_the_same(tiny, tmp_path, name):
    path = tmp_path / f"take{SUFFIXES[name][0]}"
    export_take(TAKE, tiny, path, name)
    first = path.read_bytes()
    export_take(TAKE, tiny, path, name)
    assert path.read_bytes() == first
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_every_format_has_its_suffixes():
    assert set(SUFFIXES) == set(EXPORTERS)


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_suffix_of_another_format_is_refused(tiny, tmp_path, name):
    with pytest.raises(OutputError, match=f"a {name} file must end in"):
        export_take(TAKE, tiny, tmp_path / "take.txt", name)


def test_every_format_is_documented():
    text = Path("docs/export.md").read_text("utf-8")
    for name, suffixes in SUFFIXES.items():
        (row,) = (
            line for line in text.splitlines() if line.startswith(f"| `{name}` |")
        )
        assert all(f"`{suffix}`" in row for suffix in suffixes)
        assert f"\n## {name}" in text


def test_an_unknown_format_names_the_known_ones(tiny, tmp_path):
    with pytest.raises(
        OutputError, match=r"'fbx'.*json, csv, gltf, vrm, blender, maya"
    ):
        export_take(TAKE, tiny, tmp_path / "take.fbx", "fbx")
