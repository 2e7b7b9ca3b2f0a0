"""Measures as departures from neutral: a character's proportions are not a person's.

A person's geometric measures are moved by the difference between the character's
neutral and a person's neutral, so that geometry compares how far a face moved, not how
wide it is. The person's neutral is the average frontal face.
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


def as_if_of_character(
    geometry: NDArray[np.float64], gallery: Gallery
) -> NDArray[np.float64]:
    """Measures (9,) that the character would have, had it moved as the person did.

    Args:
        geometry: (9,) geometric measures of a person.
        gallery: poses of the character; its neutral is the mean of those so labelled.

    Returns:
        (9,) measures to compare with the gallery's; the person's own where the gallery
        has no neutral pose.
    """
    neutral = _neutral_of_character(gallery)
    if neutral is None:
        return geometry
    return np.asarray(geometry - _neutral_of_people() + neutral)


def query_of_character(query: Query, gallery: Gallery) -> Query:
    """The same query with the person's measures as if of the gallery's character."""
    return replace(query, geometry=as_if_of_character(query.geometry, gallery))


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
