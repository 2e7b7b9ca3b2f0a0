"""JAFFE: ten Japanese women, seven expressions, two to four pictures each.

Expected folder, at any depth:

    jaffe/
      KA.AN1.39.tiff …      person, expression (AN DI FE HA NE SA SU) and its number,
                            running number

Source: Lyons, Akamatsu, Kamachi, Gyoba (1998), "Coding Facial Expressions with Gabor
Wavelets"; doi:10.5281/zenodo.3451524.
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

NAME = "jaffe"
_LABELS = {
    "AN": Expression.ANGER,
    "DI": Expression.DISGUST,
    "FE": Expression.FEAR,
    "HA": Expression.JOY,
    "NE": Expression.NEUTRAL,
    "SA": Expression.SADNESS,
    "SU": Expression.SURPRISE,
}
_FILE_NAME = re.compile(
    r"(?P<subject>[A-Z]{2})\.(?P<label>AN|DI|FE|HA|NE|SA|SU)\d+\.\d+"
)


def read_jaffe(folder: Path) -> SampleSet:
    """Read all pictures.

    Raises:
        DatasetError: if the folder is missing or holds no picture of JAFFE.
    """
    root = existing_folder(folder, ["."], "JAFFE's pictures, such as KA.AN1.39.tiff")
    collector = SampleCollector(NAME)
    for path in files_with_suffix(root, [".tiff", ".tif"], below=True):
        match = _FILE_NAME.fullmatch(path.stem.upper())
        if match is None:
            collector.leave_out("file name not of JAFFE's scheme")
            continue
        collector.add(
            Sample(
                image=ImageFile(path),
                dataset=NAME,
                label=_LABELS[match["label"]],
                subject=match["subject"],
            )
        )
    return collector.finish(folder, "pictures such as KA.AN1.39.tiff")


ADAPTER = DatasetAdapter(
    name=NAME,
    title="JAFFE (Japanese Female Facial Expression)",
    domain=Domain.PEOPLE,
    read=read_jaffe,
    expected=ExpectedCounts(
        samples=213,
        subjects=10,
        labels={
            Expression.ANGER: 30,
            Expression.DISGUST: 29,
            Expression.FEAR: 32,
            Expression.JOY: 31,
            Expression.NEUTRAL: 30,
            Expression.SADNESS: 31,
            Expression.SURPRISE: 30,
        },
    ),
)
"""JAFFE in the registry of data sets."""
