"""Options that choose another encoder, and the galleries it has made."""

from pathlib import Path

import click

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)

ENCODER = click.option(
    "--encoder",
    type=_FOLDER,
    metavar="DIR",
    help="Folder of another encoder (ONNX file and card), such as a run's.",
)
GALLERIES = click.option(
    "--galleries",
    type=_FOLDER,
    metavar="DIR",
    help="Folder of galleries to answer from, instead of the built-in ones.",
)
