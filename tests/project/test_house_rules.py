"""Rules of the house that no linter knows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "deepexpr"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300
BANNED_NAMES = {"utils", "util", "helpers", "misc", "common", "tools"}


@pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_a_module_is_one_thing_of_readable_length(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_module_is_a_drawer_for_everything():
    assert not [path for path in MODULES if path.stem in BANNED_NAMES]


def test_nothing_is_pickled():
    loads = re.compile(r"\bpickle\b|allow_pickle=True|torch\.load")
    assert not [path for path in MODULES if loads.search(path.read_text("utf-8"))]


def test_no_outbound_connection_is_opened():
    clients = re.compile(
        r"^\s*(import|from) (urllib\.request|http\.client|requests|httpx)", re.M
    )
    assert not [path for path in MODULES if clients.search(path.read_text("utf-8"))]


def test_importing_the_package_loads_nothing_heavy():
    heavy = ["torch", "numba", "scipy", "onnxruntime"]
    program = (
        "import sys, json, deepexpr, deepexpr.cli.main;"
        f"print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(printed.stdout) == []


def test_every_asset_folder_is_listed():
    listed = (ROOT / "ASSETS.md").read_text(encoding="utf-8")
    folders = [path for path in (PACKAGE / "data").iterdir() if path.is_dir()]
    assert folders
    assert not [path.name for path in folders if f"data/{path.name}" not in listed]
