"""Where wrinkles run on the canonical face and which controls press them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One wrinkle line.

    Attributes:
        points: (x, y) it runs through; x away from the middle on sided wrinkles.
        width: at its middle.
        depth: relative, 1 for the deepest.
    """

    points: tuple[Point, ...]
    width: float
    depth: float = 1.0

    def mirrored(self, sign: int) -> "Stroke":
        """The stroke on the left (1) or the right (-1) side."""
        points = tuple((x * sign, y) for x, y in self.points)
        return Stroke(points, self.width, self.depth)


SIDED_STROKES: Mapping[str, Sequence[Stroke]] = {
    "glabella": (
        Stroke(((0.050, 7.27), (0.058, 7.38), (0.050, 7.50)), 0.018),
        Stroke(((0.088, 7.36), (0.098, 7.46)), 0.013, 0.5),
    ),
    "bunny": (
        Stroke(((0.030, 7.170), (0.11, 7.115), (0.20, 7.070)), 0.032, 0.8),
        Stroke(((0.045, 7.085), (0.12, 7.020), (0.195, 6.980)), 0.031, 0.7),
    ),
    "alar": (
        Stroke(((0.155, 6.945), (0.205, 6.90), (0.245, 6.82), (0.275, 6.73)), 0.026),
    ),
    "nasolabial": (
        Stroke(
            (
                (0.185, 6.905),
                (0.255, 6.83),
                (0.315, 6.72),
                (0.345, 6.60),
                (0.345, 6.52),
            ),
            0.025,
        ),
    ),
    "crow": (
        Stroke(((0.505, 7.31), (0.56, 7.345), (0.615, 7.39)), 0.014, 0.9),
        Stroke(((0.515, 7.275), (0.575, 7.28), (0.635, 7.285)), 0.014),
        Stroke(((0.505, 7.235), (0.56, 7.205), (0.61, 7.165)), 0.014, 0.9),
    ),
    "undereye": (
        Stroke(
            ((0.175, 7.115), (0.25, 7.055), (0.35, 7.045), (0.45, 7.105)), 0.017, 0.9
        ),
    ),
    "marionette": (Stroke(((0.285, 6.57), (0.325, 6.47), (0.335, 6.36)), 0.023),),
    "cornerpit": (Stroke(((0.262, 6.635), (0.285, 6.60), (0.285, 6.565)), 0.016),),
}
"""Wrinkles of one side."""


def _nose_root(height: float, depth: float) -> Stroke:
    low, high = height - 0.006, height + 0.016
    return Stroke(((-0.14, low), (0, high), (0.14, low)), 0.032, 0.8 * depth)


def _worried_forehead(height: float, depth: float) -> Stroke:
    end, rise, middle = height - 0.03, height + 0.012, height - 0.006
    return Stroke(
        ((-0.21, end), (-0.10, rise), (0, middle), (0.10, rise), (0.21, end)),
        0.019,
        depth,
    )


def _raised_forehead(height: float, depth: float) -> Stroke:
    end, rise, middle = height - 0.02, height + 0.03, height + 0.022
    return Stroke(
        ((-0.42, end), (-0.2, rise), (0, middle), (0.2, rise), (0.42, end)),
        0.020,
        depth,
    )


CENTRAL_STROKES: Mapping[str, Sequence[Stroke]] = {
    "root": (_nose_root(7.265, 0.9), _nose_root(7.185, 1.0)),
    "foreheadCentre": (
        _worried_forehead(7.70, 1.0),
        _worried_forehead(7.79, 0.9),
        _worried_forehead(7.88, 0.6),
    ),
    "foreheadWide": (
        _raised_forehead(7.74, 1.0),
        _raised_forehead(7.84, 0.9),
        _raised_forehead(7.94, 0.6),
    ),
    "mental": (
        Stroke(
            (
                (-0.15, 6.385),
                (-0.07, 6.425),
                (0.0, 6.435),
                (0.07, 6.425),
                (0.15, 6.385),
            ),
            0.022,
        ),
    ),
}
"""Wrinkles across the middle."""

PEBBLE_CHANNEL = "pebble"
"""The channel of chin dimples, which are no strokes."""

SIDED_DRIVERS: Mapping[str, Mapping[str, float]] = {
    "glabella": {"x_browKnit": 1.0, "browDown": 0.35, "x_noseWrinkle": 0.25},
    "bunny": {"x_noseWrinkle": 1.0, "noseSneer": 0.2},
    "alar": {"x_noseWrinkle": 0.95, "x_lipRaise": 0.5, "noseSneer": 0.25},
    "nasolabial": {
        "mouthSmile": 0.42,
        "x_smileCheek": 0.30,
        "x_lipRaise": 0.30,
        "x_noseWrinkle": 0.20,
        "x_fearMouth": 0.25,
    },
    "crow": {"x_smileCheek": 0.75, "cheekSquint": 0.2},
    "undereye": {"x_smileCheek": 0.55, "x_noseWrinkle": 0.45},
    "marionette": {"x_cornerDown": 0.85, "mouthFrown": 0.2},
    "cornerpit": {"x_cornerDown": 0.5, "mouthSmile": 0.3},
}
"""Gains of the same side's controls."""

CENTRAL_DRIVERS: Mapping[str, Mapping[str, float]] = {
    "root": {"x_noseWrinkleLeft": 0.5, "x_noseWrinkleRight": 0.5},
    "foreheadCentre": {
        "browInnerUp": 0.62,
        "browOuterUpLeft": -0.1085,
        "browOuterUpRight": -0.1085,
    },
    "foreheadWide": {"browOuterUpLeft": 0.275, "browOuterUpRight": 0.275},
    "mental": {"x_chinBoss": 0.7, "mouthShrugLower": 0.25, "x_pout": 0.4},
    PEBBLE_CHANNEL: {"x_chinBoss": 0.8},
}
"""Gains of the controls behind the central wrinkles."""
