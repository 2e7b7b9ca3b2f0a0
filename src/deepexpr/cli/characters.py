"""deepexpr characters: who can answer."""

from typing import TYPE_CHECKING

import click

from deepexpr.cli.photos import loaded

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer


@click.group(invoke_without_command=True)
@click.pass_context
def characters(context: click.Context) -> None:
    """List the characters; subcommands make and change them."""
    if context.invoked_subcommand is None:
        _print_characters(context.obj)


def _print_characters(given: "ExpressionTransfer | None") -> None:
    from deepexpr.characters.card import read_card
    from deepexpr.characters.library import BUILT_IN_FOLDER, list_characters

    library = loaded(given).library
    known = list_characters()
    for name in library.resolve(None):
        about = ""
        if name in known:
            card = read_card(BUILT_IN_FOLDER / name)
            about = f"{card.title}: {card.description} ({card.licence})"
        click.echo(f"{name:<10}{library.pose_count(name):>6} poses  {about}".rstrip())
