"""Entry of the `deepexpr` command: errors become one line, never a traceback."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from deepexpr import __version__
from deepexpr.cli.adapt import adapt
from deepexpr.cli.add import add
from deepexpr.cli.characters import characters
from deepexpr.cli.clarity import clarity
from deepexpr.cli.compare import compare
from deepexpr.cli.evaluate import evaluate
from deepexpr.cli.export import export
from deepexpr.cli.gallery import gallery
from deepexpr.cli.making import build, sheet, synthesise
from deepexpr.cli.match import match
from deepexpr.cli.recognise import recognise
from deepexpr.cli.search import search
from deepexpr.cli.studio import studio
from deepexpr.cli.train import train
from deepexpr.core.errors import DeepExprError

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deepexpr")
def cli() -> None:
    """Carry a person's facial expression onto stylised 3D characters.

    Exit codes: 0 all went well; 2 something could not be answered, the reason is on
    standard error and all other results were written; 130 interrupted.
    """


cli.add_command(match)
cli.add_command(recognise)
cli.add_command(characters)
cli.add_command(compare)
cli.add_command(evaluate)
cli.add_command(export)
cli.add_command(gallery)
cli.add_command(search)
cli.add_command(studio)
cli.add_command(train)
characters.add_command(adapt)
characters.add_command(add)
characters.add_command(build)
characters.add_command(sheet)
characters.add_command(clarity)
characters.add_command(synthesise)


def main(
    arguments: Sequence[str] | None = None,
    transfer: "ExpressionTransfer | None" = None,
) -> NoReturn:
    """Run the command line and exit.

    Args:
        arguments: the arguments after the program's name; those of the process if None.
        transfer: answers the photos; what the package ships if None.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows another one instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments, transfer))


def _run(arguments: Sequence[str] | None, transfer: "ExpressionTransfer | None") -> int:
    try:
        code = cli.main(
            arguments, prog_name="deepexpr", standalone_mode=False, obj=transfer
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return EXIT_USER_ERROR
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # What is left in the buffer has no reader; a second attempt would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except DeepExprError as error:
        return _told(str(error))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        place = f"{error.filename}: " if error.filename else ""
        return _told(f"{place}{reason}")
    return code if isinstance(code, int) else 0


def _told(message: str) -> int:
    line = " ".join(message.split())
    click.echo(f"deepexpr: {line}", err=True)
    return EXIT_USER_ERROR
