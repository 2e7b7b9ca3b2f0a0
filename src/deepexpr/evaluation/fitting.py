"""Sharpness and β from data: retrieval score against geometry, on a development half.

Faces are divided in two halves that share no person. All is chosen on one half; the
other is used once, to report what was chosen. First the sharpness: the smallest whose
retrieval score of features alone is within `TOLERANCE` of the best; then, along the
curve of retrieval score against the geometric distance of the best match, the largest β
that costs at most `TOLERANCE` of the score. α is 1: only the ratio of both matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.gallery_distances import (
    GalleryDistances,
    gallery_distances,
    only_unseen,
)
from deepexpr.evaluation.labels import CLASS_COUNT
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.retrieval_score import query_scores
from deepexpr.evaluation.unseen import TrainingSplit
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.presets import RetrievalPreset

SHARPNESSES = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
GEOMETRY_WEIGHTS = (
    0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0,
)  # fmt: skip

TOLERANCE = 0.02
"""Share of the best retrieval score that a milder sharpness or geometry may cost."""

FACES_A_CLASS = 150
"""At most so many development faces of an expression are ranked."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting on one half of the faces.

    Attributes:
        preset: the setting.
        by_class: (7,) mean retrieval score of each expression; NaN without faces.
        geometry: mean geometric distance of the best match; NaN where not measured.
    """

    preset: RetrievalPreset
    by_class: NDArray[np.float64]
    geometry: float

    @property
    def score(self) -> float:
        """Mean of the classes; 0 is perfect."""
        return float(np.nanmean(self.by_class))


@dataclass(frozen=True, slots=True)
class Fit:
    """What was tried and what came of it.

    Attributes:
        sharpness: features alone at each sharpness, on the development half.
        weights: each β at the chosen sharpness, on the development half.
        chosen: the setting, on the development half.
        report: the chosen setting on the other half.
        plain: features as they are (sharpness 1, β 0) on the other half.
        faces: how many faces the two halves have.
    """

    sharpness: tuple[Trial, ...]
    weights: tuple[Trial, ...]
    chosen: Trial
    report: Trial
    plain: Trial
    faces: tuple[int, int]


def fit_preset(
    queries: Predictions,
    galleries: Sequence[Gallery],
    split: TrainingSplit,
    seed: int = 0,
    threads: int = 1,
) -> Fit:
    """Choose sharpness and β.

    Args:
        queries: labelled faces; those without landmarks do not count.
        galleries: what they rank.
        split: what the encoder has not learned from; only such rows are scored.
        seed: decides the halves.
        threads: how many galleries are worked on at once.

    Raises:
        DatasetError: if the encoder has learned from all rows of all galleries, or
            there are too few faces.
        GalleryError: if a gallery was made by another encoder.
    """
    if split.warning:
        raise DatasetError(f"nothing honest to fit on: {split.warning}")
    rng = np.random.default_rng(seed)
    queries = queries.labelled()
    queries = queries.subset(queries.measured)
    develop, report = halves(queries, rng)
    if not report.any():
        raise DatasetError(
            f"{len(queries)} labelled faces with landmarks are too few to divide in two"
        )
    chosen_rows = _at_most(develop, queries.label, rng)
    tried = queries.subset(chosen_rows)

    def features_alone(faces: Predictions, sharpness: float) -> Trial:
        preset = RetrievalPreset(1.0, 0.0, sharpness=sharpness)
        distances = gallery_distances(
            faces, galleries, split, sharpness, threads, unseen_alone=True
        )
        return _trial(preset, faces, distances, {})

    sharpness = tuple(features_alone(tried, value) for value in SHARPNESSES)
    best = mildest(sharpness).preset.sharpness
    distances = gallery_distances(tried, galleries, split, best, threads)
    unseen = only_unseen(distances)
    weights = tuple(
        _trial(RetrievalPreset(1.0, beta, sharpness=best), tried, unseen, distances)
        for beta in GEOMETRY_WEIGHTS
    )
    chosen = largest_affordable(weights)
    others = queries.subset(np.flatnonzero(report))
    apart = gallery_distances(
        others, galleries, split, best, threads, unseen_alone=True
    )
    return Fit(
        sharpness=sharpness,
        weights=weights,
        chosen=chosen,
        report=_trial(chosen.preset, others, apart, {}),
        plain=features_alone(others, 1.0),
        faces=(int(develop.sum()), int(report.sum())),
    )


def mildest(trials: Sequence[Trial]) -> Trial:
    """The trial with the smallest sharpness whose score is within `TOLERANCE`."""
    return min(_affordable(trials), key=lambda trial: trial.preset.sharpness)


def largest_affordable(trials: Sequence[Trial]) -> Trial:
    """The trial with the largest β whose score is within `TOLERANCE` of the best."""
    return max(_affordable(trials), key=lambda trial: trial.preset.geometry_weight)


def _affordable(trials: Sequence[Trial]) -> list[Trial]:
    limit = min(trial.score for trial in trials) * (1 + TOLERANCE)
    return [trial for trial in trials if trial.score <= limit]


def halves(
    faces: Predictions, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Divide faces in two: each expression in equal parts, no person in both.

    A person with several expressions goes where the first of them, in the order of the
    expressions, was dealt.

    Returns:
        Two (N,) masks that exclude each other.
    """
    dealt: dict[str, bool] = {}
    for label in range(CLASS_COUNT):
        everyone = np.unique(faces.subject[faces.label == label]).tolist()
        people = [name for name in everyone if name not in dealt]
        for place, name in enumerate(rng.permutation(people).tolist()):
            dealt[name] = place % 2 == 0
    first = np.array([dealt.get(name, False) for name in faces.subject.tolist()])
    return first, ~first


def _at_most(
    chosen: NDArray[np.bool_], labels: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Rows of at most `FACES_A_CLASS` of the chosen faces of each expression."""
    rows = [
        rng.permutation(np.flatnonzero(chosen & (labels == label)))[:FACES_A_CLASS]
        for label in range(len(EXPRESSIONS))
    ]
    return np.sort(np.concatenate(rows))


def _trial(
    preset: RetrievalPreset,
    faces: Predictions,
    unseen: Mapping[str, GalleryDistances],
    whole: Mapping[str, GalleryDistances],
) -> Trial:
    scores = np.array(
        [
            query_scores(each.ranked_by(preset), faces.label, each.labels)
            for each in unseen.values()
        ]
    )
    known = ~np.isnan(scores)
    means = np.where(known, scores, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    means[~known.any(axis=0)] = np.nan
    by_class = np.full(CLASS_COUNT, np.nan)
    for label in range(CLASS_COUNT):
        own = means[(faces.label == label) & ~np.isnan(means)]
        if len(own):
            by_class[label] = own.mean()
    apart = [
        each.geometry[np.arange(len(faces)), each.ranked_by(preset).argmin(axis=1)]
        for each in whole.values()
    ]
    geometry = float(np.mean(apart)) if apart else float("nan")
    return Trial(preset, by_class, geometry)
