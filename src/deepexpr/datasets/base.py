"""What every adapter hands on: labelled samples, and what it had to leave out."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.landmarks import Landmarks
from deepexpr.datasets.votes import vote_distribution

GUIDE = "see docs/datasets.md"


class Split(StrEnum):
    """A part of a data set, as its authors divided it."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Domain(StrEnum):
    """Whose faces a data set shows."""

    PEOPLE = "people"
    CHARACTERS = "characters"


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture in a file of its own."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A picture inside a zip archive; `member` is its name there."""

    archive: Path
    member: str

    def __str__(self) -> str:
        return f"{self.archive}:{self.member}"


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One frame of a video.

    Attributes:
        path: the video.
        index: which frame, counted from 0.
        quarter_turns: clockwise turns of 90° that make the picture upright.
    """

    path: Path
    index: int
    quarter_turns: int = 0

    def __str__(self) -> str:
        return f"{self.path}#{self.index}"


ImageReference = ImageFile | ZipMember | VideoFrame
"""Where a picture lies; `deepexpr.datasets.reading` opens it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled picture.

    Attributes:
        image: where the picture lies.
        dataset: name of its data set in `DATASETS`.
        label: the expression; None where raters drew or named something else.
        votes: raters' votes for the seven expressions in canonical order, if the set
            publishes them.
        subject: the person or character, unique within the data set; None if unknown.
        sequence: the recording it is a frame of, unique within the subject.
        split: the part it belongs to, where the set defines parts.
        key_poses: for synthetic characters, the key poses it lies between.
        landmarks: in pixels of the picture, where they are known exactly.
    """

    image: ImageReference
    dataset: str
    label: Expression | None = None
    votes: tuple[float, ...] | None = None
    subject: str | None = None
    sequence: str | None = None
    split: Split | None = None
    key_poses: tuple[str, ...] = ()
    landmarks: Landmarks | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.votes is None:
            fits = self.label is not None
        else:
            fits = (
                len(self.votes) == len(EXPRESSIONS)
                and min(self.votes) >= 0
                and 0 < sum(self.votes) < float("inf")
            )
        if not fits:
            raise DatasetError(
                f"{self.image}: a sample needs a label, or {len(EXPRESSIONS)} votes of "
                f"which at least one is cast; got {self.label} and {self.votes}"
            )

    @property
    def distribution(self) -> NDArray[np.float64]:
        """(7,) probabilities in canonical order: of the votes, else of the label."""
        if self.votes is not None:
            votes = np.array([self.votes], dtype=np.float64)
            return vote_distribution(votes).reshape(-1)
        return np.array([float(self.label == each) for each in EXPRESSIONS])


@dataclass(frozen=True, slots=True)
class SampleSet:
    """All samples of one data set folder.

    Attributes:
        dataset: name in `DATASETS`.
        samples: in a fixed order (by path).
        left_out: how often something (a picture, frame, sequence or folder, as the
            reason says) was not used, by reason.
    """

    dataset: str
    samples: tuple[Sample, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExpectedCounts:
    """How many samples a complete data set yields; None or absent where not known."""

    samples: int | None = None
    subjects: int | None = None
    labels: Mapping[Expression, int] = field(default_factory=dict)

    def differences(self, found: SampleSet) -> tuple[str, ...]:
        """Say where a folder yields another number than expected, one line each."""
        subjects = {each.subject for each in found.samples if each.subject is not None}
        labels = Counter(each.label for each in found.samples)
        rows = [
            ("samples", len(found.samples), self.samples),
            ("subjects", len(subjects), self.subjects),
            *((str(key), labels[key], count) for key, count in self.labels.items()),
        ]
        return tuple(
            f"{found.dataset}: {have:,} {name} found, {want:,} expected"
            for name, have, want in rows
            if want is not None and have != want
        )


@dataclass(frozen=True, slots=True)
class DatasetAdapter:
    """How one published data set is read.

    Attributes:
        name: key in `DATASETS`.
        title: the set's own name.
        domain: people or characters.
        read: from the set's folder to its samples; raises DatasetError, naming the
            path, where a part of the layout is missing or is something else.
        expected: what a complete copy yields.
    """

    name: str
    title: str
    domain: Domain
    read: Callable[[Path], SampleSet]
    expected: ExpectedCounts


class SampleCollector:
    """Gathers the samples of one folder, and counts what is left out and why."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset
        self._samples: list[Sample] = []
        self._left_out: Counter[str] = Counter()

    def add(self, sample: Sample) -> None:
        """Take one sample."""
        self._samples.append(sample)

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Note that something is not used, if `count` is above 0."""
        if count > 0:
            self._left_out[reason] += count

    def finish(self, folder: Path, expectation: str) -> SampleSet:
        """Hand on what was gathered.

        Args:
            folder: the data set's folder, for the error message.
            expectation: what should lie in it.

        Raises:
            DatasetError: if there is not a single sample.
        """
        if not self._samples:
            reasons = "; ".join(f"{n} × {why}" for why, n in self._left_out.items())
            noted = f" (left out: {reasons})" if reasons else ""
            raise DatasetError(
                f"{folder}: holds no usable picture{noted}; expected {expectation} "
                f"({GUIDE})"
            )
        left_out = dict(sorted(self._left_out.items()))
        return SampleSet(self._dataset, tuple(self._samples), left_out)
