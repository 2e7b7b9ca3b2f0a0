"""FERG-DB: six stylised characters, rendered between animators' key poses.

Expected folder, as the 256×256 variant of the distribution unpacks:

    ferg/
      aia/aia_anger/*.png …      characters aia bonnie jules malcolm mery ray

The published pictures do not tell which key poses they lie between, so that a random
split puts near-duplicates on both sides; leave whole characters out instead.

Source: Aneja, Colburn, Faigin, Shapiro, Mones (2016), "Modeling Stylized Character
Expressions via Deep Learning", ACCV.
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
from deepexpr.datasets.layout import existing_folder, files_with_suffix, subfolders

NAME = "ferg"
CHARACTERS = ("aia", "bonnie", "jules", "malcolm", "mery", "ray")


def read_ferg(folder: Path) -> SampleSet:
    """Read the pictures of all characters that are there.

    Raises:
        DatasetError: if there is no picture in a folder `<character>/<character>_<
            expression>`.
    """
    root = existing_folder(folder, ["FERG_DB_256", "."], "the characters' folders")
    collector = SampleCollector(NAME)
    for character in subfolders(root):
        subject = character.name.lower()
        if subject not in CHARACTERS:
            collector.leave_out("folder that is no character of FERG-DB")
            continue
        for expression in EXPRESSIONS:
            pictures = _pictures(character, f"{subject}_{expression}")
            if not pictures:
                collector.leave_out(f"no pictures in {subject}_{expression}")
            for path in pictures:
                collector.add(
                    Sample(
                        image=ImageFile(path),
                        dataset=NAME,
                        label=expression,
                        subject=subject,
                    )
                )
    return collector.finish(folder, "folders such as aia/aia_anger with PNG pictures")


def _pictures(character: Path, name: str) -> list[Path]:
    folder = character / name
    return files_with_suffix(folder, [".png"]) if folder.is_dir() else []


ADAPTER = DatasetAdapter(
    name=NAME,
    title="FERG-DB (six stylised characters)",
    domain=Domain.CHARACTERS,
    read=read_ferg,
    expected=ExpectedCounts(
        samples=55_767,
        subjects=6,
        labels={
            Expression.ANGER: 9_169,
            Expression.DISGUST: 8_571,
            Expression.FEAR: 7_419,
            Expression.JOY: 7_330,
            Expression.NEUTRAL: 6_939,
            Expression.SADNESS: 7_627,
            Expression.SURPRISE: 8_712,
        },
    ),
)
"""FERG-DB in the registry of data sets."""
