"""Retrieval scores of our systems: measured once, summarised for several tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.gallery_distances import GalleryDistances
from deepexpr.evaluation.labels import CLASS_COUNT
from deepexpr.evaluation.paper import RETRIEVAL, RETRIEVAL_TABLE
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.ranking_metrics import RankingMetrics, ranking_metrics
from deepexpr.evaluation.retrieval_ceiling import crowd_ceiling
from deepexpr.evaluation.retrieval_score import (
    RetrievalScores,
    query_scores,
    rater_agreement,
    summarise_scores,
)
from deepexpr.evaluation.tables import Cell, Measurement, with_measurements
from deepexpr.evaluation.targets import with_retrieval_targets
from deepexpr.retrieval.presets import (
    DEFAULT_PRESET,
    RETRIEVAL_PRESETS,
    RetrievalPreset,
)

SYSTEMS: dict[str, RetrievalPreset] = {
    "geometry only": RETRIEVAL_PRESETS["geometry"],
    "features only": RETRIEVAL_PRESETS["features"],
    "DeepExpr": RETRIEVAL_PRESETS[DEFAULT_PRESET],
}
"""What is compared; DeepExpr is φ at its default."""

HEAD_FACES_A_CLASS = 100
"""So many faces of an expression, at most, are scored by the head of the ranking."""

AGREEMENT_TABLE = "DeepExpr, by agreement of the raters"


@dataclass(frozen=True, slots=True)
class SystemScores:
    """Retrieval scores of every system, face and gallery.

    Attributes:
        queries: the faces.
        by_system: system to character to (Q,) scores; NaN where a system has none.
        ceiling: character to the two ceilings (Q, 2) of a recogniser that errs as the
            crowd does.
    """

    queries: Predictions
    by_system: Mapping[str, Mapping[str, NDArray[np.float64]]]
    ceiling: Mapping[str, NDArray[np.float64]]

    def summary(
        self, system: str, seed: int, weights: NDArray[np.float64] | None = None
    ) -> RetrievalScores:
        """Means with intervals of one system."""
        rng = np.random.default_rng(seed)
        return summarise_scores(
            self.by_system[system], self.queries.label, rng, weights
        )

    def ceiling_summary(self, column: int, seed: int) -> RetrievalScores:
        """Means with intervals of one of the two ceilings."""
        rng = np.random.default_rng(seed)
        scores = {name: both[:, column] for name, both in self.ceiling.items()}
        return summarise_scores(scores, self.queries.label, rng)


def score_systems(
    queries: Predictions, distances: Mapping[str, GalleryDistances]
) -> SystemScores:
    """Score every face's ranking of every gallery by every system.

    Args:
        queries: labelled faces.
        distances: character to the distances of the same faces.
    """
    return SystemScores(
        queries=queries,
        by_system={
            system: {
                name: _scores(queries, each, preset) for name, each in distances.items()
            }
            for system, preset in SYSTEMS.items()
        },
        ceiling={
            name: _ceiling(queries, each.labels) for name, each in distances.items()
        },
    )


def _scores(
    queries: Predictions, distances: GalleryDistances, preset: RetrievalPreset
) -> NDArray[np.float64]:
    asked = np.ones(len(queries), np.bool_)
    if preset.feature_weight == 0:
        asked = queries.measured
    scores = np.full(len(queries), np.nan)
    ranked = distances.of(asked).ranked_by(preset)
    scores[asked] = query_scores(ranked, queries.label[asked], distances.labels)
    return scores


def _ceiling(queries: Predictions, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    found = crowd_ceiling(queries.votes, queries.label, labels)
    return np.column_stack([found.one_answer, found.ordered_answers])


def paper_cells(
    scores: SystemScores, seed: int, title: str, warning: str = ""
) -> tuple[Cell, ...]:
    """Table 1 with our figures beside the paper's.

    Args:
        scores: what was measured.
        seed: of the bootstrap.
        title: what the table is called.
        warning: printed instead of our figures, if they must not be shown.
    """
    cells = with_retrieval_targets(RETRIEVAL)
    ours = [
        Cell(RETRIEVAL_TABLE, "features only", str(name), lower_is_better=True)
        for name in EXPRESSIONS
    ]
    count = len(EXPRESSIONS)
    measured = {
        (RETRIEVAL_TABLE, system, str(name)): Measurement(
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            warning=warning,
            note=f"{estimate.count} faces, seed {seed}",
        )
        for system in SYSTEMS
        for name, estimate in zip(
            EXPRESSIONS, scores.summary(system, seed).by_class, strict=True
        )
    }
    filled = with_measurements([*cells[:count], *ours, *cells[count:]], measured)
    return tuple(replace(cell, table=title) for cell in filled)


def character_cells(scores: SystemScores, seed: int, title: str) -> tuple[Cell, ...]:
    """Scores of the default φ for each character and expression."""
    summary = scores.summary("DeepExpr", seed)
    return tuple(
        Cell(title, name, str(label), measured=float(value), lower_is_better=True)
        for name, row in zip(summary.characters, summary.by_character, strict=True)
        for label, value in zip(EXPRESSIONS, row, strict=True)
    )


def agreement_cells(scores: SystemScores, seed: int) -> tuple[Cell, ...]:
    """Scores of the default φ by agreement of the raters, and what can be reached."""
    agreement = rater_agreement(scores.queries.votes)
    rows = {
        "all faces": scores.summary("DeepExpr", seed),
        "weighted by agreement": scores.summary("DeepExpr", seed, agreement),
        "agreement 0.5 or more": scores.summary(
            "DeepExpr", seed, (agreement >= 0.5).astype(np.float64)
        ),
        "agreement 0.8 or more": scores.summary(
            "DeepExpr", seed, (agreement >= 0.8).astype(np.float64)
        ),
        "ceiling: one rater's answer": scores.ceiling_summary(0, seed),
        "ceiling: raters' answers in order": scores.ceiling_summary(1, seed),
    }
    return tuple(
        Cell(
            AGREEMENT_TABLE,
            row,
            str(label),
            measured=estimate.value,
            low=estimate.low,
            high=estimate.high,
            note=f"{estimate.count} faces",
            lower_is_better=True,
        )
        for row, summary in rows.items()
        for label, estimate in zip(EXPRESSIONS, summary.by_class, strict=True)
    )


def head_cells(
    queries: Predictions,
    distances: Mapping[str, GalleryDistances],
    seed: int,
    title: str,
) -> tuple[Cell, ...]:
    """Precision at k, mean average precision and nDCG of every system.

    Means over characters; of each expression at most `HEAD_FACES_A_CLASS` faces count,
    so that frequent expressions do not decide.
    """
    rows = _balanced(queries, np.random.default_rng(seed))
    asked = queries.subset(rows)
    cells: list[Cell] = []
    for system, preset in SYSTEMS.items():
        found = [_head(asked, each.of(rows), preset) for each in distances.values()]
        for column, values in (
            *(
                (f"precision at {k}", [each.precision_at[k] for each in found])
                for k in found[0].precision_at
            ),
            ("mean average precision", [m.mean_average_precision for m in found]),
            ("nDCG", [each.ndcg for each in found]),
        ):
            mean = float(np.mean(values))
            note = f"{len(asked)} faces"
            cells.append(Cell(title, system, column, measured=mean, note=note))
    return tuple(cells)


def _head(
    asked: Predictions, distances: GalleryDistances, preset: RetrievalPreset
) -> RankingMetrics:
    measured = asked.measured
    ranked = distances.of(measured).ranked_by(preset)
    return ranking_metrics(
        np.argsort(ranked, axis=1, kind="stable"),
        asked.votes[measured],
        asked.label[measured],
        np.eye(CLASS_COUNT)[distances.labels],
    )


def _balanced(queries: Predictions, rng: np.random.Generator) -> NDArray[np.intp]:
    rows: Sequence[NDArray[np.intp]] = [
        rng.permutation(np.flatnonzero(queries.label == label))[:HEAD_FACES_A_CLASS]
        for label in range(CLASS_COUNT)
    ]
    return np.sort(np.concatenate(rows))
