"""From a database of rendered characters to one prepared face set.

The set holds every render; `character_splits` divides it.
"""

import csv
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepexpr.characters.database import LANDMARK_COLUMNS, SAMPLES_FILE
from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.images import read_image, to_grey
from deepexpr.core.landmarks import LANDMARK_COUNT, Landmarks
from deepexpr.faces.align import align_face
from deepexpr.training.face_set import WHOLE_PICTURE, FaceSet

FACE_SIZE_PX = 64
"""Sides of the prepared pictures."""

_STRENGTHS = (0.0, 0.25, 0.4, 0.55, 0.7, 1.0)
_NEUTRAL_SHARE = (1.0, 0.21, 0.04, 0.02, 0.0, 0.0)
"""Share of viewers who still named a weak pose neutral, by strength; three raters saw
210 renders."""

_CHUNK = 200
Row = dict[str, str]


def characters_from_database(
    folder: Path,
    workers: int = 1,
    report: Callable[[int, int], None] | None = None,
) -> FaceSet:
    """Prepare all renders: registered by their exact landmarks.

    Args:
        folder: database made by `deepexpr characters synthesise`.
        workers: processes that register faces.
        report: told how many faces of how many are done.

    Returns:
        The renders in the order of the table; `group` is `<character>/<key poses>`.

    Raises:
        DatasetError: if the folder holds no such database.
    """
    rows = _rows(folder)
    chunks = [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
    jobs = [(str(folder), chunk) for chunk in chunks]
    faces: list[NDArray[np.uint8]] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for part in pool.map(_registered, jobs):
            faces.append(part)
            if report is not None:
                report(sum(map(len, faces)), len(rows))
    label = np.array([EXPRESSIONS.index(Expression(row["label"])) for row in rows])
    return FaceSet(
        faces=np.concatenate(faces),
        frames=np.tile(WHOLE_PICTURE, (len(rows), 2, 1, 1)),
        targets=_targets(label, np.array([float(row["strength"]) for row in rows])),
        label=label.astype(np.int64),
        weight=np.ones(len(rows), np.float32),
        group=np.array([f"{_character(row)}/{row['key_poses']}" for row in rows]),
    )


def _rows(folder: Path) -> list[Row]:
    path = folder / SAMPLES_FILE
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DatasetError(
            f"{path}: cannot be opened; make it with `deepexpr characters synthesise`"
        ) from error
    if not rows:
        raise DatasetError(f"{path}: lists no renders")
    return rows


def _character(row: Row) -> str:
    return row["path"].split("/")[0]


def _registered(job: tuple[str, list[Row]]) -> NDArray[np.uint8]:
    folder, rows = job
    faces = np.zeros((len(rows), FACE_SIZE_PX, FACE_SIZE_PX), np.uint8)
    for index, row in enumerate(rows):
        image = read_image(Path(folder) / row["path"])
        aligned = align_face(image, _landmarks(row))
        grey = Image.fromarray(to_grey(aligned.image))
        small = grey.resize((FACE_SIZE_PX, FACE_SIZE_PX), Image.Resampling.BOX)
        faces[index] = np.asarray(small).round()
    return faces


def _landmarks(row: Row) -> Landmarks:
    values = [float(row[column]) for column in LANDMARK_COLUMNS]
    return Landmarks(np.array(values).reshape(LANDMARK_COUNT, 2))


def _targets(
    label: NDArray[np.int64], strength: NDArray[np.float64]
) -> NDArray[np.float32]:
    neutral = np.interp(strength, _STRENGTHS, _NEUTRAL_SHARE)[:, None]
    classes = np.eye(len(EXPRESSIONS))
    calm = classes[EXPRESSIONS.index(Expression.NEUTRAL)]
    return ((1 - neutral) * classes[label] + neutral * calm).astype(np.float32)
