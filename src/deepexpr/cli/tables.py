"""Results for people: short tables with bars."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepexpr.transfer import CharacterMatch, FaceResult, TransferResult

_BAR_WIDTH = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEAST_SHOWN = 0.01


def result_lines(result: "TransferResult") -> Iterator[str]:
    """All faces of one photo with probabilities, notes and matches."""
    for number, face in enumerate(result.faces, start=1):
        name = f"{result.photo}  face {number}" if len(result.faces) > 1 else ""
        yield name or result.photo
        yield from _probability_lines(face)
        for note in face.notes:
            yield f"  note: {note}"
        yield from _match_lines(face)
        yield ""


def bar(share: float, width: int = _BAR_WIDTH) -> str:
    """A bar of block signs, `width` signs long for a share of 1."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def _probability_lines(face: "FaceResult") -> Iterator[str]:
    ranked = sorted(face.probabilities.items(), key=lambda item: -item[1])
    for place, (expression, probability) in enumerate(ranked):
        if place == 0 or probability >= _LEAST_SHOWN:
            yield f"  {expression:<9}{probability:>6.1%}  {bar(probability)}".rstrip()


def _match_lines(face: "FaceResult") -> Iterator[str]:
    if not face.matches:
        return
    width = max(map(len, face.matches))
    columns = [
        [_match_text(match) for match in matches] for matches in face.matches.values()
    ]
    widths = [
        max((len(row[rank]) for row in columns if rank < len(row)), default=0)
        for rank in range(max(map(len, columns)))
    ]
    yield ""
    for character, row in zip(face.matches, columns, strict=True):
        cells = (text.ljust(widths[rank]) for rank, text in enumerate(row))
        yield f"  {character:<{width}}  {'   '.join(cells)}".rstrip()


def _match_text(match: "CharacterMatch") -> str:
    return f"{match.match.pose_id} {match.match.distance:.3f}"
