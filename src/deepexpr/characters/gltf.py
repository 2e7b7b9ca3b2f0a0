"""Reading binary glTF files (GLB): the container, accessors and images.

Source: Khronos, glTF 2.0 specification, sections 3.6 (binary data) and 4.4 (GLB).
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import CharacterError

GLB_MAGIC = 0x46546C67
JSON_CHUNK = 0x4E4F534A
BINARY_CHUNK = 0x004E4942

COMPONENT_TYPES: dict[int, np.dtype[Any]] = {
    5120: np.dtype("<i1"),
    5121: np.dtype("<u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
"""glTF component type to the little-endian type of its numbers."""

ELEMENT_SIZES = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
"""glTF element type to its count of numbers."""


@dataclass(frozen=True, slots=True)
class GLB:
    """A binary glTF file in memory.

    Attributes:
        document: the JSON part.
        binary: the one buffer; may be empty.
    """

    document: dict[str, Any]
    binary: bytes

    def listed(self, key: str) -> list[dict[str, Any]]:
        """Return a top-level list such as "nodes"; empty where the file has none."""
        found: list[dict[str, Any]] = self.document.get(key, [])
        return found

    def view(self, index: int) -> bytes:
        """Return the bytes of one buffer view, stride included.

        Raises:
            CharacterError: if the view reaches beyond the buffer.
        """
        view = self.listed("bufferViews")[index]
        start = view.get("byteOffset", 0)
        stop = start + view["byteLength"]
        if view.get("buffer", 0) != 0 or stop > len(self.binary):
            raise CharacterError(f"buffer view {index} reaches beyond the GLB's buffer")
        return self.binary[start:stop]

    def accessor(self, index: int) -> NDArray[Any]:
        """Decode one accessor.

        Args:
            index: number of the accessor.

        Returns:
            (count, k) numbers, or (count,) for scalars. Normalised integers come as
            float32 in [0, 1] or [-1, 1]; sparse values are filled in.

        Raises:
            CharacterError: if its data is missing or too short.
        """
        accessor = self.listed("accessors")[index]
        values = self._dense(index, accessor)
        sparse = accessor.get("sparse")
        if sparse is not None:
            places, replacements = self._sparse(index, accessor, sparse)
            values[places] = replacements
        if accessor.get("normalized", False):
            values = denormalised(values)
        return values[:, 0] if accessor["type"] == "SCALAR" else values

    def sparse_parts(self, index: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Decode an accessor into the rows that differ from 0 and their values.

        Args:
            index: number of the accessor, sparse or dense.

        Returns:
            (k,) row numbers and (k, c) values, decoded as by `accessor`.
        """
        accessor = self.listed("accessors")[index]
        sparse = accessor.get("sparse")
        if sparse is None or "bufferView" in accessor:
            values = self.accessor(index)
            rows = np.flatnonzero(values.reshape(len(values), -1).any(axis=1))
            return rows, values[rows]
        rows, values = self._sparse(index, accessor, sparse)
        if accessor.get("normalized", False):
            values = denormalised(values)
        return rows, values

    def image(self, index: int) -> bytes:
        """Return the encoded bytes of one embedded image.

        Raises:
            CharacterError: if the image lies outside the file.
        """
        image = self.listed("images")[index]
        if "bufferView" not in image:
            raise CharacterError(f"image {index} of the GLB is not embedded")
        return self.view(image["bufferView"])

    def _dense(self, index: int, accessor: dict[str, Any]) -> NDArray[Any]:
        kind = COMPONENT_TYPES[accessor["componentType"]]
        size, count = ELEMENT_SIZES[accessor["type"]], accessor["count"]
        if "bufferView" not in accessor:
            return np.zeros((count, size), kind)
        data = self.view(accessor["bufferView"])
        stride = self.listed("bufferViews")[accessor["bufferView"]].get("byteStride")
        stride = stride or size * kind.itemsize
        offset = accessor.get("byteOffset", 0)
        if count and offset + stride * (count - 1) + size * kind.itemsize > len(data):
            raise CharacterError(f"accessor {index} reaches beyond its buffer view")
        rows = np.ndarray((count, size), kind, data, offset, (stride, kind.itemsize))
        return rows.copy()

    def _sparse(
        self, index: int, accessor: dict[str, Any], sparse: dict[str, Any]
    ) -> tuple[NDArray[np.int64], NDArray[Any]]:
        count, where, what = sparse["count"], sparse["indices"], sparse["values"]
        kind = COMPONENT_TYPES[accessor["componentType"]]
        size = ELEMENT_SIZES[accessor["type"]]
        try:
            rows = np.frombuffer(
                self.view(where["bufferView"]),
                COMPONENT_TYPES[where["componentType"]],
                count,
                where.get("byteOffset", 0),
            ).astype(np.int64)
            values = np.frombuffer(
                self.view(what["bufferView"]),
                kind,
                count * size,
                what.get("byteOffset", 0),
            ).reshape(count, size)
        except ValueError as error:
            raise CharacterError(
                f"sparse accessor {index} reaches beyond its buffer view"
            ) from error
        if count and rows.max() >= accessor["count"]:
            raise CharacterError(f"sparse accessor {index} names rows that it lacks")
        return rows, values


def denormalised(values: NDArray[Any]) -> NDArray[np.float32]:
    """Turn normalised integers into float32; floats pass unchanged.

    Args:
        values: integers of 8 or 16 bits, any shape.

    Returns:
        Same shape, in [0, 1] for unsigned and [-1, 1] for signed integers.
    """
    scaled: NDArray[np.float32] = values.astype(np.float32)
    if values.dtype.kind != "f":
        scaled /= np.iinfo(values.dtype).max
        np.maximum(scaled, -1.0, out=scaled)
    return scaled


def read_glb(path: Path) -> GLB:
    """Read a binary glTF file.

    Raises:
        CharacterError: if the file is missing or is not a whole GLB of version 2.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CharacterError(f"{path}: cannot be read ({reason})") from error
    try:
        return parse_glb(data)
    except CharacterError as error:
        raise CharacterError(f"{path}: {error}") from error


def parse_glb(data: bytes) -> GLB:
    """Take a binary glTF file apart.

    Raises:
        CharacterError: if the bytes are not a whole GLB of version 2.
    """
    if len(data) < 20 or struct.unpack_from("<I", data)[0] != GLB_MAGIC:
        raise CharacterError("not a binary glTF file; export the model as .glb")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise CharacterError(f"glTF version {version}; only version 2 can be read")
    if length > len(data):
        raise CharacterError(f"cut off: {len(data)} of {length} bytes are there")
    chunks = _chunks(data[:length])
    try:
        document = json.loads(chunks[JSON_CHUNK].decode("utf-8"))
    except (KeyError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CharacterError("the GLB has no readable JSON part") from error
    return GLB(document, chunks.get(BINARY_CHUNK, b""))


def _chunks(data: bytes) -> dict[int, bytes]:
    chunks: dict[int, bytes] = {}
    offset = 12
    while offset + 8 <= len(data):
        length, kind = struct.unpack_from("<II", data, offset)
        offset += 8
        if offset + length > len(data):
            raise CharacterError("a chunk reaches beyond the end of the GLB")
        chunks.setdefault(kind, data[offset : offset + length])
        offset += length
    return chunks
