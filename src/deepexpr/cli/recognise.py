"""deepexpr recognise: photos in, probabilities of the seven expressions out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.encoder_choice import ENCODER
from deepexpr.cli.outputs import STANDARD_OUTPUT, check_json_target, write_json
from deepexpr.cli.photos import answers, face_choice, loaded
from deepexpr.cli.progress import Progress
from deepexpr.cli.tables import result_lines

if TYPE_CHECKING:
    from deepexpr.transfer import ExpressionTransfer


@click.command()
@click.argument(
    "photos", nargs=-1, required=True, metavar="PHOTO…", type=click.Path(path_type=Path)
)
@click.option(
    "--cropped",
    is_flag=True,
    help="The pictures are face crops (48×48 grey ones included): look for no face.",
)
@click.option("--all-faces", is_flag=True, help="Every face, not only the largest.")
@click.option(
    "--face",
    type=click.IntRange(min=1),
    metavar="N",
    help="The N-th face; 1 is the largest.",
)
@click.option(
    "--json",
    "json_target",
    metavar="FILE",
    help="Write the results as JSON; - means standard output.",
)
@click.option("--features", is_flag=True, help="Put the features into the JSON.")
@ENCODER
@click.pass_obj
def recognise(
    given: "ExpressionTransfer | None",
    photos: tuple[Path, ...],
    cropped: bool,
    all_faces: bool,
    face: int | None,
    json_target: str | None,
    features: bool,
    encoder: Path | None,
) -> int:
    """Tell the expression of the people in photos.

    PHOTO is a picture or a folder of pictures. A picture that fails does not stop the
    others: its reason goes to standard error, and the exit code is 2.
    """
    choice = face_choice(all_faces, face)
    if cropped and choice != "largest":
        raise click.UsageError("--cropped looks for no faces; leave out --face")
    check_json_target(json_target)
    from deepexpr.export.document import failure_document, photo_document

    transfer = loaded(given, encoder=encoder)
    documents, failed = [], False
    for answer in answers(
        photos,
        lambda photo: transfer.recognise(photo, faces=choice, cropped=cropped),
        Progress(sys.stderr),
    ):
        if answer.result is None:
            failed = True
            documents.append(failure_document(answer.photo, answer.error or ""))
            continue
        if json_target is not None:
            documents.append(
                photo_document(
                    answer.result, with_features=features, with_matches=False
                )
            )
        if json_target != STANDARD_OUTPUT:
            click.echo("\n".join(result_lines(answer.result)))
    write_json(json_target, documents)
    return 2 if failed else 0
