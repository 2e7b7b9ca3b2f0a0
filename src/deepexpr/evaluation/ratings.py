"""ratings.csv: which expression raters see in a face; how often it is the right one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.csv_rows import CsvRow, read_rows
from deepexpr.evaluation.intervals import Estimate, wilson_interval
from deepexpr.evaluation.labels import check_votes

RATING_COLUMNS = ("stimulus", "rater", "label", "second", "strength")
"""Columns of ratings.csv."""

STIMULUS_COLUMNS = ("stimulus", "system", "expression")
"""Columns of stimuli.csv."""

LARGEST_STRENGTH = 5.0


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's answer to one stimulus.

    Attributes:
        stimulus: id of the picture shown.
        rater: id of the person.
        label: the expression that the rater sees.
        second: the expression that it could be too; None if not given.
        strength: how strong it is, 0 to 5; None if not given.
    """

    stimulus: str
    rater: str
    label: Expression
    second: Expression | None
    strength: float | None


@dataclass(frozen=True, slots=True)
class Stimulus:
    """What a picture in a study shows.

    Attributes:
        name: id of the picture, as ratings name it.
        system: what made it, such as "deepexpr"; a row of the table.
        expression: the expression it should show, that of the query.
    """

    name: str
    system: str
    expression: Expression


def read_ratings(path: Path) -> tuple[Rating, ...]:
    """Read ratings.csv.

    Args:
        path: a table with the columns stimulus, rater, label, second, strength; the
            last two may be empty.

    Returns:
        The ratings in file order.

    Raises:
        DatasetError: if the file cannot be read, a label is no expression, the second
            repeats the first, a strength lies outside 0 to 5, or a rater answers a
            stimulus twice.
    """
    answered: set[tuple[str, str]] = set()
    ratings = []
    for row in read_rows(path, RATING_COLUMNS):
        rating = _rating(row)
        if (rating.stimulus, rating.rater) in answered:
            raise DatasetError(
                f"{row.where}: rater {rating.rater} rates stimulus {rating.stimulus} "
                "twice"
            )
        answered.add((rating.stimulus, rating.rater))
        ratings.append(rating)
    return tuple(ratings)


def read_stimuli(path: Path) -> dict[str, Stimulus]:
    """Read stimuli.csv: which system made each picture, and what it should show.

    Args:
        path: a table with the columns stimulus, system, expression.

    Returns:
        Stimulus name to stimulus, in file order.

    Raises:
        DatasetError: if the file cannot be read, an expression is none of the seven, or
            a stimulus is listed twice.
    """
    stimuli: dict[str, Stimulus] = {}
    for row in read_rows(path, STIMULUS_COLUMNS):
        name = row.filled("stimulus")
        if name in stimuli:
            raise DatasetError(f"{row.where}: stimulus {name} is listed twice")
        stimuli[name] = Stimulus(
            name, row.filled("system"), _expression(row, "expression")
        )
    return stimuli


def vote_counts(ratings: Sequence[Rating]) -> dict[str, NDArray[np.int64]]:
    """Count the first labels that each stimulus was given.

    Returns:
        Stimulus to (7,) counts in canonical order, in order of appearance.
    """
    counts: dict[str, NDArray[np.int64]] = {}
    for rating in ratings:
        votes = counts.setdefault(rating.stimulus, np.zeros(len(EXPRESSIONS), np.int64))
        votes[EXPRESSIONS.index(rating.label)] += 1
    return counts


def recognised_faces(
    ratings: Sequence[Rating], stimuli: Mapping[str, Stimulus]
) -> dict[str, tuple[Estimate, ...]]:
    """Share of ratings that name the intended expression, as the paper's Table 2.

    Source: Aneja et al. (2016), section 6.

    Args:
        ratings: the raters' answers.
        stimuli: what each stimulus should show and which system made it.

    Returns:
        System to seven shares in canonical order, with Wilson intervals over the
        ratings; NaN for an expression that was not shown.

    Raises:
        DatasetError: if a rated stimulus is not listed.
    """
    tables = {
        stimulus.system: np.zeros((len(EXPRESSIONS), 2), np.int64)
        for stimulus in stimuli.values()
    }
    for rating in ratings:
        if rating.stimulus not in stimuli:
            raise DatasetError(
                f"stimulus {rating.stimulus} was rated but is not listed among the "
                f"{len(stimuli)} stimuli"
            )
        shown = stimuli[rating.stimulus]
        right = rating.label == shown.expression
        tables[shown.system][EXPRESSIONS.index(shown.expression)] += (right, 1)
    return {
        system: tuple(wilson_interval(int(right), int(total)) for right, total in table)
        for system, table in tables.items()
    }


def fleiss_kappa(counts: NDArray[Any]) -> float:
    """Agreement of raters beyond chance: 1 is perfect, 0 chance, below 0 less.

    κ = (P − Pe) / (1 − Pe): P is the mean share of raters' pairs that agree,
    Pe the sum of the squared shares of the labels. Stimuli may have different numbers
    of raters; those with fewer than two have no pair and do not count.

    Source: Fleiss (1971), "Measuring nominal scale agreement among many raters".

    Args:
        counts: (N, 7) how many raters gave each stimulus each label; one or more a row.

    Returns:
        κ; NaN if no stimulus has two raters, or all raters give one single label.

    Raises:
        ShapeError: if counts are not (N, 7).
        DatasetError: if a count is negative, or a stimulus has no rater.
    """
    check_votes("counts", counts)
    raters = counts.sum(axis=1)
    shared, totals = counts[raters > 1], raters[raters > 1]
    if not len(shared):
        return float("nan")
    pairs = (shared * (shared - 1)).sum(axis=1) / (totals * (totals - 1))
    by_chance = float(((shared.sum(axis=0) / totals.sum()) ** 2).sum())
    if by_chance == 1:
        return float("nan")
    return (float(pairs.mean()) - by_chance) / (1 - by_chance)


def _rating(row: CsvRow) -> Rating:
    label = _expression(row, "label")
    second = _expression(row, "second") if row.cells["second"] else None
    if second == label:
        raise DatasetError(f"{row.where}: second repeats the label {label}")
    strength = (
        row.number("strength", 0, LARGEST_STRENGTH) if row.cells["strength"] else None
    )
    return Rating(row.filled("stimulus"), row.filled("rater"), label, second, strength)


def _expression(row: CsvRow, column: str) -> Expression:
    text = row.filled(column)
    try:
        return Expression(text)
    except ValueError as error:
        raise DatasetError(
            f"{row.where}: {column} must be one of {', '.join(EXPRESSIONS)}, but is "
            f"{text!r}"
        ) from error
