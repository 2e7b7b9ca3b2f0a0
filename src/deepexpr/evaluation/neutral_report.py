"""What it gains to compare departures from neutral: retrieval score by geometry alone.

People ask with the measures as they are, or as departures from the average face.
Characters ask each other, whose proportions differ far more than those of people: as
they are, as departures from the average face, and as departures from their own neutral,
which is what a neutral photo gives for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.labels import CLASS_COUNT
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.retrieval_score import query_scores, summarise_scores
from deepexpr.evaluation.tables import Cell
from deepexpr.evaluation.unseen import key_pose_rows
from deepexpr.retrieval.gallery import Gallery
from deepexpr.transfer.neutral import as_if_of_character, neutral_measures

NEUTRAL_TABLE = "Retrieval score, geometry alone"
FACES_A_CLASS = 100


@dataclass(frozen=True, slots=True)
class _Asking:
    """Faces that ask.

    Attributes:
        measures: (Q, 9) of them.
        label: (Q,) class indices.
        neutral: (9,) measures of the same face at rest; None for people.
        name: the character that is not asked itself; empty for people.
    """

    measures: NDArray[np.float64]
    label: NDArray[np.int64]
    neutral: NDArray[np.float64] | None = None
    name: str = ""


def neutral_cells(
    people: Predictions, galleries: Sequence[Gallery], seed: int
) -> tuple[Cell, ...]:
    """Scores with and without each kind of neutral.

    Args:
        people: labelled faces; at most `FACES_A_CLASS` of each expression ask.
        galleries: of characters, who answer and whose key poses ask.
        seed: decides which faces ask, and of the bootstrap.
    """
    rng = np.random.default_rng(seed)
    rows = [
        rng.permutation(np.flatnonzero((people.label == label) & people.measured))
        for label in range(CLASS_COUNT)
    ]
    chosen = np.concatenate([row[:FACES_A_CLASS] for row in rows])
    crowd = [_Asking(people.geometry[chosen], people.label[chosen])]
    cast = [_key_poses(gallery) for gallery in galleries]
    cells: list[Cell] = []
    for title, asking, own in (
        ("people, as measured", crowd, None),
        ("people, from the average face", crowd, False),
        ("characters, as measured", cast, None),
        ("characters, from the average face", cast, False),
        ("characters, from their own neutral", cast, True),
    ):
        cells += _row(title, asking, galleries, own=own, seed=seed)
    return tuple(cells)


def _key_poses(gallery: Gallery) -> _Asking:
    rows = key_pose_rows(gallery)
    labels = [EXPRESSIONS.index(name) for name in gallery.table.labels]
    return _Asking(
        measures=np.asarray(gallery.geometry, np.float64)[rows],
        label=np.array(labels, np.int64)[rows],
        neutral=neutral_measures(gallery),
        name=gallery.card.character,
    )


def _row(
    title: str,
    asking: Sequence[_Asking],
    galleries: Sequence[Gallery],
    *,
    own: bool | None,
    seed: int,
) -> list[Cell]:
    """One row of the table; own is None for measures as they are."""
    labels = np.concatenate([each.label for each in asking])
    scores: Mapping[str, NDArray[np.float64]] = {
        gallery.card.character: np.concatenate(
            [_scores(each, gallery, own=own) for each in asking]
        )
        for gallery in galleries
    }
    summary = summarise_scores(scores, labels, np.random.default_rng(seed))
    columns = [*map(str, EXPRESSIONS), "mean"]
    estimates = [*summary.by_class, summary.overall]
    return [
        Cell(
            NEUTRAL_TABLE,
            title,
            column,
            measured=estimate.value,
            low=estimate.low,
            high=estimate.high,
            lower_is_better=True,
        )
        for column, estimate in zip(columns, estimates, strict=True)
    ]


def _scores(
    asking: _Asking, gallery: Gallery, *, own: bool | None
) -> NDArray[np.float64]:
    """(Q,) scores; NaN where a character would ask itself."""
    if asking.name == gallery.card.character:
        return np.full(len(asking.label), np.nan)
    neutral = asking.neutral if own else None
    index, rows = gallery.index().geometry, np.arange(len(gallery))
    entry_labels = [EXPRESSIONS.index(name) for name in gallery.table.labels]
    distances = [
        index.distances(
            each if own is None else as_if_of_character(each, gallery, neutral), rows
        )
        for each in asking.measures
    ]
    return query_scores(np.array(distances), asking.label, np.array(entry_labels))
