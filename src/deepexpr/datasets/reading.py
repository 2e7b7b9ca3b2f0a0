"""Opening the pictures that samples refer to."""

import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from deepexpr.core.errors import DatasetError, ImageError
from deepexpr.core.images import RGBImage, read_image
from deepexpr.datasets.base import ImageFile, ImageReference, VideoFrame, ZipMember
from deepexpr.datasets.video import VideoReader


class ImageReader:
    """Reads pictures by reference; keeps archives and the last video open.

    Frames of one video are read fastest in rising order. A reader belongs to one
    process; use it as a context manager, or close it.
    """

    def __init__(self) -> None:
        self._archives: dict[Path, zipfile.ZipFile] = {}
        self._video: VideoReader | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all files."""
        for archive in self._archives.values():
            archive.close()
        self._archives.clear()
        if self._video is not None:
            self._video.close()
            self._video = None

    def read(self, reference: ImageReference) -> RGBImage:
        """Picture of a reference, upright, (H, W, 3) uint8 RGB.

        Raises:
            ImageError: if the picture is missing or damaged.
            DatasetError: if the archive or video it lies in cannot be opened, or a
                video is asked for and PyAV is not installed.
        """
        match reference:
            case ImageFile():
                return read_image(reference.path)
            case ZipMember():
                return read_image(self._member(reference), str(reference))
            case VideoFrame():
                picture = self._opened_video(reference.path).frame(reference.index)
                upright = np.rot90(picture, -reference.quarter_turns)
                return np.ascontiguousarray(upright)

    def _member(self, reference: ZipMember) -> bytes:
        if reference.archive not in self._archives:
            self._archives[reference.archive] = open_archive(reference.archive)
        try:
            return self._archives[reference.archive].read(reference.member)
        except (KeyError, zipfile.BadZipFile) as error:
            raise ImageError(f"{reference}: is missing or damaged ({error})") from error

    def _opened_video(self, path: Path) -> VideoReader:
        if self._video is None or self._video.path != path:
            if self._video is not None:
                self._video.close()
                self._video = None
            self._video = VideoReader(path)
        return self._video


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip archive for reading; the caller closes it.

    Raises:
        DatasetError: if it cannot be opened or is no zip archive.
    """
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise DatasetError(
            f"{path}: cannot be opened as a zip archive ({error}); copy it again"
        ) from error
