"""The expression encoder: aligned faces of people and characters → one embedding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepexpr.core.arrays import check_shape
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.images import RGBImage, to_grey
from deepexpr.expression.card import WeightsCard, read_card
from deepexpr.faces.onnx_session import OnnxSession, open_session

DEFAULT_ENCODER = "deepexpr"
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the encoder says of N faces.

    Attributes:
        features: (N, 512) float32, non-negative; a row divided by its sum is the
            distribution that divergences compare.
        probabilities: (N, 7) float32, calibrated, rows summing to 1, canonical order.
    """

    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    def expression(self, index: int) -> Expression:
        """The most probable expression of face `index`."""
        return EXPRESSIONS[int(self.probabilities[index].argmax())]


class ExpressionEncoder:
    """A trained encoder with its card."""

    def __init__(self, card: WeightsCard, session: OnnxSession) -> None:
        self.card = card
        self._session = session

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 1) -> Self:
        """Open an encoder after checking that the file is the one its card describes.

        Args:
            folder: folder with `card.json` and the ONNX file; the default encoder of
                the package if not given.
            threads: processor threads for one network run.

        Raises:
            WeightsError: if a file is missing, damaged or another one.
        """
        place = folder or Path(
            str(files("deepexpr") / "data" / "encoders" / DEFAULT_ENCODER)
        )
        card = read_card(place / "card.json")
        session = open_session(place / card.file, card.sha256, threads)
        return cls(card, session)

    @property
    def name(self) -> str:
        """Name of the encoder."""
        return self.card.name

    @property
    def digest(self) -> str:
        """SHA-256 of the weight file; galleries name it."""
        return self.card.sha256

    def encode(self, faces: Sequence[RGBImage]) -> Encoding:
        """Encode faces that are registered to the average frontal face.

        Args:
            faces: square (S, S, 3) uint8 pictures from `align_face`, of any size.
        """
        chunks = (faces[start : start + _BATCH] for start in _starts(len(faces)))
        return self._run(self._inputs(chunk) for chunk in chunks)

    def encode_crops(
        self, crops: Sequence[RGBImage], registered: Sequence[RGBImage | None]
    ) -> Encoding:
        """Encode face crops: as they are and, where it could be done, registered.

        Features and probabilities of the two views are averaged by an encoder that was
        trained on both; one that knows registered faces alone takes the crop only where
        it could not be registered. Crops that are not square are widened by repeating
        their edges.

        Args:
            crops: (H, W, 3) uint8 pictures, each showing one face from forehead to
                chin; grey ones have three equal channels.
            registered: the crops registered to the average frontal face, or None.
        """
        encoding = self.encode([_squared(crop) for crop in crops])
        known = [row for row, face in enumerate(registered) if face is not None]
        again = self.encode([face for face in registered if face is not None])
        for mine, other in (
            (encoding.features, again.features),
            (encoding.probabilities, again.probabilities),
        ):
            mine[known] = (mine[known] + other) / 2 if self.card.crops else other
        return encoding

    def encode_grey(self, inputs: NDArray[np.float32]) -> Encoding:
        """Encode pictures that have the network's own size.

        Args:
            inputs: (N, 1, S, S) float32 grey values in [0, 255].
        """
        return self._run(
            inputs[start : start + _BATCH] for start in _starts(len(inputs))
        )

    def _run(self, batches: Iterable[NDArray[np.float32]]) -> Encoding:
        features = [np.zeros((0, self.card.feature_count), np.float32)]
        probabilities = [np.zeros((0, len(EXPRESSIONS)), np.float32)]
        for batch in batches:
            found = self._session.run(batch)
            features.append(found[0])
            probabilities.append(found[1])
        return Encoding(np.concatenate(features), np.concatenate(probabilities))

    def _inputs(self, faces: Sequence[RGBImage]) -> NDArray[np.float32]:
        """Network input (N, C, S, S) in [0, 255]: C is 1 for grey, 3 for colour."""
        size, channels = self.card.input_size_px, self.card.channels
        inputs = np.zeros((len(faces), channels, size, size), np.float32)
        for index, face in enumerate(faces):
            check_shape("face", face, (face.shape[0], face.shape[0], 3))
            planes = [to_grey(face)] if channels == 1 else np.moveaxis(face, 2, 0)
            inputs[index] = [_resized(plane, size) for plane in planes]
        return inputs


def _starts(count: int) -> range:
    return range(0, count, _BATCH)


def _resized(plane: NDArray[Any], size: int) -> NDArray[np.float32]:
    if plane.shape == (size, size):
        return plane.astype(np.float32)
    shrinks = plane.shape[0] > size
    kind = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    picture = Image.fromarray(plane.astype(np.float32))
    return np.asarray(picture.resize((size, size), kind), np.float32)


def _squared(crop: RGBImage) -> RGBImage:
    check_shape("crop", crop, (None, None, 3))
    height, width = crop.shape[:2]
    side = max(height, width)
    above, left = (side - height) // 2, (side - width) // 2
    margins = ((above, side - height - above), (left, side - width - left), (0, 0))
    return np.pad(crop, margins, mode="edge")
