"""A gallery: the poses of one character, ready to be searched.

A gallery is a folder: gallery.json (character, encoder, digests), poses.csv,
features.npy, probabilities.npy, geometry.npy, landmarks.npy and pictures.zip (which a
gallery of people may lack), all in the same row order. It is written whole by
`gallery_writer` and never changed in place.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import GalleryError
from deepexpr.core.expression import Expression
from deepexpr.core.files import sha256_of
from deepexpr.core.images import RGBImage
from deepexpr.retrieval.gallery_files import (
    PICTURES_FILE,
    GalleryCard,
    folder_state,
    load_array,
    read_card,
    settled_folder,
)
from deepexpr.retrieval.gallery_table import GalleryPose, GalleryTable
from deepexpr.retrieval.index_files import read_index
from deepexpr.retrieval.nearest import SearchIndex
from deepexpr.retrieval.presets import (
    DEFAULT_PRESET,
    RETRIEVAL_PRESETS,
    SHARPNESS,
    RetrievalPreset,
)
from deepexpr.retrieval.search import (
    GalleryRanking,
    matches_of,
    same_label_then_geometry,
)

SHORTLIST = 50
"""How many matches are retrieved before those of one label are re-sorted."""

_LOAD_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What a gallery is searched for.

    Attributes:
        features: (D,) non-negative expression features.
        geometry: (9,) geometric measures of the aligned landmarks.
        label: its most probable expression, for re-sorting by label.
    """

    features: NDArray[np.float32]
    geometry: NDArray[np.float64]
    label: Expression


