"""Data sets for the paper's networks: read, register once, divide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from deepexpr.core.errors import DatasetError
from deepexpr.datasets.base import Domain, Sample, SampleSet
from deepexpr.datasets.combine import combine
from deepexpr.datasets.registry import dataset_adapter
from deepexpr.datasets.splits import Fold, key_pose_folds, leave_one_subject_out
from deepexpr.training.registered_store import (
    RegisteredFaces,
    joined,
    prepare_registered,
)

_VALIDATION_SHARE = _TEST_SHARE = 0.12
"""The paper's 38,000 / 6,000 / 6,000 of 50,000 images of characters."""

SPLITS = ("frames", "key-pose", "character=<name>")


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """A data set on the disk: its name in `DATASETS` and its folder."""

    name: str
    folder: Path

    @classmethod
    def parse(cls, text: str) -> "NamedFolder":
        """Read "ckplus=/data/ckplus".

        Raises:
            DatasetError: if there is no "=", or no data set of that name.
        """
        name, sign, folder = text.partition("=")
        if not sign or not folder:
            raise DatasetError(
                f"--data {text}: expected NAME=FOLDER, such as ckplus=/data/ckplus"
            )
        return cls(dataset_adapter(name).name, Path(folder))


def read_labelled_samples(
    sources: Sequence[NamedFolder], domain: Domain
) -> tuple[SampleSet, ...]:
    """Samples with a label of data sets of one domain, one set a source.

    Raises:
        DatasetError: if there is no source, one shows the other domain, comes twice, or
            lacks a part of its layout.
    """
    if not sources:
        raise DatasetError("no data set is named; give --data NAME=FOLDER")
    sets = []
    for source in sources:
        adapter = dataset_adapter(source.name)
        if adapter.domain is not domain:
            raise DatasetError(
                f"{adapter.title} shows {adapter.domain}; this network learns {domain}"
            )
        found = adapter.read(source.folder)
        labelled = tuple(s for s in found.samples if s.label is not None)
        sets.append(SampleSet(found.dataset, labelled, found.left_out))
    combine(sets)  # refuses a picture that comes twice
    return tuple(sets)


def registered_faces(
    sets: Sequence[SampleSet],
    prepared: Path,
    workers: int = 1,
    report: Callable[[str, int, int], None] | None = None,
) -> RegisteredFaces:
    """Faces of several data sets, registered once and kept in `<prepared>/<name>`.

    Args:
        sets: samples, one set a data set.
        prepared: folder of prepared faces.
        workers: processes that share the work.
        report: told the data set, and how many samples of how many are done.
    """
    parts = []
    for each in sets:

        def told(done: int, total: int, name: str = each.dataset) -> None:
            if report is not None:
                report(name, done, total)

        place = prepared / each.dataset
        parts.append(prepare_registered(each.samples, place, workers, told))
    return joined(parts)


def character_fold(samples: Sequence[Sample], rule: str, seed: int = 0) -> Fold:
    """Divide pictures of characters into training, validation and test.

    Args:
        samples: pictures of characters.
        rule: "frames" as the paper does, 76 / 12 / 12 % at random; "key-pose" holds out
            key poses; "character=<name>" tests on one character and validates on a
            random tenth of the others.
        seed: of the draw.

    Raises:
        DatasetError: if the rule or character is unknown, or key poses are not known.
    """
    rng = np.random.default_rng(seed)
    kind, _, name = rule.partition("=")
    if rule == "frames":
        order = rng.permutation(len(samples))
        tested, validated = (
            round(len(samples) * share) for share in (_TEST_SHARE, _VALIDATION_SHARE)
        )
        test, validation, train = np.split(order, [tested, tested + validated])
        return Fold(np.sort(train), np.sort(validation), np.sort(test))
    if rule == "key-pose":
        return key_pose_folds(samples, seed=seed)[0]
    if kind == "character" and name:
        folds = leave_one_subject_out(samples)
        if name not in folds:
            raise DatasetError(_unknown("character", name, list(folds)))
        order = rng.permutation(folds[name].train)
        validation, train = np.split(order, [len(order) // 10])
        return Fold(np.sort(train), np.sort(validation), folds[name].test)
    raise DatasetError(_unknown("split", rule, SPLITS))


def _unknown(kind: str, name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"no {kind} is called {name!r}; {hint}Known: {', '.join(known)}"
