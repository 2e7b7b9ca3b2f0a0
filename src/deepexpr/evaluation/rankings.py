"""rankings.csv: how raters order candidate faces by likeness to a query."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.csv_rows import CsvRow, read_rows

RANKING_COLUMNS = ("test", "query", "candidate", "rater", "rank")
"""Columns of rankings.csv; rank 1 is most alike, equal ranks are ties."""

_LARGEST_RANK = 1e6


@dataclass(frozen=True, slots=True)
class RankingTest:
    """One query with candidates that raters put in order.

    Attributes:
        name: id of the test.
        query: name of the query picture.
        candidates: names of the C candidates, in order of appearance.
        raters: names of the R raters, in order of appearance.
        ranks: (R, C) rank that a rater gave a candidate, 1 for most alike.
    """

    name: str
    query: str
    candidates: tuple[str, ...]
    raters: tuple[str, ...]
    ranks: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that every rater ranked every candidate."""
        check_shape("ranks", self.ranks, (len(self.raters), len(self.candidates)))

    def in_order(self, distances: dict[str, float]) -> NDArray[np.float64]:
        """Distances by candidate name as a vector in the order of the candidates.

        Raises:
            DatasetError: if a candidate has no distance, or it is NaN.
        """
        missing = [name for name in self.candidates if name not in distances]
        if missing:
            raise DatasetError(
                f"test {self.name}: there is no distance for candidate {missing[0]}"
            )
        values = np.array([distances[name] for name in self.candidates], np.float64)
        if np.isnan(values).any():
            raise DatasetError(f"test {self.name}: a candidate's distance is NaN")
        return values


def read_rankings(path: Path) -> tuple[RankingTest, ...]:
    """Read rankings.csv.

    Args:
        path: a table with the columns test, query, candidate, rater, rank.

    Returns:
        The tests in order of appearance. Raters may differ between tests; within a test
        each of them has ranked every candidate, of which there are at least two.

    Raises:
        DatasetError: if the file cannot be read, or a test has two queries, one
            candidate, a candidate ranked twice by a rater, or one left out.
    """
    by_test: dict[str, list[CsvRow]] = {}
    for row in read_rows(path, RANKING_COLUMNS):
        by_test.setdefault(row.filled("test"), []).append(row)
    return tuple(_test(path, name, rows) for name, rows in by_test.items())


def _test(path: Path, name: str, rows: list[CsvRow]) -> RankingTest:
    queries = _distinct(rows, "query")
    candidates = _distinct(rows, "candidate")
    raters = _distinct(rows, "rater")
    if len(queries) > 1:
        raise DatasetError(f"{path}: test {name} has {len(queries)} queries, not one")
    if len(candidates) < 2:
        raise DatasetError(f"{path}: test {name} has one candidate; give at least two")
    ranks = np.full((len(raters), len(candidates)), np.nan)
    for row in rows:
        place = raters[row.cells["rater"]], candidates[row.cells["candidate"]]
        if not np.isnan(ranks[place]):
            raise DatasetError(
                f"{row.where}: rater {row.cells['rater']} ranks candidate "
                f"{row.cells['candidate']} of test {name} twice"
            )
        ranks[place] = row.number("rank", 1, _LARGEST_RANK)
    missing: NDArray[Any] = np.argwhere(np.isnan(ranks))
    if len(missing):
        raise DatasetError(
            f"{path}: rater {list(raters)[missing[0, 0]]} leaves out candidate "
            f"{list(candidates)[missing[0, 1]]} of test {name}"
        )
    return RankingTest(
        name, next(iter(queries)), tuple(candidates), tuple(raters), ranks
    )


def _distinct(rows: list[CsvRow], column: str) -> dict[str, int]:
    """The distinct cells of a column, in order of appearance, with their places."""
    names = dict.fromkeys(row.filled(column) for row in rows)
    return {name: place for place, name in enumerate(names)}
