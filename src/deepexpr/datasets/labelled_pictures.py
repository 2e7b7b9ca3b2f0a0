"""Labelled pictures of characters that have no rig: FERG-DB's folders, or a table.

Expected folder, with `--labels ferg`:

    <character>/<character>_<expression>/*.png     or the folder of one character

With a table: a CSV file with the columns path, relative to the folder, and label.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.images import IMAGE_SUFFIXES
from deepexpr.datasets.layout import files_with_suffix, read_table, subfolders

FERG_LAYOUT = "ferg"

Labels = Mapping[Path, Expression]
"""Picture to the expression that it shows, sorted by path."""


def ferg_pictures(folder: Path) -> dict[str, Labels]:
    """Read pictures in FERG-DB's layout.

    Args:
        folder: that of all characters, or of one.

    Returns:
        Character to its pictures.

    Raises:
        DatasetError: if there are no such folders, or they hold no pictures.
    """
    _check_folder(folder)
    found = {
        place.name: _of_character(place) for place in (folder, *subfolders(folder))
    }
    named = {name: labels for name, labels in found.items() if labels}
    if not named:
        inside = (
            ", ".join(place.name for place in subfolders(folder)[:4]) or "no folder"
        )
        raise DatasetError(
            f"{folder}: holds {inside}; expected pictures in folders such as "
            "aia/aia_anger, or give a table of paths and labels with --labels FILE.csv"
        )
    return named


def listed_pictures(folder: Path, table: Path) -> Labels:
    """Read the pictures that a table names.

    Args:
        folder: paths of the table are relative to it.
        table: a CSV file with the columns path and label.

    Raises:
        DatasetError: if the table cannot be read, a picture is missing or a label is
            unknown; the message names the line.
    """
    _check_folder(folder)
    labels: dict[Path, Expression] = {}
    for number, row in enumerate(read_table(table, ("path", "label")), start=2):
        where, label = f"{table}, line {number}", row["label"].strip().lower()
        relative = PurePosixPath(row["path"].strip())
        if relative.is_absolute() or ".." in relative.parts:
            raise DatasetError(f"{where}: {relative} must lie within {folder}")
        path = folder / relative
        if not path.is_file():
            raise DatasetError(f"{where}: there is no picture {path}")
        if label not in EXPRESSIONS:
            raise DatasetError(
                f"{where}: the label is {row['label']!r}; expected one of "
                f"{', '.join(EXPRESSIONS)}"
            )
        labels[path] = Expression(label)
    if not labels:
        raise DatasetError(f"{table}: names no picture; write lines of path,label")
    return dict(sorted(labels.items()))


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise DatasetError(f"{folder}: is no folder; name the folder of the pictures")


def _of_character(folder: Path) -> Labels:
    """Pictures in the folders `<anything>_<expression>` of a folder."""
    labels: dict[Path, Expression] = {}
    for place in subfolders(folder):
        expression = place.name.lower().rpartition("_")[2]
        if "_" in place.name and expression in EXPRESSIONS:
            pictures = files_with_suffix(place, sorted(IMAGE_SUFFIXES))
            labels |= dict.fromkeys(pictures, Expression(expression))
    return labels
