"""What this package aims at, figure by figure; a target that is missed says so."""

from collections.abc import Sequence
from dataclasses import replace

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.paper import RETRIEVAL_TABLE
from deepexpr.evaluation.tables import Cell

RECOGNITION_AIMS_TABLE = "Recognition"

_RETRIEVAL_TARGETS = (0.106, 0.085, 0.114, 0.053, 0.157, 0.074, 0.062)

_RECOGNITION_TARGETS: tuple[tuple[str, str, float | None], ...] = (
    ("people", "accuracy", 0.88),
    ("people", "recall of fear", 0.60),
    ("people", "recall of disgust", 0.60),
    ("people", "macro F1", 0.78),
    ("people", "calibration error", 0.03),
    ("characters, leave one key pose out", "accuracy", 0.95),
    ("characters, leave one key pose out", "calibration error", 0.03),
    ("characters, leave one character out", "accuracy", 0.85),
    ("characters, leave one character out, evened", "accuracy", None),
    ("characters, random frames", "accuracy", 0.995),
)

RECOGNITION_AIMS: tuple[Cell, ...] = tuple(
    Cell(
        table=RECOGNITION_AIMS_TABLE,
        row=row,
        column=column,
        target=target,
        percent=column == "accuracy" or column.startswith("recall"),
        lower_is_better=column == "calibration error",
    )
    for row, column, target in _RECOGNITION_TARGETS
)
"""Recognition of people and of characters; the splits that lead stand first."""


def with_retrieval_targets(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Give DeepExpr's retrieval scores their targets, half of the paper's figures."""
    targets: dict[str, float] = dict(zip(EXPRESSIONS, _RETRIEVAL_TARGETS, strict=True))
    return tuple(
        replace(cell, target=targets[cell.column])
        if (cell.table, cell.row) == (RETRIEVAL_TABLE, "DeepExpr")
        else cell
        for cell in cells
    )
