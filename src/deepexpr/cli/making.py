"""Commands that make characters and databases (need the extra `render`)."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.progress import Progress
from deepexpr.core.errors import DeepExprError
from deepexpr.core.expression import EXPRESSIONS, Expression

if TYPE_CHECKING:
    from deepexpr.characters.library import Character
    from deepexpr.core.images import RGBImage

_FOLDER = click.Path(path_type=Path, file_okay=False)


def available_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


CHARACTERS = click.option(
    "--character",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this character; may be given again.  [default: all]",
)


@click.command()
@CHARACTERS
@click.option("--out", type=_FOLDER, required=True, help="One folder a character.")
def build(names: tuple[str, ...], out: Path) -> None:
    """Make the built-in characters from their sources."""
    need_rendering()
    from deepexpr.characters.building.cast import CAST, build_character
    from deepexpr.characters.building.write_character import write_character

    chosen = names or CAST
    shown = bar("building")
    for number, name in enumerate(chosen):
        shown(number, len(chosen))
        write_character(build_character(name), out / name)
    told(f"{len(chosen)} characters are in {out}")


@click.command()
@click.argument("out", type=_FOLDER)
@CHARACTERS
@click.option("--images", default=8000, show_default=True, help="Pictures a character.")
@click.option("--size", default=256, show_default=True, help="Side in pixels.")
@click.option("--seed", default=0, show_default=True, help="Same seed, same pictures.")
@click.option(
    "--plain",
    is_flag=True,
    help="One light and one camera for all pictures, as in FERG-DB.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=available_processors,
    show_default="all processors",
    help="Processes.",
)
def synthesise(
    out: Path,
    names: tuple[str, ...],
    images: int,
    size: int,
    seed: int,
    plain: bool,
    workers: int,
) -> None:
    """Render a labelled database to OUT; a stopped run goes on where it was."""
    need_rendering()
    from deepexpr.characters.database import SAMPLES_FILE, Synthesis
    from deepexpr.characters.database import synthesise as render
    from deepexpr.characters.library import list_characters, load_character

    chosen = names or list_characters()
    total, done = images * len(chosen), 0
    shown = bar("rendering")

    def advance(made: int) -> None:
        nonlocal done
        done += made
        shown(done, total)

    settings = Synthesis(images, size, seed, plain)
    new = 0
    for number, name in enumerate(chosen, start=1):
        character = load_character(name)
        new += render(character, out, settings, processes=workers, progress=advance)
        done = images * number
    told(f"{new} new pictures; the table is {out / SAMPLES_FILE}")


@click.command()
@CHARACTERS
@click.option("--out", type=_FOLDER, required=True, help="One picture a character.")
@click.option(
    "--size",
    type=click.IntRange(32, 2048),
    default=256,
    show_default=True,
    help="Side of each pose's picture in pixels.",
)
@click.option(
    "--expression",
    "expressions",
    multiple=True,
    type=click.Choice([str(expression) for expression in EXPRESSIONS]),
    help="Only this expression; may be given again.  [default: all]",
)
def sheet(
    names: tuple[str, ...], out: Path, size: int, expressions: tuple[str, ...]
) -> None:
    """Draw the key poses of characters (names, or character folders) by expression."""
    need_rendering()
    from deepexpr.characters.library import list_characters, load_character
    from deepexpr.export.sheet_files import write_contact_sheet

    for name in names or list_characters():
        character = load_character(name)
        path = out / f"{character.name}.png"
        write_contact_sheet(path, _sheet(character, size, expressions or EXPRESSIONS))
        told(str(path))


def _sheet(character: "Character", size: int, expressions: Sequence[str]) -> "RGBImage":
    from deepexpr.characters.rendering.renderer import Renderer
    from deepexpr.export.key_pose_sheet import Tile, key_pose_sheet

    renderer, shown = Renderer(character.model), bar(character.name)
    chosen = [pose for pose in character.key_poses if pose.label in expressions]
    sections: dict[Expression, list[Tile]] = {pose.label: [] for pose in chosen}
    for number, key_pose in enumerate(chosen):
        shown(number, len(chosen))
        image = renderer.render(key_pose.pose, size_px=size).image
        name = key_pose.id.removeprefix(f"{key_pose.label}-")
        sections[key_pose.label].append((name, image))
    return key_pose_sheet(character.card.title, sections)


def need_rendering() -> None:
    """Raise unless the packages that draw characters are installed.

    Raises:
        DeepExprError: if one is missing.
    """
    for name in ("numba", "scipy"):
        if find_spec(name) is None:
            raise DeepExprError(
                f"{name} is not installed; rendering needs the extra `render`: "
                "pip install 'deepexpr[render]'"
            )


def bar(name: str) -> Callable[[int, int], None]:
    """A function that shows how many of how many are done, under a name."""
    progress = Progress(sys.stderr)

    def show(done: int, total: int) -> None:
        progress.show(done, total, name)

    return show


def told(line: str) -> None:
    """Print a line on standard error in place of the progress bar."""
    Progress(sys.stderr).clear()
    click.echo(line, err=True)
