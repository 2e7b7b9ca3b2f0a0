"""Plain ARKit weights for rigs that can do more: the extra shapes they call for.

Face capture streams know 52 blendshapes. Our rigs have shapes beside them without which
disgust and fear are misread; the pattern of the ARKit weights tells which of them the
face would have shown. A nose wrinkle is a sneer with the lip raised, a fearful mouth is
stretched under wide eyes.

Source: the patterns follow Ekman, Friesen and Hager (2002), "Facial Action Coding
System"; their shares were set by the key poses of our characters.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType

from deepexpr.characters.pose import ARKIT_FOLDING, Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError

START = 0.1
"""Up to here a pattern counts as noise of the tracker and adds nothing."""

_SIDES = ("Left", "Right")
_ARKIT = frozenset(ARKIT_BLENDSHAPES)


@dataclass(frozen=True, slots=True)
class Pattern:
    """ARKit weights that together call for an extra shape.

    Attributes:
        share: weight of the extra shape where the pattern is complete, in (0, 1].
        cues: ARKit name, without Left or Right if it is sided, to what its weight is
            multiplied by; the least of the products tells how complete the pattern is.
        unless: names of weights that speak against it; a weight of 1 rules it out.
    """

    share: float
    cues: Mapping[str, float]
    unless: tuple[str, ...] = ()

    def weight(self, weights: Mapping[str, float], side: str) -> float:
        """Weight of the extra shape on a side, in [0, share].

        Args:
            weights: ARKit names to weights in [0, 1].
            side: Left or Right; empty for the mean of both.
        """
        seen = min(
            gain * _weight_of(weights, name, side) for name, gain in self.cues.items()
        )
        against = max(
            (_weight_of(weights, name, side) for name in self.unless), default=0.0
        )
        seen = min(seen, 1.0) * (1.0 - against)
        return self.share * max(seen - START, 0.0) / (1.0 - START)


def _all(share: float, *cues: str, unless: tuple[str, ...] = ()) -> Pattern:
    return Pattern(share, dict.fromkeys(cues, 1.0), unless)


def _fear(share: float, *unless: str) -> tuple[Pattern, Pattern]:
    """Brows up, eyes wide and the mouth stretched, or open under hardly wide eyes.

    The second is how trackers of pictures see fear: they measure wide eyes low and a
    stretched mouth hardly at all.
    """
    gasp = {"browInnerUp": 1.0, "eyeWide": 2.0, "mouthLowerDown": 1.0}
    return (
        _all(share, "browInnerUp", "eyeWide", "mouthStretch", unless=unless),
        Pattern(0.7 * share, gasp, ("browOuterUp", "browDown", *unless)),
    )


_SORROW = ("browInnerUp", "mouthFrown")
_NO_SORROW = ("browOuterUp", "eyeWide")

PATTERNS: Mapping[str, tuple[Pattern, ...]] = MappingProxyType(
    {
        "x_noseWrinkle": (
            Pattern(1.0, {"noseSneer": 1.0, "mouthUpperUp": 2.0}, ("mouthSmile",)),
        ),
        "x_lipRaise": (_all(0.9, "mouthUpperUp", "noseSneer", unless=("mouthSmile",)),),
        "x_browKnit": (
            _all(0.65, "browDown"),
            Pattern(0.7, {"browDown": 2.5, "browInnerUp": 1.0}, ("browOuterUp",)),
            *_fear(0.7, "browOuterUp"),
            _all(0.4, *_SORROW, unless=_NO_SORROW),
        ),
        "x_browOuterDown": (
            _all(0.45, *_SORROW, unless=_NO_SORROW),
            *_fear(0.2, "browOuterUp"),
        ),
        "x_eyePop": (
            *_fear(0.8, "browOuterUp"),
            _all(0.5, "eyeWide", "browInnerUp"),
        ),
        "x_lidAngry": (_all(0.4, "browDown", unless=("browInnerUp", "mouthSmile")),),
        "x_lidSad": (_all(0.5, *_SORROW, unless=_NO_SORROW),),
        "x_nostrilFlare": (
            Pattern(
                0.8,
                {"browDown": 1.0, "noseSneer": 3.0},
                ("browInnerUp", "mouthUpperUp"),
            ),
        ),
        "x_fearMouth": _fear(1.0, "mouthSmile"),
        "x_cornerDown": (_all(0.65, "mouthFrown", unless=("browDown", "eyeWide")),),
        "x_smileCheek": (
            _all(1.0, "cheekSquint", "mouthSmile"),
            Pattern(0.6, {"mouthSmile": 1.0, "eyeSquint": 2.0}),
        ),
        "x_chinBoss": (_all(0.7, "mouthShrugLower", unless=("mouthPucker",)),),
        "x_pout": (Pattern(1.0, {"mouthShrugLower": 1.0, "mouthPucker": 2.0}),),
        "x_lipsIn": (Pattern(1.0, {"mouthRollUpper": 2.5, "mouthPress": 1.5}),),
        "x_squareMouth": (
            _all(
                0.7,
                "mouthLowerDown",
                "mouthUpperUp",
                "eyeWide",
                unless=("mouthSmile", "noseSneer"),
            ),
            _all(
                0.7,
                "mouthLowerDown",
                "mouthUpperUp",
                "browDown",
                unless=("mouthSmile", "noseSneer"),
            ),
        ),
        "x_bleh": (_all(0.6, "tongueOut", "noseSneer"),),
        "pupilSmall": _fear(1.0),
        "earBack": (
            _all(0.7, "browDown", unless=("mouthSmile",)),
            *_fear(0.6),
        ),
        "earDroop": (
            _all(0.8, *_SORROW, unless=_NO_SORROW),
            _all(0.45, "noseSneer", "mouthFrown", unless=("browDown",)),
            *_fear(0.35),
        ),
        "earPerk": (
            _all(0.85, "browOuterUp", "eyeWide"),
            Pattern(0.25, {"mouthSmile": 1.0, "browOuterUp": 2.0}),
        ),
    }
)
"""Extra shape, without Left or Right if it is sided, to the patterns that call for it;
the one that calls loudest counts."""


def enriched(
    weights: Mapping[str, float], controls: Collection[str]
) -> dict[str, float]:
    """Add the extra shapes that a pattern of ARKit weights calls for.

    An extra shape takes the place of the ARKit blendshape that does the same, only less
    clearly (`ARKIT_FOLDING` with share 1), so that both together do not overdo it; all
    other weights stay. Weights move continuously, so a smooth stream stays smooth, and
    a face at rest stays at rest.

    Args:
        weights: of the 52 ARKit blendshapes, and of any extra shapes; absent ones rest.
            An extra shape that is given, be it at 0, is left as it is.
        controls: names of the rig's controls.

    Returns:
        Control name to weight: ARKit weights and the extra shapes that are added lie in
        [0, 1]. Names at rest are left out unless they were given.

    Raises:
        CharacterError: if a weight is not a finite number.
    """
    if not all(isfinite(weight) for weight in weights.values()):
        raise CharacterError("weights must be finite numbers")
    found = {
        name: min(max(float(weight), 0.0), 1.0) if name in _ARKIT else float(weight)
        for name, weight in weights.items()
    }
    seen = {name: found[name] for name in found if name in _ARKIT}
    for name, weight in _called_for(seen, controls):
        if name in weights or weight == 0.0:
            continue
        found[name] = weight
        for replaced, share in ARKIT_FOLDING.get(name, ()):
            if share == 1.0 and replaced in found:
                found[replaced] = max(found[replaced] - weight, 0.0)
    return found


def enriched_pose(pose: Pose, controls: Collection[str]) -> Pose:
    """Return a pose with the extra shapes that its ARKit weights call for.

    Args:
        pose: a pose in plain ARKit weights; gaze, head and iris stay.
        controls: names of the rig's controls.
    """
    return replace(pose, weights=enriched(pose.weights, controls))


def _called_for(
    weights: Mapping[str, float], controls: Collection[str]
) -> Iterator[tuple[str, float]]:
    for extra, patterns in PATTERNS.items():
        for side in ("", *_SIDES):
            if extra + side in controls:
                yield (
                    extra + side,
                    max(pattern.weight(weights, side) for pattern in patterns),
                )


def _weight_of(weights: Mapping[str, float], name: str, side: str) -> float:
    if name in _ARKIT:
        return weights.get(name, 0.0)
    if side:
        return weights.get(name + side, 0.0)
    return sum(weights.get(name + end, 0.0) for end in _SIDES) / len(_SIDES)
