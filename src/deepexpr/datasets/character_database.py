"""Our own character database: rendered poses between key poses, all labelled.

Expected folder, as `deepexpr.characters.synthesis` writes it:

    characters/
      samples.csv                          path,label,key_poses,…,landmark_00_x,…
      mia/mia_anger/000000.webp …

`path` is relative to the folder and begins with the character. `key_poses` names the
poses a picture lies between, separated by ";", the one that gives it its label first.
The landmark columns hold pixels of the picture; a table without them can be read too.

Holding out whole key poses (`splits.key_pose_folds`) or whole characters is the honest
split: frames between the same two poses are near-duplicates.
"""

from pathlib import Path, PurePosixPath

import numpy as np

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.landmarks import LANDMARK_COUNT, Landmarks
from deepexpr.datasets.base import (
    GUIDE,
    DatasetAdapter,
    Domain,
    ExpectedCounts,
    ImageFile,
    Sample,
    SampleCollector,
    SampleSet,
)
from deepexpr.datasets.layout import existing_folder, files_with_suffix, read_table

NAME = "characters"
TABLE = "samples.csv"
_COLUMNS = ("path", "label", "key_poses")
_PARTS = 3
_LANDMARK_COLUMNS = tuple(
    f"landmark_{number:02d}_{axis}" for number in range(LANDMARK_COUNT) for axis in "xy"
)


def read_characters(folder: Path) -> SampleSet:
    """Read the rows of the table whose pictures are there.

    Raises:
        DatasetError: if the table is missing or a row of it is wrong.
    """
    root = existing_folder(folder, ["."], f"{TABLE} and a folder a character")
    rows = read_table(root / TABLE, _COLUMNS)
    found = set(files_with_suffix(root, [".webp", ".png"], below=True))
    collector = SampleCollector(NAME)
    for number, row in enumerate(rows, start=2):
        sample = _sample(root, row, f"{root / TABLE}: line {number}")
        if isinstance(sample.image, ImageFile) and sample.image.path not in found:
            collector.leave_out("listed picture is missing")
        else:
            collector.add(sample)
    return collector.finish(folder, f"the pictures named by {TABLE}")


def _sample(root: Path, row: dict[str, str], where: str) -> Sample:
    relative = PurePosixPath(row["path"])
    outside = relative.is_absolute() or ".." in relative.parts
    if outside or len(relative.parts) != _PARTS:
        raise DatasetError(
            f"{where}: the path is {row['path']!r}; expected one like "
            f"mia/mia_anger/000000.webp ({GUIDE})"
        )
    if row["label"] not in EXPRESSIONS:
        raise DatasetError(
            f"{where}: the label is {row['label']!r}; expected one of "
            f"{', '.join(EXPRESSIONS)} ({GUIDE})"
        )
    key_poses = tuple(name for name in row["key_poses"].split(";") if name)
    return Sample(
        image=ImageFile(root / relative),
        dataset=NAME,
        label=Expression(row["label"]),
        subject=relative.parts[0],
        sequence=row["key_poses"] or None,
        key_poses=key_poses,
        landmarks=_landmarks(row, where),
    )


def _landmarks(row: dict[str, str], where: str) -> Landmarks | None:
    if _LANDMARK_COLUMNS[0] not in row:
        return None
    try:
        values = [float(row[column]) for column in _LANDMARK_COLUMNS]
        return Landmarks(np.array(values).reshape(LANDMARK_COUNT, 2))
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"{where}: the landmarks are not {LANDMARK_COUNT} pairs of numbers "
            f"({GUIDE})"
        ) from error


ADAPTER = DatasetAdapter(
    name=NAME,
    title="Character database (rendered by DeepExpr)",
    domain=Domain.CHARACTERS,
    read=read_characters,
    expected=ExpectedCounts(),
)
"""The character database in the registry of data sets."""
