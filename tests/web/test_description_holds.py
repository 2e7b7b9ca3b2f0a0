"""Requests made up from the OpenAPI description: none makes the server fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.browser import served

pytestmark = pytest.mark.slow


def test_answers_are_as_described_whatever_is_asked(studio, tmp_path):
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists() and not shutil.which("schemathesis"):
        pytest.skip("schemathesis is not installed: make fuzz")
    with served(studio) as address:
        result = subprocess.run(
            [
                str(program),
                "run",
                f"{address}api/openapi.json",
                "--max-examples=15",
                "--seed=1",
                "--no-color",
                "--phases=examples,coverage,fuzzing",
                # A picture may show no face, and not every name is a character's.
                "--exclude-checks=positive_data_acceptance",
            ],
            cwd=tmp_path,  # it leaves a cache where it runs
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stdout
