"""How each character poses: gains on groups of shapes, favourite side, additions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deepexpr.characters.building.makehuman.plan import both_sides
from deepexpr.characters.building.makehuman.presets import Preset
from deepexpr.characters.pose import Pose
from deepexpr.core.expression import Expression

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "brow": ("brow", "x_brow"),
    "lid": ("eye", "x_lid", "x_eyePop"),
    "nose": ("nose", "x_nose", "x_nostril"),
    "cheek": ("cheek", "x_smileCheek"),
    "jaw": ("jaw", "tongue", "x_tongue"),
    "mouth": (
        "mouth", "x_lip", "x_fear", "x_corner", "x_chin", "x_pout", "x_bleh",
        "x_square",
    ),
}  # fmt: skip
"""First letters of the controls in each group; the first group that fits counts."""

_LOPSIDED = ("brow", "x_browOuterDown", "mouth", "x_lipRaise", "x_smile")
"""First letters of the controls that a character's asymmetry touches."""


@dataclass(frozen=True, slots=True)
class PosingStyle:
    """One character's way to pose.

    Attributes:
        gains: factor on each group of controls.
        head: factor on head angles.
        asymmetry: share by which the left side is stronger and the right weaker.
        mirrored: whether presets are posed the other way round.
        additions: weights added to every preset of an expression.
    """

    gains: Mapping[str, float] = field(default_factory=dict)
    head: float = 1.0
    asymmetry: float = 0.0
    mirrored: bool = False
    additions: Mapping[Expression, Mapping[str, float]] = field(default_factory=dict)

    def posed(self, preset: Preset) -> Pose:
        """A preset as this character does it."""
        pose = preset.pose
        weights = dict(pose.weights)
        if preset.expression is not Expression.NEUTRAL:
            for name, extra in self.additions.get(preset.expression, {}).items():
                weights[name] = weights.get(name, 0.0) + extra
            weights = {
                name: weight * self._gain(name) * self._lopsidedness(name)
                for name, weight in weights.items()
            }
        yaw, pitch, roll = (angle * self.head for angle in pose.head)
        styled = Pose(weights, pose.gaze, (yaw, pitch, roll), pose.iris)
        return mirrored(styled) if self.mirrored else styled

    def _gain(self, control: str) -> float:
        for group, prefixes in _GROUPS.items():
            if control.startswith(prefixes):
                return self.gains.get(group, 1.0)
        return 1.0

    def _lopsidedness(self, control: str) -> float:
        if not control.startswith(_LOPSIDED):
            return 1.0
        if control.endswith("Left"):
            return 1 + self.asymmetry
        if control.endswith("Right"):
            return 1 - self.asymmetry
        return 1.0


def mirrored(pose: Pose) -> Pose:
    """The pose as a mirror shows it."""
    yaw, pitch, roll = pose.head
    return Pose(
        {_other_side(name): weight for name, weight in pose.weights.items()},
        gaze=(-pose.gaze[0], pose.gaze[1]),
        head=(-yaw, pitch, -roll),
        iris=pose.iris,
    )


def _other_side(control: str) -> str:
    if control.endswith("Left"):
        return control.removesuffix("Left") + "Right"
    if control.endswith("Right"):
        return control.removesuffix("Right") + "Left"
    return control


_ANGER, _DISGUST, _FEAR = Expression.ANGER, Expression.DISGUST, Expression.FEAR
_JOY, _SADNESS, _SURPRISE = Expression.JOY, Expression.SADNESS, Expression.SURPRISE

STYLES: Mapping[str, PosingStyle] = {
    "mia": PosingStyle(
        gains={"lid": 1.05, "jaw": 0.95, "mouth": 0.95},
        head=1.1,
        additions={
            _JOY: {"browInnerUp": 0.1, **both_sides(mouthSmile=0.12)},
            _SADNESS: {"x_pout": 0.35},
            _SURPRISE: {"mouthFunnel": 0.1},
        },
    ),
    "leo": PosingStyle(
        gains={"brow": 1.1, "mouth": 1.05, "jaw": 1.1},
        head=1.25,
        asymmetry=0.10,
        mirrored=True,
        additions={
            _ANGER: both_sides(x_nostrilFlare=0.2),
            _JOY: both_sides(mouthDimple=0.2),
        },
    ),
    "gus": PosingStyle(
        gains={"mouth": 1.05, "jaw": 0.85},
        head=0.7,
        asymmetry=-0.08,
        additions={
            _SURPRISE: both_sides(x_eyePop=0.3),
            _FEAR: both_sides(x_eyePop=0.3),
        },
    ),
    "zuri": PosingStyle(
        gains={"brow": 1.1},
        head=1.2,
        asymmetry=0.06,
        additions={
            _JOY: both_sides(mouthUpperUp=0.1),
            _SURPRISE: {"browInnerUp": 0.2},
            _FEAR: {
                "jawOpen": 0.14,
                **both_sides(mouthLowerDown=0.3, mouthUpperUp=0.25),
            },
            _DISGUST: both_sides(mouthLowerDown=0.15, eyeBlink=-0.16),
        },
    ),
    "kai": PosingStyle(
        gains={"brow": 1.05, "mouth": 1.05, "jaw": 0.9},
        head=1.3,
        asymmetry=0.14,
        mirrored=True,
        additions={
            _JOY: {"browInnerUp": 0.3},
            _SURPRISE: {"browInnerUp": 0.25},
            _FEAR: {"browInnerUp": 0.15},
            _DISGUST: {"browInnerUp": 0.4},
        },
    ),
    "rosa": PosingStyle(
        gains={"brow": 1.05, "jaw": 0.9},
        head=0.85,
        additions={
            _JOY: both_sides(x_smileCheek=0.2),
            _DISGUST: both_sides(eyeBlink=-0.16, eyeWide=0.15),
        },
    ),
    "grub": PosingStyle(
        gains={"brow": 1.15, "mouth": 1.1, "jaw": 1.1, "nose": 1.1},
        head=1.2,
        asymmetry=0.08,
        mirrored=True,
        additions={
            _JOY: {"browInnerUp": 0.35},
            _DISGUST: {"browInnerUp": 0.25, **both_sides(eyeBlink=-0.12)},
            _SURPRISE: {"browInnerUp": 0.2},
            _SADNESS: {"browInnerUp": 0.35},
            _FEAR: {"browInnerUp": 0.15},
        },
    ),
}
"""Style of each character by name."""
