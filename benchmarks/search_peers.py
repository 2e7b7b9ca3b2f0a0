"""The peers of the search benchmark, each behind the same call."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.galleries import Gallery
from deepexpr.retrieval.divergence import as_distributions
from deepexpr.retrieval.presets import SHARPNESS

Search = Callable[[slice], list[NDArray[Any]]]
"""Searches for some queries: their row numbers in, the rows found for each out."""

_ROWS_AT_ONCE = 4096


def faiss_flat(gallery: Gallery, count: int) -> Search:
    """FAISS' flat index with METRIC_JensenShannon.

    The metric returns NaN where a coordinate is 0, so zeros become 1e-12 for it.
    """
    import faiss  # type: ignore[import-not-found, unused-ignore]

    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlat(gallery.features.shape[1], faiss.METRIC_JensenShannon)
    index.add(_positive(gallery.features))
    queries = _positive(gallery.queries)

    def search(rows: slice) -> list[NDArray[Any]]:
        _, found = index.search(queries[rows], count)
        return list(found)

    return search


def nmslib_sequential(gallery: Gallery, count: int) -> Search:
    """NMSLIB's exhaustive search in the space jsmetrfast."""
    import nmslib  # type: ignore[import-not-found, unused-ignore]

    index = nmslib.init(method="seq_search", space="jsmetrfast")
    index.addDataPointBatch(_positive(gallery.features))
    index.createIndex({}, print_progress=False)
    queries = _positive(gallery.queries)

    def search(rows: slice) -> list[NDArray[Any]]:
        found = index.knnQueryBatch(queries[rows], k=count, num_threads=1)
        return [entries for entries, _ in found]

    return search


def scipy_full_scan(gallery: Gallery, count: int) -> Search:
    """A full scan with SciPy's distance: cdist(…, "jensenshannon")."""
    from scipy.spatial.distance import cdist

    entries = as_distributions(gallery.features, SHARPNESS)
    queries = as_distributions(gallery.queries, SHARPNESS)

    def search(rows: slice) -> list[NDArray[Any]]:
        found = cdist(queries[rows], entries, "jensenshannon")
        return list(np.argsort(found, axis=1)[:, :count])

    return search


def numpy_full_scan(gallery: Gallery, count: int) -> Search:
    """A full scan in NumPy, float32, straight from the definition."""
    entries = as_distributions(gallery.features, SHARPNESS).astype(np.float32)
    queries = as_distributions(gallery.queries, SHARPNESS).astype(np.float32)

    def divergences(query: NDArray[np.float32]) -> NDArray[np.float32]:
        found = np.empty(len(entries), np.float32)
        for start in range(0, len(entries), _ROWS_AT_ONCE):
            part = entries[start : start + _ROWS_AT_ONCE]
            half = (part + query) / 2
            with np.errstate(divide="ignore", invalid="ignore"):
                left = np.where(query > 0, query * np.log(query / half), 0)
                right = np.where(part > 0, part * np.log(part / half), 0)
            found[start : start + len(part)] = (left + right).sum(axis=1) / 2
        return found

    def search(rows: slice) -> list[NDArray[Any]]:
        return [np.argsort(divergences(query))[:count] for query in queries[rows]]

    return search


PEERS: dict[str, Callable[[Gallery, int], Search]] = {
    "FAISS": faiss_flat,
    "NMSLIB": nmslib_sequential,
    "SciPy": scipy_full_scan,
    "NumPy": numpy_full_scan,
}


def _positive(features: NDArray[np.float16]) -> NDArray[np.float32]:
    return np.maximum(as_distributions(features, SHARPNESS), 1e-12).astype(np.float32)
