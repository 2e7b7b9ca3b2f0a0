"""Tables with the paper's figures beside ours, as Markdown and CSV."""

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from deepexpr.core.errors import DatasetError

NOT_RUN = "not run"
"""What stands where a figure was not measured."""

CSV_COLUMNS = (
    "table", "row", "column", "paper", "paper_sd", "ours", "ours_sd", "low", "high",
    "target", "warning", "note",
)  # fmt: skip
"""Columns of `csv_table`; shares are fractions, sd is a standard deviation."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured for one cell.

    Attributes:
        value: the figure; NaN if it is not defined.
        spread: standard deviation, for figures given as mean ± sd.
        low: lower end of the 95 % interval.
        high: upper end of it.
        warning: why the figure must not be shown, such as a leaky split; printed in its
            place.
        note: what else to know: data, count, seed.
    """

    value: float
    spread: float | None = None
    low: float | None = None
    high: float | None = None
    warning: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: a published number, ours beside it, and what we aim at.

    Attributes:
        table: title of the table.
        row: what the figure belongs to, such as a system or an expression.
        column: its column, such as an expression; empty in tables with one column.
        published: the paper's number; None if it has none.
        measured: our number; None prints `not run`.
        published_spread: standard deviation that the paper gives.
        measured_spread: standard deviation of ours.
        low: lower end of our 95 % interval.
        high: upper end of our 95 % interval.
        target: what we aim at.
        percent: whether the figure is a share printed in percent; else three decimals.
        lower_is_better: the direction.
        warning: printed instead of our number.
        note: remark, such as data digest and seed.
    """

    table: str
    row: str
    column: str = ""
    published: float | None = None
    measured: float | None = None
    published_spread: float | None = None
    measured_spread: float | None = None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    percent: bool = False
    lower_is_better: bool = False
    warning: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Table, row and column, which name the cell."""
        return self.table, self.row, self.column

    @property
    def meets_target(self) -> bool | None:
        """Whether our number is as good as the target; None if one is missing."""
        if self.target is None or self.measured is None or self.warning:
            return None
        if self.lower_is_better:
            return self.measured <= self.target
        return self.measured >= self.target


def with_measurements(
    cells: Sequence[Cell], measured: Mapping[tuple[str, str, str], Measurement]
) -> tuple[Cell, ...]:
    """Put what was measured into the cells that it belongs to.

    Args:
        cells: cells, such as `paper.PAPER`; those without a measurement stay `not run`.
        measured: (table, row, column) to what was measured.

    Raises:
        DatasetError: if a measurement belongs to no cell.
    """
    known = {cell.key for cell in cells}
    strangers = [key for key in measured if key not in known]
    if strangers:
        raise DatasetError(f"there is no cell called {' / '.join(strangers[0])}")
    return tuple(
        _measured(cell, measured[cell.key]) if cell.key in measured else cell
        for cell in cells
    )


def markdown_list(cells: Sequence[Cell]) -> str:
    """One row a figure: table, row, paper, ours, interval, target, note.

    Columns that are empty for all cells are left out, but for the first four.

    Returns:
        A Markdown table that ends with a line break.
    """
    columns: list[tuple[str, Callable[[Cell], str], bool]] = [
        ("table", lambda cell: cell.table, True),
        ("row", lambda cell: " ".join(filter(None, (cell.row, cell.column))), True),
        ("paper", published_text, True),
        ("ours", measured_text, True),
        ("95 % interval", interval_text, False),
        ("target", target_text, False),
        ("note", lambda cell: cell.note, False),
    ]
    filled = [
        (title, [text(cell) for cell in cells])
        for title, text, always in columns
        if always or any(text(cell) for cell in cells)
    ]
    rows = [list(row) for row in zip(*(texts for _, texts in filled), strict=True)]
    return markdown_table([title for title, _ in filled], rows)


