"""AffectNet: faces from the web, labelled by one annotator each.

Expected folder, in one of the two layouts in which the set was handed out:

    affectnet/
      Manually_Annotated_Images/103/29a31ebf….jpg …
      Manually_Annotated_file_lists/training.csv, validation.csv   (or directly here)

    affectnet/
      train_set/images/0.jpg …     train_set/annotations/0_exp.npy …
      val_set/images/0.jpg …       val_set/annotations/0_exp.npy …

Contempt, "none", "uncertain" and "no face" are left out. The authors call their
published second part a validation set; there is no public test set.

Source: Mollahosseini, Hasani, Mahoor (2017), "AffectNet: A Database for Facial
Expression, Valence, and Arousal Computing in the Wild", IEEE Transactions on Affective
Computing.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import (
    GUIDE,
    DatasetAdapter,
    Domain,
    ExpectedCounts,
    ImageFile,
    Sample,
    SampleCollector,
    SampleSet,
    Split,
)
from deepexpr.datasets.layout import existing_folder, files_with_suffix, read_text

NAME = "affectnet"
_LABELS = {
    0: Expression.NEUTRAL,
    1: Expression.JOY,
    2: Expression.SADNESS,
    3: Expression.SURPRISE,
    4: Expression.FEAR,
    5: Expression.DISGUST,
    6: Expression.ANGER,
}
_OTHER_CODES = {7: "contempt", 8: "none", 9: "uncertain", 10: "no face"}
_COLUMNS = (
    "subDirectory_filePath", "face_x", "face_y", "face_width", "face_height",
    "facial_landmarks", "expression", "valence", "arousal",
)  # fmt: skip
_LISTS = {Split.TRAIN: "training.csv", Split.VALIDATION: "validation.csv"}
_SETS = {Split.TRAIN: "train_set", Split.VALIDATION: "val_set"}
_PATH, _LABEL = _COLUMNS.index("subDirectory_filePath"), _COLUMNS.index("expression")


def read_affectnet(folder: Path) -> SampleSet:
    """Read the manually labelled training and validation pictures that are there.

    Raises:
        DatasetError: if neither layout is there, or a label cannot be read.
    """
    collector = SampleCollector(NAME)
    if any((folder / name).is_dir() for name in _SETS.values()):
        for split, name in _SETS.items():
            if (folder / name).is_dir():
                _collect_set(collector, folder / name, split)
    else:
        _collect_lists(collector, folder)
    return collector.finish(folder, "pictures labelled with codes from 0 to 6")


def _collect_lists(collector: SampleCollector, folder: Path) -> None:
    lists = existing_folder(
        folder, ["Manually_Annotated_file_lists", "."], "training.csv"
    )
    images = existing_folder(
        folder,
        ["Manually_Annotated_Images", "Manually_Annotated/Manually_Annotated_Images"],
        "the pictures 103/29a31ebf….jpg",
    )
    present = [name for name in _LISTS.values() if (lists / name).is_file()]
    if not present:
        raise DatasetError(
            f"{lists}: holds neither {' nor '.join(_LISTS.values())} ({GUIDE})"
        )
    found = set(files_with_suffix(images, [".jpg", ".jpeg", ".png"], below=True))
    for split, name in _LISTS.items():
        if name in present:
            for relative, code in _list_rows(lists / name):
                path = images / relative
                _collect(collector, path, code, split, present=path in found)


def _list_rows(path: Path) -> Iterator[tuple[str, int]]:
    text = read_text(path, f"a table with the columns {', '.join(_COLUMNS)}")
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        # The validation list was handed out without a header.
        if not row or row[0] == _COLUMNS[0]:
            continue
        if len(row) != len(_COLUMNS):
            raise DatasetError(
                f"{path}: line {number} has {len(row)} values; expected "
                f"{', '.join(_COLUMNS)} ({GUIDE})"
            )
        yield row[_PATH], _code(row[_LABEL], f"{path}: line {number}")


def _collect_set(collector: SampleCollector, folder: Path, split: Split) -> None:
    annotations = existing_folder(folder, ["annotations"], "labels such as 0_exp.npy")
    images = existing_folder(folder, ["images"], "pictures such as 0.jpg")
    found = set(files_with_suffix(images, [".jpg"]))
    for path in files_with_suffix(annotations, [".npy"]):
        name, _, kind = path.stem.rpartition("_")
        if kind == "exp":
            picture = images / f"{name}.jpg"
            code = _code(_stored_value(path), str(path))
            _collect(collector, picture, code, split, present=picture in found)


def _stored_value(path: Path) -> str:
    try:
        stored = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(
            f"{path}: is not a plain NumPy array; copy or unpack it again ({GUIDE})"
        ) from error
    return str(stored.reshape(-1)[0]) if stored.size == 1 else f"{stored.size} values"


def _code(text: str, where: str) -> int:
    try:
        code = int(text)
    except ValueError:
        code = -1
    if code not in _LABELS and code not in _OTHER_CODES:
        raise DatasetError(
            f"{where}: the expression is {text!r}; expected a code from 0 to 10 "
            f"({GUIDE})"
        )
    return code


def _collect(
    collector: SampleCollector, path: Path, code: int, split: Split, *, present: bool
) -> None:
    if code in _OTHER_CODES:
        collector.leave_out(_OTHER_CODES[code])
    elif not present:
        collector.leave_out("listed picture is missing")
    else:
        image = ImageFile(path)
        collector.add(Sample(image, NAME, label=_LABELS[code], split=split))


ADAPTER = DatasetAdapter(
    name=NAME,
    title="AffectNet (manually annotated)",
    domain=Domain.PEOPLE,
    read=read_affectnet,
    expected=ExpectedCounts(
        samples=287_401,
        labels={
            Expression.ANGER: 25_382,
            Expression.DISGUST: 4_303,
            Expression.FEAR: 6_878,
            Expression.JOY: 134_915,
            Expression.NEUTRAL: 75_374,
            Expression.SADNESS: 25_959,
            Expression.SURPRISE: 14_590,
        },
    ),
)
"""AffectNet in the registry of data sets."""
