"""docs/robustness.md and its JSON document: what changes cost, in words and tables."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from deepexpr.evaluation.intervals import Estimate
from deepexpr.evaluation.results_page import Section
from deepexpr.evaluation.robustness import BrightnessScore, ChangeScore
from deepexpr.evaluation.tables import markdown_table

PICTURE = "robustness.png"
"""The changes on an example face, in the folder of the page's images."""

_HEAD = """# Robustness

Written by `make robustness`; not to be edited. [evaluation.md](evaluation.md) says what
each change does.

"""


@dataclass(frozen=True, slots=True)
class Robustness:
    """Everything that was measured.

    Attributes:
        title: data set and split.
        data_sha256: digest of the crops and labels that were judged.
        faces: how many these are.
        whole: how many the data set has; more than `faces` in a choice of them.
        encoder_name: name of the encoder.
        encoder_sha256: digest of its network file.
        registered: whether landmarks were looked for in every changed face.
        seed: of the bootstrap.
        changes: the unchanged faces, then each change.
        brightness: thirds of the unchanged faces by brightness.
    """

    title: str
    data_sha256: str
    faces: int
    whole: int
    encoder_name: str
    encoder_sha256: str
    registered: bool
    seed: int
    changes: Sequence[ChangeScore]
    brightness: Sequence[BrightnessScore]


def robustness_document(found: Robustness) -> dict[str, Any]:
    """Every figure, for JSON; shares are fractions, null where nothing is defined."""
    document: dict[str, Any] = _without_nan(asdict(found))
    return document


def robustness_page(found: Robustness, command: str, *, picture: bool) -> str:
    """The whole page.

    Args:
        found: what was measured.
        command: what measures it again.
        picture: whether there is a picture of the changes.
    """
    return _HEAD + robustness_section(found, command, picture=picture).markdown


def robustness_section(found: Robustness, command: str, *, picture: bool) -> Section:
    """The tables with what to know before reading them."""
    return Section(
        "Recognition of changed faces",
        command,
        _text(found),
        [_change_table(found.changes), _brightness_table(found.brightness)],
        PICTURE if picture else "",
    )


def _text(found: Robustness) -> str:
    some = f", chosen evenly from {found.whole:,}" if found.faces < found.whole else ""
    view = (
        "Landmarks are looked for in every changed face, and the answers for the crop "
        "and for the registered face are averaged, as `recognise --cropped` does."
        if found.registered
        else "The crop alone is judged. `recognise --cropped` and the figures of "
        "results.md also look at the face registered by its landmarks, so the "
        "unchanged faces stand here as the crop alone is read."
    )
    data = (
        f"{found.faces:,} faces of {found.title} whose raters agree{some}, "
        f"`{found.data_sha256[:16]}`; encoder {found.encoder_name} "
        f"`{found.encoder_sha256[:16]}`; seed of the bootstrap {found.seed}."
    )
    return f"""
{data} {view}

"Against unchanged" compares the same faces with and without the change, in percentage
points; "same answer" is the share of faces whose most probable expression stays what
it was. In brackets: 95 % intervals.{_mirror_sentence(found.changes)}

Last table: the unchanged faces in thirds by the mean grey of the middle half of the
crop. **This is a proxy**: in grey crops a dark skin and a dim light look alike, so it
tells nothing about skin tone alone, and the data have no labels of it. "At equal
shares" is the accuracy if every third showed the expressions as often as all faces do.
"""


def _mirror_sentence(changes: Sequence[ChangeScore]) -> str:
    shifts = [each.largest_shift for each in changes if each.kind == "mirrored"]
    if not shifts:
        return ""
    if shifts[0] < 1e-6:
        return " Mirroring moves no probability by a millionth."
    return f" Mirroring moves a probability by up to {shifts[0]:.6f}."


def _change_table(changes: Sequence[ChangeScore]) -> str:
    rows = [
        [
            _plain_name(each),
            _percent(each.accuracy),
            "" if each.kind == "unchanged" else _points(each.difference),
            "" if each.kind == "unchanged" else f"{100 * each.same_answer.value:.1f} %",
            _score(each.macro_f1),
            _percent(each.fear),
            _percent(each.disgust),
        ]
        for each in changes
    ]
    header = ["change", "accuracy", "against unchanged", "same answer", "macro F1"]
    return markdown_table([*header, "recall of fear", "recall of disgust"], rows)


def _brightness_table(thirds: Sequence[BrightnessScore]) -> str:
    rows = [
        [
            f"{each.name}, {each.low:.0f} to {each.high:.0f}",
            f"{each.accuracy.count:,}",
            _percent(each.accuracy),
            _percent(each.at_equal_shares),
            _score(each.macro_f1),
            f"{_percent(each.fear)} of {each.fear.count}",
            f"{_percent(each.disgust)} of {each.disgust.count}",
        ]
        for each in thirds
    ]
    header = ["mean grey", "faces", "accuracy", "at equal shares", "macro F1"]
    return markdown_table([*header, "recall of fear", "recall of disgust"], rows)


def _plain_name(score: ChangeScore) -> str:
    return f"{score.kind}, {score.strength}" if score.strength else score.kind


def _percent(found: Estimate) -> str:
    if isnan(found.value):
        return "undefined"
    low, high = 100 * found.low, 100 * found.high
    return f"{100 * found.value:.1f} % ({low:.1f} to {high:.1f})"


def _points(found: Estimate) -> str:
    numbers = [f"{100 * n:+.1f}" for n in (found.value, found.low, found.high)]
    value, low, high = (number.replace("-", "−") for number in numbers)
    return f"{value} ({low} to {high})"


def _score(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and isnan(value) else value
