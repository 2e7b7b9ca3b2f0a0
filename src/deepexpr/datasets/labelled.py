"""Labelled pictures of characters of your own: one folder an expression.

Expected folder:

    labelled/
      anger/*.png …              one character; its name is that of the folder
      robot_anger/*.png …        or the character before the expression
      robot/robot_anger/*.png …  or in a folder of its own, as FERG-DB has it

Nothing is registered, so the pictures should be cropped as registered faces are: from
the forehead to the chin, in the middle.
"""

from pathlib import Path

from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.datasets.base import (
    DatasetAdapter,
    Domain,
    ExpectedCounts,
    ImageFile,
    Sample,
    SampleCollector,
    SampleSet,
)
from deepexpr.datasets.layout import existing_folder, files_with_suffix

NAME = "labelled"
_SUFFIXES = (".png", ".webp", ".jpg", ".jpeg")


def read_labelled(folder: Path) -> SampleSet:
    """Read the pictures in all folders whose name ends in an expression.

    Raises:
        DatasetError: if the folder is missing or has no such pictures.
    """
    root = existing_folder(folder, ["."], "a folder an expression")
    collector = SampleCollector(NAME)
    for path in files_with_suffix(root, _SUFFIXES, below=True):
        subject, _, label = path.parent.name.lower().rpartition("_")
        if label not in EXPRESSIONS:
            collector.leave_out("picture in a folder not named by an expression")
            continue
        collector.add(
            Sample(
                image=ImageFile(path),
                dataset=NAME,
                label=Expression(label),
                subject=subject or root.resolve().name,
            )
        )
    return collector.finish(folder, "folders such as anger with pictures")


ADAPTER = DatasetAdapter(
    name=NAME,
    title="Labelled pictures of your own characters",
    domain=Domain.CHARACTERS,
    read=read_labelled,
    expected=ExpectedCounts(),
)
"""Labelled folders in the registry of data sets."""
