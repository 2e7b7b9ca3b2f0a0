"""The folder of the user's own characters, and the option that names it."""

from pathlib import Path

import click

CHARACTERS, GALLERIES = "characters", "galleries"
"""Folders of a library: one folder a rigged character, one folder a gallery."""

LIBRARY = click.option(
    "--library",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of your own characters, made by `characters add`; they answer beside "
    "the built-in ones.",
)


def placed(name: str, library: Path | None) -> str:
    """The folder of one of the user's own characters; any other name as it is."""
    own = None if library is None else library / CHARACTERS / name
    return str(own) if own is not None and own.is_dir() else name
