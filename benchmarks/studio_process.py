"""The studio as a process of its own, for the benchmarks that ask it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StudioProcess:
    """A running `deepexpr studio`.

    Attributes:
        address: where its page is, such as "http://127.0.0.1:8000/".
        pid: number of the process.
    """

    address: str
    pid: int


@contextlib.contextmanager
def served() -> Iterator[StudioProcess]:
    """Run `deepexpr studio` on a free port."""
    program = "from deepexpr.cli.main import main; main()"
    command = [sys.executable, "-c", program, "studio", "--no-open", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            told = process.stderr.readline() if process.stderr else ""
            yield StudioProcess(told.split(": ", 1)[1].split()[0], process.pid)
        finally:
            process.terminate()
