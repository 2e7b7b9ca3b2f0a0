"""Writing binary glTF files (GLB): one buffer, filled accessor by accessor.

Source: Khronos, glTF 2.0 specification, and its extension KHR_mesh_quantization.
"""

import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.gltf import (
    BINARY_CHUNK,
    COMPONENT_TYPES,
    GLB,
    GLB_MAGIC,
    JSON_CHUNK,
)

VERTEX_BUFFER = 34962
INDEX_BUFFER = 34963

_TYPE_OF_DTYPE = {kind: number for number, kind in COMPONENT_TYPES.items()}
_TYPE_OF_SIZE = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


@dataclass(slots=True)
class GLBBuilder:
    """Collects the binary part of a GLB and the tables that describe it.

    Attributes:
        accessors: glTF accessors written so far.
        views: glTF buffer views written so far.
        data: the buffer.
    """

    accessors: list[dict[str, Any]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    _shared: dict[str, tuple[int, bytearray]] = field(default_factory=dict)
    _still: dict[int, int] = field(default_factory=dict)

    def view(self, content: bytes, **properties: int) -> int:
        """Append bytes as a buffer view, aligned to four; return its number."""
        self.data.extend(b"\0" * (-len(self.data) % 4))
        self.views.append(
            {
                "buffer": 0,
                "byteOffset": len(self.data),
                "byteLength": len(content),
                **properties,
            }
        )
        self.data.extend(content)
        return len(self.views) - 1

    def attribute(
        self, values: NDArray[Any], *, normalised: bool = False, bounds: bool = False
    ) -> int:
        """Append a vertex attribute; return the number of its accessor.

        Args:
            values: (n, k) numbers of a glTF component type.
            normalised: whether integers stand for fractions of their largest value.
            bounds: whether to state the smallest and largest values; positions must.
        """
        rows = np.ascontiguousarray(values)
        width = rows.shape[1] * rows.itemsize
        padded = np.zeros((len(rows), width + -width % 4), np.uint8)
        padded[:, :width] = rows.view(np.uint8).reshape(len(rows), width)
        view = self.view(
            padded.tobytes(), target=VERTEX_BUFFER, byteStride=padded.shape[1]
        )
        accessor = _accessor(rows, normalised=normalised, bounds=bounds)
        return self._append({"bufferView": view, **accessor})

    def plain(self, values: NDArray[Any], *, bounds: bool = False) -> int:
        """Append numbers that are no vertex attribute, such as matrices or times."""
        rows = np.ascontiguousarray(values)
        rows = rows.reshape(len(rows), -1)
        view = self.view(rows.tobytes())
        accessor = _accessor(rows, normalised=False, bounds=bounds)
        return self._append({"bufferView": view, **accessor})

    def indices(self, triangles: NDArray[Any], vertex_count: int) -> int:
        """Append triangle corners, as small as the vertex count allows."""
        kind = np.uint16 if vertex_count < 65535 else np.uint32
        corners = np.ascontiguousarray(triangles, kind).reshape(-1, 1)
        view = self.view(corners.tobytes(), target=INDEX_BUFFER)
        accessor = _accessor(corners, normalised=False, bounds=False)
        return self._append({"bufferView": view, **accessor})

    def offsets(self, deltas: NDArray[np.float64], smallest: float) -> int:
        """Append the position offsets of a morph target as a sparse accessor.

        Args:
            deltas: (n, 3) offsets; stored as normalised 16-bit integers where all lie
                in [-1, 1], else as float32.
            smallest: offsets no longer than this are left out.

        Returns:
            The number of the accessor.
        """
        moved = np.linalg.norm(deltas, axis=1) > smallest
        stored = np.where(moved[:, None], deltas, 0.0)
        if np.abs(stored).max(initial=0.0) > 1.0:
            return self._sparse(stored.astype(np.float32), normalised=False)
        return self._sparse(np.rint(stored * 32767).astype(np.int16), normalised=True)

    def steps(self, deltas: NDArray[np.int64]) -> int:
        """Append the offsets of a morph target that are counted in steps.

        Args:
            deltas: (n, 3) whole numbers; stored as bytes where all fit, else as 16-bit
                integers.

        Returns:
            The number of the accessor.
        """
        largest = np.abs(deltas).max(initial=0)
        return self._sparse(
            deltas.astype(np.int8 if largest <= 127 else np.int16), normalised=False
        )

    def _sparse(self, rows: NDArray[Any], *, normalised: bool) -> int:
        places = np.flatnonzero(np.any(rows != 0, axis=1))
        if not len(places):
            return self._nothing(len(rows))
        kind = _smallest_kind(len(rows) - 1)
        accessor = _accessor(rows, normalised=normalised, bounds=True)
        accessor["sparse"] = {
            "count": len(places),
            "indices": {
                **self._place("rows", places.astype(kind)),
                "componentType": _TYPE_OF_DTYPE[np.dtype(kind)],
            },
            "values": self._place("values", rows[places]),
        }
        return self._append(accessor)

    def _nothing(self, count: int) -> int:
        """An accessor of zeros, which needs no data; one serves all of a length."""
        if count not in self._still:
            zeros = _accessor(
                np.zeros((count, 3), np.int8), normalised=False, bounds=True
            )
            self._still[count] = self._append(zeros)
        return self._still[count]

    def _place(self, name: str, values: NDArray[Any]) -> dict[str, int]:
        """Append numbers to a view that many sparse accessors share."""
        if name not in self._shared:
            self.views.append({"buffer": 0})
            self._shared[name] = (len(self.views) - 1, bytearray())
        view, content = self._shared[name]
        content.extend(b"\0" * (-len(content) % values.itemsize))
        start = len(content)
        content.extend(values.tobytes())
        return {"bufferView": view, "byteOffset": start}

    def finish(self, document: dict[str, Any]) -> GLB:
        """Return the finished file in memory.

        Args:
            document: the JSON part without accessors, buffer views and buffers.
        """
        for view, content in self._shared.values():
            self.data.extend(b"\0" * (-len(self.data) % 4))
            place = {"byteOffset": len(self.data), "byteLength": len(content)}
            self.views[view].update(place)
            self.data.extend(content)
        self._shared.clear()
        self.data.extend(b"\0" * (-len(self.data) % 4))
        whole = {
            **document,
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{"byteLength": len(self.data)}],
        }
        return GLB(whole, bytes(self.data))

    def _append(self, accessor: dict[str, Any]) -> int:
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def glb_bytes(glb: GLB) -> bytes:
    """Return the bytes of a GLB file; equal contents give equal bytes."""
    text = json.dumps(glb.document, separators=(",", ":"), ensure_ascii=False)
    document = text.encode()
    document += b" " * (-len(document) % 4)
    binary = glb.binary + b"\0" * (-len(glb.binary) % 4)
    parts = [
        struct.pack("<II", len(document), JSON_CHUNK),
        document,
        struct.pack("<II", len(binary), BINARY_CHUNK),
        binary,
    ]
    length = 12 + sum(map(len, parts))
    return struct.pack("<III", GLB_MAGIC, 2, length) + b"".join(parts)


def _smallest_kind(largest: int) -> type[np.unsignedinteger[Any]]:
    """The smallest type of whole numbers that holds 0 to `largest`."""
    if largest < 256:
        return np.uint8
    return np.uint16 if largest < 65536 else np.uint32


def _accessor(rows: NDArray[Any], *, normalised: bool, bounds: bool) -> dict[str, Any]:
    accessor: dict[str, Any] = {
        "componentType": _TYPE_OF_DTYPE[rows.dtype],
        "count": len(rows),
        "type": _TYPE_OF_SIZE[rows.shape[1]],
    }
    if normalised:
        accessor["normalized"] = True
    if bounds:
        accessor["min"] = rows.min(axis=0).tolist()
        accessor["max"] = rows.max(axis=0).tolist()
    return accessor
