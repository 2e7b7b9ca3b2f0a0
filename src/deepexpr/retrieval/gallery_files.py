"""The files of a gallery folder: its card, its arrays, and where it lies just now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import GalleryError, ShapeError

FORMAT = 1
CARD_NAME = "gallery.json"
DATA_FILES = (
    "poses.csv",
    "features.npy",
    "probabilities.npy",
    "geometry.npy",
    "landmarks.npy",
)
"""What every gallery folder holds beside its card."""

PICTURES_FILE = "pictures.zip"
"""Thumbnails; a gallery of people may do without."""

CHARACTER, HUMAN = "character", "human"
"""Kinds of galleries: poses of one character, or faces of people."""

INDEX_FILES = ("index_basis.npy", "index_sketches.npy", "index_rows.npy")
"""The search index, which large galleries hold too (see `index_files`)."""


@dataclass(frozen=True, slots=True)
class GalleryCard:
    """What gallery.json says.

    Attributes:
        character: name of the character.
        kind: `CHARACTER`, or `HUMAN` for a gallery of people.
        encoder_name: name of the encoder that made the features.
        encoder_sha256: digest of its network file.
        count: number of poses.
        controls: names of the rig controls that are columns of poses.csv.
        files: name of each file to its SHA-256 digest.
        index_sharpness: what the stored search index was made for; see
            `presets.RetrievalPreset`.
    """

    character: str
    kind: str
    encoder_name: str
    encoder_sha256: str
    count: int
    controls: tuple[str, ...]
    files: Mapping[str, str]
    index_sharpness: float = 1.0

    @property
    def has_pictures(self) -> bool:
        """Whether there is a thumbnail of every row."""
        return PICTURES_FILE in self.files

    @property
    def has_index(self) -> bool:
        """Whether the search index is stored in the folder."""
        return all(name in self.files for name in INDEX_FILES)

    def as_json(self) -> str:
        """Text of gallery.json."""
        document = {
            "format": FORMAT,
            "character": self.character,
            "kind": self.kind,
            "encoder": {"name": self.encoder_name, "sha256": self.encoder_sha256},
            "count": self.count,
            "controls": list(self.controls),
            "files": dict(self.files),
        }
        if self.has_index:
            document["index_sharpness"] = self.index_sharpness
        return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_card(folder: Path) -> GalleryCard:
    """Read gallery.json of a folder.

    Raises:
        GalleryError: if it is missing, damaged or of another format.
    """
    path = folder / CARD_NAME
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["format"] != FORMAT:
            raise GalleryError(
                f"{path}: has format {document['format']}, but this version reads "
                f"format {FORMAT}; build the gallery again"
            )
        card = GalleryCard(
            character=str(document["character"]),
            kind=str(document["kind"]),
            encoder_name=str(document["encoder"]["name"]),
            encoder_sha256=str(document["encoder"]["sha256"]),
            count=int(document["count"]),
            controls=tuple(map(str, document["controls"])),
            files=_digests(document["files"]),
            index_sharpness=float(document.get("index_sharpness", 1.0)),
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise GalleryError(
            f"{folder}: is no gallery, gallery.json cannot be read ({reason})"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise GalleryError(f"{path}: is damaged; build the gallery again") from error
    if card.count < 1:
        raise GalleryError(f"{folder}: is a gallery without poses; build it again")
    return card


def _digests(files: Mapping[str, object]) -> dict[str, str]:
    """Digests of the known files; those of every gallery must be there."""
    optional = (PICTURES_FILE, *INDEX_FILES)
    stored = tuple(name for name in optional if name in files)
    return {name: str(files[name]) for name in (*DATA_FILES, *stored)}


def load_array(path: Path, dtype: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Map an array file into memory, read-only.

    Args:
        path: a .npy file.
        dtype: the number type it must have.
        shape: the shape it must have; None stands for any length.

    Raises:
        GalleryError: if it is no such array.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        check_shape(path.name, array, shape)
    except (OSError, ValueError, EOFError, ShapeError) as error:
        raise GalleryError(
            f"{path}: is not the array it should be ({error}); build the gallery again"
        ) from error
    if array.dtype != np.dtype(dtype):
        raise GalleryError(
            f"{path}: must hold {dtype} numbers, but holds {array.dtype}; build the "
            "gallery again"
        )
    return np.asarray(array)


def previous_folder(folder: Path) -> Path:
    """Where the old gallery waits while a new one takes its place."""
    return folder.with_name(f".{folder.name}.previous")


def settled_folder(folder: Path) -> Path:
    """Return the folder that holds a gallery now, also while it is being replaced.

    A gallery is replaced by two renames; between them, or after a crash between them,
    the old one still lies in `previous_folder`.
    """
    previous = previous_folder(folder)
    if not folder.exists() and previous.exists():
        return previous
    return folder


def folder_state(folder: Path) -> tuple[tuple[int, int] | None, ...]:
    """Which folders lie at a gallery's two places now; changes when one is replaced."""
    return tuple(_identity(place) for place in (folder, previous_folder(folder)))


def _identity(place: Path) -> tuple[int, int] | None:
    try:
        status = place.stat()
    except OSError:
        return None
    return status.st_ino, status.st_ctime_ns
