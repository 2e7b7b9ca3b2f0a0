"""Cost of exact Jensen-Shannon search: ours beside FAISS, NMSLIB, SciPy and NumPy.

All search the same random galleries for the same queries in one process on one thread
(`make bench-search` sets the variables that NumPy's BLAS wants for that). FAISS and
NMSLIB are peers, not dependencies; where one is not installed it is left out. Peers
that scan everything are not asked to scan more than 100,000 entries.

    python -m benchmarks.search --sizes 5000 20000 --kinds faces --out out/benchmarks
"""

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.galleries import KINDS, Gallery, random_gallery
from benchmarks.search_chart import cost_chart
from benchmarks.search_peers import PEERS, Search
from deepexpr.core.files import write_whole
from deepexpr.evaluation.chart_canvas import write_chart
from deepexpr.retrieval.nearest import SearchIndex
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS, RetrievalPreset

COUNT = 10
"""How many entries a search returns."""

QUERIES = 64
SIZES = (5000, 20_000, 50_000, 1_000_000)
_MOST_SECONDS = 6.0
_FULL_SCAN_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Timing:
    """What one system took.

    Attributes:
        system: its name.
        kind: which random gallery.
        size: number of entries.
        milliseconds: wall time a query; the median of the searches.
        best: the least of them, which another process on the machine disturbs least.
        build_seconds: time to make its index.
        recall: share of the nearest entries by divergence that it found; None where it
            ranks by φ.
    """

    system: str
    kind: str
    size: int
    milliseconds: float
    best: float
    build_seconds: float
    recall: float | None


def main() -> None:
    """Run all systems on all sizes, print the table, write table and chart."""
    arguments = _arguments()
    timings: list[Timing] = []
    for kind in arguments.kinds:
        for size in arguments.sizes:
            if kind != "faces" and size > _FULL_SCAN_ROWS:
                continue
            for timing in measured(
                random_gallery(kind, size, QUERIES), arguments.peers
            ):
                timings.append(timing)
                _show(timing)
    arguments.out.mkdir(parents=True, exist_ok=True)
    record = {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "threads": 1,
        "k": COUNT,
        "timings": [asdict(timing) for timing in timings],
    }
    text = json.dumps(record, indent=2, sort_keys=True) + "\n"
    write_whole(arguments.out / "search_cost.json", text)
    shown = [timing for timing in timings if timing.kind == arguments.kinds[0]]
    points = {
        name: [(t.size, t.milliseconds) for t in shown if t.system == name]
        for name in dict.fromkeys(timing.system for timing in shown)
    }
    write_chart(arguments.out / "search_cost.png", cost_chart(points))


def measured(gallery: Gallery, peers: list[str]) -> Iterator[Timing]:
    """Time ours and the peers on one gallery."""
    began = time.perf_counter()
    index = SearchIndex(gallery.features, gallery.geometry)
    build = time.perf_counter() - began
    features_only = RETRIEVAL_PRESETS["features"]
    both = RETRIEVAL_PRESETS["features+geometry"]
    truth = [
        set(found.indices.tolist())
        for found in index.nearest(
            gallery.queries, gallery.query_geometry, COUNT, features_only
        )
    ]

    def ours(preset: RetrievalPreset) -> Search:
        def search(rows: slice) -> list[NDArray[Any]]:
            found = index.nearest(
                gallery.queries[rows], gallery.query_geometry[rows], COUNT, preset
            )
            return [nearest.indices for nearest in found]

        return search

    one, many = 1, QUERIES
    for name, preset, at_once in (
        ("DeepExpr, one query", features_only, one),
        ("DeepExpr, batches", features_only, many),
        ("DeepExpr φ, one query", both, one),
        ("DeepExpr φ, batches", both, many),
    ):
        known = truth if preset is features_only else None
        yield _timed(name, gallery, ours(preset), at_once, (build, known))
    for name in peers if len(gallery.features) <= _FULL_SCAN_ROWS else ():
        began = time.perf_counter()
        try:
            search = PEERS[name](gallery, COUNT)
        except ImportError as error:
            sys.stderr.write(f"{name} is left out: {error}\n")
            continue
        build = time.perf_counter() - began
        yield _timed(name, gallery, search, 1, (build, truth))


def _timed(
    name: str,
    gallery: Gallery,
    search: Search,
    at_once: int,
    built: tuple[float, list[set[int]] | None],
) -> Timing:
    build, truth = built
    search(slice(0, at_once))
    spent, took, hits, asked = 0.0, [], 0, 0
    for start in range(0, QUERIES, at_once):
        rows = slice(start, start + at_once)
        began = time.perf_counter()
        found = search(rows)
        seconds = time.perf_counter() - began
        took.append(1000 * seconds / at_once)
        if truth is not None:
            pairs = zip(found, truth[rows], strict=True)
            hits += sum(len(set(map(int, got)) & want) for got, want in pairs)
            asked += COUNT * at_once
        spent += seconds
        if spent > _MOST_SECONDS:
            break
    if at_once > 1:
        for _ in range(4):
            began = time.perf_counter()
            search(slice(0, at_once))
            took.append(1000 * (time.perf_counter() - began) / at_once)
    return Timing(
        name,
        gallery.kind,
        len(gallery.features),
        statistics.median(took),
        min(took),
        build,
        hits / asked if asked else None,
    )


def _show(timing: Timing) -> None:
    recall = "" if timing.recall is None else f"recall {timing.recall:.3f}"
    sys.stdout.write(
        f"{timing.kind:<8}{timing.size:>9,}  {timing.system:<36}"
        f"{timing.milliseconds:>10.2f} ms  (best {timing.best:.2f})  "
        f"{recall:<14}built in {timing.build_seconds:.1f} s\n"
    )
    sys.stdout.flush()


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
