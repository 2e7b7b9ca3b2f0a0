"""What baselines see of a face, and what they all answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.pose import Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.geometry import geometric_features

if TYPE_CHECKING:
    from deepexpr.expression.encoder import Encoding
    from deepexpr.faces.blendshapes import BlendshapeNetwork
    from deepexpr.faces.finder import Face


@dataclass(frozen=True, slots=True)
class PhotoFace:
    """One face of a photo, measured in every way that some baseline needs.

    Attributes:
        landmarks: registered to the average frontal face, in pixels of 256.
        geometry: (9,) measures of these landmarks.
        blendshapes: the 52 ARKit coefficients of the face, each in [0, 1].
        probabilities: expression to probability.
        features: (D,) expression features.
    """

    landmarks: Landmarks
    geometry: NDArray[np.float64]
    blendshapes: Mapping[str, float]
    probabilities: Mapping[Expression, float]
    features: NDArray[np.float32]

    @property
    def expression(self) -> Expression:
        """The likeliest expression."""
        return max(EXPRESSIONS, key=lambda name: self.probabilities[name])


class Baseline(Protocol):
    """A system that answers a face with a pose of one character."""

    @property
    def name(self) -> str:
        """What to call it in tables and on sheets."""
        ...

    def pose(self, face: PhotoFace) -> Pose:
        """Return the pose that answers a face."""
        ...


def photo_face(
    face: "Face", encoding: "Encoding", row: int, network: "BlendshapeNetwork"
) -> PhotoFace:
    """Measure one face.

    Args:
        face: where it is.
        encoding: features and probabilities of some faces.
        row: which of them this face is.
        network: estimates its blendshapes.
    """
    return PhotoFace(
        landmarks=face.aligned.landmarks,
        geometry=geometric_features(face.aligned.landmarks),
        blendshapes=dict(
            zip(ARKIT_BLENDSHAPES, map(float, network.estimate(face.mesh)), strict=True)
        ),
        probabilities=dict(
            zip(EXPRESSIONS, map(float, encoding.probabilities[row]), strict=True)
        ),
        features=encoding.features[row],
    )
