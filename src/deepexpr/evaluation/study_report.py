"""Raters' rankings and ratings as table cells, with the paper's figures beside ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.fitting import GEOMETRY_WEIGHTS
from deepexpr.evaluation.intervals import Estimate, MeanAndSpread
from deepexpr.evaluation.paper import (
    AGREEMENT,
    AGREEMENT_TABLE,
    RECOGNISED,
    RECOGNISED_TABLE,
)
from deepexpr.evaluation.rank_agreement import (
    Aggregation,
    RankAgreement,
    RaterCeiling,
    one_rater,
    rank_agreement,
    rater_ceiling,
)
from deepexpr.evaluation.rank_chart import Reference
from deepexpr.evaluation.rankings import RankingTest
from deepexpr.evaluation.tables import Cell, Measurement, with_measurements
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.presets import SHARPNESS, RetrievalPreset
from deepexpr.retrieval.search import Match
from deepexpr.transfer.directions import FaceQuery, search_gallery

CandidateMatches = Mapping[str, Mapping[str, Match]]
"""Test to candidate to its divergence and geometric distance from the query."""

EXPERT = "expert"
"""The rater whose rankings are reported apart, as in the paper."""


def candidate_matches(
    tests: Sequence[RankingTest],
    face_of: Callable[[str], FaceQuery],
    gallery_of: Callable[[str], Gallery],
    sharpness: float = SHARPNESS,
) -> CandidateMatches:
    """Divergence and geometric distance of every candidate of every test.

    Args:
        tests: queries with candidates; a candidate is `<gallery>/<pose>`.
        face_of: name of a query to its face.
        gallery_of: name of a gallery to the gallery.
        sharpness: power that features are raised to.

    Returns:
        Test to candidate to its match.

    Raises:
        DatasetError: if a candidate is no pose of a gallery.
    """
    preset = RetrievalPreset(1.0, 0.0, sharpness=sharpness)
    found: dict[str, dict[str, Match]] = {}
    for test in tests:
        face = face_of(test.query)
        known: dict[str, Match] = {}
        for name in dict.fromkeys(each.partition("/")[0] for each in test.candidates):
            gallery = gallery_of(name)
            matches = search_gallery(face, gallery, len(gallery), preset).matches
            known |= {f"{name}/{match.pose_id}": match for match in matches}
        for candidate in test.candidates:
            if candidate not in known:
                raise DatasetError(
                    f"test {test.name}: the candidate {candidate!r} is no pose of a "
                    "gallery; candidates are written like mia/joy-grin"
                )
        found[test.name] = {name: known[name] for name in test.candidates}
    return found


def candidate_distances(
    found: CandidateMatches, preset: RetrievalPreset
) -> dict[str, dict[str, float]]:
    """φ of every candidate under a preset's α and β: test to candidate to distance."""
    alpha, beta = preset.feature_weight, preset.geometry_weight
    return {
        test: {
            name: alpha * match.divergence + beta * match.geometry
            for name, match in matches.items()
        }
        for test, matches in found.items()
    }


def weights_by_rankings(
    tests: Sequence[RankingTest],
    found: CandidateMatches,
    aggregation: Aggregation,
    sharpness: float = SHARPNESS,
) -> dict[float, RankAgreement]:
    """Agreement with the raters at each β that `fitting` tries, α being 1.

    The β to choose is the one with the highest mean ρ.
    """
    return {
        beta: rank_agreement(
            tests,
            candidate_distances(found, RetrievalPreset(1.0, beta, sharpness=sharpness)),
            aggregation,
        )
        for beta in GEOMETRY_WEIGHTS
    }


def raters_alone(tests: Sequence[RankingTest]) -> tuple[RankingTest, ...]:
    """The tests without the expert's rows; those that only the expert ranked go."""
    kept = []
    for test in tests:
        rows = [row for row, rater in enumerate(test.raters) if rater != EXPERT]
        if rows:
            raters = tuple(test.raters[row] for row in rows)
            kept.append(replace(test, raters=raters, ranks=test.ranks[rows]))
    return tuple(kept)


