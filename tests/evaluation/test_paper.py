from pathlib import Path

import pytest

from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.paper import (
    AGREEMENT,
    OTHER_SYSTEMS,
    PAPER,
    RECOGNISED,
    RECOGNITION,
    RETRIEVAL,
    RETRIEVAL_TABLE,
)
from deepexpr.evaluation.tables import markdown_grid, markdown_list
from deepexpr.evaluation.targets import RECOGNITION_AIMS, with_retrieval_targets

DOCUMENT = Path(__file__).parents[2] / "docs" / "evaluation.md"


def grid(cells):
    return {(cell.row, cell.column): cell.published for cell in cells}


def test_tables_one_and_two_hold_two_systems_and_seven_expressions():
    for cells in (RETRIEVAL, RECOGNISED):
        assert len(cells) == 14
        assert {cell.column for cell in cells} == set(EXPRESSIONS)
    assert grid(RETRIEVAL)["DeepExpr", Expression.JOY] == 0.106
    assert grid(RETRIEVAL)["geometry only", Expression.NEUTRAL] == 0.429
    assert grid(RECOGNISED)["Character Animator", Expression.FEAR] == 0.42
    assert grid(RECOGNISED)["DeepExpr", Expression.SADNESS] == 0.89


def test_the_other_figures_are_the_published_ones():
    assert grid(RECOGNITION) == {("human", ""): 0.8527, ("character", ""): 0.8902}
    assert grid(AGREEMENT)["raters", "τ"] == 0.716
    assert grid(AGREEMENT)["expert", "ρ, first rank"] == 0.934
    assert grid(OTHER_SYSTEMS)["HapFACS", Expression.ANGER] == 0.08
    spreads = [cell.published_spread for cell in AGREEMENT]
    assert spreads == [0.336, 0.355, None, None, 0.356, 0.343, None, None]


def test_every_cell_has_its_own_name_and_nothing_measured():
    assert len({cell.key for cell in PAPER}) == len(PAPER)
    assert all(cell.measured is None for cell in PAPER)
    assert markdown_list(PAPER).count("not run") == len(PAPER)


def test_retrieval_targets_halve_the_papers_scores():
    aimed = [cell for cell in with_retrieval_targets(PAPER) if cell.target is not None]
    assert [cell.column for cell in aimed] == list(EXPRESSIONS)
    for cell in aimed:
        assert (cell.table, cell.row) == (RETRIEVAL_TABLE, "DeepExpr")
        half = grid([cell])[cell.row, cell.column] / 2
        assert cell.target == pytest.approx(half, abs=1e-3)


def test_recognition_aims_have_directions_and_no_published_figure():
    for cell in RECOGNITION_AIMS:
        assert cell.published is None
        assert cell.lower_is_better == (cell.column == "calibration error")
    assert len({cell.key for cell in RECOGNITION_AIMS}) == len(RECOGNITION_AIMS)
    assert "≥ 88.0 %" in markdown_list(RECOGNITION_AIMS)


def test_the_document_shows_a_table_as_it_is_printed():
    assert markdown_grid(RETRIEVAL) in DOCUMENT.read_text(encoding="utf-8")
