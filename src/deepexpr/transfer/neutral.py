"""Measures as departures from neutral: one face's proportions are not another's.

The measures of a query are moved by the difference between the gallery's neutral and
the query's own, so that geometry compares how far a face moved, not how wide it is. The
neutral of a person is the average frontal face, unless a neutral photo of the person is
given; that of a character is the mean of its neutral poses.
"""

from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import Expression
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.gallery_files import HUMAN


def as_if_of_character(
    geometry: NDArray[np.float64],
    gallery: Gallery,
    neutral: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Measures (9,) that the gallery's face would have, had it moved as this one did.

    Args:
        geometry: (9,) geometric measures of a person or of another character.
        gallery: what to compare with.
        neutral: (9,) measures of the same face at rest; those of the average person if
            not given.

    Returns:
        (9,) measures to compare with the gallery's; the face's own where the gallery
        has no neutral pose.
    """
    target = neutral_measures(gallery)
    if target is None:
        return geometry
    own = _neutral_of_people() if neutral is None else neutral
    return np.asarray(geometry - own + target)


def query_of_character(
    query: Query, gallery: Gallery, neutral: NDArray[np.float64] | None = None
) -> Query:
    """The same query with its measures as if of the gallery's face.

    Args:
        query: a face.
        gallery: what to compare with.
        neutral: as for `as_if_of_character`.
    """
    moved = as_if_of_character(query.geometry, gallery, neutral)
    return replace(query, geometry=moved)


def neutral_measures(gallery: Gallery) -> NDArray[np.float64] | None:
    """Measures (9,) of a gallery's face at rest.

    Returns:
        The mean of the neutral poses of a character, None if it has none; the average
        frontal face for a gallery of people, who differ from each other.
    """
    if gallery.card.kind == HUMAN:
        return _neutral_of_people()
    return _neutral_of_character(gallery)


@lru_cache(maxsize=64)  # a gallery never changes, and a live page asks every frame
def _neutral_of_character(gallery: Gallery) -> NDArray[np.float64] | None:
    rows = [label is Expression.NEUTRAL for label in gallery.table.labels]
    if not any(rows):
        return None
    measures = np.asarray(gallery.geometry[np.array(rows)], np.float64)
    return np.asarray(measures.mean(axis=0))


@cache
def _neutral_of_people() -> NDArray[np.float64]:
    return geometric_features(Landmarks(AVERAGE_FACE))
