"""The card that travels with a weight file: what it is and how to feed it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepexpr.core.errors import WeightsError
from deepexpr.core.expression import EXPRESSIONS

FORMAT = 1


@dataclass(frozen=True, slots=True)
class WeightsCard:
    """Description of one trained encoder.

    Attributes:
        name: what the encoder is called.
        file: name of the ONNX file beside the card.
        sha256: digest of that file.
        input_size_px: sides of the picture that the network takes.
        channels: of that picture: 1 is grey, 3 is RGB.
        crops: whether the network was trained on face crops beside registered faces.
        feature_count: length of the feature vector.
        details: the whole card: data, licence, preprocessing, metrics, limits.
    """

    name: str
    file: str
    sha256: str
    input_size_px: int
    channels: int
    crops: bool
    feature_count: int
    details: dict[str, Any]


def read_card(path: Path) -> WeightsCard:
    """Read and check a card.

    Raises:
        WeightsError: if it is missing, damaged, of another format or label order.
    """
    try:
        details = json.loads(path.read_text(encoding="utf-8"))
        taken = details["preprocessing"]
        card = WeightsCard(
            name=details["name"],
            file=details["file"],
            sha256=details["sha256"],
            input_size_px=int(taken["input_size_px"]),
            channels=int(taken.get("channels", 1)),
            crops=bool(taken.get("crops", True)),
            feature_count=int(details["outputs"]["features"]),
            details=details,
        )
        labels, version = list(details["labels"]), int(details["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"{path}: is no weights card that can be read ({error}); install deepexpr "
            "again"
        ) from error
    if version != FORMAT or labels != list(EXPRESSIONS):
        raise WeightsError(
            f"{path}: has format {version} and labels {labels}; expected format "
            f"{FORMAT} and {list(EXPRESSIONS)}; use weights made for this version"
        )
    return card
