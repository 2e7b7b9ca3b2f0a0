import csv
import io
import math

import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.tables import (
    Cell,
    Measurement,
    csv_table,
    markdown_grid,
    markdown_list,
    with_measurements,
)


def cells_of(line):
    return [text.strip() for text in line.strip("|").split("|")]


def test_a_figure_that_was_not_run_says_so():
    table = markdown_list(
        [
            Cell(
                table="Table 2", row="joy", published=0.5, measured=0.25, note="seed 0"
            ),
            Cell(table="Table 2", row="fear", published=0.75),
        ]
    )
    header, rule, joy, fear = table.splitlines()
    assert cells_of(header) == ["table", "row", "paper", "ours", "note"]
    assert set(rule) == {"|", "-"}
    assert cells_of(joy) == ["Table 2", "joy", "0.500", "0.250", "seed 0"]
    assert cells_of(fear) == ["Table 2", "fear", "0.750", "not run", ""]
    assert len({len(line) for line in table.splitlines()}) == 1
    assert table.endswith("|\n")


def test_intervals_spreads_and_targets_are_printed():
    table = markdown_list(
        [
            Cell("A", "ρ", published=0.773, published_spread=0.336, measured=0.8,
                 measured_spread=0.2, low=0.7, high=0.9),
            Cell("A", "error", "fear", measured=0.02, target=0.03,
                 lower_is_better=True),
            Cell("A", "share", measured=0.5, target=0.6, percent=True),
            Cell("A", "later", target=0.6),
        ]
    )  # fmt: skip
    _, _, rho, error, share, later = map(cells_of, table.splitlines())
    assert rho == ["A", "ρ", "0.773 ± 0.336", "0.800 ± 0.200", "0.700 to 0.900", ""]
    assert error == ["A", "error fear", "", "0.020", "", "≤ 0.030 met"]
    assert share == ["A", "share", "", "50.0 %", "", "≥ 60.0 % missed"]
    assert later == ["A", "later", "", "not run", "", "≥ 0.600"]


def test_a_warning_stands_in_place_of_the_number():
    cell = Cell("A", "a", measured=0.99, low=0.9, high=1.0, target=0.5,
                warning="faces of one subject in both splits")  # fmt: skip
    table = markdown_list([cell])
    assert "withheld: faces of one subject in both splits" in table
    assert "0.99" not in table
    assert "0.900" not in table
    assert cell.meets_target is None
    assert "0.99" not in csv_table([cell])


def test_a_figure_that_is_not_defined_says_so():
    assert "| undefined |" in markdown_list([Cell("A", "a", measured=math.nan)])


def test_bars_and_line_breaks_do_not_break_a_table():
    line = markdown_list([Cell("A", "a|b", note="one\ntwo")]).splitlines()[2]
    assert "a\\|b" in line
    assert "one two" in line


def test_no_cells_give_a_header_alone():
    assert len(markdown_list([]).splitlines()) == 2


def test_a_grid_puts_the_paper_above_ours():
    table = markdown_grid(
        [
            Cell("T", "x", "joy", published=0.1, measured=0.2, low=0.1, high=0.3),
            Cell("T", "x", "fear", published=0.3, target=0.2, lower_is_better=True),
            Cell("T", "y", "fear", published=0.4),
        ]
    )
    assert [cells_of(line) for line in table.splitlines() if "--" not in line] == [
        ["T", "joy", "fear"],
        ["x, paper", "0.100", "0.300"],
        ["x, ours", "0.200", "not run"],
        ["x, 95 % interval", "0.100 to 0.300", ""],
        ["x, target", "", "≤ 0.200"],
        ["y, paper", "", "0.400"],
        ["y, ours", "", "not run"],
    ]


@pytest.mark.parametrize("cells", [[], [Cell("A", "a"), Cell("B", "b")]])
def test_a_grid_shows_one_table(cells):
    with pytest.raises(DatasetError, match="the cells of one table"):
        markdown_grid(cells)


def test_measurements_go_into_their_cells():
    cells = [Cell("A", "a", "x", published=0.5, note="old"), Cell("A", "b")]
    first, second = with_measurements(
        cells, {("A", "a", "x"): Measurement(0.4, spread=0.1, low=0.3, high=0.5)}
    )
    assert (first.published, first.measured, first.measured_spread) == (0.5, 0.4, 0.1)
    assert (first.low, first.high, first.note) == (0.3, 0.5, "old")
    assert second.measured is None
    (noted,) = with_measurements(
        cells[1:], {("A", "b", ""): Measurement(1.0, note="seed 1", warning="leak")}
    )
    assert (noted.note, noted.warning) == ("seed 1", "leak")


def test_a_measurement_of_an_unknown_cell_is_refused():
    with pytest.raises(DatasetError, match="no cell called A / z / x"):
        with_measurements([Cell("A", "a")], {("A", "z", "x"): Measurement(1.0)})


@pytest.mark.parametrize(
    ("measured", "lower_is_better", "met"),
    [(0.5, True, True), (0.6, True, False), (0.5, False, True), (0.4, False, False)],
)
def test_a_target_is_met_at_its_value(measured, lower_is_better, met):
    cell = Cell(
        "A", "a", measured=measured, target=0.5, lower_is_better=lower_is_better
    )
    assert cell.meets_target is met


def test_csv_keeps_full_precision_and_leaves_gaps_empty():
    text = csv_table(
        [
            Cell("A, b", "a", "x", published=1 / 3, measured=2 / 3, note='"so"'),
            Cell("A, b", "c", published_spread=0.5),
        ]
    )
    first, second = csv.DictReader(io.StringIO(text))
    assert first["table"] == "A, b"
    assert (float(first["paper"]), float(first["ours"])) == (1 / 3, 2 / 3)
    assert first["note"] == '"so"'
    assert (second["ours"], second["paper"], second["paper_sd"]) == ("", "", "0.5")
