"""deepexpr evaluate rankings | ratings: what raters say, beside the paper's figures."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.photos import loaded

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer
    from deepexpr.transfer.directions import FaceQuery

AGGREGATION_NAMES = ("voting", "bradley-terry", "plackett-luce")

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("table", metavar="RANKINGS.csv", type=_FILE)
@click.option(
    "--photos", type=_FOLDER, required=True, help="Where the query pictures lie."
)
@click.option(
    "--aggregation",
    type=click.Choice(AGGREGATION_NAMES),
    default="voting",
    show_default=True,
    help="How the raters' rankings become one.",
)
@click.option(
    "--fit", is_flag=True, help="Also try β, and print the agreement of each."
)
@click.option("--chart", type=_FILE, metavar="CHART.png", help="Draw ρ and τ.")
@click.pass_obj
def rankings(
    given: "ExpressionTransfer | None",
    table: Path,
    photos: Path,
    aggregation: str,
    fit: bool,
    chart: Path | None,
) -> None:
    """Compare our order of poses with raters': Spearman's ρ and Kendall's τ.

    docs/evaluation.md describes RANKINGS.csv; a candidate is written like
    mia/joy-grin. Rows of a rater called "expert" are reported apart.
    """
    from deepexpr.evaluation.chart_canvas import write_chart
    from deepexpr.evaluation.rank_aggregation import AGGREGATIONS
    from deepexpr.evaluation.rank_agreement import rater_ceiling
    from deepexpr.evaluation.rank_chart import rank_chart
    from deepexpr.evaluation.rankings import read_rankings
    from deepexpr.evaluation.study_report import (
        agreement_cells,
        agreements,
        candidate_distances,
        candidate_matches,
        ceiling_cells,
        chart_references,
        raters_alone,
        weights_by_rankings,
    )
    from deepexpr.evaluation.tables import markdown_list
    from deepexpr.retrieval.presets import DEFAULT_PRESET, RETRIEVAL_PRESETS
    from deepexpr.transfer.directions import query_of_photo

    transfer, joined = loaded(given), AGGREGATIONS[aggregation]

    def face_of(name: str) -> "FaceQuery":
        return query_of_photo(transfer, photos / name)

    tests = read_rankings(table)
    matches = candidate_matches(tests, face_of, transfer.library.gallery)
    preset = RETRIEVAL_PRESETS[DEFAULT_PRESET]
    found = agreements(tests, candidate_distances(matches, preset), joined)
    cells = (*agreement_cells(found), *ceiling_cells(rater_ceiling(tests, joined)))
    click.echo(markdown_list(cells))
    if fit:
        click.echo("| β | ρ | τ |\n|---|---|---|")
        subset = raters_alone(tests) or tests
        for beta, tried in weights_by_rankings(subset, matches, joined).items():
            rho, tau = tried.spearman.mean, tried.kendall.mean
            click.echo(f"| {beta:g} | {rho:.3f} | {tau:.3f} |")
    if chart is not None:
        leading = found.get("raters") or found["expert"]
        references = chart_references(tests)
        write_chart(chart, rank_chart(leading, references, "Rank agreement"))
        click.echo(f"{chart}", err=True)


@click.command()
@click.argument("table", metavar="RATINGS.csv", type=_FILE)
@click.option(
    "--stimuli",
    type=_FILE,
    required=True,
    metavar="STIMULI.csv",
    help="Which system made each picture, and what it should show.",
)
def ratings(table: Path, stimuli: Path) -> None:
    """Print how many raters recognise retrieved faces, in the layout of Table 2.

    docs/evaluation.md describes both files.
    """
    import numpy as np

    from deepexpr.evaluation.ratings import (
        fleiss_kappa,
        read_ratings,
        read_stimuli,
        recognised_faces,
        vote_counts,
    )
    from deepexpr.evaluation.results_page import grids
    from deepexpr.evaluation.study_report import recognised_cells

    answers = read_ratings(table)
    found = recognised_faces(answers, read_stimuli(stimuli))
    click.echo("\n".join(grids(recognised_cells(found))))
    kappa = fleiss_kappa(np.array(list(vote_counts(answers).values())))
    click.echo(f"Raters' agreement, Fleiss' κ: {kappa:.3f}")
