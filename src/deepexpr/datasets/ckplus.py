"""CK+: acted sequences from neutral to a peak expression, with emotion labels.

Expected folder, as the archives of the distribution unpack:

    ckplus/
      cohn-kanade-images/S005/001/S005_001_00000011.png …
      Emotion/S005/001/S005_001_00000011_emotion.txt     one number, 0 to 7

The sample of a labelled sequence is its last frame, the peak. Contempt is not one of
the seven expressions and is left out, as are sequences without a label.

Source: Lucey, Cohn, Kanade, Saragih, Ambadar, Matthews (2010), "The Extended
Cohn-Kanade Dataset (CK+)", CVPR workshops.
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
)
from deepexpr.datasets.layout import (
    existing_folder,
    files_with_suffix,
    read_text,
    subfolders,
)

NAME = "ckplus"
_CONTEMPT = 2
_LABELS = {
    0: Expression.NEUTRAL,
    1: Expression.ANGER,
    3: Expression.DISGUST,
    4: Expression.FEAR,
    5: Expression.JOY,
    6: Expression.SADNESS,
    7: Expression.SURPRISE,
}


def read_ckplus(folder: Path) -> SampleSet:
    """Read the peak frames of all labelled sequences.

    Raises:
        DatasetError: if a part of the layout is missing or a label is no number of CK+.
    """
    images = existing_folder(
        folder, ["cohn-kanade-images"], "the sequences S005/001/*.png"
    )
    labels = existing_folder(
        folder, ["Emotion"], "the labels S005/001/S005_001_00000011_emotion.txt"
    )
    collector = SampleCollector(NAME)
    sequences = {
        (subject.name, sequence.name)
        for parent in (images, labels)
        for subject in subfolders(parent)
        for sequence in subfolders(subject)
    }
    for subject, sequence in sorted(sequences):
        emotion = _emotion(labels / subject / sequence)
        if emotion is None:
            collector.leave_out("sequence without an emotion label")
            continue
        if emotion == _CONTEMPT:
            collector.leave_out("contempt")
            continue
        frames = _frames(images / subject / sequence)
        if not frames:
            collector.leave_out("labelled sequence without pictures")
            continue
        collector.add(
            Sample(
                image=ImageFile(frames[-1]),
                dataset=NAME,
                label=_LABELS[emotion],
                subject=subject,
                sequence=sequence,
            )
        )
    return collector.finish(folder, "labelled sequences of CK+")


def _frames(sequence: Path) -> list[Path]:
    return files_with_suffix(sequence, [".png"]) if sequence.is_dir() else []


def _emotion(sequence: Path) -> int | None:
    files = files_with_suffix(sequence, [".txt"]) if sequence.is_dir() else []
    labels = [path for path in files if path.stem.endswith("_emotion")]
    if not labels:
        return None
    text = read_text(labels[0], "the emotion label of a sequence").strip()
    try:
        value = float(text)
    except ValueError:
        value = -1
    if value != _CONTEMPT and value not in _LABELS:
        raise DatasetError(
            f"{labels[0]}: holds {text[:20]!r}; expected one number from 0 to 7 "
            f"({GUIDE})"
        )
    return int(value)


ADAPTER = DatasetAdapter(
    name=NAME,
    title="CK+ (Extended Cohn-Kanade)",
    domain=Domain.PEOPLE,
    read=read_ckplus,
    expected=ExpectedCounts(
        samples=309,
        subjects=106,
        labels={
            Expression.ANGER: 45,
            Expression.DISGUST: 59,
            Expression.FEAR: 25,
            Expression.JOY: 69,
            Expression.SADNESS: 28,
            Expression.SURPRISE: 83,
        },
    ),
)
"""CK+ in the registry of data sets."""
