"""Writing a gallery folder whole: a reader or a crash sees the old one or the new."""

import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import GalleryError, OutputError
from deepexpr.core.files import sha256_of
from deepexpr.retrieval.gallery_files import (
    CARD_NAME,
    CHARACTER,
    DATA_FILES,
    INDEX_FILES,
    PICTURES_FILE,
    GalleryCard,
    previous_folder,
    read_card,
    settled_folder,
)
from deepexpr.retrieval.gallery_table import GalleryPose, table_text
from deepexpr.retrieval.geometric_distance import MEASURE_COUNT
from deepexpr.retrieval.index_files import LEAST_STORED, write_index
from deepexpr.retrieval.presets import SHARPNESS

_ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)
_ABANDONED_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class GalleryContent:
    """Everything that a gallery holds; all rows in the same order.

    Attributes:
        character: name of the character.
        encoder_name: name of the encoder that made the features.
        encoder_sha256: digest of its network file.
        controls: rig control names, the columns of the pose table.
        poses: one a row, with unique ids.
        features: (N, D) non-negative; stored as float16.
        probabilities: (N, 7); stored as float32.
        geometry: (N, 9); stored as float32.
        landmarks: (N, 49, 2) in pixels of a 256-pixel picture; stored as float32.
        kind: `CHARACTER` or `HUMAN`.
    """

    character: str
    encoder_name: str
    encoder_sha256: str
    controls: Sequence[str]
    poses: Sequence[GalleryPose]
    features: NDArray[Any]
    probabilities: NDArray[Any]
    geometry: NDArray[Any]
    landmarks: NDArray[Any]
    kind: str = CHARACTER

    def __post_init__(self) -> None:
        count = len(self.poses)
        if count == 0:
            raise GalleryError("a gallery needs at least one pose")
        check_shape("features", self.features, (count, None))
        check_shape("probabilities", self.probabilities, (count, 7))
        check_shape("geometry", self.geometry, (count, MEASURE_COUNT))
        check_shape("landmarks", self.landmarks, (count, 49, 2))


def write_gallery(
    folder: Path,
    content: GalleryContent,
    pictures: Iterable[bytes] | None,
    replaces: GalleryCard | None = None,
) -> None:
    """Write a gallery folder, in place of one that is there.

    Args:
        folder: where it shall lie.
        content: its rows.
        pictures: one encoded 192×192 WebP picture a row; None for a gallery without.
        replaces: card of the gallery that the content was made from, if it must still
            be the one that lies there.

    Raises:
        GalleryError: if the content contradicts itself, or another process has replaced
            the gallery meanwhile.
        OutputError: if the folder cannot be written; what was there stays.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    _remove_abandoned(folder)
    try:
        _write_files(partial, content, pictures)
        partial.chmod(0o755)
        _sync(partial)
        if replaces is not None and read_card(settled_folder(folder)) != replaces:
            raise GalleryError(
                f"{folder}: was changed by another process meanwhile; nothing was "
                "written, run the command again"
            )
        _take_place(partial, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove what a killed writer of this gallery left behind a day ago or earlier."""
    for partial in folder.parent.glob(f".{folder.name}-*"):
        with suppress(OSError):
            if time.time() - partial.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(partial, ignore_errors=True)


def _write_files(
    folder: Path, content: GalleryContent, pictures: Iterable[bytes] | None
) -> None:
    (folder / "poses.csv").write_text(
        table_text(content.poses, content.controls), "utf-8", newline=""
    )
    features = _half_precision(content.features)
    np.save(folder / "features.npy", features)
    for name in ("probabilities", "geometry", "landmarks"):
        np.save(folder / f"{name}.npy", getattr(content, name).astype(np.float32))
    names: tuple[str, ...] = DATA_FILES
    if pictures is not None:
        _write_pictures(folder / PICTURES_FILE, pictures, len(content.poses))
        names = (*names, PICTURES_FILE)
    if len(features) >= LEAST_STORED:
        write_index(folder, features, SHARPNESS)
        names = (*names, *INDEX_FILES)
    card = GalleryCard(
        character=content.character,
        kind=content.kind,
        encoder_name=content.encoder_name,
        encoder_sha256=content.encoder_sha256,
        count=len(content.poses),
        controls=tuple(content.controls),
        files={name: sha256_of(folder / name) for name in names},
        index_sharpness=SHARPNESS if len(features) >= LEAST_STORED else 1.0,
    )
    (folder / CARD_NAME).write_text(card.as_json(), "utf-8", newline="")


def _half_precision(features: NDArray[Any]) -> NDArray[np.float16]:
    with np.errstate(over="ignore"):
        half = np.asarray(features).astype(np.float16)
    if not (np.isfinite(half).all() and (half >= 0).all()):
        raise GalleryError(
            "features must be finite, not negative and at most 65504 to be stored"
        )
    return half


def _write_pictures(path: Path, pictures: Iterable[bytes], count: int) -> None:
    written = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for picture in pictures:
            entry = zipfile.ZipInfo(f"{written:06d}.webp", _ARCHIVE_DATE)
            archive.writestr(entry, picture)
            written += 1
    if written != count:
        raise GalleryError(f"{count} poses need {count} pictures, but got {written}")


def _take_place(partial: Path, folder: Path) -> None:
    """Swap the new folder in; at every moment one whole gallery can be found."""
    previous = previous_folder(folder)
    if not folder.exists() and previous.exists():
        previous.rename(folder)
    if folder.exists():
        shutil.rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    partial.rename(folder)
    with suppress(OSError):
        _sync_entry(folder.parent)
    shutil.rmtree(previous, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    with suppress(OSError):  # a folder cannot be opened for this on Windows
        _sync_entry(folder)


def _sync_entry(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(folder: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(
        f"{folder}: cannot be written ({reason}); name a folder that you may write to"
    )