def agreements(
    tests: Sequence[RankingTest],
    distances: Mapping[str, Mapping[str, float]],
    aggregation: Aggregation,
) -> dict[str, RankAgreement]:
    """Agreement with the expert and with the raters, as far as there are any."""
    found: dict[str, RankAgreement] = {}
    if any(EXPERT in test.raters for test in tests):
        alone = one_rater(tests, EXPERT)
        found["expert"] = rank_agreement(alone, distances)
    if others := raters_alone(tests):
        found["raters"] = rank_agreement(others, distances, aggregation)
    return found


def agreement_cells(found: Mapping[str, RankAgreement]) -> tuple[Cell, ...]:
    """Section 5.2 with our figures beside the paper's, and the same first candidate."""
    measured: dict[tuple[str, str, str], Measurement] = {}
    extra: list[Cell] = []
    for row, agreement in found.items():
        note = f"{len(agreement.tests)} tests"
        for symbol, figure, first in (
            ("ρ", agreement.spearman, agreement.first_spearman),
            ("τ", agreement.kendall, agreement.first_kendall),
        ):
            measured[AGREEMENT_TABLE, row, symbol] = Measurement(
                figure.mean, figure.spread, note=note
            )
            key = (AGREEMENT_TABLE, row, f"{symbol}, first rank")
            measured[key] = Measurement(first, note=note)
        extra.append(_share(AGREEMENT_TABLE, row, "same first", agreement.same_first))
    return (*with_measurements(AGREEMENT, measured), *extra)


def ceiling_cells(ceiling: RaterCeiling) -> tuple[Cell, ...]:
    """How well raters agree with each other."""
    return tuple(
        Cell(
            "Raters' ceiling",
            row,
            symbol,
            measured=figure.mean,
            measured_spread=figure.spread,
            note=f"{figure.count} tests",
        )
        for row, symbol, figure in (
            ("a rater and all others", "ρ", ceiling.spearman),
            ("a rater and all others", "τ", ceiling.kendall),
            ("two raters", "ρ", ceiling.pairwise_spearman),
            ("two raters", "τ", ceiling.pairwise_kendall),
        )
    )


def chart_references(tests: Sequence[RankingTest]) -> tuple[Reference, ...]:
    """The paper's figures with its raters, and the ceiling of these raters."""
    by_key = {(cell.row, cell.column): cell for cell in AGREEMENT}
    paper = [_paper_figure(by_key["raters", symbol]) for symbol in ("ρ", "τ")]
    ceiling = rater_ceiling(raters_alone(tests))
    return (
        Reference("paper", *paper),
        Reference("raters' ceiling", ceiling.spearman, ceiling.kendall),
    )


def _paper_figure(cell: Cell) -> MeanAndSpread:
    nan = float("nan")
    mean = nan if cell.published is None else cell.published
    spread = nan if cell.published_spread is None else cell.published_spread
    return MeanAndSpread(mean, spread, 30)


def recognised_cells(found: Mapping[str, Sequence[Estimate]]) -> tuple[Cell, ...]:
    """Table 2 with our figures beside the paper's.

    Args:
        found: system to seven shares, from `ratings.recognised_faces`; "deepexpr" is
            the paper's row DeepExpr, other systems get rows of their own.
    """
    rows = {cell.row.casefold(): cell.row for cell in RECOGNISED}
    measured: dict[tuple[str, str, str], Measurement] = {}
    own: list[Cell] = []
    for system, shares in found.items():
        row = rows.get(system.casefold().replace("-", " "), system)
        for label, share in zip(EXPRESSIONS, shares, strict=True):
            if row in rows.values():
                measured[RECOGNISED_TABLE, row, str(label)] = Measurement(
                    share.value,
                    low=share.low,
                    high=share.high,
                    note=f"{share.count} ratings",
                )
            else:
                own.append(_share(RECOGNISED_TABLE, row, str(label), share))
    return (*with_measurements(RECOGNISED, measured), *own)


def _share(table: str, row: str, column: str, share: Estimate) -> Cell:
    return Cell(
        table,
        row,
        column,
        measured=share.value,
        low=share.low,
        high=share.high,
        percent=True,
        note=f"{share.count}",
    )
