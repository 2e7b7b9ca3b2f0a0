"""deepexpr evaluate robustness: recognition of faces that are coarse, dark, covered."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.data_options import (
    DATA,
    FOLDER,
    SEED,
    SPLIT,
    WORKERS,
    dataset_option,
)
from deepexpr.cli.encoder_choice import ENCODER
from deepexpr.cli.making import available_processors
from deepexpr.cli.outputs import check_file, check_folder
from deepexpr.cli.progress import Progress

if TYPE_CHECKING:
    from deepexpr.evaluation.robustness_page import Robustness

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@DATA
@dataset_option("data set of face crops")
@SPLIT
@ENCODER
@click.option(
    "--faces",
    type=click.IntRange(min=3),
    metavar="N",
    help="At most so many faces, evenly from each expression.  [default: all]",
)
@click.option(
    "--register",
    is_flag=True,
    help="Look for landmarks in every changed face and judge the registered face too, "
    "as `recognise --cropped` does; takes ten times as long.",
)
@click.option(
    "--out", type=_FILE, metavar="FILE.json", help="Write every figure as JSON."
)
@click.option(
    "--docs", type=FOLDER, help="Write robustness.md, and images/ with --example."
)
@click.option(
    "--example",
    type=_FILE,
    metavar="PHOTO",
    help="Draw the changes on the face of this photo, for the page.",
)
@SEED
@WORKERS
def robustness(
    data: Path,
    dataset: str,
    split: str,
    encoder: Path | None,
    faces: int | None,
    register: bool,
    out: Path | None,
    docs: Path | None,
    example: Path | None,
    seed: int,
    workers: int | None,
) -> None:
    """Recognition of faces that are coarse, noisy, dark, covered, turned, off centre.

    Every change is made on the 48×48 grey crop; docs/evaluation.md lists them. Printed
    beside the same faces unchanged, and by thirds of the faces' brightness.
    """
    from deepexpr.core.files import write_whole
    from deepexpr.evaluation.robustness_page import (
        robustness_document,
        robustness_page,
        robustness_section,
    )

    _check_targets(out, docs, example)
    found = _measured(
        (dataset, data, split), (encoder, register), faces, (seed, workers)
    )
    named = "" if dataset == "ferplus" else f" --dataset {dataset}"
    named += "" if split == "validation" else f" --split {split}"
    named += "" if encoder is None else f" --encoder {encoder.name}"
    named += "" if faces is None else f" --faces {faces}"
    named += " --register" if register else ""
    command = f"deepexpr evaluate robustness --data {data.name}{named}"
    click.echo(robustness_section(found, command, picture=False).markdown)
    if out is not None:
        document = robustness_document(found)
        write_whole(out, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        click.echo(f"{out}", err=True)
    if docs is not None:
        if example is not None:
            _draw(example, docs / "images")
        page = robustness_page(found, command, picture=example is not None)
        write_whole(docs / "robustness.md", page)
        click.echo(f"{docs / 'robustness.md'}", err=True)


def _check_targets(out: Path | None, docs: Path | None, example: Path | None) -> None:
    if out is not None:
        check_file(out)
    if docs is not None:
        check_folder(docs)
    elif example is not None:
        raise click.UsageError("--example is drawn for the page; give --docs too")


def _measured(
    source: tuple[str, Path, str],
    judge: tuple[Path | None, bool],
    most: int | None,
    draws: tuple[int, int | None],
) -> "Robustness":
    from deepexpr.datasets.base import Split
    from deepexpr.evaluation.face_changes import FACE_CHANGES
    from deepexpr.evaluation.robustness import brightness_scores, change_scores
    from deepexpr.evaluation.robustness_faces import (
        answers,
        evenly_chosen,
        labelled_crops,
    )
    from deepexpr.evaluation.robustness_page import Robustness
    from deepexpr.expression.encoder import ExpressionEncoder

    (dataset, data, split), (folder, register), (seed, workers) = source, judge, draws
    encoder = ExpressionEncoder.load(folder)
    every = labelled_crops(dataset, data, None if split == "all" else Split(split))
    crops = every.subset(evenly_chosen(every.label, most or len(every.label)))
    progress = Progress(sys.stderr)
    probabilities = answers(
        crops.faces,
        FACE_CHANGES,
        folder,
        workers or available_processors(),
        lambda done, total: progress.show(done, total, dataset),
        register=register,
    )
    progress.clear()
    return Robustness(
        title=crops.title,
        data_sha256=crops.digest,
        faces=len(crops.label),
        whole=len(every.label),
        encoder_name=encoder.name,
        encoder_sha256=encoder.digest,
        registered=register,
        seed=seed,
        changes=change_scores(probabilities, crops.label, FACE_CHANGES, seed),
        brightness=brightness_scores(crops.faces, probabilities[0], crops.label, seed),
    )


def _draw(example: Path, folder: Path) -> None:
    from deepexpr.core.images import read_image
    from deepexpr.evaluation.change_chart import change_chart, example_crop
    from deepexpr.evaluation.chart_canvas import write_chart
    from deepexpr.evaluation.face_changes import FACE_CHANGES
    from deepexpr.evaluation.robustness_page import PICTURE

    crop = example_crop(read_image(example), f"{example}")
    write_chart(folder / PICTURE, change_chart(crop, FACE_CHANGES))
    click.echo(f"{folder / PICTURE}", err=True)
