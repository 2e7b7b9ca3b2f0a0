"""deepexpr evaluate: predictions once, scores many times, the paper's beside ours."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepexpr.cli.data_options import (
    DATA,
    FOLDER,
    SEED,
    SPLIT,
    WORKERS,
    dataset_option,
)
from deepexpr.cli.evaluate_robustness import robustness
from deepexpr.cli.evaluate_studies import rankings, ratings
from deepexpr.cli.making import available_processors
from deepexpr.cli.progress import Progress

if TYPE_CHECKING:
    from deepexpr.core.images import RGBImage
    from deepexpr.evaluation.sections import Material, Outcome

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def evaluate() -> None:
    """Measure recognition and retrieval, and print the paper's figures beside ours.

    Predictions of a data set are made once and kept in the folder --out.
    """


def _measuring(
    command: Callable[..., None],
) -> Callable[..., None]:
    """Give a command the options that say what to measure on."""

    @DATA
    @dataset_option("data set")
    @SPLIT
    @click.option(
        "--cards",
        type=FOLDER,
        help="Folder with the encoders of other splits: leave one character out, "
        "random frames.",
    )
    @click.option("--galleries", type=FOLDER, help="[default: the built-in ones]")
    @click.option(
        "--out",
        type=FOLDER,
        default=Path("out/evaluation"),
        show_default=True,
        help="Predictions, tables as CSV, and charts.",
    )
    @SEED
    @WORKERS
    @wraps(command)
    def measured(
        data: Path,
        dataset: str,
        split: str,
        cards: Path | None,
        galleries: Path | None,
        out: Path,
        seed: int,
        workers: int | None,
        **rest: Any,
    ) -> None:
        material = _material((dataset, data, split), galleries, out, (seed, workers))
        if cards is not None:
            from deepexpr.evaluation.split_cards import cards_below

            material = replace(material, cards=cards_below(cards))
        command(material, out, **rest)

    return measured


@evaluate.command()
@_measuring
def recognition(material: "Material", out: Path) -> None:
    """Accuracy, recall and confusion of people and of held-out key poses."""
    from deepexpr.evaluation.sections import recognition_outcome

    _shown(recognition_outcome(material), out, "recognition")


@evaluate.command()
@_measuring
def retrieval(material: "Material", out: Path) -> None:
    """Retrieval scores beside the paper's, by agreement and character; precision, nDCG.

    Leading figures rank only poses that the encoder has not learned from.
    """
    from deepexpr.evaluation.sections import retrieval_outcome

    _shown(retrieval_outcome(material), out, "retrieval")


@evaluate.command()
@_measuring
def neutral(material: "Material", out: Path) -> None:
    """What it gains to compare geometry as departures from neutral."""
    from deepexpr.evaluation.sections import neutral_outcome

    _shown(neutral_outcome(material), out, "neutral")


@evaluate.command()
@_measuring
def fit(material: "Material", out: Path) -> None:
    """Choose sharpness and β on one half of the faces, report them on the other.

    The choice is printed; the defaults stand in retrieval/presets.py.
    """
    from deepexpr.evaluation.sections import fit_outcome

    _shown(fit_outcome(material), out, "fit")


@evaluate.command()
@_measuring
@click.option(
    "--docs",
    type=FOLDER,
    required=True,
    help="Where to write results.md and images/.",
)
def tables(material: "Material", out: Path, docs: Path) -> None:
    """Everything above as one page: DOCS/results.md with charts in DOCS/images."""
    from deepexpr.core.files import write_whole
    from deepexpr.evaluation.results_page import data_table, results_page
    from deepexpr.evaluation.sections import (
        fit_outcome,
        neutral_outcome,
        recognition_outcome,
        retrieval_outcome,
    )

    outcomes = {
        "recognition": recognition_outcome(material),
        "retrieval": retrieval_outcome(material),
        "neutral": neutral_outcome(material),
        "fit": fit_outcome(material),
    }
    data = data_table([material.faces], material.galleries, material.seed)
    sections = [outcome.section for outcome in outcomes.values()]
    write_whole(docs / "results.md", results_page(data, sections))
    for name, outcome in outcomes.items():
        _kept(outcome, out, name)
        _write_charts(outcome.charts, docs / "images")
    write_whole(out / "readme.md", _readme_block(outcomes))
    click.echo(f"{docs / 'results.md'}", err=True)
    click.echo(f"{out / 'readme.md'}", err=True)


def _readme_block(outcomes: "Mapping[str, Outcome]") -> str:
    from deepexpr.evaluation.results_page import readme_block
    from deepexpr.evaluation.sections import UNSEEN_TABLE
    from deepexpr.evaluation.targets import RECOGNITION_AIMS_TABLE

    lead = {
        cell.column: cell
        for cell in outcomes["retrieval"].cells
        if (cell.table, cell.row) == (UNSEEN_TABLE, "DeepExpr") and not cell.warning
    }
    aims = [
        cell
        for cell in outcomes["recognition"].cells
        if cell.table == RECOGNITION_AIMS_TABLE
    ]
    return readme_block(lead, aims)


def _material(
    source: tuple[str, Path, str],
    galleries: Path | None,
    out: Path,
    draws: tuple[int, int | None],
) -> "Material":
    from deepexpr.datasets.base import Split
    from deepexpr.evaluation.predict import predicted
    from deepexpr.evaluation.sections import Material
    from deepexpr.evaluation.unseen import TrainingSplit
    from deepexpr.expression.encoder import ExpressionEncoder
    from deepexpr.retrieval.library import BUILT_IN_GALLERIES, GalleryLibrary

    (dataset, data, split), (seed, workers) = source, draws
    count = workers or available_processors()
    library = GalleryLibrary(galleries or BUILT_IN_GALLERIES)
    progress = Progress(sys.stderr)
    faces = predicted(
        dataset,
        data,
        None if split == "all" else Split(split),
        out / "predictions",
        count,
        lambda done, total: progress.show(done, total, dataset),
    )
    progress.clear()
    named = "" if dataset == "ferplus" else f" --dataset {dataset}"
    named += "" if split == "validation" else f" --split {split}"
    return Material(
        faces=faces,
        galleries=[library.gallery(name) for name in library.resolve(None)],
        split=TrainingSplit.of(ExpressionEncoder.load().card),
        seed=seed,
        threads=count,
        command=f"--data {data.name}{named}",
    )


def _shown(outcome: "Outcome", out: Path, name: str) -> None:
    click.echo(outcome.section.markdown)
    _kept(outcome, out, name)
    _write_charts(outcome.charts, out)


def _kept(outcome: "Outcome", out: Path, name: str) -> None:
    """Write every figure with full precision."""
    from deepexpr.core.files import write_whole
    from deepexpr.evaluation.tables import csv_table

    if outcome.cells:
        write_whole(out / f"{name}.csv", csv_table(outcome.cells))
        click.echo(f"{out / f'{name}.csv'}", err=True)


def _write_charts(charts: "Mapping[str, RGBImage]", folder: Path) -> None:
    from deepexpr.evaluation.chart_canvas import write_chart

    for name, chart in charts.items():
        write_chart(folder / name, chart)
        click.echo(f"{folder / name}", err=True)


evaluate.add_command(robustness)
evaluate.add_command(rankings)
evaluate.add_command(ratings)
