"""Contact sheets as picture files."""

from pathlib import Path

from PIL import Image

from deepexpr.core.errors import OutputError
from deepexpr.core.files import whole_file
from deepexpr.core.images import RGBImage

SHEET_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Kinds of picture that a sheet can be written as."""


def write_contact_sheet(path: Path, sheet: RGBImage) -> None:
    """Write a sheet as a whole file.

    Raises:
        OutputError: if the suffix is none of `SHEET_SUFFIXES`, or the file cannot be
            written.
    """
    check_sheet_suffix(path)
    with whole_file(path) as partial:
        Image.fromarray(sheet).save(partial, quality=92, compress_level=3)


def check_sheet_suffix(path: Path) -> None:
    """Raise unless a sheet can be written under this name.

    Raises:
        OutputError: if the suffix is none of `SHEET_SUFFIXES`.
    """
    if path.suffix.lower() not in SHEET_SUFFIXES:
        raise OutputError(
            f"{path}: a contact sheet must end in {', '.join(SHEET_SUFFIXES)}"
        )
