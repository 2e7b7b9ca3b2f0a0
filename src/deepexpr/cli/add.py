"""deepexpr characters add: a character of the user's own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.making import bar, need_rendering, told
from deepexpr.cli.own_library import CHARACTERS, GALLERIES
from deepexpr.cli.photos import loaded
from deepexpr.core.errors import CharacterError

if TYPE_CHECKING:
    from deepexpr.core.expression import Expression
    from deepexpr.transfer import ExpressionTransfer

DEFAULT_LIBRARY = Path("library")
LEFT_OUT_FILE = "left_out.txt"

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--name", help="Of the character; that of SOURCE if not given.")
@click.option("--title", default="", help="Display name.")
@click.option("--author", default="", help="Who made the character.")
@click.option("--licence", default="", help="Its licence.")
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_LIBRARY,
    show_default=True,
    metavar="DIR",
    help="Where your characters and their galleries lie.",
)
@click.option(
    "--mapping",
    type=_FILE,
    help="CSV (shape,control,weight) or TOML: which shape of the rig is which control.",
)
@click.option(
    "--landmarks", type=_FILE, help="CSV (number,name,x,y) in pixels of landmarks.png."
)
@click.option(
    "--labels",
    metavar="ferg|FILE.csv",
    help="SOURCE is a folder of pictures: in FERG-DB's folders, or listed in a CSV "
    "(path,label).",
)
@click.option("--gallery/--no-gallery", default=True, help="Make the gallery too.")
@click.pass_obj
def add(
    given: "ExpressionTransfer | None",
    source: Path,
    name: str | None,
    title: str,
    author: str,
    licence: str,
    library: Path,
    mapping: Path | None,
    landmarks: Path | None,
    labels: str | None,
    gallery: bool,
) -> int:
    """Add a character: a GLB or VRM model, or a folder of labelled pictures.

    A model needs shapes named as ARKit's, a VRM avatar's expressions, or a --mapping.
    Its folder then holds report.txt (what is missing), landmarks.png to check,
    and mapping.csv, landmarks.csv and key_poses.csv to adjust: run the same command
    again after that. Pictures can be searched, not posed. docs/adding_characters.md
    goes through it step by step.
    """
    if source.is_dir():
        if labels is None:
            raise click.UsageError(
                f"{source} is a folder of pictures; say how they are labelled: "
                "--labels ferg, or --labels FILE.csv with the columns path,label"
            )
        return _add_pictures(loaded(given), source, labels, (library, name))
    if labels is not None:
        raise click.UsageError("--labels belongs to a folder of pictures")
    need_rendering()
    from deepexpr.characters.adding.add_rig import Wishes, add_rig
    from deepexpr.faces.finder import FaceFinder

    own = _name(name or source.stem)
    wishes = Wishes(own, title, author, licence, mapping, landmarks)
    folder = library / CHARACTERS / own
    added = add_rig(source, folder, wishes, FaceFinder.load())
    click.echo(added.report, nl=False)
    told(f"{folder}: look at landmarks.png and report.txt")
    if gallery:
        from deepexpr.expression.encoder import ExpressionEncoder
        from deepexpr.gallery_building import build_gallery

        place = library / GALLERIES / own
        count = build_gallery(
            added.character, ExpressionEncoder.load(), place, bar(own)
        )
        told(f"{place}: {count} poses; use it with --library {library}")
    return 0


def _add_pictures(
    transfer: "ExpressionTransfer",
    source: Path,
    labels: str,
    into: tuple[Path, str | None],
) -> int:
    from deepexpr.datasets.labelled_pictures import (
        FERG_LAYOUT,
        ferg_pictures,
        listed_pictures,
    )

    library, name = into
    found: Mapping[str, Mapping[Path, Expression]]
    if labels == FERG_LAYOUT:
        found = ferg_pictures(source)
        if name is not None and len(found) > 1:
            raise click.UsageError(f"--name: {source} holds {len(found)} characters")
    else:
        found = {source.resolve().name: listed_pictures(source, Path(labels))}
    failed = False
    for own, pictures in found.items():
        failed |= _add_one(transfer, library, _name(name or own), pictures)
    return 2 if failed else 0


def _add_one(
    transfer: "ExpressionTransfer",
    library: Path,
    name: str,
    labels: "Mapping[Path, Expression]",
) -> bool:
    """Add the pictures of one character; whether some were left out."""
    from deepexpr.core.files import write_whole
    from deepexpr.retrieval.gallery_writer import write_gallery
    from deepexpr.transfer.picture_gallery import rows_of_pictures

    rows = rows_of_pictures(
        labels,
        transfer,
        name,
        "character",
        thumbnails=True,
        report=bar(name),
    )
    place = library / GALLERIES / name
    write_gallery(place, rows.content, rows.thumbnails)
    told(
        f"{place}: {len(rows.content.poses)} pictures; use it with --library {library}"
    )
    if not rows.left_out:
        return False
    listed = library / CHARACTERS / name / LEFT_OUT_FILE
    write_whole(listed, "\n".join(rows.left_out) + "\n")
    count = f"{len(rows.left_out)} of {len(labels)}"
    told(f"{name}: no face in {count} pictures; see {listed}")
    return True


def _name(text: str) -> str:
    """A name for folders, lower-case letters and digits.

    Raises:
        CharacterError: if nothing is left, or a built-in character has the name.
    """
    from deepexpr.characters.library import list_characters

    own = re.sub(r"[^a-z0-9]+", "", text.lower())
    if not own:
        raise CharacterError(
            f"{text!r} has no letter or digit to make a name of; give --name"
        )
    if own in list_characters():
        raise CharacterError(
            f"{own} is a built-in character; give yours another name with --name"
        )
    return own
