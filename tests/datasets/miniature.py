"""Tiny pictures, archives and videos from which the tests build data set folders."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

SIDE_PX = 16


def picture_bytes(kind: str = "PNG", side_px: int = SIDE_PX, grey: int = 128) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (side_px, side_px), grey).save(stream, kind)
    return stream.getvalue()


def write_picture(path: Path, side_px: int = SIDE_PX, grey: int = 128) -> Path:
    kind = {".jpg": "JPEG", ".tiff": "TIFF", ".webp": "WEBP"}.get(
        path.suffix.lower(), "PNG"
    )
    return write_bytes(path, picture_bytes(kind, side_px, grey))


def write_text(path: Path, text: str) -> Path:
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_avi(
    path: Path,
    colours: Sequence[tuple[int, int, int]],
    size_px: tuple[int, int] = (32, 24),
) -> Path:
    """A Motion-JPEG video with one frame a colour; the left half of each is black."""
    width, height = size_px
    frames = [_frame(colour, width, height) for colour in colours]
    chunks = b"".join(_chunk(b"00dc", frame) for frame in frames)
    return write_bytes(path, _avi(chunks, len(frames), width, height))


def _frame(colour: tuple[int, int, int], width: int, height: int) -> bytes:
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, width // 2 :] = colour
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=95, subsampling=0)
    return stream.getvalue()


def _avi(chunks: bytes, frames: int, width: int, height: int) -> bytes:
    main = struct.pack(
        "<14I", 50_000, 0, 0, 0, frames, 0, 1, 0, width, height, 0, 0, 0, 0
    )
    stream = struct.pack(
        "<4s4sI2H8I4H",
        *(b"vids", b"MJPG", 0, 0, 0, 0, 1, 20, 0, frames, 0, 0, 0, 0, 0, width, height),
    )
    bitmap = struct.pack(
        "<I2i2H4s5I", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0
    )
    described = _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", bitmap))
    header = _list(b"hdrl", _chunk(b"avih", main) + described)
    content = b"AVI " + header + _list(b"movi", chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _list(kind: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", kind + content)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
