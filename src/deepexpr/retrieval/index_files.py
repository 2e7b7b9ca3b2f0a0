"""The search index of a large gallery as files beside its features.

Making an index reads every feature once, which takes seconds for a million poses. Large
galleries therefore store it, memory-mapped like their features; for small ones it is
made in a moment when it is first needed.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.retrieval.entries import Entries
from deepexpr.retrieval.gallery_files import INDEX_FILES, load_array
from deepexpr.retrieval.sketch import Sketch

LEAST_STORED = 16_384
"""Galleries of fewer poses do without index files."""


def write_index(folder: Path, features: NDArray[np.float16], sharpness: float) -> None:
    """Write the index files of features into a folder.

    They hold basis and rows of the `Sketch`, and scale and entropy of the `Entries`.

    Raises:
        OSError: if a file cannot be written.
        ValueError: if a feature is negative or not finite.
    """
    entries = Entries.of(features, sharpness)
    sketch = Sketch.of(entries)
    basis, sketches, rows = (folder / name for name in INDEX_FILES)
    np.save(basis, sketch.basis)
    np.save(sketches, sketch.rows)
    np.save(rows, np.column_stack([entries.scale, entries.entropy]))


def read_index(
    folder: Path, features: NDArray[Any], sharpness: float
) -> tuple[Entries, Sketch]:
    """Map the index files of a gallery into memory.

    Args:
        folder: the gallery.
        features: (N, D) float16 as stored.
        sharpness: what the index was written for.

    Raises:
        GalleryError: if a file is missing, or is not the array it should be.
    """
    count, width = features.shape
    basis_path, sketches_path, rows_path = (folder / name for name in INDEX_FILES)
    basis = load_array(basis_path, "float32", (width, None))
    sketches = load_array(sketches_path, "float32", (count, basis.shape[1] + 1))
    rows = load_array(rows_path, "float32", (count, 2))
    scale = np.ascontiguousarray(rows[:, 0])
    entropy = np.ascontiguousarray(rows[:, 1])
    blank = np.flatnonzero(scale == 0)
    entries = Entries(features, scale, entropy, blank, sharpness)
    return entries, Sketch(basis, sketches)
