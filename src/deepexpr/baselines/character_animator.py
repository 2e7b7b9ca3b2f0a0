"""Like Character Animator: measured openings choose layers of the face.

Adobe Character Animator follows a performer's landmarks. Its mouth shows one layer of a
set (Neutral, Smile, Surprised, Ah, Oh, W-Oo …), its eyelids blink by a layer, its brows
move with the measured height. Expressions as such are not recognised. This is a system
of the same kind, not Adobe's code: our measures, our layers, our thresholds.

Source: Adobe Character Animator (2015 and later), Face behaviour; compared with in
Aneja et al. (2016), Table 2.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.pose import Pose
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.geometry import GEOMETRIC_FEATURE_NAMES, geometric_features

_SIDES = ("Left", "Right")


@dataclass(frozen=True, slots=True)
class MouthLayer:
    """One drawing of the mouth.

    Attributes:
        name: what Character Animator calls it.
        width: mouth width, as a share of the neutral one.
        openness: mouth openness, in heights of the landmarks' box.
        drop: how far the corners hang below the neutral ones, in the same unit.
        weights: the layer as weights of the rig.
    """

    name: str
    width: float
    openness: float
    drop: float
    weights: Mapping[str, float]


def _both(name: str, weight: float) -> dict[str, float]:
    return {name + side: weight for side in _SIDES}


MOUTH_LAYERS = (
    MouthLayer("Neutral", 1.0, 0.0, 0.0, {}),
    MouthLayer("Smile", 1.2, 0.04, -0.06, _both("mouthSmile", 0.8)),
    MouthLayer("Surprised", 0.85, 0.24, 0.02, {"jawOpen": 0.7, "mouthFunnel": 0.4}),
    MouthLayer("Ah", 1.05, 0.14, 0.0, {"jawOpen": 0.4, **_both("mouthLowerDown", 0.3)}),
    MouthLayer("Oh", 0.82, 0.12, 0.0, {"jawOpen": 0.35, "mouthFunnel": 0.6}),
    MouthLayer("W-Oo", 0.78, 0.03, 0.0, {"mouthPucker": 0.8}),
)
"""The layers that a silent face can show; the others follow the voice."""

_WIDTH_UNIT, _HEIGHT_UNIT = 0.12, 0.05
_CLOSED, _WIDE = 0.5, 1.35
_BROW_STEP, _BROW_STEPS = 0.02, 2


class CharacterAnimatorLike:
    """Snaps measures of a face to layers."""

    name = "Character Animator-like"

    def __init__(self, controls: Collection[str]) -> None:
        """Move a rig with the given controls."""
        self._controls = frozenset(controls)
        self._neutral = _by_name(geometric_features(Landmarks(AVERAGE_FACE)))

    def mouth_layer(self, face: PhotoFace) -> MouthLayer:
        """Return the layer whose width, openness and corners are nearest."""
        seen = _by_name(face.geometry)
        width = seen["mouth_width"] / self._neutral["mouth_width"]
        drop = self._change(seen, "left_lip_height", "right_lip_height")

        def distance(layer: MouthLayer) -> float:
            return float(
                np.hypot(
                    (width - layer.width) / _WIDTH_UNIT,
                    np.hypot(seen["mouth_openness"] - layer.openness, drop - layer.drop)
                    / _HEIGHT_UNIT,
                )
            )

        return min(MOUTH_LAYERS, key=distance)

    def pose(self, face: PhotoFace) -> Pose:
        """Return the pose of the chosen layers."""
        seen = _by_name(face.geometry)
        weights = dict(self.mouth_layer(face).weights)
        for side in _SIDES:
            weights |= self._eye(seen, side)
        weights |= self._brows(seen)
        return Pose({n: w for n, w in weights.items() if n in self._controls})

    def _eye(self, seen: Mapping[str, float], side: str) -> dict[str, float]:
        name = f"{side.lower()}_eyelid_height"
        opening = seen[name] / self._neutral[name]
        if opening < _CLOSED:
            return {"eyeBlink" + side: 1.0}
        return {"eyeWide" + side: 0.8} if opening > _WIDE else {}

    def _brows(self, seen: Mapping[str, float]) -> dict[str, float]:
        """Both brows by their mean height, in steps of a half."""
        raised = self._change(seen, "left_brow_height", "right_brow_height")
        steps = int(np.clip(round(raised / _BROW_STEP), -_BROW_STEPS, _BROW_STEPS))
        amount = abs(steps) / _BROW_STEPS
        if steps > 0:
            return {"browInnerUp": amount, **_both("browOuterUp", amount)}
        return _both("browDown", amount) if steps < 0 else {}

    def _change(self, seen: Mapping[str, float], *names: str) -> float:
        return sum(seen[name] - self._neutral[name] for name in names) / len(names)


def _by_name(measures: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(GEOMETRIC_FEATURE_NAMES, map(float, measures), strict=True))
