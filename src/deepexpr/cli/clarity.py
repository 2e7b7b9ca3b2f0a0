"""deepexpr characters clarity: which key poses read as intended?"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.encoder_choice import ENCODER
from deepexpr.cli.making import CHARACTERS, bar, need_rendering, told
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.files import write_whole

if TYPE_CHECKING:
    from deepexpr.evaluation.readability import PoseReading

_FILE = click.Path(path_type=Path, dir_okay=False)
_WIDTH = 10


@click.command()
@CHARACTERS
@ENCODER
@click.option(
    "--strength",
    "strengths",
    multiple=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="Share of the way from neutral; may be given again.  [default: 1]",
)
@click.option(
    "--ratings", type=_FILE, help="CSV file of the answers, in the format of ratings."
)
def clarity(
    names: tuple[str, ...],
    encoder: Path | None,
    strengths: tuple[float, ...],
    ratings: Path | None,
) -> None:
    """Tell how many key poses an encoder names as intended, and which it misreads."""
    need_rendering()
    from deepexpr.characters.library import list_characters, load_character
    from deepexpr.evaluation.readability import read_key_poses
    from deepexpr.expression.encoder import ExpressionEncoder

    judge = ExpressionEncoder.load(encoder)
    readings: list[PoseReading] = []
    for name in names or list_characters():
        character = load_character(name)
        shown = bar(name)
        readings += read_key_poses(character, judge, strengths or (1.0,), shown)
    told(f"named by {judge.name}, share of {len(readings)} renders as intended")
    for line in _lines(readings):
        click.echo(line)
    if ratings is not None:
        write_whole(ratings, _ratings(readings, judge.name))


def _lines(readings: "Sequence[PoseReading]") -> Iterator[str]:
    heads = "".join(f"{expression:>{_WIDTH}}" for expression in EXPRESSIONS)
    yield f"{'strength':<{_WIDTH}}{heads}{'all':>{_WIDTH}}"
    for strength in sorted({reading.strength for reading in readings}):
        rows = [reading for reading in readings if reading.strength == strength]
        groups = [
            [row for row in rows if row.label is expression]
            for expression in EXPRESSIONS
        ]
        cells = "".join(f"{_share(group):>{_WIDTH}}" for group in [*groups, rows])
        yield f"{strength:<{_WIDTH}.0%}{cells}"
    for row in readings:
        if row.strength == 1 and row.named is not row.label:
            yield (
                f"{row.character} {row.key_pose}: read as {row.named}, "
                f"clarity {row.clarity:.2f}"
            )


def _share(rows: "Sequence[PoseReading]") -> str:
    if not rows:
        return "–"
    return f"{sum(row.named is row.label for row in rows) / len(rows):.3f}"


def _ratings(readings: "Sequence[PoseReading]", rater: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["stimulus", "rater", "label", "second", "strength"])
    for row in readings:
        stimulus = f"{row.character}/{row.key_pose}@{row.strength:.2f}"
        writer.writerow([stimulus, rater, row.named, row.second, ""])
    return text.getvalue()
