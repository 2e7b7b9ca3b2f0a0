"""docs/results.md: every table with its data, digests, seed and command."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.fitting import TOLERANCE, Fit, Trial
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.tables import Cell, markdown_grid
from deepexpr.retrieval.gallery import Gallery

_HEAD = """# Results

Written by `make tables`; not to be edited. [evaluation.md](evaluation.md) says how each
figure is defined and how to read the tables.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    Attributes:
        title: its heading.
        command: what prints these tables alone.
        text: what to know before reading them.
        tables: Markdown tables, each ending with a line break.
        picture: file name of a chart in `images`; empty if there is none.
    """

    title: str
    command: str
    text: str
    tables: Sequence[str]
    picture: str = ""

    @property
    def markdown(self) -> str:
        """The section as it stands on the page."""
        picture = f"\n![{self.title}](images/{self.picture})\n" if self.picture else ""
        tables = "\n".join(self.tables)
        return (
            f"## {self.title}\n\n`{self.command}`\n\n{self.text.strip()}\n\n"
            f"{tables}{picture}"
        )


def results_page(data: str, sections: Sequence[Section]) -> str:
    """The whole page."""
    return "\n".join([_HEAD, data, *(section.markdown for section in sections)])


def data_table(
    predictions: Sequence[Predictions], galleries: Sequence[Gallery], seed: int
) -> str:
    """What was measured on: data sets, encoder and galleries with digests."""
    lines = ["## Data", "", "| what | count | digest (SHA-256) |", "|---|---|---|"]
    for each in predictions:
        count = f"{len(each.labelled()):,} faces with a majority label"
        lines.append(
            f"| {each.card.dataset} | {count} | `{each.card.data_sha256[:16]}` |"
        )
    if predictions:
        card = predictions[0].card
        lines.append(
            f"| encoder {card.encoder_name} | | `{card.encoder_sha256[:16]}` |"
        )
    for gallery in galleries:
        digest = hashlib.sha256(gallery.card.as_json().encode()).hexdigest()[:16]
        lines.append(
            f"| gallery {gallery.card.character} | {len(gallery)} | `{digest}` |"
        )
    lines += ["", f"Seed of every draw: {seed}.", ""]
    return "\n".join(lines)


def grids(cells: Sequence[Cell]) -> list[str]:
    """One grid a table, in the order of the cells."""
    titles = dict.fromkeys(cell.table for cell in cells)
    return [
        markdown_grid([cell for cell in cells if cell.table == title])
        for title in titles
    ]


def fit_tables(fit: Fit) -> list[str]:
    """What was tried on the development half, and the chosen setting on the other."""
    return [
        _trials("development half, features alone", "sharpness", fit.sharpness),
        _trials("development half", "β", fit.weights),
        _trials("other half", "setting", (fit.plain, fit.report)),
    ]


def fit_text(fit: Fit) -> str:
    """What was chosen, in words."""
    preset = fit.chosen.preset
    return (
        f"Chosen on {fit.faces[0]:,} faces, reported on {fit.faces[1]:,} others: "
        f"sharpness {preset.sharpness:g}, the smallest within {TOLERANCE:.0%} of the "
        f"best score, and β = {preset.geometry_weight:g} (α = 1), the largest that "
        f"costs at most {TOLERANCE:.0%} of it. Scores are of poses that the encoder "
        "has not learned from, means of the classes in the last column; geometry is "
        "the distance of the best match among all poses."
    )


def _trials(title: str, column: str, trials: Sequence[Trial]) -> str:
    header = [f"{title}: {column}", *map(str, EXPRESSIONS), "geometry", "mean"]
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    for trial in trials:
        preset = trial.preset
        name = {
            "sharpness": f"{preset.sharpness:g}",
            "β": f"{preset.geometry_weight:g}",
        }.get(column, f"sharpness {preset.sharpness:g}, β {preset.geometry_weight:g}")
        figures = [*map(_figure, trial.by_class), _figure(trial.geometry)]
        lines.append(
            "| " + " | ".join([name, *figures, f"**{trial.score:.4f}**"]) + " |"
        )
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    """Three decimals; empty where nothing was measured."""
    return "" if isnan(value) else f"{value:.3f}"


def readme_block(lead: Mapping[str, Cell], people: Sequence[Cell]) -> str:
    """The rows for the README's table of figures.

    Args:
        lead: expression to the leading retrieval score of DeepExpr.
        people: cells of recognition that were measured.
    """
    scores = ", ".join(
        f"{label} {cell.measured:.3f} ({cell.published:.3f})"
        for label, cell in lead.items()
        if cell.measured is not None and cell.published is not None
    )
    repeat = "`make tables`"
    title = "retrieval score, unseen poses (the paper's in brackets; 0 is best)"
    lines = ["| figure | ours | how to repeat |", "|---|---|---|"]
    lines.append(f"| {title} | {scores} | {repeat} |")
    for cell in people:
        if cell.measured is not None:
            what = f"{cell.row}, {cell.column} ({cell.note})".replace(" ()", "")
            lines.append(f"| {what} | {cell.measured:.3f} | {repeat} |")
    return "\n".join(lines) + "\n"
