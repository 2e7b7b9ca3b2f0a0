"""All four directions in one call: a person or a character asks, either answers.

A query is the face in a photo, or a pose of a character's gallery; what is searched is
a gallery of poses or of people. Geometry is compared as departures from each one's own
neutral (`transfer.neutral`), so proportions do not count in any direction.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import FaceNotFound, GalleryError
from deepexpr.core.images import RGBImage
from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.presets import (
    DEFAULT_PRESET,
    RETRIEVAL_PRESETS,
    RetrievalPreset,
)
from deepexpr.retrieval.search import GalleryRanking
from deepexpr.transfer.expression_transfer import ExpressionTransfer
from deepexpr.transfer.neutral import neutral_measures, query_of_character


@dataclass(frozen=True, slots=True)
class FaceQuery:
    """A face that any gallery can be searched for.

    Attributes:
        name: what to call it: the photo's path, or the pose.
        query: its features, measures and label.
        neutral: (9,) measures of the same face at rest; None for a person of whom no
            neutral photo is known.
    """

    name: str
    query: Query
    neutral: NDArray[np.float64] | None


def query_of_photo(
    transfer: ExpressionTransfer,
    photo: Path | str | RGBImage,
    neutral: NDArray[np.float64] | None = None,
) -> FaceQuery:
    """The largest face of a photo, or of a picture of a character, as a query.

    Args:
        transfer: whose finder and encoder look at it.
        photo: a file, or (H, W, 3) uint8 RGB.
        neutral: (9,) measures of the same face at rest, if they are known.

    Raises:
        ImageError: if the photo cannot be read.
        FaceNotFound: if it holds no face.
        WeightsError: if a network file is missing or damaged.
    """
    result = transfer.recognise(photo)
    face = result.faces[0]
    if face.geometry is None:
        raise FaceNotFound(f"{result.photo}: no landmarks could be fitted to the face")
    query = Query(face.features, face.geometry, face.expression)
    return FaceQuery(result.photo, query, neutral)


def query_of_pose(gallery: Gallery, pose_id: str) -> FaceQuery:
    """A pose of a gallery as a query, measured on its rig's exact landmarks.

    Raises:
        GalleryError: if the gallery has no such pose; the message proposes one.
    """
    ids = gallery.table.ids
    if pose_id not in ids:
        close = get_close_matches(pose_id, ids, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise GalleryError(f"{gallery.folder}: has no pose called {pose_id!r}{hint}")
    row = ids.index(pose_id)
    query = Query(
        gallery.features[row].astype(np.float32),
        gallery.geometry[row].astype(np.float64),
        gallery.table.labels[row],
    )
    name = f"{gallery.card.character}/{pose_id}"
    return FaceQuery(name, query, neutral_measures(gallery))


def search_gallery(
    face: FaceQuery,
    gallery: Gallery,
    count: int,
    preset: RetrievalPreset = RETRIEVAL_PRESETS[DEFAULT_PRESET],
) -> GalleryRanking:
    """Rank the rows of a gallery for a face, exactly.

    Args:
        face: from `query_of_photo` or `query_of_pose`.
        gallery: poses of a character, or people.
        count: how many matches to return; all if the gallery has fewer.
        preset: weights of features and geometry.

    Raises:
        ShapeError: if the query was made by an encoder of another width.
        ValueError: if count is below 1.
    """
    moved = query_of_character(face.query, gallery, face.neutral)
    return gallery.search(moved, count, preset)
