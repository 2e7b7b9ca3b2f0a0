"""Many photos: folders become their pictures, one failure does not stop the rest."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.own_library import GALLERIES
from deepexpr.cli.progress import Progress
from deepexpr.core.errors import DeepExprError, FaceNotFound, ImageError

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer, FaceChoice, TransferResult


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one photo.

    Attributes:
        photo: its path as given or found.
        name: its file name without suffix, numbered where two photos share one.
        result: what was found; None after an error.
        error: the one line that says why there is no result.
        of: how many photos the whole run has.
    """

    photo: str
    name: str
    result: "TransferResult | None"
    error: str | None
    of: int


def answers(
    paths: Sequence[Path],
    ask: "Callable[[Path], TransferResult]",
    progress: Progress,
) -> Iterator[Answer]:
    """Ask for each photo, telling errors on standard error as they come.

    Errors of one photo (it cannot be read, it shows no face) become answers; all others
    concern the whole run and are raised.
    """
    photos = list(_expanded(paths))
    taken: set[str] = set()
    for number, (photo, failure) in enumerate(photos):
        progress.show(number, len(photos), photo.name)
        result, error = None, failure
        if failure is None:
            try:
                result = ask(photo)
            except (ImageError, FaceNotFound) as caught:
                error = " ".join(str(caught).split())
        progress.clear()
        if error is not None:
            click.echo(f"deepexpr: {error}", err=True)
        name = distinct_name(photo, taken)
        taken.add(name)
        yield Answer(str(photo), name, result, error, len(photos))


def loaded(
    given: "ExpressionTransfer | None",
    library: Path | None = None,
    *,
    encoder: Path | None = None,
    galleries: Path | None = None,
) -> "ExpressionTransfer":
    """The transfer that was given, or what the package ships.

    Args:
        given: a transfer to use as it is.
        library: folder of the user's own characters, which can answer too.
        encoder: folder of another encoder.
        galleries: folder of galleries instead of the built-in ones.
    """
    if given is not None:
        return given
    from deepexpr.retrieval.library import BUILT_IN_GALLERIES
    from deepexpr.transfer import ExpressionTransfer

    also = () if library is None else (library / GALLERIES,)
    return ExpressionTransfer.load(galleries or BUILT_IN_GALLERIES, also, encoder)


def face_choice(all_faces: bool, face: int | None) -> "FaceChoice":
    """The faces that the options ask for.

    Raises:
        click.UsageError: if both were given.
    """
    if all_faces and face is not None:
        raise click.UsageError("give --all-faces or --face N, not both")
    if all_faces:
        return "all"
    return "largest" if face is None else face


def _expanded(paths: Sequence[Path]) -> Iterator[tuple[Path, str | None]]:
    """Photos, and for folders without any the reason."""
    from deepexpr.core.images import list_images

    for path in paths:
        if not path.is_dir():
            yield path, None
            continue
        try:
            found = list_images(path)
        except DeepExprError as error:
            yield path, str(error)
            continue
        yield from ((photo, None) for photo in found)


def distinct_name(photo: Path, taken: Collection[str]) -> str:
    """Name of a photo's outputs: its file name without suffix, numbered if taken.

    Names are compared without regard to case, as some file systems do.
    """
    used = {name.casefold() for name in taken}
    name, number = photo.stem, 1
    while name.casefold() in used:
        number += 1
        name = f"{photo.stem}-{number}"
    return name
