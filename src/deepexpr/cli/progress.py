"""A progress bar on standard error that gives way to every line that is printed."""

import shutil
from typing import TextIO

_BAR_WIDTH = 24


class Progress:
    """One line that is drawn again and again; silent where no person watches."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on a stream, if it is a terminal."""
        self._stream = stream
        self._shown = False
        self._wanted = stream.isatty()

    def show(self, done: int, total: int, name: str) -> None:
        """Show how many of all are done, and what is worked on now.

        Nothing is shown for a single piece of work.
        """
        if not self._wanted or total < 2:
            return
        filled = _BAR_WIDTH * done // total
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        line = f"{bar} {done}/{total} {name}"
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{line[:width]}")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away, so that another can be printed in its place."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
