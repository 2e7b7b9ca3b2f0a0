"""How well a few labelled pictures teach a new character, beside all and none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.base import Sample
from deepexpr.datasets.splits import DEFAULT_FOLDS, key_pose_folds
from deepexpr.expression.adapted_head import AdaptedHead
from deepexpr.expression.encoder import Encoding
from deepexpr.training.few_shot import adapt_head


@dataclass(frozen=True, slots=True)
class AdaptationReport:
    """Accuracies on pictures that were not learned from; all on the same ones.

    Attributes:
        pictures: number of pictures tested on.
        shots: labelled pictures an expression.
        draws: how often they were drawn anew.
        shared: accuracy of the encoder as it is.
        few: mean accuracy after adapting to the few.
        few_spread: standard deviation of it between draws.
        full: accuracy after adapting to all pictures that are not tested on.
    """

    pictures: int
    shots: int
    draws: int
    shared: float
    few: float
    few_spread: float
    full: float

    @property
    def behind(self) -> float:
        """How far the few are behind all, in points."""
        return 100 * (self.full - self.few)


def measure_adaptation(
    samples: Sequence[Sample],
    encoding: Encoding,
    *,
    shots: int,
    draws: int = 10,
    seed: int = 0,
) -> AdaptationReport:
    """Cross-validate adaptation to one character.

    In each of five folds, pictures are drawn from the training side and tested on the
    other. Where key poses are known, whole key poses are held out, so that no test
    picture is a near-duplicate of one that was learned from.

    Args:
        samples: labelled pictures of one character.
        encoding: of the same pictures.
        shots: pictures an expression to adapt to.
        draws: how often to draw them.
        seed: of folds and draws.

    Raises:
        DatasetError: if there are too few pictures or key poses to hold some out.
    """
    label = labels_of(samples)
    right_shared, right_few, right_full, tested = 0, np.zeros(draws), 0, 0
    for number, (train, test) in enumerate(_folds(samples, label, seed)):
        held, wanted = _subset(encoding, test), label[test]
        tested += len(test)
        right_shared += _right(held.probabilities, wanted)
        full = adapt_head(_subset(encoding, train), label[train])
        right_full += _right(full.probabilities(held), wanted)
        for draw in range(draws):
            rng = np.random.default_rng([seed, number, draw])
            few = _adapted(encoding, label, draw_shots(train, label, shots, rng))
            right_few[draw] += _right(few.probabilities(held), wanted)
    accuracies = right_few / tested
    return AdaptationReport(
        pictures=tested,
        shots=shots,
        draws=draws,
        shared=right_shared / tested,
        few=float(accuracies.mean()),
        few_spread=float(accuracies.std()),
        full=right_full / tested,
    )


def labels_of(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """(N,) index of each sample's expression; all must have one."""
    return np.array(
        [EXPRESSIONS.index(s.label) for s in samples if s.label is not None]
    )


def draw_shots(
    members: NDArray[np.int64],
    label: NDArray[np.int64],
    shots: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw up to `shots` of the members of each expression."""
    shuffled = rng.permutation(members)
    return np.concatenate(
        [shuffled[label[shuffled] == each][:shots] for each in range(len(EXPRESSIONS))]
    )


def _adapted(
    encoding: Encoding, label: NDArray[np.int64], chosen: NDArray[np.int64]
) -> AdaptedHead:
    return adapt_head(_subset(encoding, chosen), label[chosen])


def _folds(
    samples: Sequence[Sample], label: NDArray[np.int64], seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Training and test indices of each fold."""
    if all(sample.key_poses for sample in samples):
        for fold in key_pose_folds(samples, seed=seed):
            yield np.concatenate([fold.train, fold.validation]), fold.test
        return
    least = int(np.bincount(label, minlength=len(EXPRESSIONS)).min())
    if least < 2:
        raise DatasetError(
            "measuring needs two pictures of every expression or more, so that one can "
            f"be held out; one expression has {least}"
        )
    part = np.zeros(len(label), np.int64)
    rng = np.random.default_rng(seed)
    for each in range(len(EXPRESSIONS)):
        members = rng.permutation(np.flatnonzero(label == each))
        part[members] = np.arange(len(members)) % DEFAULT_FOLDS
    for fold_number in range(min(DEFAULT_FOLDS, int(part.max()) + 1)):
        yield np.flatnonzero(part != fold_number), np.flatnonzero(part == fold_number)


def _subset(encoding: Encoding, chosen: NDArray[np.int64]) -> Encoding:
    return Encoding(encoding.features[chosen], encoding.probabilities[chosen])


def _right(probabilities: NDArray[np.floating], label: NDArray[np.int64]) -> int:
    return int((probabilities.argmax(axis=1) == label).sum())
