"""Accuracy on characters under other splits, from the cards of encoders trained so."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.tables import Measurement
from deepexpr.evaluation.targets import RECOGNITION_AIMS_TABLE
from deepexpr.expression.card import WeightsCard, read_card

_ONE_OUT = "characters, leave-character-out: "
_EVENED = "characters, evened without labels: "
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

    Leaving one character out is the mean over the characters that were left out; so it
    is where their answers were evened without labels (`training.calibrate.evened`).
    """
    row = "characters, leave one character out"
    found: dict[tuple[str, str, str], Measurement] = {}
    for name, start in ((row, _ONE_OUT), (f"{row}, evened", _EVENED)):
        if accuracies := _accuracies(cards, start):
            each = ", ".join(
                f"{name} {value:.1%}" for name, value in accuracies.items()
            )
            mean = float(np.mean(list(accuracies.values())))
            key = (RECOGNITION_AIMS_TABLE, name, _ACCURACY)
            found[key] = Measurement(mean, note=each)
    for frames in _accuracies(cards, _FRAMES).values():
        key = (RECOGNITION_AIMS_TABLE, "characters, random frames", _ACCURACY)
        note = "near-duplicates on both sides; never a leading figure"
        found[key] = Measurement(frames, note=note)
    return found


def _accuracies(cards: Sequence[WeightsCard], start: str) -> dict[str, float]:
    """Accuracies of metrics whose title begins with `start`, by how it goes on."""
    return {
        title.removeprefix(start): float(figures[_ACCURACY])
        for card in cards
        for title, figures in card.details.get("metrics", {}).items()
        if title.startswith(start)
    }
