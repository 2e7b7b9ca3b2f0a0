"""MPEG-4: archetypal expressions as facial animation parameters (FAPs).

A FAP moves one feature point of a face by a number of parameter units (FAPUs), each a
1024th of a distance measured on the neutral face. A profile lists the FAPs of an
expression. On our rigs the feature points are landmarks; a parameter's control gets the
weight at which its landmark has moved as far as the parameter asks, measured on the
rig itself.

The profiles move what the standard's descriptions of the archetypal expressions name.
The amounts are round numbers of the size that Raouzaiou et al. measured on people; they
are ours, not the published ranges.

Source: ISO/IEC 14496-2, Annex C; Raouzaiou, Tsapatsoulis, Karpouzis and Kollias (2002),
"Parameterized Facial Expression Synthesis Based on MPEG-4".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE, Pose
from deepexpr.core.expression import Expression
from deepexpr.core.landmarks import (
    LEFT_EYE,
    LEFT_MOUTH_CORNER,
    NOSE_BASE,
    OUTER_LIPS,
    RIGHT_EYE,
    RIGHT_MOUTH_CORNER,
)

UNITS_PER_DISTANCE = 1024
_LEAST_MOTION = 0.005  # of the mouth's width; below it a control does not move a point
_UP, _SIDEWAYS = 1, 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One facial animation parameter, for both sides of the face.

    Attributes:
        points: landmarks of the feature point, right side first; one for the middle.
        axis: 0 sideways, 1 up.
        direction: sign of the axis for a positive value; sideways it is that of the
            subject's left side and is mirrored for the right.
        unit: name of the parameter unit.
        positive: control for values above 0, without Left or Right if it is sided.
        negative: control for values below 0; empty for none.
    """

    points: tuple[tuple[int, ...], ...]
    axis: int
    direction: int
    unit: str
    positive: str
    negative: str = ""


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "open_jaw": Parameter(((47,),), _UP, -1, "MNS", "jawOpen"),
        "raise_t_midlip": Parameter(((44,),), _UP, 1, "MNS", "mouthUpperUp"),
        "lower_b_midlip": Parameter(((47,),), _UP, -1, "MNS", "mouthLowerDown"),
        "push_b_midlip": Parameter(((47,),), _UP, 1, "MNS", "mouthShrugLower"),
        "stretch_cornerlip": Parameter(
            ((31,), (37,)), _SIDEWAYS, 1, "MW", "mouthStretch"
        ),
        "raise_cornerlip": Parameter(
            ((31,), (37,)), _UP, 1, "MNS", "mouthSmile", "mouthFrown"
        ),
        "close_t_eyelid": Parameter(
            ((20, 21), (26, 27)), _UP, -1, "IRISD", "eyeBlink", "eyeWide"
        ),
        "close_b_eyelid": Parameter(
            ((23, 24), (29, 30)), _UP, 1, "IRISD", "eyeSquint"
        ),
        "raise_i_eyebrow": Parameter(
            ((4,), (5,)), _UP, 1, "ENS", "browInnerUp", "browDown"
        ),
        "raise_o_eyebrow": Parameter(
            ((0, 1), (8, 9)), _UP, 1, "ENS", "browOuterUp", "browDown"
        ),
        "squeeze_eyebrow": Parameter(
            ((4,), (5,)), _SIDEWAYS, -1, "ES", "x_browKnit"
        ),
        "raise_nose": Parameter(((14,), (18,)), _UP, 1, "ENS", "noseSneer"),
    }
)  # fmt: skip
"""The parameters in use. Left and right share a name here, as all profiles are
symmetric; `push_b_midlip` and `lower_b_midlip` are the two directions of the standard's
raise_b_midlip, `raise_t_midlip` is its lower_t_midlip reversed."""

