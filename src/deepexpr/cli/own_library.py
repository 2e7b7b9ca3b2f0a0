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
