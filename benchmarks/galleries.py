"""Random galleries for benchmarks: features like those of encoders, and harder ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH = 512
KINDS = ("faces", "noise")
"""`faces`: activations of a random layer over a few hidden movements of a face in seven
expressions, with a little noise; what an encoder gives. `noise`: every activation
independent of all others, so that all entries are nearly equally far from each other;
no bound can tell them apart."""

_HIDDEN = 16
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Gallery:
    """A gallery and queries of the same kind.

    Attributes:
        kind: one of `KINDS`.
        features: (N, 512) float16.
        geometry: (N, 9) float32.
        queries: (Q, 512) float16.
        query_geometry: (Q, 9) float32.
    """

    kind: str
    features: NDArray[np.float16]
    geometry: NDArray[np.float32]
    queries: NDArray[np.float16]
    query_geometry: NDArray[np.float32]


def random_gallery(kind: str, size: int, queries: int) -> Gallery:
    """Make a gallery; the same arguments give the same numbers."""
    rng = np.random.default_rng(size)
    make = _faces if kind == "faces" else _noise
    rows = [
        make(rng, min(_ROWS_AT_ONCE, size - start))
        for start in range(0, size, _ROWS_AT_ONCE)
    ]
    return Gallery(
        kind,
        np.concatenate(rows),
        rng.normal(0.3, 0.05, (size, 9)).astype(np.float32),
        make(rng, queries),
        rng.normal(0.3, 0.05, (queries, 9)).astype(np.float32),
    )


def _faces(rng: np.random.Generator, count: int) -> NDArray[np.float16]:
    layer = np.random.default_rng(7)
    weights = layer.normal(0, 0.5, (_HIDDEN, WIDTH))
    shift = layer.normal(-0.6, 0.5, WIDTH)
    centres = layer.normal(0, 1.2, (7, _HIDDEN))
    hidden = centres[rng.integers(7, size=count)]
    hidden = hidden + rng.normal(0, 0.6, (count, _HIDDEN))
    active = hidden @ weights + shift + rng.normal(0, 0.15, (count, WIDTH))
    halves: NDArray[np.float16] = np.maximum(active, 0).astype(np.float16)
    return halves


def _noise(rng: np.random.Generator, count: int) -> NDArray[np.float16]:
    active = rng.standard_normal((count, WIDTH), np.float32) - np.float32(0.3)
    halves: NDArray[np.float16] = np.maximum(active, 0).astype(np.float16)
    return halves
