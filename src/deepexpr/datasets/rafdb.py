"""RAF-DB, basic expressions: faces from the web, labelled by about forty people each.

Expected folder, as the archives of the distribution unpack:

    rafdb/                     (or the folder `basic` itself)
      basic/
        EmoLabel/list_patition_label.txt            lines "train_00001.jpg 5"
        Image/aligned/train_00001_aligned.jpg …     or Image/original/train_00001.jpg

Source: Li, Deng, Du (2017), "Reliable Crowdsourcing and Deep Locality-Preserving
Learning for Expression Recognition in the Wild", CVPR.
"""

from pathlib import Path

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
from deepexpr.datasets.layout import existing_folder, read_text

NAME = "rafdb"
_LABELS = {
    "1": Expression.SURPRISE,
    "2": Expression.FEAR,
    "3": Expression.DISGUST,
    "4": Expression.JOY,
    "5": Expression.SADNESS,
    "6": Expression.ANGER,
    "7": Expression.NEUTRAL,
}
_SPLITS = {"train": Split.TRAIN, "test": Split.TEST}


def read_rafdb(folder: Path) -> SampleSet:
    """Read the training and test pictures, aligned ones if they are there.

    Raises:
        DatasetError: if a part of the layout is missing or a line of the list is wrong.
    """
    root = existing_folder(folder, ["basic", "."], "EmoLabel and Image")
    images = existing_folder(
        root, ["Image/aligned", "Image/original"], "pictures train_00001_aligned.jpg"
    )
    ending = "_aligned" if images.name == "aligned" else ""
    present = {path.name for path in images.iterdir()}
    listing = root / "EmoLabel" / "list_patition_label.txt"
    collector = SampleCollector(NAME)
    for number, line in enumerate(read_text(listing, "the labels").splitlines(), 1):
        if not line.strip():
            continue
        stem, split, label = _entry(line, f"{listing}: line {number}")
        name = f"{stem}{ending}.jpg"
        if name not in present:
            collector.leave_out("listed picture is missing")
            continue
        collector.add(
            Sample(
                image=ImageFile(images / name), dataset=NAME, label=label, split=split
            )
        )
    return collector.finish(folder, "the pictures named by list_patition_label.txt")


def _entry(line: str, where: str) -> tuple[str, Split, Expression]:
    name, _, number = line.strip().partition(" ")
    stem, suffix = Path(name).stem, Path(name).suffix
    split, label = _SPLITS.get(stem.partition("_")[0]), _LABELS.get(number.strip())
    if split is None or label is None or suffix != ".jpg":
        raise DatasetError(
            f"{where} reads {line.strip()[:40]!r}; expected one like 'train_00001.jpg "
            f"5' with a label from 1 to 7 ({GUIDE})"
        )
    return stem, split, label


ADAPTER = DatasetAdapter(
    name=NAME,
    title="RAF-DB (basic expressions)",
    domain=Domain.PEOPLE,
    read=read_rafdb,
    expected=ExpectedCounts(
        samples=15_339,
        labels={
            Expression.ANGER: 867,
            Expression.DISGUST: 877,
            Expression.FEAR: 355,
            Expression.JOY: 5_957,
            Expression.NEUTRAL: 3_204,
            Expression.SADNESS: 2_460,
            Expression.SURPRISE: 1_619,
        },
    ),
)
"""RAF-DB in the registry of data sets."""
