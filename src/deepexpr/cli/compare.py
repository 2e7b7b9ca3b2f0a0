"""deepexpr compare: one face, answered by ours and by the systems of the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.outputs import check_file
from deepexpr.cli.own_library import LIBRARY, placed
from deepexpr.cli.photos import loaded
from deepexpr.core.errors import CharacterError, FaceNotFound
from deepexpr.core.expression import EXPRESSIONS, Expression

if TYPE_CHECKING:
    from deepexpr.baselines.photo_face import Baseline
    from deepexpr.characters.library import Character
    from deepexpr.characters.pose import Pose
    from deepexpr.characters.rendering.renderer import Rendering
    from deepexpr.core.images import RGBImage
    from deepexpr.faces.finder import Face
    from deepexpr.retrieval.gallery import Gallery
    from deepexpr.transfer import ExpressionTransfer

RENDER_SIZE_PX = 384
_CLOSE_UP = 2.0  # sides of the landmarks' box that a picture shows

_SIDE, _GAP, _CAPTION, _HEADER = 184.0, 18.0, 50.0, 74.0
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture of the sheet.

    Attributes:
        title: the system's name, or what the picture is.
        picture: square RGB picture.
        label: the expression that our encoder reads from it.
        probability: how probable it finds that, in [0, 1].
    """

    title: str
    picture: "RGBImage"
    label: Expression
    probability: float


@click.command()
@click.argument("photo", metavar="PHOTO", type=click.Path(path_type=Path))
@click.option(
    "--character",
    "character_name",
    required=True,
    metavar="NAME",
    help="The character that all systems pose.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="SHEET.png",
    help="Where to draw the comparison.",
)
@click.option(
    "--face",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="The N-th face; 1 is the largest.",
)
@LIBRARY
@click.pass_obj
def compare(
    given: "ExpressionTransfer | None",
    photo: Path,
    character_name: str,
    out: Path,
    face: int,
    library: Path | None,
) -> None:
    """Show our pose for a face beside those of the systems that came before.

    Geometry only, layers as in Character Animator, copied blendshapes, MPEG-4, HapFACS,
    FACSGen, and Deng & Ma. Under each picture stands the expression that our network
    reads from it. Needs the extra "render" (pip install 'deepexpr[render]').
    """
    from deepexpr.core.images import read_image
    from deepexpr.export.sheet_files import check_sheet_suffix, write_contact_sheet

    check_sheet_suffix(out)
    check_file(out)
    _check_renderer()
    transfer = loaded(given, library)
    character, gallery = _character(transfer, placed(character_name, library))
    found = _face(transfer, photo, read_image(photo), face)
    answers = compared_answers(transfer, found, character, gallery)
    for answer in answers:
        click.echo(f"{answer.title:<24}read as {_reading(answer)}")
    write_contact_sheet(out, comparison_sheet(answers, character.card.title))
    click.echo(f"{out}", err=True)


def compared_answers(
    transfer: "ExpressionTransfer",
    face: "Face",
    character: "Character",
    gallery: "Gallery",
) -> list[Answer]:
    """Let every system pose a character for a face, and read the pictures.

    Args:
        transfer: whose encoder reads faces.
        face: the photo's face.
        character: who is posed.
        gallery: its gallery.

    Returns:
        The registered photo first, then ours, then the baselines.

    Raises:
        WeightsError: if the network of the blendshapes is missing or damaged.
    """
    from deepexpr.baselines.photo_face import photo_face
    from deepexpr.baselines.systems import compared_systems
    from deepexpr.faces.blendshapes import BlendshapeNetwork

    encoding = transfer.encoder.encode([face.aligned.image])
    seen = photo_face(face, encoding, 0, BlendshapeNetwork.load())
    own = Answer(
        "Photo",
        face.aligned.image,
        seen.expression,
        seen.probabilities[seen.expression],
    )
    systems = compared_systems(character, gallery)
    poses = [(system, system.pose(seen)) for system in systems]
    return [own, *_rendered(transfer, character, poses)]


