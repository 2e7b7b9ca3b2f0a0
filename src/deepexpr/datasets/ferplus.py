"""FER+: grey 48×48 face crops with ten raters' votes each.

Expected folder: FER+'s own layout, each picture folder as it is or as a zip beside it.

    ferplus/
      FER2013Train/fer0000000.png …   (or FER2013Train.zip)
      FER2013Valid/…                  (or FER2013Valid.zip)
      FER2013Test/…                   (or FER2013Test.zip; not needed)
      fer2013new.csv                  the votes
      labels.csv                      optional: FER2013's labels and near-duplicates

Source: Barsoum, Zhang, Canton Ferrer, Zhang (2016), arXiv:1608.01041.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import to_grey
from deepexpr.datasets.base import (
    GUIDE,
    DatasetAdapter,
    Domain,
    ExpectedCounts,
    ImageFile,
    ImageReference,
    Sample,
    SampleCollector,
    SampleSet,
    Split,
    ZipMember,
)
from deepexpr.datasets.layout import files_with_suffix, read_table
from deepexpr.datasets.reading import ImageReader, open_archive
from deepexpr.datasets.votes import majority

NAME = "ferplus"
CROP_SIZE_PX = 48
SPLITS = {
    Split.TRAIN: ("Training", "FER2013Train"),
    Split.VALIDATION: ("PublicTest", "FER2013Valid"),
    Split.TEST: ("PrivateTest", "FER2013Test"),
}
_VOTE_COLUMNS = (
    "anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise",
    "contempt", "unknown", "NF",
)  # fmt: skip
_TABLE = "fer2013new.csv"
_EXPRESSION_COLUMNS = 8  # contempt competes with the seven, "unknown" and "NF" do not


@dataclass(frozen=True, slots=True)
class FerPlusSplit:
    """One split of FER+.

    Attributes:
        names: file names of the N faces.
        faces: (N, 48, 48) uint8 grey.
        votes: (N, 7) votes for the seven expressions.
        label: (N,) index of the majority among the eight expressions of FER+; -1 where
            that is a tie or contempt.
        fer2013: (N,) index of the original FER2013 label; -1 where it is not known.
        duplicate: (N,) whether the same pixels also stand in another split.
    """

    names: tuple[str, ...]
    faces: NDArray[np.uint8]
    votes: NDArray[np.float64]
    label: NDArray[np.int64]
    fer2013: NDArray[np.int64]
    duplicate: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Votes:
    names: tuple[str, ...]
    votes: NDArray[np.float64]
    label: NDArray[np.int64]


def read_ferplus(folder: Path, split: str) -> FerPlusSplit:
    """Read one split ("train", "validation" or "test") of FER+.

    Raises:
        DatasetError: if a file of the layout is missing or a picture is not 48×48.
        ImageError: if a picture is damaged.
    """
    if split not in SPLITS:
        choices = ", ".join(SPLITS)
        raise DatasetError(f"FER+ has no split {split!r}; choose from {choices}")
    chosen = Split(split)
    rated = _votes(folder, chosen)
    where = _pictures(folder, chosen)
    if not rated.names:
        raise DatasetError(f"{folder / _TABLE}: has no rows of the split {split}")
    fer2013, duplicate = _extra_columns(folder / "labels.csv", rated.names)
    with ImageReader() as reader:
        faces = [_face(reader, where, name, folder) for name in rated.names]
    return FerPlusSplit(
        names=rated.names,
        faces=np.stack(faces),
        votes=rated.votes,
        label=rated.label,
        fer2013=fer2013,
        duplicate=duplicate,
    )


def read_ferplus_samples(folder: Path) -> SampleSet:
    """Read the samples of all splits whose pictures are there.

    A sample keeps its votes where the majority is a tie or contempt, and then has no
    label. Faces without a vote for the seven expressions are left out, and so are faces
    of the validation and test splits whose pixels also stand in another split.

    Raises:
        DatasetError: if the votes or the training or validation pictures are missing.
    """
    collector = SampleCollector(NAME)
    for split, (_, pictures) in SPLITS.items():
        there = (folder / pictures).is_dir() or (folder / f"{pictures}.zip").is_file()
        if there or split is not Split.TEST:
            _collect_split(collector, folder, split)
    return collector.finish(folder, "the pictures rated in fer2013new.csv")


def _collect_split(collector: SampleCollector, folder: Path, split: Split) -> None:
    rated, where = _votes(folder, split), _pictures(folder, split)
    _, duplicate = _extra_columns(folder / "labels.csv", rated.names)
    for index, name in enumerate(rated.names):
        votes = tuple(float(count) for count in rated.votes[index])
        winner = int(rated.label[index])
        if name not in where:
            collector.leave_out("rated picture is missing")
        elif not any(votes):
            collector.leave_out("no vote for one of the seven expressions")
        elif duplicate[index] and split is not Split.TRAIN:
            collector.leave_out("same pixels in another split")
        else:
            collector.add(
                Sample(
                    image=where[name],
                    dataset=NAME,
                    label=EXPRESSIONS[winner] if winner >= 0 else None,
                    votes=votes,
                    split=split,
                )
            )


def _votes(folder: Path, split: Split) -> _Votes:
    path = folder / _TABLE
    rows = read_table(path, ("Usage", "Image name", *_VOTE_COLUMNS))
    usage, _ = SPLITS[split]
    # Faces that the authors dropped keep their row but have no name.
    rows = [row for row in rows if row["Usage"] == usage and row["Image name"]]
    try:
        counts = np.array([[float(row[c]) for c in _VOTE_COLUMNS] for row in rows])
    except ValueError as error:
        raise DatasetError(f"{path}: votes must be numbers ({GUIDE})") from error
    counts = counts.reshape(-1, len(_VOTE_COLUMNS))
    winner = majority(counts[:, :_EXPRESSION_COLUMNS])
    return _Votes(
        names=tuple(row["Image name"] for row in rows),
        votes=counts[:, : len(EXPRESSIONS)],
        label=np.where(winner < len(EXPRESSIONS), winner, -1),
    )


def _pictures(folder: Path, split: Split) -> Mapping[str, ImageReference]:
    _, pictures = SPLITS[split]
    unpacked, packed = folder / pictures, folder / f"{pictures}.zip"
    if unpacked.is_dir():
        files = files_with_suffix(unpacked, [".png"])
        return {path.name: ImageFile(path) for path in files}
    if not packed.is_file():
        raise DatasetError(
            f"{folder}: holds neither {pictures}/ nor {pictures}.zip; FER+ expects the "
            f"pictures there ({GUIDE})"
        )
    with open_archive(packed) as archive:
        members = archive.namelist()
    return {Path(member).name: ZipMember(packed, member) for member in members}


def _face(
    reader: ImageReader, where: Mapping[str, ImageReference], name: str, folder: Path
) -> NDArray[np.uint8]:
    if name not in where:
        raise DatasetError(
            f"{folder}: {_TABLE} rates {name}, but the picture is not there ({GUIDE})"
        )
    picture = reader.read(where[name])
    if picture.shape[:2] != (CROP_SIZE_PX, CROP_SIZE_PX):
        raise DatasetError(
            f"{where[name]}: is {picture.shape[1]}×{picture.shape[0]}, but FER+ faces "
            "are 48×48"
        )
    return to_grey(picture).round().astype(np.uint8)


def _extra_columns(
    path: Path, names: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    columns = ("image_name", "fer2013_label", "in_other_split")
    rows = read_table(path, columns) if path.is_file() else []
    known = {row["image_name"]: row for row in rows}
    order = {str(expression): i for i, expression in enumerate(EXPRESSIONS)}
    label = [order.get(known.get(n, {}).get("fer2013_label", ""), -1) for n in names]
    twin = [known.get(n, {}).get("in_other_split", "0") == "1" for n in names]
    return np.array(label, dtype=np.int64), np.array(twin, dtype=np.bool_)


ADAPTER = DatasetAdapter(
    name=NAME,
    title="FER+ (FER2013 faces with crowd votes)",
    domain=Domain.PEOPLE,
    read=read_ferplus_samples,
    expected=ExpectedCounts(),
)
"""FER+ in the registry of data sets."""
