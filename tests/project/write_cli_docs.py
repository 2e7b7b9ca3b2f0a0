"""Rewrites docs/cli.md from the help texts: python -m tests.project.write_cli_docs."""

from collections.abc import Iterator
from pathlib import Path

import click

from deepexpr.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
_HEAD = """# Command line

Written from `--help` by `make docs`; a test keeps it true.
"""


def cli_page() -> str:
    """The page as Markdown."""
    blocks = [_HEAD]
    for path, command in _commands("deepexpr", cli):
        context = click.Context(
            command,
            info_name=path,
            terminal_width=88,
            help_option_names=["-h", "--help"],
        )
        blocks.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(blocks)


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _commands(f"{path} {name}", command.commands[name])


if __name__ == "__main__":
    PAGE.write_text(cli_page(), encoding="utf-8")
