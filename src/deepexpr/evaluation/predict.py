"""From a data set on disk to predictions: find, register, measure, encode."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import RGBImage
from deepexpr.datasets.base import Sample, SampleSet, Split, ZipMember
from deepexpr.datasets.reading import ImageReader
from deepexpr.datasets.registry import read_dataset
from deepexpr.evaluation.predictions import (
    PredictionCard,
    Predictions,
    read_predictions,
    write_predictions,
)
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.faces.align import AlignedFace, align_face
from deepexpr.faces.finder import FaceFinder
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.geometric_distance import MEASURE_COUNT

CROP_SIDE_PX = 128
"""Pictures up to this side are taken for crops of one face; in larger ones the largest
face is looked for."""

_CHUNK = 128


@dataclass(frozen=True, slots=True)
class _Part:
    """What came of one chunk of pictures."""

    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    geometry: NDArray[np.float64]
    digest: str


def predicted(
    name: str,
    folder: Path,
    split: Split | None,
    out: Path,
    workers: int = 1,
    report: Callable[[int, int], None] | None = None,
) -> Predictions:
    """Predictions of a data set, read from `out` if they are there and still true.

    Args:
        name: key in `DATASETS`.
        folder: where the data set lies.
        split: which of its parts; all samples if None.
        out: folder of predictions, one file a data set and split.
        workers: processes that look at pictures.
        report: told how many pictures of how many are done.

    Raises:
        DatasetError: if the folder does not hold the set, or the split is empty.
        ImageError: if a picture is damaged.
        OutputError: if the predictions cannot be written.
    """
    title = name if split is None else f"{name} {split}"
    samples = _chosen(read_dataset(name, folder), split, folder)
    source = _source_state(samples, folder)
    path = out / f"{title.replace(' ', '-')}.npz"
    encoder = _encoder()
    if path.is_file():
        known = read_predictions(path)
        same_data = known.card.source == source
        if same_data and known.card.encoder_sha256 == encoder.digest:
            return known
    parts = list(_looked_at(samples, workers, report))
    digests = "".join(part.digest for part in parts) + _labels_text(samples)
    card = PredictionCard(
        dataset=title,
        data_sha256=hashlib.sha256(digests.encode()).hexdigest(),
        source=source,
        encoder_name=encoder.name,
        encoder_sha256=encoder.digest,
    )
    predictions = _joined(card, samples, parts, folder)
    write_predictions(path, predictions)
    return predictions


def _chosen(found: SampleSet, split: Split | None, folder: Path) -> tuple[Sample, ...]:
    samples = tuple(
        each for each in found.samples if split is None or each.split == split
    )
    if not samples:
        raise DatasetError(f"{folder}: {found.dataset} has no {split} split here")
    return samples


def _joined(
    card: PredictionCard,
    samples: Sequence[Sample],
    parts: Sequence[_Part],
    folder: Path,
) -> Predictions:
    names = [_name(sample, folder) for sample in samples]
    label = [
        -1 if sample.label is None else EXPRESSIONS.index(sample.label)
        for sample in samples
    ]
    votes = [
        sample.distribution if sample.votes is None else sample.votes
        for sample in samples
    ]
    return Predictions(
        card=card,
        names=np.array(names, np.str_),
        subject=np.array(
            [
                sample.subject or name
                for sample, name in zip(samples, names, strict=True)
            ],
            np.str_,
        ),
        label=np.array(label, np.int64),
        votes=np.array(votes, np.float64),
        features=np.concatenate([part.features for part in parts]),
        probabilities=np.concatenate([part.probabilities for part in parts]),
        geometry=np.concatenate([part.geometry for part in parts]),
    )


def _name(sample: Sample, folder: Path) -> str:
    """Picture's place below the folder, the same on every machine."""
    return str(sample.image).replace(str(folder), "").replace("\\", "/").lstrip("/")


def _labels_text(samples: Sequence[Sample]) -> str:
    return repr([(str(sample.label), sample.votes) for sample in samples])


def _source_state(samples: Sequence[Sample], folder: Path) -> str:
    """Digest of names, labels, sizes and times of all files of the samples."""
    files: dict[Path, None] = {}
    for sample in samples:
        image = sample.image
        files[image.archive if isinstance(image, ZipMember) else image.path] = None
    states = [
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in files
        if path.is_file()
    ]
    names = [_name(sample, folder) for sample in samples]
    text = repr((states, names)) + _labels_text(samples)
    return hashlib.sha256(text.encode()).hexdigest()


def _looked_at(
    samples: Sequence[Sample],
    workers: int,
    report: Callable[[int, int], None] | None,
) -> Iterable[_Part]:
    chunks = [
        samples[start : start + _CHUNK] for start in range(0, len(samples), _CHUNK)
    ]
    done = 0
    for part in _mapped(chunks, workers):
        done += len(part.features)
        if report is not None:
            report(done, len(samples))
        yield part


def _mapped(chunks: Sequence[Sequence[Sample]], workers: int) -> Iterable[_Part]:
    if workers <= 1 or len(chunks) < 2:
        yield from map(_seen, chunks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_seen, chunks)


@cache
def _finder() -> FaceFinder:
    return FaceFinder.load()


@cache
def _encoder() -> ExpressionEncoder:
    return ExpressionEncoder.load()


def _seen(samples: Sequence[Sample]) -> _Part:
    encoder, digest = _encoder(), hashlib.sha256()
    features = np.zeros((len(samples), encoder.card.feature_count), np.float32)
    probabilities = np.zeros((len(samples), len(EXPRESSIONS)), np.float32)
    geometry = np.full((len(samples), MEASURE_COUNT), np.nan)
    with ImageReader() as reader:
        for row, sample in enumerate(samples):
            picture = reader.read(sample.image)
            digest.update(picture.tobytes())
            face, is_crop = _face(picture, sample)
            if face is not None:
                geometry[row] = geometric_features(face.landmarks)
            if face is None or is_crop:
                registered = None if face is None else face.image
                encoding = encoder.encode_crops([picture], [registered])
            else:
                encoding = encoder.encode([face.image])
            features[row] = encoding.features[0]
            probabilities[row] = encoding.probabilities[0]
    return _Part(features, probabilities, geometry, digest.hexdigest())


def _face(picture: RGBImage, sample: Sample) -> tuple[AlignedFace | None, bool]:
    """The registered face, and whether the picture is itself a crop of a face."""
    if sample.landmarks is not None:
        return align_face(picture, sample.landmarks), False
    if max(picture.shape[:2]) <= CROP_SIDE_PX:
        face = _finder().face_from_crop(picture)
        return (None if face is None else face.aligned), True
    found = _finder().find(picture, limit=1)
    return (found[0].aligned if found else None), False