class Gallery:
    """The poses of one character with features, geometry and pictures.

    Attributes:
        folder: where it lies.
        card: whose poses these are and which encoder made the features.
        table: ids, labels and rig weights.
        features: (N, D) float16, non-negative, memory-mapped.
        probabilities: (N, 7) float32, memory-mapped.
        geometry: (N, 9) float32, memory-mapped.
        landmarks: (N, 49, 2) float32 in pixels of a 256-pixel picture, memory-mapped.
    """

    def __init__(self, folder: Path, card: GalleryCard) -> None:
        """Read the files that a card describes; use `load` instead.

        Raises:
            GalleryError: if a file is missing or is not the one the card describes.
        """
        self.folder = folder
        self.card = card
        for name in card.files:
            if name != PICTURES_FILE:
                self._check_digest(name)
        try:
            text = (folder / "poses.csv").read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise GalleryError(
                f"{folder / 'poses.csv'}: cannot be read ({error})"
            ) from error
        self.table = GalleryTable(text, str(folder / "poses.csv"))
        if len(self.table) != card.count:
            raise GalleryError(
                f"{folder}: gallery.json counts {card.count} poses, but poses.csv has "
                f"{len(self.table)}; build the gallery again"
            )
        self.features = self._array("features.npy", "float16", (None,))
        self.probabilities = self._array("probabilities.npy", "float32", (7,))
        self.geometry = self._array("geometry.npy", "float32", (9,))
        self.landmarks = self._array("landmarks.npy", "float32", (49, 2))
        self._indices: dict[float, SearchIndex] = {}

    @classmethod
    def load(cls, folder: Path) -> "Gallery":
        """Open a gallery folder and check it.

        All digests are checked here, that of the pictures when the first is asked for.
        A gallery that another process replaces at this moment is read old or new.

        Raises:
            GalleryError: if the folder is no gallery, or a file is missing or damaged.
        """
        for _ in range(_LOAD_ATTEMPTS):
            before = folder_state(folder)
            settled = settled_folder(folder)
            try:
                return cls(settled, read_card(settled))
            except GalleryError:
                if folder_state(folder) == before:
                    raise
        raise GalleryError(f"{folder}: is being replaced again and again; try later")

    def __len__(self) -> int:
        return self.card.count

    def check_encoder(self, name: str, sha256: str) -> None:
        """Raise unless the features were made by the encoder in use.

        Args:
            name: name of the encoder in use.
            sha256: digest of its network file.

        Raises:
            GalleryError: if they were made by another one.
        """
        if self.card.encoder_sha256 != sha256:
            raise GalleryError(
                f"{self.folder}: was made with the encoder {self.card.encoder_name} "
                f"({self.card.encoder_sha256[:12]}…), but the encoder in use is {name} "
                f"({sha256[:12]}…); build the gallery again"
            )

    def search(
        self,
        query: Query,
        count: int,
        preset: RetrievalPreset = RETRIEVAL_PRESETS[DEFAULT_PRESET],
    ) -> GalleryRanking:
        """Rank the poses for one query, exactly.

        With `preset.same_label_first` the `SHORTLIST` nearest are retrieved and those
        with the query's label come first, ordered by geometry.

        Args:
            query: features, measures and label of a face.
            count: how many matches to return; all if the gallery has fewer.
            preset: weights of features and geometry.

        Returns:
            The nearest poses and the proof.

        Raises:
            ShapeError: if the query's shapes do not fit the gallery.
            ValueError: if count is below 1 or the query holds impossible numbers.
        """
        return self.search_many([query], count, preset)[0]

    def search_many(
        self,
        queries: Sequence[Query],
        count: int,
        preset: RetrievalPreset = RETRIEVAL_PRESETS[DEFAULT_PRESET],
    ) -> list[GalleryRanking]:
        """Rank the poses for many queries, exactly; cheaper a query than `search`.

        Args:
            queries: features, measures and label of each face.
            count: how many matches to return; all if the gallery has fewer.
            preset: weights of features and geometry.

        Returns:
            One ranking a query, in their order.

        Raises:
            ShapeError: if a query's shapes do not fit the gallery.
            ValueError: if count is below 1 or a query holds impossible numbers.
        """
        if not queries:
            return []
        wanted = max(count, SHORTLIST) if preset.same_label_first else count
        if count < 1:
            raise ValueError(f"count must be at least 1, but is {count}")
        for query in queries:
            check_shape("query.features", query.features, self.features.shape[1:])
            check_shape("query.geometry", query.geometry, self.geometry.shape[1:])
        found = self.index(preset.sharpness).nearest(
            np.array([query.features for query in queries]),
            np.array([query.geometry for query in queries]),
            wanted,
            preset,
        )
        rankings = []
        for nearest, query in zip(found, queries, strict=True):
            matches = matches_of(nearest, self.table)
            if preset.same_label_first:
                matches = same_label_then_geometry(matches, query.label)
            rankings.append(GalleryRanking(matches[:count], nearest.certificate))
        return rankings

    def pose(self, index: int) -> GalleryPose:
        """Return the rig weights of one row.

        Raises:
            GalleryError: if the row holds something that is no number.
        """
        return self.table.pose(index)

    def picture(self, index: int) -> RGBImage:
        """Return the picture of one row: (192, 192, 3) uint8 RGB.

        Raises:
            GalleryError: if the archive is missing or damaged.
        """
        if not self.card.has_pictures:
            raise GalleryError(
                f"{self.folder}: holds no pictures; build the gallery with --thumbnails"
            )
        name = f"{index:06d}.webp"
        try:
            with Image.open(io.BytesIO(self.pictures.read(name))) as picture:
                return np.array(picture.convert("RGB"), np.uint8)
        except (
            KeyError, OSError, ValueError, zipfile.BadZipFile, UnidentifiedImageError,
        ) as error:  # fmt: skip
            raise GalleryError(
                f"{self.folder / PICTURES_FILE}: picture {name} is missing or "
                "damaged; build the gallery again"
            ) from error

    @cached_property
    def pictures(self) -> zipfile.ZipFile:
        """Archive of the pictures, one `NNNNNN.webp` a row."""
        path = self.folder / PICTURES_FILE
        self._check_digest(path.name)
        try:
            return zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        except (OSError, zipfile.BadZipFile) as error:
            raise GalleryError(
                f"{path}: is damaged; build the gallery again"
            ) from error

    def index(self, sharpness: float = SHARPNESS) -> SearchIndex:
        """What searches use; read or made when it is first asked for.

        Args:
            sharpness: power that features are raised to before they are compared.

        Raises:
            GalleryError: if an index file is not the array it should be.
        """
        if sharpness not in self._indices:
            stored = None
            if self.card.has_index and self.card.index_sharpness == sharpness:
                stored = read_index(self.folder, self.features, sharpness)
            self._indices[sharpness] = SearchIndex(
                self.features, self.geometry, stored, sharpness
            )
        return self._indices[sharpness]

    def _array(
        self, name: str, dtype: str, row_shape: tuple[int | None, ...]
    ) -> NDArray[Any]:
        return load_array(self.folder / name, dtype, (self.card.count, *row_shape))

    def _check_digest(self, name: str) -> None:
        path = self.folder / name
        try:
            actual = sha256_of(path)
        except OSError as error:
            raise GalleryError(
                f"{path}: is missing from the gallery; build it again"
            ) from error
        if actual != self.card.files[name]:
            raise GalleryError(
                f"{path}: is not the file that gallery.json describes (sha256 "
                f"{actual[:12]}…, expected {self.card.files[name][:12]}…); build the "
                "gallery again"
            )
