"""Options that the training commands share."""

from pathlib import Path

import click

CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="TOML file with settings of the recipe.",
)
SETTINGS = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="One setting of the recipe; may be given again.",
)
DEVICE = click.option("--device", default="cpu", show_default=True, help="cpu or cuda.")
THREADS = click.option(
    "--threads", default=2, show_default=True, help="Processor threads."
)
