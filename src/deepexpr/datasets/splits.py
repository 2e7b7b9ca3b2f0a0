"""Dividing samples into folds that never share a person, a recording or a key pose."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.datasets.base import Sample

DEFAULT_FOLDS = 5
_LEAST_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Fold:
    """One way to divide samples; the three parts share no index.

    Attributes:
        train: indices of the samples to learn from, rising.
        validation: indices of the samples to choose settings by, rising.
        test: indices of the samples to report on, rising.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def subject_folds(
    samples: Sequence[Sample], *, seed: int, count: int = DEFAULT_FOLDS
) -> tuple[Fold, ...]:
    """Subject-independent cross-validation.

    Subjects are dealt to `count` parts of nearly the same size and class mixture. Fold
    k tests on part k, validates on part k + 1 and trains on the others, so that every
    sample is tested on once. All pictures of a subject lie in one part; where the
    subject is not known, all frames of a recording do; else each picture stands alone.
    The same subject name in two data sets means two people.

    Source: Aneja et al. (2016), section 3.2.

    Args:
        samples: what to divide.
        seed: decides the draw; the parts do not depend on the order of the samples.
        count: number of folds, at least 3.

    Raises:
        DatasetError: if there are fewer subjects than folds.
    """
    part = _dealt_parts(samples, _person_or_recording, count, seed)
    folds = []
    for test in range(count):
        validation = (test + 1) % count
        folds.append(
            Fold(
                train=np.flatnonzero((part != test) & (part != validation)),
                validation=np.flatnonzero(part == validation),
                test=np.flatnonzero(part == test),
            )
        )
    return tuple(folds)


def leave_one_subject_out(samples: Sequence[Sample]) -> dict[str, Fold]:
    """One fold a subject: test on it, learn from all others; nothing to validate on.

    Returns:
        Folds by subject name, in alphabetical order.

    Raises:
        DatasetError: if a sample has no subject, or there is only one subject.
    """
    if any(sample.subject is None for sample in samples):
        raise DatasetError("leaving one subject out needs the subject of every sample")
    subjects = np.array([sample.subject for sample in samples], dtype=np.str_)
    names = sorted(set(subjects.tolist()))
    if len(names) <= 1:
        raise DatasetError(
            f"leaving one subject out needs two subjects or more; found {len(names)}"
        )
    nothing = np.zeros(0, dtype=np.int64)
    return {
        name: Fold(
            train=np.flatnonzero(subjects != name),
            validation=nothing,
            test=np.flatnonzero(subjects == name),
        )
        for name in names
    }


def key_pose_folds(
    samples: Sequence[Sample], *, seed: int, count: int = DEFAULT_FOLDS
) -> tuple[Fold, ...]:
    """Cross-validation for synthetic characters that holds out whole key poses.

    A picture is led by the first of its key poses. Leading poses are dealt to `count`
    parts. Fold k tests on the pictures led by poses of part k; it validates and trains
    on pictures that touch none of these poses, so no picture near a tested pose is
    learned from. The same holds between validation and training. A picture between two
    parts may thus belong to no side of a fold. A neutral pose at the far end does not
    count as touched: every weak expression lies near it, and taking all of them away
    would leave nothing to learn from.

    Args:
        samples: pictures of synthetic characters.
        seed: decides the draw.
        count: number of folds, at least 3.

    Raises:
        DatasetError: if a sample has no key poses, or there are fewer than folds.
    """
    bare = [sample.image for sample in samples if not sample.key_poses]
    if bare:
        raise DatasetError(f"{bare[0]}: key poses are not known; hold out subjects")
    leading = _dealt_parts(samples, _leading_pose, count, seed)
    touched = _touched_parts(samples, leading, count)
    folds = []
    for test in range(count):
        validation = (test + 1) % count
        clear_of_test = ~touched[:, test]
        folds.append(
            Fold(
                train=np.flatnonzero(clear_of_test & ~touched[:, validation]),
                validation=np.flatnonzero(clear_of_test & (leading == validation)),
                test=np.flatnonzero(leading == test),
            )
        )
    return tuple(folds)


def _touched_parts(
    samples: Sequence[Sample], leading: NDArray[np.int64], count: int
) -> NDArray[np.bool_]:
    """(N, count) whether a sample lies near a key pose of each part."""
    blocking = {
        _leading_pose(sample): int(part)
        for sample, part in zip(samples, leading, strict=True)
        if sample.label is not Expression.NEUTRAL
    }
    touched = np.zeros((len(samples), count), dtype=np.bool_)
    touched[np.arange(len(samples)), leading] = True
    for index, sample in enumerate(samples):
        for name in sample.key_poses[1:]:
            part = blocking.get(_pose(sample, name))
            if part is not None:
                touched[index, part] = True
    return touched


def _person_or_recording(sample: Sample) -> tuple[str, ...]:
    if sample.subject is not None:
        return (sample.dataset, "subject", sample.subject)
    if sample.sequence is not None:
        return (sample.dataset, "sequence", sample.sequence)
    return (sample.dataset, "picture", str(sample.image))


def _pose(sample: Sample, name: str) -> tuple[str, ...]:
    return (sample.dataset, sample.subject or "", name)


def _leading_pose(sample: Sample) -> tuple[str, ...]:
    return _pose(sample, sample.key_poses[0])


def _dealt_parts(
    samples: Sequence[Sample],
    key: Callable[[Sample], tuple[str, ...]],
    count: int,
    seed: int,
) -> NDArray[np.int64]:
    """Part 0 to count - 1 of every sample; samples with the same key share theirs."""
    if count < _LEAST_FOLDS:
        raise DatasetError(f"{count} folds cannot be made; ask for {_LEAST_FOLDS} up")
    members: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, sample in enumerate(samples):
        members[key(sample)].append(index)
    if len(members) < count:
        raise DatasetError(
            f"{len(members)} subjects cannot be divided into {count} folds"
        )
    groups = [members[name] for name in sorted(members)]
    mixtures = _class_shares(samples, groups)
    order = np.random.default_rng(seed).permutation(len(groups))
    # Large groups first: small ones can still even out what these leave uneven.
    order = order[np.argsort(-mixtures[order].sum(axis=1), kind="stable")]
    loads = np.zeros((count, mixtures.shape[1]))
    part = np.zeros(len(samples), dtype=np.int64)
    for group in order:
        lightest = int(np.argmin(loads @ mixtures[group] + loads.sum(axis=1) * 1e-9))
        loads[lightest] += mixtures[group]
        part[groups[group]] = lightest
    return part


def _class_shares(
    samples: Sequence[Sample], groups: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """(G, 8) share of every class, and of all samples, that each group holds."""
    column = {expression: i for i, expression in enumerate(EXPRESSIONS)}
    shares = np.zeros((len(groups), len(EXPRESSIONS) + 1))
    for row, indices in enumerate(groups):
        for index in indices:
            label = samples[index].label
            if label is not None:
                shares[row, column[label]] += 1
        shares[row, -1] = len(indices)
    totals = shares.sum(axis=0)
    normalised: NDArray[np.float64] = shares / np.where(totals > 0, totals, 1)
    return normalised
