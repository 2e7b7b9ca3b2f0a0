"""What an encoder answers for a data set's face crops, unchanged and changed."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import RGBImage, to_grey
from deepexpr.datasets.base import Sample, Split
from deepexpr.datasets.reading import ImageReader
from deepexpr.datasets.registry import read_dataset
from deepexpr.evaluation.face_changes import FaceChange, GreyFace
from deepexpr.evaluation.predict import CROP_SIDE_PX
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.faces.finder import FaceFinder

CROP_PX = 48
"""Sides of the crops that are changed."""

Reader = Callable[[Sequence[RGBImage]], NDArray[np.float32]]
"""N square face crops to (N, 7) probabilities."""

_CHUNK = 64


@dataclass(frozen=True, slots=True)
class FaceCrops:
    """Labelled face crops of a data set.

    Attributes:
        title: data set and split, such as "ferplus validation".
        faces: (N, 48, 48) uint8 grey.
        label: (N,) class indices, the majority of the raters.
    """

    title: str
    faces: NDArray[np.uint8]
    label: NDArray[np.int64]

    @property
    def digest(self) -> str:
        """SHA-256 of the faces and their labels."""
        return hashlib.sha256(self.faces.tobytes() + self.label.tobytes()).hexdigest()

    def subset(self, chosen: NDArray[Any]) -> "FaceCrops":
        """The chosen faces, by mask or by index."""
        return FaceCrops(self.title, self.faces[chosen], self.label[chosen])


def labelled_crops(name: str, folder: Path, split: Split | None) -> FaceCrops:
    """Read the faces of a data set whose raters agree, grey and 48×48.

    Args:
        name: key in `DATASETS`.
        folder: where the data set lies.
        split: which of its parts; all samples if None.

    Raises:
        DatasetError: if the folder does not hold the set, no face of it has a label, or
            its pictures are no crops of one face.
        ImageError: if a picture is damaged.
    """
    title = name if split is None else f"{name} {split}"
    samples = [
        sample
        for sample in read_dataset(name, folder).samples
        if sample.label is not None and split in (None, sample.split)
    ]
    if not samples:
        raise DatasetError(f"{folder}: {title} has no face with a label here")
    names = [sample.label for sample in samples if sample.label is not None]
    label = np.array([EXPRESSIONS.index(name) for name in names], np.int64)
    with ImageReader() as reader:
        faces = [_crop(reader, sample) for sample in samples]
    return FaceCrops(title, np.stack(faces), label)


def evenly_chosen(label: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Rows of at most so many faces, in order, that keep the shares of expressions.

    Sorted by expression, every (N / most)-th face is taken; the same ones each time.

    Args:
        label: (N,) class indices.
        most: how many to take, at least 1; all if there are not more.
    """
    count = len(label)
    if most >= count:
        return np.arange(count)
    places = (np.arange(most) * count + count // 2) // most
    return np.sort(np.argsort(label, kind="stable")[places])


def read_changed(
    faces: NDArray[np.uint8], changes: Sequence[FaceChange], reader: Reader
) -> NDArray[np.float32]:
    """Probabilities of faces as they are and under each change.

    Args:
        faces: (N, S, S) uint8 grey.
        changes: C changes.
        reader: what answers.

    Returns:
        (C + 1, N, 7); the unchanged faces stand first.
    """
    views = [list(faces), *([each.apply(face) for face in faces] for each in changes)]
    return np.stack([reader([_in_colour(face) for face in view]) for view in views])


def answers(
    faces: NDArray[np.uint8],
    changes: Sequence[FaceChange],
    encoder: Path | None,
    workers: int = 1,
    report: Callable[[int, int], None] | None = None,
    *,
    register: bool = False,
) -> NDArray[np.float32]:
    """What an encoder answers for faces as they are and under each change.

    Args:
        faces: (N, S, S) uint8 grey.
        changes: C changes.
        encoder: its folder; the default encoder if None.
        workers: processes.
        report: told how many faces of how many are done.
        register: look for landmarks in every changed face and average the answer with
            that for its registered view, as `recognise --cropped` does; if not, the
            crop alone is judged, which takes a tenth of the time.

    Returns:
        (C + 1, N, 7) probabilities; the unchanged faces stand first.

    Raises:
        WeightsError: if a file of the encoder is missing, damaged or another one.
    """
    chunks = [faces[start : start + _CHUNK] for start in range(0, len(faces), _CHUNK)]
    tasks = [(chunk, tuple(changes), encoder, register) for chunk in chunks]
    done, parts = 0, []
    for part in _mapped(tasks, workers):
        parts.append(part)
        done += part.shape[1]
        if report is not None:
            report(done, len(faces))
    return np.concatenate(parts, axis=1)


_Task = tuple[NDArray[np.uint8], tuple[FaceChange, ...], Path | None, bool]


def _mapped(tasks: Sequence[_Task], workers: int) -> Iterable[NDArray[np.float32]]:
    if workers <= 1 or len(tasks) < 2:
        yield from map(_answered, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_answered, tasks)


def _answered(task: _Task) -> NDArray[np.float32]:
    faces, changes, folder, register = task
    encoder = _encoder(folder)

    def read(crops: Sequence[RGBImage]) -> NDArray[np.float32]:
        if not register:
            return encoder.encode(crops).probabilities
        found = [_finder().face_from_crop(crop) for crop in crops]
        registered = [None if face is None else face.aligned.image for face in found]
        return encoder.encode_crops(crops, registered).probabilities

    return read_changed(faces, changes, read)


@cache
def _encoder(folder: Path | None) -> ExpressionEncoder:
    return ExpressionEncoder.load(folder)


@cache
def _finder() -> FaceFinder:
    return FaceFinder.load()


def _crop(reader: ImageReader, sample: Sample) -> GreyFace:
    picture = reader.read(sample.image)
    height, width = picture.shape[:2]
    if height != width or height > CROP_SIDE_PX:
        raise DatasetError(
            f"{sample.image}: is {width}×{height} pixels, but robustness is measured "
            f"on square crops of one face, at most {CROP_SIDE_PX} pixels wide"
        )
    grey = Image.fromarray(to_grey(picture))
    sized = np.asarray(grey.resize((CROP_PX, CROP_PX), Image.Resampling.BOX))
    return sized.round().clip(0, 255).astype(np.uint8)


def _in_colour(face: GreyFace) -> RGBImage:
    return np.repeat(face[..., None], 3, axis=2)
