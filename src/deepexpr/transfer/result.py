"""What a transfer answers: one photo, its faces, their matches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.pose import Pose, arkit_weights
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.gallery_table import GalleryPose
from deepexpr.retrieval.search import Match, SearchCertificate

if TYPE_CHECKING:
    from deepexpr.expression.encoder import Encoding
    from deepexpr.faces.finder import Face

SURE_PROBABILITY = 0.5
"""Below this probability of the likeliest expression a result is noted as unsure."""


@dataclass(frozen=True, slots=True)
class CharacterMatch:
    """One pose of a character that answers a face.

    Attributes:
        match: rank, distances and the pose's row in the gallery.
        pose: the pose as weights of the character's own rig.
        arkit_weights: the pose in the 52 ARKit blendshapes alone, each in [0, 1].
    """

    match: Match
    pose: GalleryPose
    arkit_weights: Mapping[str, float]

    @property
    def rig_pose(self) -> Pose:
        """The pose as the character's renderer and exports take it."""
        return rig_pose(self.pose)


@dataclass(frozen=True, slots=True)
class FaceResult:
    """What was found in one face.

    Attributes:
        box: (x, y, width, height) of the face in pixels of the photo.
        landmarks: in pixels of the photo; None for a crop that was not registered.
        probabilities: expression to probability, in canonical order; they sum to 1.
        features: (D,) float32, non-negative expression features.
        geometry: (9,) measures of the registered landmarks; None for a crop.
        notes: reasons for doubt, each a short clause; empty if there are none.
        matches: character to its poses, best first; empty after `recognise`.
        certificates: character to the proof that its search was exact.
    """

    box: tuple[float, float, float, float]
    landmarks: Landmarks | None
    probabilities: Mapping[Expression, float]
    features: NDArray[np.float32]
    geometry: NDArray[np.float64] | None
    notes: tuple[str, ...]
    matches: Mapping[str, tuple[CharacterMatch, ...]]
    certificates: Mapping[str, SearchCertificate]

    @property
    def expression(self) -> Expression:
        """The likeliest expression."""
        return max(EXPRESSIONS, key=lambda name: self.probabilities[name])


@dataclass(frozen=True, slots=True)
class TransferResult:
    """What was found in one photo.

    Attributes:
        photo: its path, or "image" for an array.
        image: (H, W, 3) uint8 RGB, upright.
        faces: the faces asked for, largest first; never empty.
    """

    photo: str
    image: RGBImage
    faces: tuple[FaceResult, ...]


def character_match(match: Match, pose: GalleryPose) -> CharacterMatch:
    """A match with the pose of its row."""
    return CharacterMatch(match, pose, arkit_weights(rig_pose(pose)))


def rig_pose(pose: GalleryPose) -> Pose:
    """A gallery's pose as a pose of the rig."""
    return Pose(pose.weights, pose.gaze, pose.head, pose.iris)


def crop_result(image: RGBImage, encoding: "Encoding") -> FaceResult:
    """Result of a face crop: the box is the whole picture, there are no landmarks."""
    height, width = image.shape[:2]
    probabilities = _by_expression(encoding.probabilities[0])
    return FaceResult(
        box=(0.0, 0.0, float(width), float(height)),
        landmarks=None,
        probabilities=probabilities,
        features=encoding.features[0],
        geometry=None,
        notes=_doubts(probabilities),
        matches={},
        certificates={},
    )


def face_result(face: "Face", encoding: "Encoding", row: int) -> FaceResult:
    """Result of one face of a photo, before any character has answered.

    Args:
        face: where it is.
        encoding: features and probabilities of all faces of the photo.
        row: which of them this face is.
    """
    probabilities = _by_expression(encoding.probabilities[row])
    return FaceResult(
        box=(face.box.x, face.box.y, face.box.width, face.box.height),
        landmarks=face.landmarks,
        probabilities=probabilities,
        features=encoding.features[row],
        geometry=geometric_features(face.aligned.landmarks),
        notes=(*face.notes, *_doubts(probabilities)),
        matches={},
        certificates={},
    )


def _by_expression(probabilities: NDArray[np.float32]) -> dict[Expression, float]:
    return {
        expression: float(probability)
        for expression, probability in zip(EXPRESSIONS, probabilities, strict=True)
    }


def _doubts(probabilities: Mapping[Expression, float]) -> tuple[str, ...]:
    first, second = sorted(EXPRESSIONS, key=lambda name: -probabilities[name])[:2]
    if probabilities[first] >= SURE_PROBABILITY:
        return ()
    return (
        f"The expression is unsure: {first} {probabilities[first]:.0%}, "
        f"{second} {probabilities[second]:.0%}.",
    )
