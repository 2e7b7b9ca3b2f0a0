"""From data sets on disk to prepared face sets."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.ferplus import FerPlusSplit, read_ferplus
from deepexpr.datasets.votes import vote_distribution
from deepexpr.faces.align import ALIGNED_SIZE_PX
from deepexpr.faces.finder import FaceFinder
from deepexpr.training.face_set import WHOLE_PICTURE, FaceSet

_RATERS = 10
_LEAST_VOTES = 3
_CHUNK = 500


def people_from_ferplus(
    folder: Path,
    split: str,
    workers: int = 1,
    report: Callable[[int, int], None] | None = None,
) -> FaceSet:
    """Prepare one split of FER+: every face with its two framings.

    Faces with fewer than three votes for the seven expressions keep weight 0. In the
    validation split, faces whose pixels also stand in another split are left out.

    Args:
        folder: FER+'s folder.
        split: "train", "validation" or "test".
        workers: processes that look for landmarks.
        report: told how many faces of how many are done.

    Raises:
        DatasetError: if the folder does not hold FER+.
    """
    data = read_ferplus(folder, split)
    frames = _registered_frames(data.faces, workers, report)
    prepared = FaceSet(
        faces=data.faces,
        frames=frames,
        targets=_targets(data),
        label=data.label,
        weight=_weight(data.votes),
        group=np.array(data.names),
    )
    return prepared if split == "train" else prepared.subset(~data.duplicate)


def _targets(data: FerPlusSplit) -> NDArray[np.float32]:
    targets = vote_distribution(data.votes)
    unknown = targets.sum(axis=1) == 0
    targets[unknown] = 1 / len(EXPRESSIONS)
    return targets.astype(np.float32)


def _weight(votes: NDArray[np.float64]) -> NDArray[np.float32]:
    count = votes.sum(axis=1)
    weight = np.where(count >= _LEAST_VOTES, count / _RATERS, 0)
    return weight.clip(0, 1).astype(np.float32)


def _registered_frames(
    faces: NDArray[np.uint8],
    workers: int,
    report: Callable[[int, int], None] | None,
) -> NDArray[np.float32]:
    chunks = [faces[start : start + _CHUNK] for start in range(0, len(faces), _CHUNK)]
    frames: list[NDArray[np.float32]] = []
    for part in _mapped(chunks, workers):
        frames.append(part)
        if report is not None:
            report(sum(map(len, frames)), len(faces))
    return np.concatenate(frames)


def _mapped(
    chunks: list[NDArray[np.uint8]], workers: int
) -> Iterable[NDArray[np.float32]]:
    if workers <= 1:
        yield from map(_frames_of_chunk, chunks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_frames_of_chunk, chunks)


def _frames_of_chunk(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    finder = FaceFinder.load()
    frames = np.repeat(WHOLE_PICTURE[None, None], 2, axis=1).repeat(len(faces), axis=0)
    for index, grey in enumerate(faces):
        face = finder.face_from_crop(np.repeat(grey[:, :, None], 3, axis=2))
        if face is not None:
            frames[index, 1] = registered_frame(face.aligned.matrix, grey.shape[0])
    return frames


def registered_frame(
    matrix: NDArray[np.float64], source_size_px: int
) -> NDArray[np.float32]:
    """Framing (2, 3) of a registered view in a square source picture.

    Args:
        matrix: (2, 3) from source pixels to pixels of the 256×256 aligned face.
        source_size_px: sides of the source picture.

    Returns:
        Map from view coordinates in [-1, 1]² to source coordinates in [-1, 1]².
    """
    to_source = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    view_px = _unit_to_px(ALIGNED_SIZE_PX)
    source_units = np.linalg.inv(_unit_to_px(source_size_px))
    return (source_units @ to_source @ view_px)[:2].astype(np.float32)


def _unit_to_px(size_px: int) -> NDArray[np.float64]:
    half = size_px / 2
    return np.array([[half, 0, half], [0, half, half], [0, 0, 1]])
