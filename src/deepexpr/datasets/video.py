"""Videos: what an AVI file's header says, and frames through an optional library."""

import importlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from deepexpr.core.errors import DatasetError, ImageError
from deepexpr.core.images import RGBImage

_HEADER_BYTES = 4096
_MAIN_HEADER = struct.Struct("<4sI10I")


@dataclass(frozen=True, slots=True)
class AviHeader:
    """What the main header of an AVI file says.

    Attributes:
        frames: number of frames.
        width_px: width of a frame.
        height_px: height of a frame.
    """

    frames: int
    width_px: int
    height_px: int


def read_avi_header(path: Path) -> AviHeader:
    """Read the main header of an AVI file; needs no video library.

    Source: Microsoft, "AVI RIFF File Reference", structure AVIMAINHEADER.

    Raises:
        DatasetError: if the file cannot be opened or is no AVI file.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_BYTES)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DatasetError(f"{path}: cannot be opened ({reason})") from error
    position = start.find(b"avih")
    complete = 0 <= position <= len(start) - _MAIN_HEADER.size
    if start[:4] != b"RIFF" or start[8:12] != b"AVI " or not complete:
        raise DatasetError(f"{path}: is not an AVI video; copy or unpack it again")
    fields = _MAIN_HEADER.unpack_from(start, position)
    return AviHeader(frames=fields[6], width_px=fields[10], height_px=fields[11])


class VideoReader:
    """Reads frames of one video by number, fastest in rising order.

    Frames are decoded one after the other from the start, because seeking in old AVI
    files lands on the nearest complete frame instead of the one asked for.
    """

    def __init__(self, path: Path) -> None:
        """Open a video.

        Raises:
            DatasetError: if PyAV is not installed, or the video cannot be opened.
        """
        self.path = path
        self._current: Any = None
        self._library = _video_library(path)
        self._open()

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def frame(self, index: int) -> RGBImage:
        """Frame number `index`, counted from 0, as (H, W, 3) uint8 RGB.

        Raises:
            ImageError: if the video has no such frame or is damaged before it.
        """
        if index < self._next:
            self.close()
            self._open()
        while self._next <= index:
            try:
                decoded = next(self._frames, None)
            except self._library.FFmpegError as error:
                raise ImageError(
                    f"{self.path}#{self._next}: cannot be decoded ({error}); copy the "
                    "video again"
                ) from error
            if decoded is None:
                raise ImageError(
                    f"{self.path}#{index}: there is no such frame; the video has "
                    f"{self._next}"
                )
            self._current = decoded
            self._next += 1
        return np.asarray(self._current.to_ndarray(format="rgb24"), dtype=np.uint8)

    def _open(self) -> None:
        try:
            self._container = self._library.open(str(self.path))
            self._frames: Iterator[Any] = self._container.decode(video=0)
        except (OSError, IndexError, self._library.FFmpegError) as error:
            raise DatasetError(
                f"{self.path}: cannot be opened as a video ({error}); copy or unpack "
                "it again"
            ) from error
        self._next = 0


def _video_library(path: Path) -> ModuleType:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise DatasetError(
            f"{path}: reading frames of a video needs the library PyAV; install it "
            "with: pip install av"
        ) from error
