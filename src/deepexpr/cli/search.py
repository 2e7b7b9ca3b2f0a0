"""deepexpr search: any face in, the most alike rows of any gallery out."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.outputs import STANDARD_OUTPUT, check_json_target, write_json
from deepexpr.cli.photos import loaded
from deepexpr.cli.weights import ALPHA, BETA
from deepexpr.retrieval.presets import RetrievalPreset

if TYPE_CHECKING:
    from deepexpr.retrieval.gallery import Gallery
    from deepexpr.transfer import ExpressionTransfer
    from deepexpr.transfer.directions import FaceQuery

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("image", metavar="IMAGE")
@click.option(
    "--gallery",
    "folders",
    multiple=True,
    required=True,
    metavar="GALLERY",
    help="A gallery's folder, or the name of a built-in character; may be repeated.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="K",
    help="How many rows a gallery.",
)
@ALPHA
@BETA
@click.option(
    "--neutral",
    type=_PATH,
    metavar="PHOTO",
    help="The same face at rest; geometry is measured from it.",
)
@click.option(
    "--json",
    "json_target",
    metavar="FILE",
    help="Write the results as JSON; - means standard output.",
)
@click.pass_obj
def search(
    given: "ExpressionTransfer | None",
    image: str,
    folders: tuple[str, ...],
    top: int,
    alpha: float,
    beta: float,
    neutral: Path | None,
    json_target: str | None,
) -> None:
    """Find the rows of galleries that are most alike a face.

    IMAGE is a photo of a person, a picture of a character, or a pose as GALLERY:POSE,
    such as mia:joy-grin. A gallery holds poses of a character or photos of people, so
    all four directions are the same call.
    """
    from deepexpr.transfer.directions import search_gallery

    check_json_target(json_target)
    try:
        preset = RetrievalPreset(alpha, beta)
    except ValueError as error:
        raise click.UsageError("--alpha and --beta must not both be 0") from error
    transfer = loaded(given)
    face = _query(transfer, image, neutral)
    documents = []
    for folder in folders:
        gallery = _gallery(transfer, folder)
        ranking = search_gallery(face, gallery, top, preset)
        documents.append(
            {
                "query": face.name,
                "gallery": gallery.card.character,
                "kind": gallery.card.kind,
                "matches": [
                    {
                        "id": match.pose_id,
                        "label": str(match.label),
                        "distance": match.distance,
                        "divergence": match.divergence,
                        "geometry": match.geometry,
                    }
                    for match in ranking.matches
                ],
            }
        )
        if json_target != STANDARD_OUTPUT:
            click.echo(f"{gallery.card.character}")
            for match in ranking.matches:
                click.echo(
                    f"{match.rank:>4}  {match.distance:.3f}  {match.label:<9} "
                    f"{match.pose_id}"
                )
    write_json(json_target, documents)


def _query(
    transfer: "ExpressionTransfer", image: str, neutral: Path | None
) -> "FaceQuery":
    from deepexpr.transfer.directions import query_of_photo, query_of_pose

    name, mark, pose = image.rpartition(":")
    if mark and name and not Path(image).exists():
        if neutral is not None:
            raise click.UsageError("--neutral goes with a photo, not with a pose")
        return query_of_pose(_gallery(transfer, name), pose)
    rest = None if neutral is None else transfer.neutral_of(neutral)
    return query_of_photo(transfer, image, rest)


def _gallery(transfer: "ExpressionTransfer", place: str) -> "Gallery":
    """A gallery by its folder, or a built-in one by its name."""
    from deepexpr.retrieval.gallery import Gallery

    folder = Path(place)
    if len(folder.parts) == 1 and place in transfer.library.names:
        gallery = transfer.library.gallery(place)
    else:
        gallery = Gallery.load(folder)
    gallery.check_encoder(transfer.encoder.name, transfer.encoder.digest)
    return gallery
