"""deepexpr characters adapt: a few labelled pictures teach a new character."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.progress import Progress
from deepexpr.core.errors import DatasetError

if TYPE_CHECKING:
    from deepexpr.datasets.base import Sample
    from deepexpr.expression.encoder import Encoding, ExpressionEncoder

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command()
@click.argument("pictures", type=_FOLDER)
@click.option("--character", metavar="NAME", help="Only pictures of this one.")
@click.option("--encoder", "place", type=_FOLDER, help="Encoder.  [default: shipped]")
@click.option(
    "--shots",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Labelled pictures an expression.",
)
@click.option(
    "--draws",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="How often they are drawn to measure.",
)
@click.option("--test", type=_FOLDER, help="Other pictures, to measure on instead.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the adapted head (.npz).",
)
def adapt(
    pictures: Path,
    character: str | None,
    place: Path | None,
    shots: int,
    draws: int,
    test: Path | None,
    out: Path | None,
) -> None:
    """Adapt the encoder to one character from few labelled pictures.

    PICTURES is a database made by `characters synthesise`, or a folder with one folder
    an expression. Tells how well the encoder does as it is, with --shots pictures an
    expression, and with all of them, on pictures that were held out.
    """
    from deepexpr.expression.encoder import ExpressionEncoder
    from deepexpr.training.few_shot import adapt_head
    from deepexpr.training.few_shot_report import labels_of, measure_adaptation

    encoder = ExpressionEncoder.load(place)
    samples = _labelled(pictures, character)
    encoding = _encoded(samples, encoder)
    label = labels_of(samples)
    began = time.monotonic()
    head = adapt_head(encoding, label, encoder.digest)
    seconds = time.monotonic() - began
    click.echo(f"fitted to {len(samples)} pictures in {seconds:.1f} s", err=True)
    if test is not None:
        others = _labelled(test, character)
        held, wanted = _encoded(others, encoder), labels_of(others)
        for name, answers in (
            ("as it is", held.probabilities),
            ("adapted", head.probabilities(held)),
        ):
            share = (answers.argmax(axis=1) == wanted).mean()
            click.echo(f"{name:<28}{share:7.1%}  of {len(others)} pictures")
    else:
        report = measure_adaptation(samples, encoding, shots=shots, draws=draws)
        few = f"{report.shots} pictures an expression"
        click.echo(f"{'as it is':<28}{report.shared:7.1%}")
        click.echo(f"{few:<28}{report.few:7.1%} ± {report.few_spread:.1%}")
        click.echo(f"{'all pictures':<28}{report.full:7.1%}")
        click.echo(
            f"{report.behind:.1f} points behind all, on {report.pictures} pictures "
            f"that were held out; {report.draws} draws"
        )
    if out is not None:
        head.save(out)
        click.echo(f"the adapted head is in {out}", err=True)


def _labelled(folder: Path, character: str | None) -> "list[Sample]":
    from deepexpr.datasets.character_database import TABLE
    from deepexpr.datasets.registry import read_dataset

    kind = "characters" if (folder / TABLE).is_file() else "labelled"
    samples = read_dataset(kind, folder).samples
    names = sorted({str(sample.subject) for sample in samples})
    if character is None and len(names) > 1:
        raise DatasetError(
            f"{folder}: shows {', '.join(names)}; choose one with --character"
        )
    chosen = [s for s in samples if character in (None, s.subject)]
    if not chosen:
        raise DatasetError(
            f"{folder}: has no pictures of {character!r}; it shows {', '.join(names)}"
        )
    return chosen


def _encoded(samples: "list[Sample]", encoder: "ExpressionEncoder") -> "Encoding":
    from deepexpr.datasets.reading import ImageReader
    from deepexpr.faces.finder import FaceFinder
    from deepexpr.training.registration import register

    progress = Progress(sys.stderr)
    faces = []
    with ImageReader() as reader:
        for number, sample in enumerate(samples):
            progress.show(number, len(samples), "registering")
            face = register(sample, reader.read(sample.image), FaceFinder.load)
            if face is not None:
                faces.append(face.image)
    progress.clear()
    return encoder.encode(faces)
