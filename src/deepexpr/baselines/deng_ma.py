"""Deng and Ma: principal components of face regions, and a classifier for clarity.

Deng and Ma take the vertices of a face by regions, reduce each to a few principal
components, and train support vector machines on people's judgements to predict how
clearly a face shows an expression. Here the regions are those of our rigs, the training
faces are the character's own key poses with their labels, the machine is linear, and
the photo's expression is answered with the face that the machines find clearest.

Source: Deng and Ma (2008), "Perceptually Guided Expressive Facial Animation",
Symposium on Computer Animation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.library import Character
from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE, KeyPose, Pose
from deepexpr.core.arrays import check_shape
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.landmarks import NOSE_BASE

COMPONENTS = 10
"""Principal components of each region."""

_PENALTY = 1e-2
_ROUNDS = 500
_VERTICES = 3000
_LEAST_LENGTH = 1e-3  # of the longest axis; shorter ones would be noise made large


@dataclass(frozen=True, slots=True)
class ClarityMachines:
    """One linear support vector machine an expression, one against the rest.

    Attributes:
        weights: (7, F + 1), the offset last.
        centre: (F,) mean of the training features.
        spread: (F,) their standard deviation, above 0.
    """

    weights: NDArray[np.float64]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def fit(
        cls, features: NDArray[np.float64], labels: Sequence[Expression]
    ) -> "ClarityMachines":
        """Train on labelled faces: squared hinge loss, L2 penalty, gradient descent.

        Args:
            features: (N, F).
            labels: N expressions.

        Raises:
            ShapeError: if the lengths differ.
        """
        check_shape("features", features, (len(labels), None))
        centre, spread = features.mean(axis=0), features.std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        inputs = _with_offset((features - centre) / spread)
        signs = np.array(
            [
                [1.0 if label == name else -1.0 for name in EXPRESSIONS]
                for label in labels
            ]
        )
        steepest = 2 * np.linalg.norm(inputs, 2) ** 2 / len(inputs) + 2 * _PENALTY
        weights = np.zeros((inputs.shape[1], len(EXPRESSIONS)))
        for _ in range(_ROUNDS):
            missing = np.maximum(1 - signs * (inputs @ weights), 0)
            slope = -2 * inputs.T @ (signs * missing) / len(inputs)
            weights -= (slope + 2 * _PENALTY * weights) / steepest
        return cls(weights.T, centre, spread)

    def clarity(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Margins (N, 7) by which faces (N, F) show each expression and no other.

        The margin of an expression less the largest margin of the others: above 0
        where the expression is the one that is seen.
        """
        inputs = _with_offset((features - self.centre) / self.spread)
        margins = inputs @ self.weights.T
        others = np.stack(
            [np.delete(margins, place, axis=1).max(axis=1) for place in range(7)],
            axis=1,
        )
        lead: NDArray[np.float64] = margins - others
        return lead


class DengMa:
    """Answers with the clearest key pose of the recognised expression."""

    name = "Deng & Ma"

    def __init__(self, character: Character) -> None:
        """Train on a character's key poses; without any it stays at rest."""
        self.poses: tuple[KeyPose, ...] = character.key_poses
        self.clarity = np.zeros((0, len(EXPRESSIONS)))
        if self.poses:
            features = region_features(
                character.model, [key_pose.pose for key_pose in self.poses]
            )
            labels = [key_pose.label for key_pose in self.poses]
            self.clarity = ClarityMachines.fit(features, labels).clarity(features)

    def pose(self, face: PhotoFace) -> Pose:
        """Return the clearest key pose of the recognised expression."""
        column = self.clarity[:, EXPRESSIONS.index(face.expression)]
        fitting = [
            row
            for row, key_pose in enumerate(self.poses)
            if key_pose.label == face.expression
        ]
        if not fitting:
            return NEUTRAL_POSE
        return self.poses[max(fitting, key=lambda row: float(column[row]))].pose


def region_features(
    model: CharacterModel, poses: Sequence[Pose]
) -> NDArray[np.float64]:
    """Principal components of the upper and the lower face.

    Args:
        model: the rig.
        poses: N poses; head turns do not matter.

    Returns:
        (N, F) float64, at most `COMPONENTS` columns a region.
    """
    rest = model.unturned_vertices(NEUTRAL_POSE)[: model.mesh.face_count]
    faces = np.stack(
        [model.unturned_vertices(pose)[: model.mesh.face_count] for pose in poses]
    )
    moves = faces - rest
    border = model.landmarks(NEUTRAL_POSE)[NOSE_BASE, 1].mean()
    regions = (rest[:, 1] >= border, rest[:, 1] < border)
    return np.hstack([_components(moves[:, region]) for region in regions])


def _components(moves: NDArray[np.float32]) -> NDArray[np.float64]:
    """Coordinates (N, ≤ COMPONENTS) of moved vertices (N, V, 3) on their main axes."""
    step = max(1, moves.shape[1] // _VERTICES)
    rows = moves[:, ::step].reshape(len(moves), -1).astype(np.float64)
    centred = rows - rows.mean(axis=0)
    axes, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    count = min(COMPONENTS, int((lengths > _LEAST_LENGTH * lengths.max()).sum()))
    coordinates: NDArray[np.float64] = axes[:, :count] * lengths[:count]
    return coordinates


def _with_offset(features: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([features, np.ones(len(features))])
