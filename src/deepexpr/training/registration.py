"""Registering the picture of any sample, of people and of characters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks
from deepexpr.datasets.base import Domain, Sample
from deepexpr.datasets.registry import dataset_adapter
from deepexpr.faces.align import ALIGNED_SIZE_PX, align_face
from deepexpr.faces.finder import Face, FaceFinder

LEAST_SEARCHED_PX = 128
"""Pictures with a shorter side are face crops: no face is searched in them."""


@dataclass(frozen=True, slots=True)
class RegisteredFace:
    """A face on 256×256 pixels.

    Attributes:
        image: (256, 256, 3) uint8.
        landmarks: in pixels of `image`; None for a character whose are not known, which
            is shown as it is.
    """

    image: RGBImage
    landmarks: Landmarks | None


def register(
    sample: Sample, picture: RGBImage, finder: Callable[[], FaceFinder]
) -> RegisteredFace | None:
    """Register the face of a sample to the average frontal face.

    Known landmarks are used. Else a person's largest face is found, a small picture
    being taken for a crop of one; a picture of a character, in which no finder can be
    trusted, is taken as it is, widened to a square and resized.

    Args:
        sample: tells the data set and, for some, the landmarks.
        picture: its picture, (H, W, 3) uint8.
        finder: gives the face finder; only called when it is needed.

    Returns:
        The face, or None where no person's face was found.
    """
    if sample.landmarks is not None:
        aligned = align_face(picture, sample.landmarks)
        return RegisteredFace(aligned.image, aligned.landmarks)
    if _shows_characters(sample):
        return RegisteredFace(_whole(picture), None)
    face = _found(picture, finder())
    if face is None:
        return None
    return RegisteredFace(face.aligned.image, face.aligned.landmarks)


def _shows_characters(sample: Sample) -> bool:
    return dataset_adapter(sample.dataset).domain is Domain.CHARACTERS


def _found(picture: RGBImage, finder: FaceFinder) -> Face | None:
    if min(picture.shape[:2]) >= LEAST_SEARCHED_PX:
        for face in finder.find(picture, limit=1):
            return face
    return finder.face_from_crop(picture)


def _whole(picture: RGBImage) -> RGBImage:
    height, width = picture.shape[:2]
    side = max(height, width)
    above, left = (side - height) // 2, (side - width) // 2
    margins = ((above, side - height - above), (left, side - width - left), (0, 0))
    square = Image.fromarray(np.pad(picture, margins, mode="edge"))
    size = (ALIGNED_SIZE_PX, ALIGNED_SIZE_PX)
    return np.asarray(square.resize(size, Image.Resampling.BICUBIC))
