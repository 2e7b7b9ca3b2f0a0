"""Registered 256×256 colour faces of a data set, prepared once in shards.

    <out>/source.json        which data set, and a digest of its list of samples
    <out>/NNNNNN.npy         (n, 256, 256, 3) uint8, the faces of a shard
    <out>/NNNNNN.csv         one row a sample: its picture, its row in the .npy or the
                             reason why it has none, the face's geometric measures
    <out>/not_found.csv      samples without a face

A shard whose table is there is finished and is not made again. Faces stay as they are
on the disk, 197 KB each: reading one costs no decoding.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError, ImageError
from deepexpr.core.files import whole_file, write_whole
from deepexpr.datasets.base import Sample
from deepexpr.datasets.reading import ImageReader
from deepexpr.faces.align import ALIGNED_SIZE_PX
from deepexpr.faces.finder import FaceFinder
from deepexpr.faces.geometry import GEOMETRIC_FEATURE_NAMES, geometric_features
from deepexpr.training.registration import RegisteredFace, register

SHARD_SIZE = 250
NOT_FOUND_FILE = "not_found.csv"
_SOURCE_FILE = "source.json"
_COLUMNS = ("image", "row", "reason", *GEOMETRIC_FEATURE_NAMES)
_NO_FACE = "no face found"


@dataclass(frozen=True, slots=True)
class RegisteredFaces:
    """N registered faces on the disk, with their samples.

    Attributes:
        samples: the samples that have a face, in the order of their data sets.
        shards: arrays (n, 256, 256, 3) uint8, mapped from the disk.
        place: (N, 2) shard and row of each face.
        not_found: pictures without a face, each with the reason.
    """

    samples: tuple[Sample, ...]
    shards: tuple[NDArray[np.uint8], ...]
    place: NDArray[np.int64]
    not_found: tuple[tuple[str, str], ...]

    def pictures(self, chosen: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Faces (B, 256, 256, 3) by index."""
        return np.stack([self.shards[shard][row] for shard, row in self.place[chosen]])


def joined(parts: Sequence[RegisteredFaces]) -> RegisteredFaces:
    """Faces of several data sets, one set after the other."""
    places, before = [], 0
    for part in parts:
        places.append(part.place + np.array([before, 0]))
        before += len(part.shards)
    return RegisteredFaces(
        samples=tuple(sample for part in parts for sample in part.samples),
        shards=tuple(shard for part in parts for shard in part.shards),
        place=np.concatenate(places),
        not_found=tuple(entry for part in parts for entry in part.not_found),
    )


def prepare_registered(
    samples: Sequence[Sample],
    out: Path,
    workers: int = 1,
    report: Callable[[int, int], None] | None = None,
) -> RegisteredFaces:
    """Register the faces of a data set, or of what is missing of it.

    Args:
        samples: the samples of one data set folder.
        out: folder of the prepared faces; a stopped run goes on where it was.
        workers: processes that share the work.
        report: told how many samples of how many are done.

    Raises:
        DatasetError: if there is no face at all, or the folder holds the faces of
            other samples.
        OutputError: if a file cannot be written.
    """
    _claim(samples, out)
    starts = range(0, len(samples), SHARD_SIZE)
    jobs = [
        (samples[start : start + SHARD_SIZE], out / f"{start:06d}")
        for start in starts
        if not (out / f"{start:06d}.csv").is_file()
    ]
    done = len(samples) - sum(len(shard) for shard, _ in jobs)
    for count in _mapped(jobs, workers):
        done += count
        if report is not None:
            report(done, len(samples))
    return _opened(samples, out, starts)


def _claim(samples: Sequence[Sample], out: Path) -> None:
    listed = "\n".join(str(sample.image) for sample in samples)
    digest = hashlib.sha256(listed.encode()).hexdigest()
    text = json.dumps({"samples": len(samples), "sha256": digest}, indent=2) + "\n"
    path = out / _SOURCE_FILE
    if not path.is_file():
        write_whole(path, text)
    elif path.read_text(encoding="utf-8") != text:
        raise DatasetError(
            f"{out}: holds the faces of other samples than the {len(samples)} given; "
            "name another folder for prepared faces, or remove this one"
        )


def _mapped(
    jobs: Sequence[tuple[Sequence[Sample], Path]], workers: int
) -> Iterator[int]:
    if workers <= 1 or len(jobs) <= 1:
        yield from map(_write_shard, jobs)
        return
    # Spawned processes start clean on every system.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_write_shard, jobs)


@cache
def _finder() -> FaceFinder:
    """The face finder, once a process."""
    return FaceFinder.load()


def _write_shard(job: tuple[Sequence[Sample], Path]) -> int:
    samples, path = job
    faces: list[NDArray[np.uint8]] = []
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    with ImageReader() as reader:
        for sample in samples:
            try:
                face = register(sample, reader.read(sample.image), _finder)
                reason = "" if face else _NO_FACE
            except ImageError as error:
                face, reason = None, str(error)
            row = "" if face is None else str(len(faces))
            writer.writerow([str(sample.image), row, reason, *_measures(face)])
            if face is not None:
                faces.append(face.image)
    side = ALIGNED_SIZE_PX
    stacked = np.stack(faces) if faces else np.zeros((0, side, side, 3), np.uint8)
    with whole_file(path.with_suffix(".npy")) as partial, partial.open("wb") as file:
        np.save(file, stacked)
    write_whole(path.with_suffix(".csv"), text.getvalue())
    return len(samples)


def _measures(face: RegisteredFace | None) -> list[str]:
    if face is None or face.landmarks is None:
        return [""] * len(GEOMETRIC_FEATURE_NAMES)
    return [f"{value:.5f}" for value in geometric_features(face.landmarks)]


def _opened(samples: Sequence[Sample], out: Path, starts: range) -> RegisteredFaces:
    kept, place, not_found, shards = [], [], [], []
    for number, start in enumerate(starts):
        path = out / f"{start:06d}"
        shards.append(np.load(path.with_suffix(".npy"), mmap_mode="r"))
        with path.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for sample, row in zip(samples[start:], rows, strict=False):
            if row["row"]:
                kept.append(sample)
                place.append((number, int(row["row"])))
            else:
                not_found.append((row["image"], row["reason"]))
    lines = [f"{image},{reason}" for image, reason in not_found]
    write_whole(out / NOT_FOUND_FILE, "\n".join(["image,reason", *lines]) + "\n")
    if not kept:
        raise DatasetError(
            f"{out}: no face was found in {len(samples)} pictures; see {NOT_FOUND_FILE}"
        )
    return RegisteredFaces(
        tuple(kept), tuple(shards), np.array(place, np.int64), tuple(not_found)
    )
