"""deepexpr characters: who can answer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.own_library import CHARACTERS, LIBRARY
from deepexpr.cli.photos import loaded

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer


@click.group(invoke_without_command=True)
@LIBRARY
@click.pass_context
def characters(context: click.Context, library: Path | None) -> None:
    """List the characters; subcommands make and change them."""
    if context.invoked_subcommand is None:
        _print_characters(context.obj, library)


def _print_characters(given: "ExpressionTransfer | None", own: Path | None) -> None:
    from deepexpr.characters.card import read_card
    from deepexpr.characters.library import BUILT_IN_FOLDER, list_characters

    library = loaded(given, own).library
    folders = [BUILT_IN_FOLDER, *([own / CHARACTERS] if own else [])]
    known = {name: at / name for at in folders for name in list_characters(at)}
    for name in library.resolve(None):
        about = ""
        if name in known:
            card = read_card(known[name])
            about = f"{card.title}: {card.description} ({card.licence})"
        click.echo(f"{name:<10}{library.pose_count(name):>6} poses  {about}".rstrip())