def comparison_sheet(answers: Sequence[Answer], title: str) -> "RGBImage":
    """Draw all answers in rows of three.

    Args:
        answers: what to draw, in reading order.
        title: name of the character.

    Returns:
        (H, W, 3) uint8, two pixels a point.
    """
    from deepexpr.export.canvas import Canvas
    from deepexpr.export.sheet_theme import EXPRESSION_COLOURS, MARGIN, QUIET_INK

    rows = -(-len(answers) // _COLUMNS)
    width = 2 * MARGIN + _COLUMNS * _SIDE + (_COLUMNS - 1) * _GAP
    height = MARGIN + _HEADER + rows * (_SIDE + _CAPTION)
    canvas = Canvas(width, height)
    canvas.text((MARGIN, MARGIN + 16), f"One face, {title}", 20, bold=True)
    subtitle = "Below each picture: the expression that our network reads from it"
    canvas.text((MARGIN, MARGIN + 38), subtitle, 11, colour=QUIET_INK)
    for number, answer in enumerate(answers):
        row, column = divmod(number, _COLUMNS)
        x = MARGIN + column * (_SIDE + _GAP)
        y = MARGIN + _HEADER - 16 + row * (_SIDE + _CAPTION)
        canvas.image((x, y), answer.picture, (_SIDE, _SIDE))
        canvas.text((x, y + _SIDE + 17), answer.title, 12, bold=True)
        colour = EXPRESSION_COLOURS[answer.label]
        canvas.rounded((x, y + _SIDE + 25, 7, 7), 3.5, colour)
        canvas.text((x + 12, y + _SIDE + 32), _reading(answer), 11)
    return canvas.pixels


def _rendered(
    transfer: "ExpressionTransfer",
    character: "Character",
    poses: "Sequence[tuple[Baseline, Pose]]",
) -> list[Answer]:
    """Draw poses and read their expressions."""
    from deepexpr.characters.rendering.renderer import Renderer
    from deepexpr.faces.align import align_face

    renderer = Renderer(character.model)
    drawn = [renderer.render(pose, size_px=RENDER_SIZE_PX) for _, pose in poses]
    aligned = [align_face(each.image, each.landmarks).image for each in drawn]
    read = transfer.encoder.encode(aligned).probabilities
    return [
        Answer(
            system.name,
            picture,
            EXPRESSIONS[int(row.argmax())],
            float(row.max()),
        )
        for (system, _), picture, row in zip(
            poses, _close_ups(drawn), read, strict=True
        )
    ]


def _close_ups(renderings: "Sequence[Rendering]") -> "list[RGBImage]":
    """The faces with some of their surroundings, all in the same frame."""
    import numpy as np

    boxes = [
        (each.landmarks.points.min(axis=0), each.landmarks.points.max(axis=0))
        for each in renderings
    ]
    whole = renderings[0].image.shape[0]
    widest = max(float((high - low).max()) for low, high in boxes)
    side = min(round(_CLOSE_UP * widest), whole)
    middle = np.mean([(low + high) / 2 for low, high in boxes], axis=0)
    left, top = (int(min(max(place - side / 2, 0), whole - side)) for place in middle)
    return [each.image[top : top + side, left : left + side] for each in renderings]


def _reading(answer: Answer) -> str:
    return f"{answer.label} {answer.probability:.0%}"


def _character(
    transfer: "ExpressionTransfer", name: str
) -> "tuple[Character, Gallery]":
    """The rig and the gallery of a character."""
    from deepexpr.characters.library import load_character

    character = load_character(name)
    gallery = transfer.library.gallery(character.name)
    gallery.check_encoder(transfer.encoder.name, transfer.encoder.digest)
    return character, gallery


def _face(
    transfer: "ExpressionTransfer", photo: Path, image: "RGBImage", number: int
) -> "Face":
    found = transfer.finder.find(image, limit=number)
    if len(found) < number:
        raise FaceNotFound(
            f"{photo}: has no face {number}; {len(found)} found in this photo; use one "
            "where the face is turned to the camera and not cut off"
        )
    return found[number - 1]


def _check_renderer() -> None:
    try:
        import deepexpr.characters.rendering.renderer  # noqa: F401
    except ModuleNotFoundError as error:
        raise CharacterError(
            f"drawing a pose needs the package {error.name!r}, which is not installed; "
            "install it with: pip install 'deepexpr[render]'"
        ) from error