PROFILES: Mapping[Expression, Mapping[str, float]] = MappingProxyType(
    {
        Expression.ANGER: {
            "raise_i_eyebrow": -220, "raise_o_eyebrow": -60, "squeeze_eyebrow": 60,
            "close_t_eyelid": -60, "close_b_eyelid": 150, "push_b_midlip": 60,
        },
        Expression.DISGUST: {
            "raise_nose": 60, "raise_t_midlip": 180, "close_t_eyelid": 150,
            "close_b_eyelid": 100, "raise_cornerlip": -60,
        },
        Expression.FEAR: {
            "raise_i_eyebrow": 110, "raise_o_eyebrow": 50, "squeeze_eyebrow": 60,
            "close_t_eyelid": -200, "open_jaw": 250, "stretch_cornerlip": 60,
        },
        Expression.JOY: {
            "raise_cornerlip": 450, "stretch_cornerlip": 60, "open_jaw": 120,
            "close_t_eyelid": 80, "close_b_eyelid": 150,
        },
        Expression.SADNESS: {
            "raise_i_eyebrow": 150, "close_t_eyelid": 200, "raise_cornerlip": -160,
        },
        Expression.SURPRISE: {
            "open_jaw": 850, "raise_i_eyebrow": 220, "raise_o_eyebrow": 150,
            "close_t_eyelid": -250, "stretch_cornerlip": -80,
        },
    }
)  # fmt: skip
"""Archetypal expressions in parameter units; neutral has none."""


class Mpeg4:
    """Shows archetypal profiles."""

    name = "MPEG-4"

    def __init__(self, model: CharacterModel) -> None:
        """Measure the parameter units of a rig."""
        self._model = model
        self._neutral = model.landmarks(NEUTRAL_POSE)
        self._units = parameter_units(self._neutral)
        self._poses: dict[Expression, Pose] = {}

    def pose(self, face: PhotoFace) -> Pose:
        """Return the recognised expression's profile as a pose."""
        if face.expression not in self._poses:
            self._poses[face.expression] = self._profile(face.expression)
        return self._poses[face.expression]

    def _profile(self, expression: Expression) -> Pose:
        weights: dict[str, float] = {}
        for name, value in PROFILES.get(expression, {}).items():
            for control, weight in self._weights(PARAMETERS[name], value).items():
                weights[control] = max(weights.get(control, 0.0), weight)
        return Pose({name: weight for name, weight in weights.items() if weight > 0})

    def _weights(self, parameter: Parameter, value: float) -> dict[str, float]:
        base = parameter.positive if value > 0 else parameter.negative
        asked = abs(value) * self._units[parameter.unit] / UNITS_PER_DISTANCE
        sign = parameter.direction * (1 if value > 0 else -1)
        weights = {}
        for control in self._controls(base):
            moved = self._moved(parameter, control, sign)
            far_enough = moved > _LEAST_MOTION * self._units["MW"]
            weights[control] = min(asked / moved, 1.0) if far_enough else 0.0
        return weights

    def _controls(self, base: str) -> list[str]:
        names = (base, base + "Left", base + "Right")
        return [name for name in names if name in self._model.controls]

    def _moved(self, parameter: Parameter, control: str, sign: int) -> float:
        """How far a control at weight 1 moves the feature point as asked."""
        shift = self._model.landmarks(Pose({control: 1.0})) - self._neutral
        right, left = parameter.points[0], parameter.points[-1]
        mirror = -1 if parameter.axis == _SIDEWAYS else 1
        moves = {
            "Right": mirror * sign * shift[list(right), parameter.axis].mean(),
            "Left": sign * shift[list(left), parameter.axis].mean(),
        }
        for side, move in moves.items():
            if control.endswith(side):
                return float(move)
        return float(sum(moves.values()) / 2)


def parameter_units(neutral: NDArray[np.float64]) -> dict[str, float]:
    """Distances of a neutral face that parameter units are 1024ths of.

    Args:
        neutral: (49, 3) landmarks of the rig at rest, y up.

    Returns:
        IRISD (upper to lower lid), ES (between the eyes), ENS (eyes to nose), MNS
        (nose to mouth) and MW (mouth width) in the rig's unit.
    """
    right, left = neutral[RIGHT_EYE].mean(axis=0), neutral[LEFT_EYE].mean(axis=0)
    nose = neutral[NOSE_BASE].mean(axis=0)
    mouth = neutral[OUTER_LIPS].mean(axis=0)
    corners = neutral[[RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER]]
    lids = neutral[[20, 21, 26, 27], 1].mean() - neutral[[23, 24, 29, 30], 1].mean()
    return {
        "IRISD": float(lids),
        "ES": float(np.linalg.norm(left - right)),
        "ENS": float((right[1] + left[1]) / 2 - nose[1]),
        "MNS": float(nose[1] - mouth[1]),
        "MW": float(np.linalg.norm(corners[1] - corners[0])),
    }
