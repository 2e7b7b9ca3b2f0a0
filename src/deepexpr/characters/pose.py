"""Poses of a rig: what its controls, eyes and head do.

Left and right are the subject's own sides. A turn (yaw) above 0 goes to the subject's
left, which is the right of the image; pitch above 0 goes down; roll above 0 tilts the
head to the right of the image.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import EXPRESSIONS, Expression

FULL_LOOK_YAW_DEG = 30.0
"""Turn of an eye in degrees at an eyeLookIn or eyeLookOut weight of 1."""

FULL_LOOK_PITCH_DEG = 25.0
"""Pitch of an eye in degrees at an eyeLookUp or eyeLookDown weight of 1."""

_SIDES = ("Left", "Right")


@dataclass(frozen=True, slots=True)
class Pose:
    """One state of a rig.

    Attributes:
        weights: rig control name to weight; absent controls rest at 0. Weights lie in
            [0, 1] but may go a little beyond where the rig was made for it.
        gaze: (yaw, pitch) of both eyes in degrees.
        head: (yaw, pitch, roll) of the head in degrees.
        iris: size factor of the iris, above 0; 1 is the size that was modelled.

    Raises:
        CharacterError: if a number is not finite or the iris size is not above 0.
    """

    weights: Mapping[str, float]
    gaze: tuple[float, float] = (0.0, 0.0)
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    iris: float = 1.0

    def __post_init__(self) -> None:
        numbers = (*self.weights.values(), *self.gaze, *self.head, self.iris)
        if not all(isfinite(number) for number in numbers):
            raise CharacterError("a pose must hold finite numbers only")
        if self.iris <= 0:
            raise CharacterError(f"iris size must be above 0, but is {self.iris:g}")
        object.__setattr__(self, "weights", dict(self.weights))


NEUTRAL_POSE = Pose({})
"""All controls at rest, eyes and head straight ahead."""


@dataclass(frozen=True, slots=True)
class KeyPose:
    """An animator's pose for one expression.

    Attributes:
        id: unique name within the character, such as `anger-glare`.
        label: the expression it was made to show.
        author: who made it; may be empty.
        votes: how many raters named each expression, in canonical order; None before
            anyone has rated it.
        pose: the pose.
    """

    id: str
    label: Expression
    author: str
    votes: tuple[int, ...] | None
    pose: Pose

    def __post_init__(self) -> None:
        if self.votes is None:
            return
        if len(self.votes) != len(EXPRESSIONS) or min(self.votes) < 0:
            raise CharacterError(
                f"key pose {self.id!r} must have {len(EXPRESSIONS)} vote counts of 0 "
                f"or more, but has {list(self.votes)}"
            )


def interpolate(first: Pose, second: Pose, amount: float) -> Pose:
    """Return the pose between two poses, every number blended linearly.

    Args:
        first: the pose at amount 0.
        second: the pose at amount 1.
        amount: where between them, usually in [0, 1].

    Returns:
        The pose in between; controls that end at exactly 0 are left out.
    """

    def blend(a: float, b: float) -> float:
        return a * (1.0 - amount) + b * amount

    names = list(first.weights) + [n for n in second.weights if n not in first.weights]
    weights = {
        name: blend(first.weights.get(name, 0.0), second.weights.get(name, 0.0))
        for name in names
    }
    return Pose(
        {name: weight for name, weight in weights.items() if weight != 0.0},
        gaze=(
            blend(first.gaze[0], second.gaze[0]),
            blend(first.gaze[1], second.gaze[1]),
        ),
        head=(
            blend(first.head[0], second.head[0]),
            blend(first.head[1], second.head[1]),
            blend(first.head[2], second.head[2]),
        ),
        iris=blend(first.iris, second.iris),
    )


_FOLDED_SIDED: dict[str, tuple[tuple[str, float], ...]] = {
    "x_noseWrinkle": (("noseSneer", 1.0),),
    "x_browKnit": (("browDown", 0.5),),
    "x_browOuterDown": (("browOuterUp", -1.0),),
    "x_lipRaise": (("mouthUpperUp", 1.0),),
    "x_fearMouth": (("mouthStretch", 1.0),),
    "x_cornerDown": (("mouthFrown", 1.0),),
    "x_smileCheek": (("cheekSquint", 1.0),),
    "x_lidSad": (("eyeBlink", 0.3),),
    "x_lidAngry": (("eyeSquint", 0.4),),
    "x_eyePop": (("eyeWide", 0.5),),
    "x_nostrilFlare": (("noseSneer", 0.3),),
}
_FOLDED_SINGLE: dict[str, tuple[tuple[str, float], ...]] = {
    "x_chinBoss": (("mouthShrugLower", 1.0),),
    "x_pout": (("mouthShrugLower", 0.5), ("mouthPucker", 0.3)),
    "x_lipTremble": (("mouthShrugLower", 0.3),),
    "x_bleh": (("mouthLowerDownLeft", 0.6), ("mouthLowerDownRight", 0.6)),
    "x_lipsIn": (
        ("mouthPressLeft", 0.6),
        ("mouthPressRight", 0.6),
        ("mouthRollLower", 0.4),
        ("mouthRollUpper", 0.4),
    ),
    "x_squareMouth": (
        ("mouthUpperUpLeft", 0.4),
        ("mouthUpperUpRight", 0.4),
        ("mouthLowerDownLeft", 0.4),
        ("mouthLowerDownRight", 0.4),
    ),
    "x_tongueOut": (("tongueOut", 1.0),),
}

ARKIT_FOLDING: Mapping[str, tuple[tuple[str, float], ...]] = {
    **{
        extra + side: tuple((name + side, share) for name, share in parts)
        for extra, parts in _FOLDED_SIDED.items()
        for side in _SIDES
    },
    **_FOLDED_SINGLE,
}
"""Extra shape to the ARKit blendshapes that come nearest, each with its share."""


def arkit_weights(pose: Pose) -> dict[str, float]:
    """Express a pose in the 52 ARKit blendshapes alone.

    Extra shapes add to the nearest ARKit ones (`ARKIT_FOLDING`), the gaze becomes
    eyeLook weights, and sums are clamped. Controls without a counterpart, head turn and
    iris size are dropped.

    Args:
        pose: a pose of any of our rigs.

    Returns:
        All 52 names in ARKit order, each with a weight in [0, 1].
    """
    sums = dict.fromkeys(ARKIT_BLENDSHAPES, 0.0)
    for control, weight in pose.weights.items():
        if control in sums:
            sums[control] += weight
        for name, share in ARKIT_FOLDING.get(control, ()):
            sums[name] += share * weight
    for name, weight in look_weights(pose.gaze).items():
        sums[name] += weight
    return {name: min(max(total, 0.0), 1.0) for name, total in sums.items()}


def look_weights(gaze: tuple[float, float]) -> dict[str, float]:
    """Return the eight eyeLook weights of a gaze, each at least 0.

    Args:
        gaze: (yaw, pitch) in degrees.
    """
    yaw, pitch = gaze[0] / FULL_LOOK_YAW_DEG, gaze[1] / FULL_LOOK_PITCH_DEG
    to_left, to_right = max(yaw, 0.0), max(-yaw, 0.0)
    looks = {
        "eyeLookOutLeft": to_left,
        "eyeLookInRight": to_left,
        "eyeLookInLeft": to_right,
        "eyeLookOutRight": to_right,
    }
    for side in _SIDES:
        looks["eyeLookDown" + side] = max(pitch, 0.0)
        looks["eyeLookUp" + side] = max(-pitch, 0.0)
    return looks
