"""deepexpr match: photos in, the best poses of the characters out."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.encoder_choice import ENCODER, GALLERIES
from deepexpr.cli.outputs import (
    STANDARD_OUTPUT,
    SheetTarget,
    check_folder,
    check_json_target,
    write_json,
)
from deepexpr.cli.own_library import LIBRARY
from deepexpr.cli.photos import Answer, answers, face_choice, loaded
from deepexpr.cli.progress import Progress
from deepexpr.cli.tables import result_lines
from deepexpr.cli.weights import ALPHA, BETA
from deepexpr.retrieval.presets import RetrievalPreset

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer


@dataclass(frozen=True, slots=True)
class _Targets:
    """What is written beside the tables."""

    json: str | None
    features: bool
    sheets: SheetTarget | None
    poses: Path | None


@click.command()
@click.argument(
    "photos", nargs=-1, required=True, metavar="PHOTO…", type=click.Path(path_type=Path)
)
@click.option(
    "--character",
    "characters",
    multiple=True,
    metavar="NAME",
    help="A character to answer; may be repeated. All of them if not given.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="K",
    help="How many poses a character.",
)
@ALPHA
@BETA
@click.option(
    "--same-label",
    is_flag=True,
    help="Poses of the recognised expression first, ordered by geometry.",
)
@click.option(
    "--neutral",
    type=click.Path(path_type=Path),
    metavar="PHOTO",
    help="A photo of the same person at rest; geometry is measured from it.",
)
@click.option("--all-faces", is_flag=True, help="Every face, not only the largest.")
@click.option(
    "--face",
    type=click.IntRange(min=1),
    metavar="N",
    help="The N-th face; 1 is the largest.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="SHEET.png",
    help="Draw a contact sheet; several faces become SHEET-<photo>-<face>.png. A "
    "folder gets <photo>.png or <photo>-<face>.png.",
)
@click.option(
    "--json",
    "json_target",
    metavar="FILE",
    help="Write the results as JSON; - means standard output.",
)
@click.option(
    "--poses",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write each matched pose as a JSON file.",
)
@click.option("--features", is_flag=True, help="Put the features into the JSON.")
@LIBRARY
@ENCODER
@GALLERIES
@click.pass_obj
def match(
    given: "ExpressionTransfer | None",
    photos: tuple[Path, ...],
    characters: tuple[str, ...],
    top: int,
    alpha: float,
    beta: float,
    same_label: bool,
    neutral: Path | None,
    all_faces: bool,
    face: int | None,
    out: Path | None,
    json_target: str | None,
    poses: Path | None,
    features: bool,
    library: Path | None,
    encoder: Path | None,
    galleries: Path | None,
) -> int:
    """Find the characters' poses that are most alike the people in photos.

    PHOTO is a picture or a folder of pictures. A picture that fails does not stop the
    others: its reason goes to standard error, and the exit code is 2.
    """
    choice = face_choice(all_faces, face)
    preset = _preset(alpha, beta, same_label)
    check_json_target(json_target)
    if poses is not None:
        check_folder(poses)
    sheets = None if out is None else SheetTarget(out)
    transfer = loaded(given, library, encoder=encoder, galleries=galleries)
    names = transfer.library.resolve(characters or None)
    rest = None if neutral is None else transfer.neutral_of(neutral)
    return _run(
        answers(
            photos,
            lambda photo: transfer.match(
                photo, names, top=top, faces=choice, preset=preset, neutral=rest
            ),
            Progress(sys.stderr),
        ),
        transfer,
        _Targets(json_target, features, sheets, poses),
    )


def _preset(alpha: float, beta: float, same_label: bool) -> RetrievalPreset:
    try:
        return RetrievalPreset(alpha, beta, same_label_first=same_label)
    except ValueError as error:
        raise click.UsageError(
            f"--alpha and --beta must be finite and not both 0 ({alpha:g}, {beta:g})"
        ) from error


def _run(
    found: Iterable[Answer], transfer: "ExpressionTransfer", targets: _Targets
) -> int:
    """Show and write each answer as it comes, the JSON document at the end."""
    from deepexpr.export.document import failure_document, photo_document

    documents, failed = [], False
    for answer in found:
        if answer.result is None:
            failed = True
            documents.append(failure_document(answer.photo, answer.error or ""))
            continue
        if targets.json is not None:
            documents.append(
                photo_document(answer.result, with_features=targets.features)
            )
        if targets.json != STANDARD_OUTPUT:
            click.echo("\n".join(result_lines(answer.result)))
        _write_files(answer, transfer, targets)
    write_json(targets.json, documents)
    return 2 if failed else 0


def _write_files(
    answer: Answer, transfer: "ExpressionTransfer", targets: _Targets
) -> None:
    """Write contact sheets and poses of one photo."""
    result = answer.result
    if result is None:
        return
    for number, face in enumerate(result.faces, start=1):
        name = answer.name if len(result.faces) == 1 else f"{answer.name}-{number}"
        if targets.poses is not None:
            from deepexpr.export.pose_files import write_poses

            write_poses(targets.poses, name, face)
        if targets.sheets is not None:
            from deepexpr.export.contact_sheet import contact_sheet
            from deepexpr.export.sheet_files import write_contact_sheet

            alone = answer.of == 1 and len(result.faces) == 1
            path = targets.sheets.path(name, alone=alone)
            write_contact_sheet(path, contact_sheet(result, face, transfer.picture))
            click.echo(f"{path}", err=True)
