"""Accuracy on characters under other splits, from the cards of encoders trained so."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.tables import Measurement
from deepexpr.evaluation.targets import RECOGNITION_AIMS_TABLE
from deepexpr.expression.card import WeightsCard, read_card

_ONE_OUT = "characters, leave-character-out: "
_FRAMES = "characters, random frame split"
_ACCURACY = "accuracy"


def cards_below(folder: Path) -> tuple[WeightsCard, ...]:
    """The cards of all encoders in a folder and below it, by path.

    Raises:
        DatasetError: if there is none.
        WeightsError: if one is damaged.
    """
    found = sorted(folder.rglob("card.json"))
    if not found:
        raise DatasetError(
            f"{folder}: holds no card.json; name the folder where `deepexpr train` "
            "wrote encoders"
        )
    return tuple(read_card(path) for path in found)


def split_measurements(
    cards: Sequence[WeightsCard],
) -> dict[tuple[str, str, str], Measurement]:
    """What the cards say, by the table cells it belongs to.

    Leaving one character out is the mean over the characters that were left out.
    """
    left_out: dict[str, float] = {}
    frames: list[float] = []
    for card in cards:
        for title, figures in card.details.get("metrics", {}).items():
            if title.startswith(_ONE_OUT):
                name = title.removeprefix(_ONE_OUT)
                left_out[name] = float(figures[_ACCURACY])
            elif title == _FRAMES:
                frames.append(float(figures[_ACCURACY]))
    found: dict[tuple[str, str, str], Measurement] = {}
    if left_out:
        key = (RECOGNITION_AIMS_TABLE, "characters, leave one character out", _ACCURACY)
        each = ", ".join(f"{name} {value:.1%}" for name, value in left_out.items())
        found[key] = Measurement(float(np.mean(list(left_out.values()))), note=each)
    if frames:
        key = (RECOGNITION_AIMS_TABLE, "characters, random frames", _ACCURACY)
        note = "near-duplicates on both sides; never a leading figure"
        found[key] = Measurement(frames[-1], note=note)
    return found
