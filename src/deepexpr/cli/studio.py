"""deepexpr studio: the local page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.own_library import CHARACTERS, LIBRARY
from deepexpr.cli.photos import loaded

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer

DEFAULT_PORT = 8765


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on; any but this machine's own needs --token.",
)
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--token",
    metavar="SECRET",
    help="Secret that every visitor must know, at least 16 characters.",
)
@click.option(
    "--characters",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of the character folders; those of the package if not given.",
)
@LIBRARY
@click.option("--open/--no-open", "opened", default=True, help="Open the browser.")
@click.pass_obj
def studio(
    given: "ExpressionTransfer | None",
    host: str,
    port: int,
    token: str | None,
    folder: Path | None,
    library: Path | None,
    opened: bool,
) -> None:
    """Open the page: drop a photo or turn the webcam on, and the characters answer.

    Photos and frames stay in this machine's memory. End it with Ctrl-C.
    """
    try:
        from deepexpr.web.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn", "wsproto"):
            raise
        raise click.ClickException(
            f"the page needs {error.name}; install it with: pip install 'deepexpr[web]'"
        ) from error
    from deepexpr.characters.library import BUILT_IN_FOLDER
    from deepexpr.web.access import AccessRules
    from deepexpr.web.studio import Studio

    def ready(address: str) -> None:
        click.echo(f"DeepExpr studio: {address}  (Ctrl-C ends it)", err=True)
        if opened:
            click.launch(address)

    rules = AccessRules(host, token)
    also = () if library is None else (library / CHARACTERS,)
    folders = (folder or BUILT_IN_FOLDER, *also)
    serve(Studio(loaded(given, library), folders), rules, port, ready)
