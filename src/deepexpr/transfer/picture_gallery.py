"""From pictures of faces to the rows of a gallery: people, or characters without a rig.

Each picture gives one row, its largest face. The label is the expression that the
picture's folder is named after (`joy/…`, `mia_joy/…`), else the one that the encoder
reads. No picture is kept unless thumbnails are asked for.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepexpr.core.errors import FaceNotFound, GalleryError, ImageError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks
from deepexpr.retrieval.gallery_table import GalleryPose
from deepexpr.retrieval.gallery_writer import GalleryContent
from deepexpr.transfer.expression_transfer import ExpressionTransfer
from deepexpr.transfer.result import FaceResult

THUMBNAIL_SIZE_PX = 192
THUMBNAIL_QUALITY = 70
"""WebP quality of thumbnails, 0 to 100."""

FRAME_SIZE_PX = 256
"""Landmarks are kept in a picture of this side that shows the face with its margin."""

_MARGIN = 0.2
"""Of the face's box, on each side."""


@dataclass(frozen=True, slots=True)
class PictureRows:
    """Rows made from pictures.

    Attributes:
        content: the rows, ready to be written or added.
        thumbnails: one encoded 192×192 WebP picture a row; None if not asked for.
        left_out: why a picture gave no row, one line each.
    """

    content: GalleryContent
    thumbnails: tuple[bytes, ...] | None
    left_out: tuple[str, ...]


def rows_of_pictures(
    photos: Sequence[Path] | Mapping[Path, Expression],
    transfer: ExpressionTransfer,
    name: str,
    kind: str,
    *,
    thumbnails: bool = False,
    report: Callable[[int, int], None] | None = None,
) -> PictureRows:
    """Make one gallery row a picture.

    Args:
        photos: the pictures; a row is named after its file, and its folder where two
            files have one name. A mapping gives their labels.
        transfer: whose finder and encoder look at them.
        name: whose gallery it will be.
        kind: `CHARACTER` or `HUMAN`.
        thumbnails: whether to keep small pictures of the faces.
        report: told how many pictures of how many are done.

    Raises:
        GalleryError: if no picture shows a face.
        WeightsError: if a network file is missing or damaged.
    """
    poses: list[GalleryPose] = []
    faces: list[FaceResult] = []
    frames, small, left_out = [], [], []
    labels = photos if isinstance(photos, Mapping) else {}
    ids = _distinct_ids(tuple(photos))
    for number, photo in enumerate(photos, start=1):
        try:
            result = transfer.recognise(photo)
        except (ImageError, FaceNotFound) as error:
            left_out.append(str(error))
        else:
            face, square = result.faces[0], _square(result.faces[0])
            label = labels.get(photo) or _label(photo) or face.expression
            poses.append(GalleryPose(ids[photo], label, (), 1.0, {}))
            faces.append(face)
            frames.append(_framed(face, square))
            if thumbnails:
                small.append(_thumbnail(result.image, square))
        if report is not None:
            report(number, len(photos))
    if not faces:
        raise GalleryError(
            f"none of the {len(photos)} pictures shows a face; the first: "
            f"{left_out[0] if left_out else 'there are no pictures'}"
        )
    content = GalleryContent(
        character=name,
        encoder_name=transfer.encoder.name,
        encoder_sha256=transfer.encoder.digest,
        controls=(),
        poses=tuple(poses),
        features=np.stack([face.features for face in faces]),
        probabilities=np.array(
            [[face.probabilities[each] for each in EXPRESSIONS] for face in faces]
        ),
        geometry=np.array([face.geometry for face in faces], np.float64),
        landmarks=np.stack(frames),
        kind=kind,
    )
    return PictureRows(content, tuple(small) if thumbnails else None, tuple(left_out))


def _distinct_ids(photos: Sequence[Path]) -> dict[Path, str]:
    stems = [photo.stem for photo in photos]
    return {
        photo: photo.stem
        if stems.count(photo.stem) == 1
        else f"{photo.parent.name}/{photo.name}"
        for photo in photos
    }


def _label(photo: Path) -> Expression | None:
    words = re.split(r"[^a-z]+", photo.parent.name.lower())
    return next((label for label in EXPRESSIONS if label == words[-1]), None)


def _square(face: FaceResult) -> tuple[float, float, float]:
    """Left, top and side of the square around a face, in pixels of the photo."""
    x, y, width, height = face.box
    side = max(width, height) * (1 + 2 * _MARGIN)
    return x + width / 2 - side / 2, y + height / 2 - side / 2, side


def _framed(
    face: FaceResult, square: tuple[float, float, float]
) -> NDArray[np.float64]:
    left, top, side = square
    # Faces that were found in a photo always have landmarks; only crops may lack them.
    points = cast(Landmarks, face.landmarks).points
    return np.asarray((points - (left, top)) * (FRAME_SIZE_PX / side))


def _thumbnail(image: RGBImage, square: tuple[float, float, float]) -> bytes:
    left, top, side = square
    size = (THUMBNAIL_SIZE_PX, THUMBNAIL_SIZE_PX)
    # Beyond the edge of a photo the crop is grey, as the sheets' background is.
    canvas = Image.new("RGB", (round(side), round(side)), (128, 128, 128))
    canvas.paste(Image.fromarray(image), (-round(left), -round(top)))
    stream = io.BytesIO()
    canvas.resize(size, Image.Resampling.LANCZOS).save(
        stream, "WEBP", quality=THUMBNAIL_QUALITY, method=6
    )
    return stream.getvalue()
