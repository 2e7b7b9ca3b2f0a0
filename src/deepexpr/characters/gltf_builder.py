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
        fits = np.abs(deltas).max(initial=0.0) <= 1.0
        stored = np.where(moved[:, None], deltas, 0.0)
        rows = np.rint(stored * 32767).astype(np.int16) if fits else stored
        rows = rows if fits else stored.astype(np.float32)
        places = np.flatnonzero(np.any(rows != 0, axis=1))
        # A sparse accessor must name a row, even where nothing moves.
        places = places if len(places) else np.zeros(1, np.int64)
        kind = np.uint16 if len(rows) < 65536 else np.uint32
        accessor = _accessor(rows, normalised=fits, bounds=True)
        accessor["sparse"] = {
            "count": len(places),
            "indices": {
                "bufferView": self.view(places.astype(kind).tobytes()),
                "componentType": _TYPE_OF_DTYPE[np.dtype(kind)],
            },
            "values": {"bufferView": self.view(rows[places].tobytes())},
        }
        return self._append(accessor)

    def finish(self, document: dict[str, Any]) -> GLB:
        """Return the finished file in memory.

        Args:
            document: the JSON part without accessors, buffer views and buffers.
        """
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
