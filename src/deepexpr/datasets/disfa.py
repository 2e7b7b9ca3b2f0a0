"""DISFA: people filmed while watching clips, action units coded in every frame.

Expected folder, as the archives of the distribution unpack:

    disfa/
      Videos_LeftCamera/LeftVideoSN001_comp.avi …     (or Video_LeftCamera)
      ActionUnit_Labels/SN001/SN001_au1.txt …         lines "frame,intensity";
                                                      frames from 1, intensity 0 to 5

Twelve action units are coded. A unit counts as active from intensity 2. A frame in
which every unit has intensity 0 is neutral; one whose active units show an expression
by EMFACS takes that label; all others are left out.

Source: Mavadati, Mahoor, Bartlett, Trinh, Cohn (2013), "DISFA: A Spontaneous Facial
Action Intensity Database", IEEE Transactions on Affective Computing.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.action_units import (
    ActionUnit,
    ActionUnits,
    expression_from_action_units,
)
from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import (
    GUIDE,
    DatasetAdapter,
    Domain,
    ExpectedCounts,
    Sample,
    SampleCollector,
    SampleSet,
    VideoFrame,
)
from deepexpr.datasets.layout import (
    existing_folder,
    files_with_suffix,
    read_text,
    subfolders,
)
from deepexpr.datasets.video import read_avi_header

NAME = "disfa"
CODED_UNITS: ActionUnits = frozenset(
    ActionUnit(number) for number in (1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26)
)
ACTIVE_INTENSITY = 2
_MAX_INTENSITY = 5
_COLUMNS = 2


def read_disfa(folder: Path) -> SampleSet:
    """Read the labelled frames of the left camera.

    Raises:
        DatasetError: if a part of the layout is missing, a label file does not hold
            what it should, or a video is no AVI file.
    """
    labels = existing_folder(
        folder, ["ActionUnit_Labels"], "the labels SN001/SN001_au1.txt"
    )
    videos = {
        path.stem.lower(): path
        for path in files_with_suffix(
            existing_folder(
                folder,
                ["Videos_LeftCamera", "Video_LeftCamera"],
                "the videos LeftVideoSN001_comp.avi",
            ),
            [".avi"],
        )
    }
    collector = SampleCollector(NAME)
    for subject in subfolders(labels):
        intensities = _subject_intensities(subject)
        video = videos.get(f"leftvideo{subject.name.lower()}_comp")
        if video is None:
            collector.leave_out("frame of a missing video", len(intensities))
            continue
        _collect_frames(collector, subject.name, video, intensities)
    return collector.finish(folder, "labelled videos of DISFA's left camera")


def _collect_frames(
    collector: SampleCollector, subject: str, video: Path, intensities: NDArray[np.int8]
) -> None:
    filmed = read_avi_header(video).frames
    collector.leave_out("frame after the end", max(0, len(intensities) - filmed))
    for index, row in enumerate(intensities[:filmed]):
        label = _expression(row.tobytes())
        if label is None:
            collector.leave_out("units show no single expression")
            continue
        collector.add(
            Sample(
                image=VideoFrame(video, index),
                dataset=NAME,
                label=label,
                subject=subject,
                sequence=subject,
            )
        )


@lru_cache(maxsize=4096)
def _expression(intensities: bytes) -> Expression | None:
    strength = dict(zip(sorted(CODED_UNITS), intensities, strict=True))
    active = {unit for unit, value in strength.items() if value >= ACTIVE_INTENSITY}
    if not active:
        return None if any(intensities) else Expression.NEUTRAL
    return expression_from_action_units(active, CODED_UNITS)


def _subject_intensities(folder: Path) -> NDArray[np.int8]:
    """Intensities of one subject: (frames, 12), units in rising order."""
    columns = [
        _unit_intensities(folder / f"{folder.name}_au{unit.value}.txt")
        for unit in sorted(CODED_UNITS)
    ]
    lengths = sorted({len(column) for column in columns})
    if len(lengths) > 1:
        raise DatasetError(
            f"{folder}: its files label between {lengths[0]} and {lengths[-1]} frames; "
            f"expected the same number in each ({GUIDE})"
        )
    return np.stack(columns, axis=1)


def _unit_intensities(path: Path) -> NDArray[np.int8]:
    text = read_text(path, "the intensities of one action unit")
    try:
        numbers = [int(part) for part in text.replace(",", " ").split()]
        table = np.array(numbers, dtype=np.int64).reshape(-1, _COLUMNS)
    except ValueError as error:
        raise DatasetError(
            f'{path}: expected lines "frame,intensity" of whole numbers ({GUIDE})'
        ) from error
    in_order = np.array_equal(table[:, 0], np.arange(1, len(table) + 1))
    intensity = table[:, 1]
    in_range = bool(((intensity >= 0) & (intensity <= _MAX_INTENSITY)).all())
    if not in_order or not in_range:
        raise DatasetError(
            f"{path}: expected frames numbered from 1 without gaps and intensities "
            f"from 0 to {_MAX_INTENSITY} ({GUIDE})"
        )
    return intensity.astype(np.int8)


ADAPTER = DatasetAdapter(
    name=NAME,
    title="DISFA (left camera, expressions by EMFACS)",
    domain=Domain.PEOPLE,
    read=read_disfa,
    expected=ExpectedCounts(subjects=27),
)
"""DISFA in the registry of data sets."""