def markdown_grid(cells: Sequence[Cell]) -> str:
    """One table as the paper prints it: columns side by side, paper above ours.

    Args:
        cells: cells of one table; a row and column that no cell has stays empty.

    Returns:
        A Markdown table that ends with a line break: for every row a line of the
        paper's figures, one of ours, and one of the targets, as far as there are any.

    Raises:
        DatasetError: if there is no cell, or they belong to several tables.
    """
    titles = list(dict.fromkeys(cell.table for cell in cells))
    if len(titles) != 1:
        raise DatasetError(f"a grid shows the cells of one table, not of {len(titles)}")
    names = list(dict.fromkeys(cell.column for cell in cells))
    rows = []
    for row in dict.fromkeys(cell.row for cell in cells):
        by_column = {cell.column: cell for cell in cells if cell.row == row}
        for who, text in (
            ("paper", published_text),
            ("ours", measured_text),
            ("95 % interval", interval_text),
            ("target", target_text),
        ):
            texts = [
                text(by_column[name]) if name in by_column else "" for name in names
            ]
            if any(texts):
                rows.append([f"{row}, {who}", *texts])
    return markdown_table([titles[0], *names], rows)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns in line; ends with a line break."""
    table = [
        [text.replace("|", "\\|").replace("\n", " ") for text in row]
        for row in [header, *rows]
    ]
    widths = [max(3, *(len(row[i]) for row in table)) for i in range(len(header))]
    lines = [
        "| " + " | ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)) + " |"
        for row in table
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def csv_table(cells: Sequence[Cell]) -> str:
    """The cells as CSV with full precision, one row a cell; empty where not run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for cell in cells:
        ours = (cell.measured, cell.measured_spread, cell.low, cell.high)
        writer.writerow(
            [*cell.key, _plain(cell.published), _plain(cell.published_spread)]
            + [_plain(None if cell.warning else number) for number in ours]
            + [_plain(cell.target), cell.warning, cell.note]
        )
    return text.getvalue()


def published_text(cell: Cell) -> str:
    """The paper's figure as it is printed; empty if it has none."""
    if cell.published is None:
        return ""
    return _with_spread(cell.published, cell.published_spread, cell.percent)


def measured_text(cell: Cell) -> str:
    """Our figure as it is printed: a number, a warning in its place, or `not run`."""
    if cell.warning:
        return f"withheld: {cell.warning}"
    if cell.measured is None:
        return NOT_RUN
    return _with_spread(cell.measured, cell.measured_spread, cell.percent)


def interval_text(cell: Cell) -> str:
    """Our interval as it is printed; empty if there is none."""
    if cell.low is None or cell.high is None or cell.warning:
        return ""
    return f"{_number(cell.low, cell.percent)} to {_number(cell.high, cell.percent)}"


def target_text(cell: Cell) -> str:
    """The target as it is printed, with whether it is met; empty if there is none."""
    if cell.target is None:
        return ""
    sign = "≤" if cell.lower_is_better else "≥"
    verdict = {None: "", True: " met", False: " missed"}[cell.meets_target]
    return f"{sign} {_number(cell.target, cell.percent)}{verdict}"


def _measured(cell: Cell, measurement: Measurement) -> Cell:
    return replace(
        cell,
        measured=measurement.value,
        measured_spread=measurement.spread,
        low=measurement.low,
        high=measurement.high,
        warning=measurement.warning,
        note=measurement.note or cell.note,
    )


def _with_spread(value: float, spread: float | None, percent: bool) -> str:  # noqa: FBT001
    text = _number(value, percent)
    return text if spread is None else f"{text} ± {_number(spread, percent)}"


def _number(value: float, percent: bool) -> str:  # noqa: FBT001
    if math.isnan(value):
        return "undefined"
    return f"{100 * value:.1f} %" if percent else f"{value:.3f}"


def _plain(number: float | None) -> str:
    return "" if number is None else repr(float(number))
