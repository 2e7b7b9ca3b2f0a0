"""Reading of CSV tables whose columns are known."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deepexpr.core.errors import DatasetError


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a table.

    Attributes:
        where: file and line, for error messages.
        cells: column name to text without surrounding blanks.
    """

    where: str
    cells: dict[str, str]

    def filled(self, column: str) -> str:
        """The text of a cell that must not be empty.

        Raises:
            DatasetError: if it is.
        """
        if not self.cells[column]:
            raise DatasetError(f"{self.where}: {column} is empty")
        return self.cells[column]

    def number(self, column: str, low: float, high: float) -> float:
        """The number in a cell.

        Raises:
            DatasetError: if the cell holds no number from low to high.
        """
        text = self.filled(column)
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            raise DatasetError(
                f"{self.where}: {column} must be a number from {low:g} to {high:g}, "
                f"but is {text!r}"
            )
        return number


def read_rows(path: Path, columns: Sequence[str]) -> list[CsvRow]:
    """Read a UTF-8 CSV table with a header line.

    Args:
        path: the file; blank lines are passed over.
        columns: the columns that the header must name, in any order; others are kept.

    Returns:
        The rows in file order, at least one.

    Raises:
        DatasetError: if the file cannot be read, a column is missing or named twice, a
            row has too few or too many cells, or there is no row.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.reader(io.StringIO(text), strict=True)
        lines = [(reader.line_num, line) for line in reader if any(line)]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DatasetError(f"{path}: cannot be read ({reason})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path}: is not a UTF-8 CSV table ({error})") from error
    header = [name.strip() for name in lines[0][1]] if lines else []
    _check_header(path, header, columns)
    if len(lines) == 1:
        raise DatasetError(f"{path}: has a header but no rows")
    return [
        _row(f"{path}, line {number}", header, cells) for number, cells in lines[1:]
    ]


def _check_header(path: Path, header: list[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in header]
    if missing:
        raise DatasetError(
            f"{path}: the header must name the columns {','.join(columns)}, but lacks "
            f"{', '.join(missing)}"
        )
    if len(set(header)) < len(header):
        raise DatasetError(f"{path}: the header names a column twice")


def _row(where: str, header: list[str], cells: list[str]) -> CsvRow:
    if len(cells) != len(header):
        raise DatasetError(
            f"{where}: has {len(cells)} cells, but the header has {len(header)}"
        )
    return CsvRow(
        where, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    )
