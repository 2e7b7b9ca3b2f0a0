"""Options that say which data set to measure on, shared by the evaluating commands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

SPLITS = ("train", "validation", "test", "all")

FOLDER = click.Path(path_type=Path, file_okay=False)

DATA = click.option("--data", type=FOLDER, required=True, help="The data set's folder.")

SPLIT = click.option(
    "--split", type=click.Choice(SPLITS), default="validation", show_default=True
)

SEED = click.option(
    "--seed", default=0, show_default=True, help="Same seed, same draws."
)

WORKERS = click.option(
    "--workers", type=click.IntRange(min=1), help="Processes.  [default: all]"
)


def dataset_option(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that names a data set; `kind` says in its help what sets will do."""
    return click.option(
        "--dataset",
        default="ferplus",
        show_default=True,
        metavar="NAME",
        help=f"Which {kind} it is; docs/datasets.md lists them.",
    )
