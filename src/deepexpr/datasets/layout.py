"""Finding the parts of a data set folder, with errors that say what is missing."""

import csv
from collections.abc import Sequence
from pathlib import Path

from deepexpr.core.errors import DatasetError
from deepexpr.datasets.base import GUIDE


def existing_folder(folder: Path, candidates: Sequence[str], purpose: str) -> Path:
    """First of several folders below `folder` that exists.

    Args:
        folder: the data set's folder.
        candidates: relative names it may have, the published one first; "." is the
            folder itself.
        purpose: what it should hold, for the error message.

    Raises:
        DatasetError: if none exists.
    """
    for name in candidates:
        if (folder / name).is_dir():
            return folder / name
    raise DatasetError(
        f"{folder / candidates[0]}: is missing; expected the folder with {purpose} "
        f"({GUIDE})"
    )


def read_text(path: Path, purpose: str) -> str:
    """Text of a file of the layout.

    Args:
        path: the file.
        purpose: what it should hold, for the error message.

    Raises:
        DatasetError: if it cannot be opened or is not text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DatasetError(
            f"{path}: cannot be opened ({reason}); expected {purpose} ({GUIDE})"
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path}: is not a text file; expected {purpose} ({GUIDE})"
        ) from error


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a CSV file with a header, each with at least the named columns.

    Raises:
        DatasetError: if it cannot be opened, or lacks a column or a value in a row.
    """
    text = read_text(path, f"a table with the columns {', '.join(columns)}")
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in columns if name not in (rows.fieldnames or ())]
    if missing:
        raise DatasetError(
            f"{path}: has no column {missing[0]!r}; expected {', '.join(columns)} "
            f"({GUIDE})"
        )
    table = list(rows)
    for number, row in enumerate(table, start=2):
        if any(row[name] is None for name in columns):
            raise DatasetError(f"{path}: line {number} is cut short ({GUIDE})")
    return table


def subfolders(folder: Path) -> list[Path]:
    """Folders inside a folder, sorted by name; hidden ones are passed over."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )


def files_with_suffix(
    folder: Path, suffixes: Sequence[str], *, below: bool = False
) -> list[Path]:
    """Files whose suffix is one of those, whatever its case, sorted by path.

    Hidden files (`.DS_Store`, `._name` from macOS archives) are passed over.

    Args:
        folder: where to look.
        suffixes: lower-case suffixes with their dot.
        below: also look in all folders below.
    """
    entries = folder.rglob("*") if below else folder.iterdir()
    return sorted(
        path
        for path in entries
        if path.suffix.lower() in suffixes
        and not path.name.startswith(".")
        and path.is_file()
    )
