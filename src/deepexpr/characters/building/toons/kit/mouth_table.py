"""What the ARKit mouth controls do to a lip line.

A control moves the upper and the lower lip by functions of the position along the lip;
lengths are in half mouth widths, so one table serves every mouth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.sides import SIDES, Side, side_sign
from deepexpr.characters.building.toons.kit.slit_head import LipCurve, SlitHead
from deepexpr.characters.building.toons.kit.vectors import FloatArray, smooth_step


@dataclass(frozen=True, slots=True)
class LipMotion:
    """A displacement of the lip line and how it spreads over the face.

    Attributes:
        displacement: (columns, 3) at weight 1.
        reach_deg: distance from the lips at which it has fallen to 1/e.
        decay: how fast details fade with the distance; 1 is harmonic.
    """

    displacement: FloatArray
    reach_deg: float
    decay: float


def half_ellipse(along_lip: FloatArray) -> FloatArray:
    """Height 1 in the middle, 0 at the corners, steep there."""
    return np.asarray(np.sqrt(np.clip(1 - along_lip * along_lip, 0, 1)))


def lip_curve(across: float, up: float, roundness: float = 1.0) -> LipCurve:
    """Both corners drawn across (outwards) while the middle moves up.

    Args:
        across: outward motion of the corners.
        up: motion of the middle.
        roundness: exponent of the half ellipse along which the lip rises.
    """

    def curve(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
        return across * along_lip, up * half_ellipse(along_lip) ** roundness

    return curve


def still(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A lip that does not move."""
    return 0 * along_lip, 0 * along_lip


def mouth_table(head: SlitHead, gains: Mapping[str, float]) -> dict[str, LipMotion]:
    """Lip motions of the mouth, nose and cheek controls.

    Args:
        head: the head whose lips move.
        gains: factors by the controls' names without side; 1 where left out.

    Returns:
        Control name to lip motion.
    """
    table = _two_sided(head, gains)
    for side in SIDES:
        table |= _corners(head, gains, side) | _half_lips(head, gains, side)
    return table


def _corners(
    head: SlitHead, gains: Mapping[str, float], side: Side
) -> dict[str, LipMotion]:
    """Controls that carry one corner of the mouth."""
    sign = side_sign(side)

    def corner(name: str, motion: tuple[float, float, float]) -> FloatArray:
        gain = gains.get(name, 1.0)
        outward, up, middle = (gain * part for part in motion)

        def curve(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
            share = np.clip(along_lip * sign, 0, 1) ** 1.8
            arc = np.clip(1 - along_lip * along_lip, 0, 1)
            return sign * outward * share, up * share + middle * arc * 0.5

        return head.lip_displacement(curve)

    motions = {
        "mouthSmile": ((0.20, 0.40, -0.07), 34, 0.9),
        "mouthFrown": ((-0.02, -0.42, 0.16), 30, 0.9),
        "mouthDimple": ((0.15, 0.06, 0.0), 20, 1.0),
        "cheekSquint": ((0.03, 0.06, 0.0), 30, 0.8),
    }
    return {
        name + side: LipMotion(corner(name, motion), reach, decay)
        for name, (motion, reach, decay) in motions.items()
    }


def _half_lips(
    head: SlitHead, gains: Mapping[str, float], side: Side
) -> dict[str, LipMotion]:
    """Controls that move one half of the lips, and those that draw the mouth aside."""
    sign = side_sign(side)

    def lifted(name: str, up: float) -> LipCurve:
        gain = gains.get(name, 1.0)

        def curve(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
            half = smooth_step(-0.55, 0.55, along_lip * sign)
            return 0 * along_lip, up * gain * half * half_ellipse(along_lip)

        return curve

    def stretched(up: float) -> LipCurve:
        gain = gains.get("mouthStretch", 1.0)
        lift = lifted("mouthStretch", up)

        def curve(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
            share = np.clip(along_lip * sign, 0, 1) ** 1.8
            _, rise = lift(along_lip)
            return sign * 0.20 * gain * share, rise - 0.08 * gain * share

        return curve

    def aside(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
        gain = gains.get("mouthLeft", 1.0)
        return 0 * along_lip + sign * 0.26 * gain, 0.05 * gain * along_lip * sign

    curves: dict[str, tuple[LipCurve, LipCurve, float, float]] = {
        "mouthStretch": (stretched(0.03), stretched(-0.10), 30, 0.9),
        "mouthPress": (lifted("mouthPress", -0.02), lifted("mouthPress", -0.02), 12, 1),
        "mouthUpperUp": (lifted("mouthUpperUp", 0.27), still, 24, 0.8),
        "mouthLowerDown": (still, lifted("mouthLowerDown", -0.27), 24, 0.8),
        "mouth": (aside, aside, 26, 0.9),
        "noseSneer": (lifted("noseSneer", 0.13), lifted("noseSneer", 0.03), 26, 0.7),
    }
    return {
        name + side: LipMotion(head.lip_displacement(upper, lower), reach, decay)
        for name, (upper, lower, reach, decay) in curves.items()
    }


def _two_sided(head: SlitHead, gains: Mapping[str, float]) -> dict[str, LipMotion]:
    """Controls without a side."""

    def rounded(name: str, inward: float, upper: float, lower: float) -> FloatArray:
        gain = gains.get(name, 1.0)
        return head.lip_displacement(
            lip_curve(-inward * gain, upper * gain),
            lip_curve(-inward * gain, lower * gain),
        )

    def raised(name: str, up: float) -> FloatArray:
        gain = gains.get(name, 1.0)
        return head.lip_displacement(lip_curve(0.0, up * gain, roundness=2.0))

    return {
        "mouthFunnel": LipMotion(rounded("mouthFunnel", 0.40, 0.22, -0.26), 26, 0.55),
        "mouthPucker": LipMotion(rounded("mouthPucker", 0.52, 0.05, -0.05), 26, 0.55),
        "mouthShrugLower": LipMotion(raised("mouthShrugLower", 0.17), 26, 0.7),
        "mouthShrugUpper": LipMotion(raised("mouthShrugUpper", 0.12), 22, 0.8),
        "mouthRollUpper": LipMotion(raised("mouthRollUpper", -0.03), 14, 1.0),
        "jawOpen": LipMotion(rounded("jawOpen", 0.10, 0.0, 0.0), 30, 0.8),
    }
