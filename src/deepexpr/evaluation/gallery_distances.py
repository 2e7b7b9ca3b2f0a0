"""Distances of many faces from every row of galleries, for scores of whole rankings."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.unseen import TrainingSplit, key_pose_rows, unseen_rows
from deepexpr.retrieval.divergence import as_distributions
from deepexpr.retrieval.entries import Entries
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.geometric_distance import geometric_distance, geometry_scale
from deepexpr.retrieval.presets import SHARPNESS, RetrievalPreset
from deepexpr.transfer.neutral import as_if_of_character


@dataclass(frozen=True, slots=True)
class GalleryDistances:
    """Distances of Q faces from the N rows of one gallery.

    Attributes:
        labels: (N,) class index of each row.
        unseen: (N,) whether the encoder has not learned from a row.
        key_poses: (N,) whether a row is a key pose, and not one between them.
        divergences: (Q, N) float32 Jensen-Shannon divergences in nats.
        geometry: (Q, N) float32 geometric distances; NaN in the row of a face to which
            no landmarks could be fitted.
    """

    labels: NDArray[np.int64]
    unseen: NDArray[np.bool_]
    key_poses: NDArray[np.bool_]
    divergences: NDArray[np.float32]
    geometry: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Check that all parts fit together."""
        check_shape("unseen", self.unseen, self.labels.shape)
        check_shape("key_poses", self.key_poses, self.labels.shape)
        check_shape("divergences", self.divergences, (None, len(self.labels)))
        check_shape("geometry", self.geometry, self.divergences.shape)

    def ranked_by(self, preset: RetrievalPreset) -> NDArray[np.float32]:
        """φ of each face and row; a face without landmarks is ranked by features.

        Returns:
            (Q, N) float32; lower is closer.
        """
        alpha = np.float32(preset.feature_weight)
        beta = np.float32(preset.geometry_weight)
        if beta == 0:
            return alpha * self.divergences
        apart = self.geometry if alpha == 0 else np.nan_to_num(self.geometry)
        return alpha * self.divergences + beta * apart

    def among(self, rows: NDArray[np.bool_]) -> "GalleryDistances":
        """The same distances among some rows of the gallery alone."""
        return GalleryDistances(
            self.labels[rows],
            self.unseen[rows],
            self.key_poses[rows],
            self.divergences[:, rows],
            self.geometry[:, rows],
        )

    def of(self, queries: NDArray[np.bool_] | NDArray[np.intp]) -> "GalleryDistances":
        """The same distances of some of the faces alone."""
        return replace(
            self,
            divergences=self.divergences[queries],
            geometry=self.geometry[queries],
        )


def gallery_distances(
    queries: Predictions,
    galleries: Sequence[Gallery],
    split: TrainingSplit,
    sharpness: float = SHARPNESS,
    threads: int = 1,
    *,
    unseen_alone: bool = False,
) -> dict[str, GalleryDistances]:
    """Measure the distances of all queries from all galleries.

    Args:
        queries: the faces that ask.
        galleries: what is ranked; made by the encoder of the queries.
        split: what the encoder has not learned from.
        sharpness: power that features are raised to.
        threads: how many galleries are worked on at once.
        unseen_alone: whether to leave out the rows that the encoder has learned from.

    Returns:
        Name of each gallery's character to its distances.

    Raises:
        GalleryError: if a gallery was made by another encoder.
    """
    for gallery in galleries:
        gallery.check_encoder(queries.card.encoder_name, queries.card.encoder_sha256)
    wanted = as_distributions(queries.features, sharpness)

    def measured(gallery: Gallery) -> GalleryDistances:
        scale = geometry_scale(gallery.geometry)
        labels = [EXPRESSIONS.index(name) for name in gallery.table.labels]
        unseen = unseen_rows(gallery, split)
        rows = np.flatnonzero(unseen) if unseen_alone else np.arange(len(gallery))
        # In single precision entries are made into distributions once, not a query.
        entries = Entries.of(gallery.features[rows].astype(np.float32), sharpness)
        measures = np.asarray(gallery.geometry[rows], np.float64)
        geometry = np.full((len(queries), len(rows)), np.nan, np.float32)
        for place in np.flatnonzero(queries.measured):
            moved = as_if_of_character(queries.geometry[place], gallery)
            geometry[place] = geometric_distance(moved, measures, scale)
        every = np.arange(len(rows))
        return GalleryDistances(
            labels=np.array(labels)[rows],
            unseen=unseen[rows],
            key_poses=key_pose_rows(gallery)[rows],
            divergences=np.array(
                [entries.divergences(query, every) for query in wanted],
                np.float32,
            ).reshape(len(queries), len(rows)),
            geometry=geometry,
        )

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        found = list(pool.map(measured, galleries))
    return {
        gallery.card.character: distances
        for gallery, distances in zip(galleries, found, strict=True)
    }


def only_unseen(
    distances: Mapping[str, GalleryDistances],
) -> dict[str, GalleryDistances]:
    """Distances among unseen rows, for the characters that have any."""
    return {
        name: each.among(each.unseen)
        for name, each in distances.items()
        if each.unseen.any()
    }


def only_key_poses(
    distances: Mapping[str, GalleryDistances],
) -> dict[str, GalleryDistances]:
    """Distances among key poses, none of which a gallery leaves out."""
    return {name: each.among(each.key_poses) for name, each in distances.items()}
