"""The documents say what the product does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.write_cli_docs import PAGE

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_the_command_line_page_is_what_help_says():
    # A process of its own: click remembers the help option of a command's first run.
    program = "from tests.project.write_cli_docs import cli_page; print(cli_page())"
    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert PAGE.read_text(encoding="utf-8") == printed[:-1], "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_local_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    missing = [name for name in targets if not (page.parent / name).exists()]
    assert missing == []


def test_the_readme_names_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_the_changelog_has_this_version():
    from deepexpr import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in changelog
