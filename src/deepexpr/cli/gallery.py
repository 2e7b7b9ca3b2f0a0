"""deepexpr gallery: make galleries, add to them, take from them, look into them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.encoder_choice import ENCODER
from deepexpr.cli.making import bar, need_rendering, told
from deepexpr.cli.photos import loaded
from deepexpr.core.errors import GalleryError

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer
    from deepexpr.transfer.picture_gallery import PictureRows

KINDS = ("character", "human")

_FOLDER = click.Path(path_type=Path, file_okay=False)
_PATH = click.Path(path_type=Path)


@click.group()
def gallery() -> None:
    """Make galleries, the poses and faces that are searched, and change them."""


@gallery.command("build")
@click.argument("folder", type=_FOLDER, required=False)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="character",
    show_default=True,
    help="Whose faces FOLDER shows. A character with a rig is rendered; pictures are "
    "taken as they are.",
)
@click.option(
    "--character",
    "names",
    multiple=True,
    metavar="NAME",
    help="A built-in character, or a character folder; may be given again. All of the "
    "built-in ones if there is no FOLDER either.",
)
@click.option("--name", metavar="NAME", help="Of the gallery; that of FOLDER if none.")
@click.option("--thumbnails", is_flag=True, help="Keep small pictures of the faces.")
@click.option("--out", type=_FOLDER, required=True, help="One folder a gallery.")
@ENCODER
@click.pass_obj
def build(
    given: "ExpressionTransfer | None",
    folder: Path | None,
    kind: str,
    names: tuple[str, ...],
    name: str | None,
    thumbnails: bool,
    out: Path,
    encoder: Path | None,
) -> int:
    """Make galleries of characters, or of the pictures in a FOLDER.

    A picture is labelled with the expression that its folder is named after (joy,
    mia_joy), else with the one that the network reads. A picture without a face does
    not stop the others: its reason goes to standard error, and the exit code is 2.
    """
    if folder is None or _is_rig(folder):
        if kind == "human":
            raise click.UsageError("--kind human needs a FOLDER of photos")
        _build_rigs((*names, *([str(folder)] if folder else [])), out, encoder)
        return 0
    if names:
        raise click.UsageError("give --character or a FOLDER of pictures, not both")
    from deepexpr.retrieval.gallery_writer import write_gallery

    title = name or folder.resolve().name
    transfer = loaded(given, encoder=encoder)
    rows = _rows([folder], transfer, (title, kind), thumbnails=thumbnails)
    write_gallery(out / title, rows.content, rows.thumbnails)
    told(f"{out / title}: {len(rows.content.poses)} faces")
    return _told_left_out(rows)


@gallery.command("add")
@click.argument("folder", metavar="GALLERY", type=_FOLDER)
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO…", type=_PATH)
@ENCODER
@click.pass_obj
def add(
    given: "ExpressionTransfer | None",
    folder: Path,
    photos: tuple[Path, ...],
    encoder: Path | None,
) -> int:
    """Add the faces of photos, or of folders of photos, to a GALLERY of pictures.

    A photo whose name is there already takes the old one's place.
    """
    from deepexpr.retrieval.gallery import Gallery
    from deepexpr.retrieval.gallery_editing import add_rows

    card = Gallery.load(folder).card
    if card.controls:
        raise GalleryError(
            f"{folder}: holds poses of a rig; add key poses to the character and build "
            "the gallery again"
        )
    title = (card.character, card.kind)
    transfer = loaded(given, encoder=encoder)
    rows = _rows(photos, transfer, title, thumbnails=card.has_pictures)
    count = add_rows(folder, rows.content, rows.thumbnails)
    told(f"{folder}: {count} faces")
    return _told_left_out(rows)


@gallery.command("remove")
@click.argument("folder", metavar="GALLERY", type=_FOLDER)
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
def remove(folder: Path, ids: tuple[str, ...]) -> None:
    """Take rows out of a GALLERY, by the ids that `gallery list` prints."""
    from deepexpr.retrieval.gallery_editing import remove_rows

    told(f"{folder}: {remove_rows(folder, ids)} rows left")


@gallery.command("list")
@click.argument("folder", metavar="[GALLERY]", type=_FOLDER, required=False)
def list_rows(folder: Path | None) -> None:
    """Print the rows of a GALLERY, or the galleries in a folder.

    Without an argument: the built-in galleries.
    """
    from deepexpr.retrieval.gallery import Gallery
    from deepexpr.retrieval.gallery_files import CARD_NAME, read_card, settled_folder
    from deepexpr.retrieval.library import BUILT_IN_GALLERIES, GalleryLibrary

    if folder is not None and (settled_folder(folder) / CARD_NAME).is_file():
        table = Gallery.load(folder).table
        width = max(map(len, table.ids))
        for name, label in zip(table.ids, table.labels, strict=True):
            click.echo(f"{name:<{width}}  {label}")
        return
    library = GalleryLibrary(folder or BUILT_IN_GALLERIES)
    for name in library.resolve(None):
        card = read_card(settled_folder(library.root / name))
        pictures = "with pictures" if card.has_pictures else "without pictures"
        click.echo(
            f"{name:<12}{card.kind:<10}{card.count:>7} rows  {pictures}, encoder "
            f"{card.encoder_name} {card.encoder_sha256[:12]}"
        )


def _is_rig(folder: Path) -> bool:
    from deepexpr.characters.card import CARD_FILE

    return (folder / CARD_FILE).is_file()


def _build_rigs(names: Sequence[str], out: Path, place: Path | None) -> None:
    need_rendering()
    from deepexpr.characters.library import list_characters, load_character
    from deepexpr.expression.encoder import ExpressionEncoder
    from deepexpr.gallery_building import build_gallery

    encoder = ExpressionEncoder.load(place)
    for name in names or list_characters():
        character = load_character(name)
        count = build_gallery(
            character, encoder, out / character.name, bar(character.name)
        )
        told(f"{character.name}: {count} poses")


def _rows(
    paths: Sequence[Path],
    transfer: "ExpressionTransfer",
    title: tuple[str, str],
    *,
    thumbnails: bool,
) -> "PictureRows":
    """Rows of all pictures; folders are looked through with their subfolders."""
    from deepexpr.core.images import list_images
    from deepexpr.transfer.picture_gallery import rows_of_pictures

    photos = [
        photo
        for path in paths
        for photo in (list_images(path) if path.is_dir() else [path])
    ]
    return rows_of_pictures(
        photos, transfer, *title, thumbnails=thumbnails, report=bar(title[0])
    )


def _told_left_out(rows: "PictureRows") -> int:
    """Print why pictures gave no row; the exit code."""
    for line in rows.left_out:
        click.echo(f"deepexpr: {' '.join(line.split())}", err=True)
    return 2 if rows.left_out else 0
