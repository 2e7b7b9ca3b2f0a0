import io

import pytest

from deepexpr.cli.progress import Progress
from deepexpr.cli.tables import bar


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0, ""),
        (0.5, "████"),
        (1, "████████"),
        (1.7, "████████"),
        (1 / 64, "▏"),
        (-1, ""),
    ],
)
def test_a_bar_is_as_long_as_its_share(share, expected):
    assert bar(share, width=8) == expected


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_to_people_and_taken_away():
    terminal = Terminal()
    progress = Progress(terminal)
    progress.show(1, 4, "ana.jpg")
    assert "██████░" in terminal.getvalue()
    assert "1/4 ana.jpg" in terminal.getvalue()
    progress.clear()
    progress.clear()
    assert terminal.getvalue().endswith("ana.jpg\r\x1b[K")


def test_a_file_or_a_single_photo_gets_no_progress():
    file, terminal = io.StringIO(), Terminal()
    Progress(file).show(1, 4, "ana.jpg")
    Progress(terminal).show(0, 1, "ana.jpg")
    assert file.getvalue() == terminal.getvalue() == ""
