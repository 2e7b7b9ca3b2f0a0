"""Adding rows to a gallery and removing them: each change writes a whole new gallery.

A reader that has the gallery open keeps the old one; who opens it meanwhile finds the
old one or the new one.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import GalleryError
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.gallery_writer import GalleryContent, write_gallery


def gallery_content(gallery: Gallery) -> GalleryContent:
    """Everything that a gallery holds, but for its pictures."""
    card = gallery.card
    return GalleryContent(
        character=card.character,
        encoder_name=card.encoder_name,
        encoder_sha256=card.encoder_sha256,
        controls=card.controls,
        poses=tuple(gallery.pose(row) for row in range(len(gallery))),
        features=np.asarray(gallery.features),
        probabilities=np.asarray(gallery.probabilities),
        geometry=np.asarray(gallery.geometry),
        landmarks=np.asarray(gallery.landmarks),
        kind=card.kind,
    )


def add_rows(
    folder: Path, more: GalleryContent, pictures: Sequence[bytes] | None
) -> int:
    """Append rows to a gallery.

    Args:
        folder: the gallery.
        more: the rows to append; ids that are there already take the old row's place.
        pictures: one encoded 192×192 WebP picture a row; not needed for a gallery
            without pictures.

    Returns:
        How many rows the gallery has now.

    Raises:
        GalleryError: if the gallery is damaged, of another encoder or kind, has
            pictures and none were given, or was changed meanwhile.
        OutputError: if the folder cannot be written; what was there stays.
    """
    gallery = Gallery.load(folder)
    gallery.check_encoder(more.encoder_name, more.encoder_sha256)
    if gallery.card.kind != more.kind or tuple(more.controls) != gallery.card.controls:
        raise GalleryError(
            f"{folder}: is a gallery of kind {gallery.card.kind} with "
            f"{len(gallery.card.controls)} controls; the new rows are of kind "
            f"{more.kind} with {len(more.controls)}"
        )
    if gallery.card.has_pictures and pictures is None:
        raise GalleryError(f"{folder}: holds pictures; the new rows need them too")
    new = {pose.id for pose in more.poses}
    ids = enumerate(gallery.table.ids)
    kept = np.array([row for row, name in ids if name not in new], np.intp)
    old = gallery_content(gallery)
    joined = replace(
        old,
        poses=(*(old.poses[row] for row in kept), *more.poses),
        features=np.concatenate([old.features[kept], more.features]),
        probabilities=np.concatenate([old.probabilities[kept], more.probabilities]),
        geometry=np.concatenate([old.geometry[kept], more.geometry]),
        landmarks=np.concatenate([old.landmarks[kept], more.landmarks]),
    )
    thumbnails = None
    if gallery.card.has_pictures:
        thumbnails = [*_pictures(gallery, kept), *(pictures or ())]
    write_gallery(folder, joined, thumbnails, replaces=gallery.card)
    return len(joined.poses)


def remove_rows(folder: Path, ids: Sequence[str]) -> int:
    """Take rows out of a gallery.

    Args:
        folder: the gallery.
        ids: of the rows; none may be unknown, and one row must stay.

    Returns:
        How many rows the gallery has now.

    Raises:
        GalleryError: if the gallery is damaged or was changed meanwhile, an id is
            unknown, or no row would be left.
        OutputError: if the folder cannot be written; what was there stays.
    """
    gallery = Gallery.load(folder)
    known = gallery.table.ids
    for name in ids:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise GalleryError(f"{folder}: has no row called {name!r}{hint}")
    unwanted = set(ids)
    kept = np.array(
        [row for row, name in enumerate(known) if name not in unwanted], np.intp
    )
    if not len(kept):
        raise GalleryError(
            f"{folder}: a gallery needs at least one row; remove the folder instead"
        )
    old = gallery_content(gallery)
    content = replace(
        old,
        poses=tuple(old.poses[row] for row in kept),
        features=old.features[kept],
        probabilities=old.probabilities[kept],
        geometry=old.geometry[kept],
        landmarks=old.landmarks[kept],
    )
    thumbnails = _pictures(gallery, kept) if gallery.card.has_pictures else None
    write_gallery(folder, content, thumbnails, replaces=gallery.card)
    return len(kept)


def _pictures(gallery: Gallery, rows: NDArray[np.intp]) -> list[bytes]:
    return [gallery.pictures.read(f"{row:06d}.webp") for row in rows]
