"""Where results are written: checked before the work, written whole after it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from deepexpr.core.errors import OutputError

STANDARD_OUTPUT = "-"


class SheetTarget:
    """Where contact sheets go: a picture file, or a folder.

    A path that is a folder, or has no suffix, is a folder and gets a sheet a face.
    Otherwise the path itself is written for a single face, and its name followed by
    photo and face for several.
    """

    def __init__(self, path: Path) -> None:
        """Check a target before the work begins.

        Raises:
            OutputError: if no sheet can be written there.
        """
        self._path = path
        self._is_folder = path.is_dir() or not path.suffix
        if self._is_folder:
            check_folder(path)
            return
        from deepexpr.export.sheet_files import check_sheet_suffix

        check_sheet_suffix(path)
        check_file(path)

    def path(self, name: str, *, alone: bool) -> Path:
        """File of one face's sheet.

        Args:
            name: photo and face, as a file name without suffix.
            alone: whether it is the only sheet of the run.
        """
        if self._is_folder:
            return self._path / f"{name}.png"
        if alone:
            return self._path
        return self._path.with_stem(f"{self._path.stem}-{name}")


def check_json_target(target: str | None) -> None:
    """Raise unless a JSON document can be written there.

    Raises:
        OutputError: if the target is a folder, or lies below something that is none.
    """
    if target is not None and target != STANDARD_OUTPUT:
        check_file(Path(target))


def check_file(path: Path) -> None:
    """Raise early where writing a file is bound to fail.

    Raises:
        OutputError: if the path is a folder, or lies below something that is none.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file")
    check_folder(path.parent)


def check_folder(path: Path) -> None:
    """Raise early where writing into a folder is bound to fail.

    Raises:
        OutputError: if the folder, or the nearest one above that exists, is a file.
    """
    existing = next(place for place in (path, *path.parents) if place.exists())
    if not existing.is_dir():
        raise OutputError(f"{path}: cannot be made, because {existing} is a file")


def write_json(target: str | None, documents: Sequence[dict[str, Any]]) -> None:
    """Write the document of a run to a file or to standard output.

    Raises:
        OutputError: if the file cannot be written.
    """
    if target is None:
        return
    from deepexpr.core.files import write_whole
    from deepexpr.export.document import json_text

    if target == STANDARD_OUTPUT:
        click.echo(json_text(documents), nl=False)
    else:
        write_whole(Path(target), json_text(documents))
