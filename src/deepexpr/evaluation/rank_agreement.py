"""Rank agreement: do we order candidate faces as people do?

For each test of a query and its candidates our distances are correlated with the
raters' aggregated ranking; the figures are mean ± standard deviation over the tests.

Source: Aneja et al. (2016), section 5.2. The paper does not say how a correlation "for
the first rank alone" was computed. Here it is the correlation, over all tests, of the
place of our first candidate among the candidates with the place of the raters' first:
one number without a spread, as in the paper. It depends on how the candidates happen to
be numbered; the share of tests with the same first candidate does not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.intervals import (
    Estimate,
    MeanAndSpread,
    mean_and_spread,
    wilson_interval,
)
from deepexpr.evaluation.rank_aggregation import borda
from deepexpr.evaluation.rank_correlation import (
    kendall,
    kendall_table,
    spearman,
    spearman_table,
)
from deepexpr.evaluation.rankings import RankingTest

Aggregation = Callable[[NDArray[Any]], NDArray[np.float64]]
"""Makes (R, C) ranks into (C,) values, lower for more alike; see `rank_aggregation`."""


@dataclass(frozen=True, slots=True)
class QueryAgreement:
    """How well two rankings of one test's candidates agree.

    Attributes:
        test: id of the test.
        spearman: ρ, −1 to 1; NaN if a ranking ties all candidates.
        kendall: τ-b, −1 to 1; NaN likewise.
        our_first: place of the candidate that we put first, from 0.
        their_first: place of the candidate that the raters put first, from 0.
    """

    test: str
    spearman: float
    kendall: float
    our_first: int
    their_first: int


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """Agreement over all tests.

    Attributes:
        tests: each test, in file order.
        spearman: mean ± standard deviation of ρ over the tests where it is defined.
        kendall: the same of τ-b.
        first_spearman: ρ, over the tests, of the first candidates' places.
        first_kendall: τ-b likewise.
        same_first: share of the tests with the same first candidate.
    """

    tests: tuple[QueryAgreement, ...]
    spearman: MeanAndSpread
    kendall: MeanAndSpread
    first_spearman: float
    first_kendall: float
    same_first: Estimate


@dataclass(frozen=True, slots=True)
class RaterCeiling:
    """How well raters agree with each other, the most that can be asked of a machine.

    Each test counts with its mean over raters; tests with one rater do not count.

    Attributes:
        spearman: ρ of one rater with all others aggregated, mean ± sd over the tests.
        kendall: τ-b likewise.
        pairwise_spearman: ρ of two raters, mean ± sd over the tests.
        pairwise_kendall: τ-b likewise.
    """

    spearman: MeanAndSpread
    kendall: MeanAndSpread
    pairwise_spearman: MeanAndSpread
    pairwise_kendall: MeanAndSpread


def rank_agreement(
    tests: Sequence[RankingTest],
    distances: Mapping[str, Mapping[str, float]],
    aggregation: Aggregation = borda,
) -> RankAgreement:
    """Compare our order of the candidates with the raters'.

    Args:
        tests: queries with candidates and the raters' ranks.
        distances: test to candidate to our distance (or rank), lower is more alike.
        aggregation: how the raters' rankings become one.

    Raises:
        DatasetError: if there is no test, or a test or candidate has no distance.
    """
    if not tests:
        raise DatasetError("there are no ranking tests to compare with")
    results = []
    for test in tests:
        if test.name not in distances:
            raise DatasetError(f"there are no distances for test {test.name}")
        ours = test.in_order(dict(distances[test.name]))
        results.append(_compared(test.name, ours, aggregation(test.ranks)))
    our_firsts = np.array([result.our_first for result in results])
    their_firsts = np.array([result.their_first for result in results])
    same = int((our_firsts == their_firsts).sum())
    return RankAgreement(
        tests=tuple(results),
        spearman=mean_and_spread(np.array([entry.spearman for entry in results])),
        kendall=mean_and_spread(np.array([entry.kendall for entry in results])),
        first_spearman=spearman(our_firsts, their_firsts),
        first_kendall=kendall(our_firsts, their_firsts),
        same_first=wilson_interval(same, len(results)),
    )


def one_rater(tests: Sequence[RankingTest], rater: str) -> tuple[RankingTest, ...]:
    """The tests as a single rater, such as the expert, ranked them.

    Args:
        tests: tests with any raters.
        rater: the rater's name; tests without the rater are left out.

    Raises:
        DatasetError: if no test has the rater.
    """
    kept = [
        RankingTest(
            test.name,
            test.query,
            test.candidates,
            (rater,),
            test.ranks[[test.raters.index(rater)]],
        )
        for test in tests
        if rater in test.raters
    ]
    if not kept:
        raise DatasetError(f"no test was ranked by a rater called {rater!r}")
    return tuple(kept)


def rater_ceiling(
    tests: Sequence[RankingTest], aggregation: Aggregation = borda
) -> RaterCeiling:
    """Measure how well the raters agree with each other.

    Args:
        tests: tests; those with one rater have nothing to compare and do not count.
        aggregation: how the other raters' rankings become one.
    """
    shared = [test.ranks for test in tests if len(test.raters) > 1]
    others = [_left_out(ranks, aggregation) for ranks in shared]
    return RaterCeiling(
        spearman=_over_tests(
            np.diagonal(spearman_table(ranks, rest))
            for ranks, rest in zip(shared, others, strict=True)
        ),
        kendall=_over_tests(
            np.diagonal(kendall_table(ranks, rest))
            for ranks, rest in zip(shared, others, strict=True)
        ),
        pairwise_spearman=_over_tests(
            _above_diagonal(spearman_table(ranks, ranks)) for ranks in shared
        ),
        pairwise_kendall=_over_tests(
            _above_diagonal(kendall_table(ranks, ranks)) for ranks in shared
        ),
    )


def _compared(
    name: str, ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> QueryAgreement:
    return QueryAgreement(
        test=name,
        spearman=spearman(ours, theirs),
        kendall=kendall(ours, theirs),
        our_first=int(ours.argmin()),
        their_first=int(theirs.argmin()),
    )


def _left_out(
    ranks: NDArray[np.float64], aggregation: Aggregation
) -> NDArray[np.float64]:
    """Row i: the ranking of all raters but i."""
    return np.array(
        [aggregation(np.delete(ranks, rater, axis=0)) for rater in range(len(ranks))]
    )


def _above_diagonal(table: NDArray[np.float64]) -> NDArray[np.float64]:
    return table[np.triu_indices(len(table), k=1)]


def _over_tests(correlations: Iterable[NDArray[np.float64]]) -> MeanAndSpread:
    """Mean ± sd over the tests of each test's mean."""
    means = [mean_and_spread(values).mean for values in correlations]
    return mean_and_spread(np.array(means, np.float64))
