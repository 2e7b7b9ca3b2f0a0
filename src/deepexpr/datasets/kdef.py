"""KDEF: seventy actors, seven expressions, two sessions, five views; frontal used.

Expected folder, at any depth:

    kdef/
      AF01/AF01ANS.JPG …       session A or B, sex F or M, actor 01 to 35,
                               expression (AF AN DI HA NE SA SU), view (S is frontal)

Source: Lundqvist, Flykt, Öhman (1998), "The Karolinska Directed Emotional Faces",
Karolinska Institutet, ISBN 91-630-7164-9.
"""

import re
from pathlib import Path

from deepexpr.core.expression import Expression
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

NAME = "kdef"
_LABELS = {
    "AF": Expression.FEAR,
    "AN": Expression.ANGER,
    "DI": Expression.DISGUST,
    "HA": Expression.JOY,
    "NE": Expression.NEUTRAL,
    "SA": Expression.SADNESS,
    "SU": Expression.SURPRISE,
}
_FRONTAL = "S"
_FILE_NAME = re.compile(
    r"(?P<session>[AB])(?P<subject>[FM]\d\d)"
    r"(?P<label>AF|AN|DI|HA|NE|SA|SU)(?P<view>FL|HL|S|HR|FR)"
)


def read_kdef(folder: Path) -> SampleSet:
    """Read the frontal pictures of both sessions.

    Raises:
        DatasetError: if the folder is missing or holds no frontal picture of KDEF.
    """
    root = existing_folder(folder, ["."], "KDEF's pictures, such as AF01/AF01ANS.JPG")
    collector = SampleCollector(NAME)
    for path in files_with_suffix(root, [".jpg", ".jpeg"], below=True):
        match = _FILE_NAME.fullmatch(path.stem.upper())
        if match is None:
            collector.leave_out("file name not of KDEF's scheme")
        elif match["view"] != _FRONTAL:
            collector.leave_out("view from the side")
        else:
            collector.add(
                Sample(
                    image=ImageFile(path),
                    dataset=NAME,
                    label=_LABELS[match["label"]],
                    subject=match["subject"],
                    sequence=match["session"],
                )
            )
    return collector.finish(folder, "frontal pictures such as AF01/AF01ANS.JPG")


ADAPTER = DatasetAdapter(
    name=NAME,
    title="KDEF (Karolinska Directed Emotional Faces)",
    domain=Domain.PEOPLE,
    read=read_kdef,
    expected=ExpectedCounts(
        samples=980, subjects=70, labels=dict.fromkeys(_LABELS.values(), 140)
    ),
)
"""KDEF in the registry of data sets."""
