"""Putting data sets together, and balancing the classes of what came together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.base import Sample, SampleSet


def combine(sets: Iterable[SampleSet]) -> tuple[Sample, ...]:
    """All samples of several data sets, one set after the other.

    Raises:
        DatasetError: if one picture comes twice, as when a set is named twice.
    """
    samples = tuple(sample for each in sets for sample in each.samples)
    seen = Counter(sample.image for sample in samples)
    twice = [image for image, count in seen.items() if count > 1]
    if twice:
        raise DatasetError(
            f"{twice[0]}: is in the combined data twice ({len(twice):,} pictures are); "
            "name each data set once"
        )
    return samples


def balance(
    samples: Sequence[Sample], *, seed: int, per_class: int | None = None
) -> NDArray[np.int64]:
    """Choose the same number of samples of every expression.

    A class with more samples than wanted is thinned: each of its recordings gives one
    sample before any gives a second, and so on, so that neighbouring frames of a long
    video go first and every recording stays. A class with fewer is repeated whole as
    often as it fits, and the rest is drawn in the same way. Samples without a label are
    not chosen. Balance training samples only; those that measure stay as they are.

    Source: Aneja et al. (2016), section 3.1, which balances classes after combining the
    sets but does not say how.

    Args:
        samples: what to choose from.
        seed: decides the draw; the same seed and samples give the same choice.
        per_class: samples wanted of each expression; the mean over the seven classes if
            not given, which keeps the number of samples.

    Returns:
        Indices into `samples`, class by class in canonical order; an index stands
        several times where its class is repeated.

    Raises:
        DatasetError: if an expression has no sample, or `per_class` is below 1.
    """
    members = _members_of_classes(samples)
    total = sum(map(len, members))
    wanted = round(total / len(EXPRESSIONS)) if per_class is None else per_class
    if wanted < 1:
        raise DatasetError(f"{wanted} samples a class cannot be chosen; ask for 1 up")
    generator = np.random.default_rng(seed)
    chosen = []
    for indices in members:
        order = _spread_over_recordings(samples, indices, generator)
        chosen.append(np.resize(order, wanted))
    return np.concatenate(chosen)


def _members_of_classes(samples: Sequence[Sample]) -> list[NDArray[np.int64]]:
    members = [
        np.array(
            [i for i, sample in enumerate(samples) if sample.label is expression],
            dtype=np.int64,
        )
        for expression in EXPRESSIONS
    ]
    absent = [str(e) for e, m in zip(EXPRESSIONS, members, strict=True) if not len(m)]
    if absent:
        raise DatasetError(
            f"there is no sample of {', '.join(absent)}; classes can only be balanced "
            "when each has one, add a data set that shows them"
        )
    return members


def _spread_over_recordings(
    samples: Sequence[Sample],
    indices: NDArray[np.int64],
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Random order in which the n-th samples of all recordings precede the n+1-th."""
    shuffled = generator.permutation(indices)
    counts: defaultdict[object, int] = defaultdict(int)
    turns = np.zeros(len(shuffled), dtype=np.int64)
    for position, index in enumerate(shuffled):
        sample = samples[index]
        if sample.sequence is None:
            continue  # a single picture is a recording of its own
        recording = (sample.dataset, sample.subject, sample.sequence)
        turns[position] = counts[recording]
        counts[recording] += 1
    return shuffled[np.argsort(turns, kind="stable")]
