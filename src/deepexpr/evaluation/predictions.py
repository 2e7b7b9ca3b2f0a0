"""What the encoder says of a data set's faces: made once, scored many times."""

import json
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.core.files import whole_file
from deepexpr.evaluation.labels import CLASS_COUNT
from deepexpr.retrieval.geometric_distance import MEASURE_COUNT

FORMAT = 1


@dataclass(frozen=True, slots=True)
class PredictionCard:
    """What predictions were made of, and with what.

    Attributes:
        dataset: name of the data set and its split, such as "ferplus validation".
        data_sha256: digest of the pictures, labels and votes.
        source: state of the data set's files, by which unchanged data are known.
        encoder_name: name of the encoder.
        encoder_sha256: digest of its network file.
    """

    dataset: str
    data_sha256: str
    source: str
    encoder_name: str
    encoder_sha256: str


@dataclass(frozen=True, slots=True)
class Predictions:
    """N faces as the encoder sees them.

    Attributes:
        card: what they were made of.
        names: (N,) what to call each picture.
        subject: (N,) who is shown; the picture's name where that is not known.
        label: (N,) int64 class index; -1 where raters drew or named something else.
        votes: (N, 7) raters' votes; 1 for the label where a set has no votes.
        features: (N, D) float32 expression features.
        probabilities: (N, 7) float32.
        geometry: (N, 9) float64 measures; NaN where no landmarks could be fitted.
    """

    card: PredictionCard
    names: NDArray[np.str_]
    subject: NDArray[np.str_]
    label: NDArray[np.int64]
    votes: NDArray[np.float64]
    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    geometry: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that all parts have the same length."""
        count = len(self.names)
        check_shape("subject", self.subject, (count,))
        check_shape("label", self.label, (count,))
        check_shape("votes", self.votes, (count, CLASS_COUNT))
        check_shape("features", self.features, (count, None))
        check_shape("probabilities", self.probabilities, (count, CLASS_COUNT))
        check_shape("geometry", self.geometry, (count, MEASURE_COUNT))

    def __len__(self) -> int:
        return len(self.names)

    @property
    def measured(self) -> NDArray[np.bool_]:
        """(N,) whether landmarks could be fitted."""
        return np.asarray(np.isfinite(self.geometry).all(axis=1))

    def subset(self, chosen: NDArray[Any]) -> "Predictions":
        """The chosen faces, by mask or by index."""
        parts = (getattr(self, name)[chosen] for name in _ARRAYS)
        return Predictions(self.card, *parts)

    def labelled(self) -> "Predictions":
        """The faces whose raters agree on one of the seven expressions."""
        return self.subset(self.label >= 0)


_ARRAYS = tuple(field.name for field in fields(Predictions))[1:]


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write predictions as one .npz file, whole or not at all.

    Raises:
        OutputError: if the file cannot be written.
    """
    card = {"format": FORMAT} | {
        field.name: getattr(predictions.card, field.name)
        for field in fields(PredictionCard)
    }
    arrays = {name: getattr(predictions, name) for name in _ARRAYS}
    with whole_file(path) as partial, partial.open("wb") as file:
        np.savez(file, card=np.array(json.dumps(card)), **arrays)


def read_predictions(path: Path) -> Predictions:
    """Read predictions written by `write_predictions`.

    Raises:
        DatasetError: if the file is missing, damaged or of another format.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            document = json.loads(str(stored["card"]))
            if document.pop("format") != FORMAT:
                raise ValueError("of another format")
            card = PredictionCard(**document)
            return Predictions(card, *(stored[name] for name in _ARRAYS))
    except (
        OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise DatasetError(
            f"{path}: holds no predictions that can be read ({error}); remove it, and "
            "the next evaluation makes it again"
        ) from error
