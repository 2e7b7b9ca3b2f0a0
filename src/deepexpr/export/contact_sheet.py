"""The contact sheet: one face and the poses that answer it, on one picture."""

import re
from collections.abc import Callable, Sequence

from deepexpr.core.images import RGBImage
from deepexpr.export.canvas import Canvas, shortened
from deepexpr.export.sheet_layout import (
    HEADER,
    PICTURE_GAP,
    SheetLayout,
    sheet_layout,
)
from deepexpr.export.sheet_person import draw_person, text_height
from deepexpr.export.sheet_theme import CARD_PADDING, EXPRESSION_COLOURS, QUIET_INK
from deepexpr.transfer.result import CharacterMatch, FaceResult, TransferResult

_POSE_ID = re.compile(r"([a-z]+)-(\w+)(?:~[a-z]+-(\w+))?(?:@([01]\.\d+))?")

PictureSource = Callable[[str, CharacterMatch], RGBImage]
"""Gives the picture of a character's match."""


def contact_sheet(
    result: TransferResult, face: FaceResult, picture_of: PictureSource
) -> RGBImage:
    """Draw the sheet of one face.

    Args:
        result: the photo that the face is in.
        face: the face with its matches.
        picture_of: gives the picture of a match, such as `ExpressionTransfer.picture`.

    Returns:
        (H, W, 3) uint8, two pixels a point: top left the photo with landmarks,
        probabilities and notes; around it a card a character, best match first.
    """
    ranks = [len(matches) for matches in face.matches.values()]
    layout = sheet_layout(ranks, text_height(face))
    canvas = Canvas(*layout.size)
    draw_person(canvas, layout.person, result, face)
    for index, (character, matches) in enumerate(face.matches.items()):
        pictures = [picture_of(character, match) for match in matches]
        canvas.card(layout.cards[index])
        _draw_character(canvas, layout, index, (character, matches, pictures))
    return canvas.pixels


def _draw_character(
    canvas: Canvas,
    layout: SheetLayout,
    index: int,
    answer: tuple[str, Sequence[CharacterMatch], Sequence[RGBImage]],
) -> None:
    character, matches, pictures = answer
    left, top, _, _ = layout.cards[index]
    x, baseline = left + CARD_PADDING, top + CARD_PADDING + 13
    canvas.text((x, baseline), character.capitalize(), 15, bold=True)
    floor = top + CARD_PADDING + HEADER + layout.sides[0]
    for side, match, picture in zip(layout.sides, matches, pictures, strict=False):
        canvas.image((x, floor - side), picture, (side, side))
        _draw_caption(canvas, (x, floor), side, match)
        x += side + PICTURE_GAP


def _draw_caption(
    canvas: Canvas, place: tuple[float, float], width: float, match: CharacterMatch
) -> None:
    """Pose name and distance under a picture; its parts small below."""
    x, floor = place
    found = match.match
    dot = 7.0
    canvas.rounded(
        (x, floor + 11.5, dot, dot), dot / 2, EXPRESSION_COLOURS[found.label]
    )
    name = shortened(caption(found.pose_id), width - dot - 5, 11)
    canvas.text((x + dot + 5, floor + 19), name, 11)
    canvas.text((x, floor + 35), f"{found.distance:.3f}", 11, bold=True)
    parts = f"jsd {found.divergence:.3f} · geo {found.geometry:.2f}"
    canvas.text((x, floor + 49), shortened(parts, width, 9.5), 9.5, colour=QUIET_INK)


def caption(pose_id: str) -> str:
    """A pose's id as a person reads it, short enough to stand under a picture.

    `fear-scream@0.85` becomes "fear · scream 85%", `joy-grin~joy-beam@0.50`
    "joy · grin + beam"; other ids stay as they are.
    """
    found = _POSE_ID.fullmatch(pose_id)
    if found is None:
        return pose_id
    label, name, second, strength = found.groups()
    if second:
        return f"{label} · {name} + {second}"
    return f"{label} · {name}" + (f" {float(strength):.0%}" if strength else "")
