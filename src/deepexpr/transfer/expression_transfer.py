"""From a photo to the poses of characters: the way of this package on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import FaceNotFound, ImageError
from deepexpr.core.images import MIN_SIDE_PX, RGBImage, read_image
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.library import BUILT_IN_GALLERIES, GalleryLibrary
from deepexpr.retrieval.presets import (
    DEFAULT_PRESET,
    RETRIEVAL_PRESETS,
    RetrievalPreset,
)
from deepexpr.transfer.neutral import query_of_character
from deepexpr.transfer.result import (
    CharacterMatch,
    FaceResult,
    TransferResult,
    character_match,
    crop_result,
    face_result,
)
from deepexpr.transfer.stages import FaceEncoder, FaceSource

if TYPE_CHECKING:
    from deepexpr.faces.finder import Face

FaceChoice = Literal["largest", "all"] | int
"""Which faces of a photo: the largest, all, or one by number from 1, largest first."""


class ExpressionTransfer:
    """Finds the poses of characters that show a person's expression.

    Networks and galleries are loaded when they are first needed and then kept.
    """

    def __init__(
        self,
        library: GalleryLibrary,
        finder: FaceSource | None = None,
        encoder: FaceEncoder | None = None,
    ) -> None:
        """Put a transfer together; `load` does so with what the package ships.

        Args:
            library: the galleries to answer from.
            finder: finds and registers faces; the built-in one if not given.
            encoder: features and probabilities; the built-in one if not given.
        """
        self.library = library
        self._given_finder = finder
        self._given_encoder = encoder

    @classmethod
    def load(
        cls,
        galleries: Path = BUILT_IN_GALLERIES,
        also: Sequence[Path] = (),
        encoder: Path | None = None,
    ) -> "ExpressionTransfer":
        """Prepare a transfer to the characters whose galleries lie in folders.

        Args:
            galleries: a folder of galleries.
            also: further folders, such as that of your own characters.
            encoder: folder of the encoder that made them; the built-in one if none.

        Raises:
            WeightsError: if the folder holds no encoder, or one that was changed.
        """
        if encoder is None:
            return cls(GalleryLibrary(galleries, also))
        from deepexpr.expression.encoder import ExpressionEncoder

        chosen = ExpressionEncoder.load(encoder)
        return cls(GalleryLibrary(galleries, also), encoder=chosen)

    @property
    def characters(self) -> tuple[str, ...]:
        """Names of the characters that can answer."""
        return self.library.names

    def match(
        self,
        photo: Path | str | RGBImage,
        characters: Sequence[str] | None = None,
        *,
        top: int = 3,
        faces: FaceChoice = "largest",
        preset: RetrievalPreset = RETRIEVAL_PRESETS[DEFAULT_PRESET],
        neutral: NDArray[np.float64] | None = None,
    ) -> TransferResult:
        """Find the poses that are most alike a person's expression.

        Args:
            photo: a file, or (H, W, 3) uint8 RGB.
            characters: names of the characters to answer; None means all.
            top: how many poses a character.
            faces: which faces of the photo.
            preset: weights of features and geometry, α and β.
            neutral: (9,) measures of the same person at rest, from `neutral_of`;
                geometry is compared as departure from them, or else from the average
                face.

        Returns:
            The faces, each with `top` matches a character, best first.

        Raises:
            ImageError: if the photo cannot be read.
            FaceNotFound: if it holds no face, or not the one asked for.
            CharacterError: if a character is unknown.
            GalleryError: if a gallery is missing, damaged or of another encoder.
            WeightsError: if a network file is missing or damaged.
            ValueError: if top is below 1.
        """
        if top < 1:
            raise ValueError(f"top must be at least 1, but is {top}")
        names = self.library.resolve(characters)
        galleries = {name: self._gallery(name) for name in names}
        seen = self.recognise(photo, faces=faces)
        answered = (
            _answered(face, galleries, (top, preset), neutral) for face in seen.faces
        )
        return replace(seen, faces=tuple(answered))

    def recognise(
        self,
        photo: Path | str | RGBImage,
        *,
        faces: FaceChoice = "largest",
        cropped: bool = False,
    ) -> TransferResult:
        """Tell the expression of the faces in a photo.

        Args:
            photo: a file, or (H, W, 3) uint8 RGB.
            faces: which faces of the photo.
            cropped: whether the picture is a face crop (48×48 grey ones included): the
                whole picture is the face, and it is answered even where no landmarks
                can be fitted.

        Returns:
            The faces with probabilities and features, without matches.

        Raises:
            ImageError: if the photo cannot be read.
            FaceNotFound: if it holds no face, or not the one asked for.
            WeightsError: if a network file is missing or damaged.
        """
        name, image = _opened(photo)
        if cropped:
            face = self.finder.face_from_crop(image)
            registered = None if face is None else face.aligned.image
            encoding = self.encoder.encode_crops([image], [registered])
            crop = crop_result(image, encoding)
            return TransferResult(name, image, (crop,))
        found = self._find(name, image, faces)
        encoding = self.encoder.encode([face.aligned.image for face in found])
        results = tuple(
            face_result(face, encoding, row) for row, face in enumerate(found)
        )
        return TransferResult(name, image, results)

    def neutral_of(self, photo: Path | str | RGBImage) -> NDArray[np.float64]:
        """Measures (9,) of the largest face in a photo of a person at rest.

        Raises:
            ImageError: if the photo cannot be read.
            FaceNotFound: if it holds no face.
        """
        name, image = _opened(photo)
        (face,) = self._find(name, image, "largest")
        return geometric_features(face.aligned.landmarks)

    def picture(self, character: str, match: CharacterMatch) -> RGBImage:
        """Return the picture of a match: (192, 192, 3) uint8 RGB.

        Raises:
            CharacterError: if the character is unknown.
            GalleryError: if the pictures are damaged.
        """
        return self.library.gallery(character).picture(match.match.index)

    @cached_property
    def finder(self) -> FaceSource:
        """Finds faces and registers them."""
        if self._given_finder is not None:
            return self._given_finder
        from deepexpr.faces.finder import FaceFinder

        finder: FaceSource = FaceFinder.load()
        return finder

    @cached_property
    def encoder(self) -> FaceEncoder:
        """Turns registered faces into features and probabilities."""
        if self._given_encoder is not None:
            return self._given_encoder
        from deepexpr.expression.encoder import ExpressionEncoder

        encoder: FaceEncoder = ExpressionEncoder.load()
        return encoder

    def _gallery(self, name: str) -> Gallery:
        gallery = self.library.gallery(name)
        gallery.check_encoder(self.encoder.name, self.encoder.digest)
        return gallery

    def _find(self, name: str, image: RGBImage, faces: FaceChoice) -> "list[Face]":
        if faces == "all":
            found = chosen = self.finder.find(image)
        else:
            number = 1 if faces == "largest" else faces
            if number < 1:
                raise ValueError(f"faces are numbered from 1, but {number} was given")
            found = self.finder.find(image, limit=number)
            chosen = found[number - 1 :]
        if not found:
            raise FaceNotFound(
                f"{name}: shows no face; use a photo where the face is turned to the "
                "camera and not cut off (for a tight crop: recognise --cropped)"
            )
        if not chosen:
            raise FaceNotFound(
                f"{name}: has no face {faces}; faces are numbered from 1, the largest, "
                f"to {len(found)} in this photo"
            )
        return chosen


def _opened(photo: Path | str | RGBImage) -> tuple[str, RGBImage]:
    if isinstance(photo, (Path, str)):
        return str(photo), read_image(Path(photo))
    check_shape("image", photo, (None, None, 3))
    if photo.dtype != np.uint8 or min(photo.shape[:2]) < MIN_SIDE_PX:
        raise ImageError(
            f"an image must be uint8 with at least {MIN_SIDE_PX} pixels a side, but is "
            f"{photo.dtype} with {photo.shape[1]}×{photo.shape[0]}"
        )
    return "image", photo


def _answered(
    face: FaceResult,
    galleries: Mapping[str, Gallery],
    wanted: tuple[int, RetrievalPreset],
    neutral: NDArray[np.float64] | None,
) -> FaceResult:
    if face.geometry is None:
        return face
    query = Query(face.features, face.geometry, face.expression)
    rankings = {
        name: gallery.search(query_of_character(query, gallery, neutral), *wanted)
        for name, gallery in galleries.items()
    }
    return replace(
        face,
        matches={
            name: tuple(
                character_match(match, galleries[name].pose(match.index))
                for match in ranking.matches
            )
            for name, ranking in rankings.items()
        },
        certificates={name: ranking.certificate for name, ranking in rankings.items()},
    )
