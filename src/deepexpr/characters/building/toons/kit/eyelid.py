"""Eyelids: thick domes hinged on the horizontal axis of an eyeball."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.ball_eye import BallEye
from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.meshes import Mesh, grid_triangles, outward
from deepexpr.characters.building.toons.kit.sides import of_side
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    smooth_step,
    vector,
)

_COLUMNS = 29
_FULL_SPAN_DEG = 140.0
_BEHIND_RIM_DEG = (5, 9, 15, 23, 33, 45, 58, 72, 86, 100, 115, 128, 140)
_MARGIN_ROW = 4
_CORNER_DEG = (74.0, 87.0)  # across the eye: where the margins of both lids join
_OVERLAP_DEG = 6.0  # how far the lower lid slips under the upper one when shut
_LINE_ENDS_DEG = (84.0, 62.0)  # across the eye: no line beyond, full line within


@dataclass(frozen=True, slots=True)
class LidShape:
    """Geometry of a pair of lids, in degrees around the eye and in eye radii.

    Attributes:
        upper_deg: height of the upper margin at rest above the eye's axis.
        lower_deg: height of the lower margin at rest; negative.
        closed_deg: height at which the upper margin shuts.
        upper_span_deg: how far the upper lid reaches back.
        lower_span_deg: how far the lower lid reaches back.
        shell: (3,) outer face of the lids.
        inner: inner face of the lids.
        closed_lift: how much the upper lid swells when shut.
    """

    upper_deg: float = 38.0
    lower_deg: float = -46.0
    closed_deg: float = -16.0
    upper_span_deg: float = 140.0
    lower_span_deg: float = 110.0
    shell: tuple[float, float, float] = (1.13, 1.13, 1.13)
    inner: float = 1.04
    closed_lift: float = 0.17


@dataclass(frozen=True, slots=True)
class LidGains:
    """How far the controls move a pair of lids, in degrees.

    Attributes:
        wide: eyeWide raises the upper lid by it, the lower one falls by a third.
        squint: eyeSquint raises the lower lid by it.
        cheek: cheekSquint raises the lower lid by it.
        look: eyeLookDown lowers the upper lid by it.
        drop: browDown lowers the upper lid by it.
        tilt: browDown slants the lids inwards by it.
        sad: browInnerUp slants the lids outwards by it.
        inner_raise: browInnerUp raises the upper lid by it.
        smile: mouthSmile raises the lower lid by it.
    """

    wide: float = 26.0
    squint: float = 14.0
    cheek: float = 16.0
    look: float = 14.0
    drop: float = 10.0
    tilt: float = 13.0
    sad: float = 14.0
    inner_raise: float = 3.0
    smile: float = 5.0


@dataclass(frozen=True, slots=True)
class LidMotion:
    """Where a lid is: margin up and inner end down in degrees, swelling, arching."""

    raise_deg: float = 0.0
    roll_deg: float = 0.0
    lift: float = 0.0
    arch_deg: float = 0.0


class Eyelid:
    """One lid, a sheet from its inner edge around the rim over its outer face."""

    def __init__(
        self, eye: BallEye, shape: LidShape, gains: LidGains, *, upper: bool
    ) -> None:
        self.eye = eye
        self.upper = upper
        self._shape, self._gains = shape, gains
        self._across = np.radians(np.linspace(-90, 90, _COLUMNS))
        self._across[[0, -1]] *= 0.985
        rim = np.linspace(0, np.pi, 7)
        face = np.array(_BEHIND_RIM_DEG) / _FULL_SPAN_DEG * shape.upper_span_deg
        self._behind = np.r_[6.0, 2.2 * (1 - np.sin(rim)), face]
        self._thickness = np.r_[0.0, (1 - np.cos(rim)) / 2, np.ones(len(face))]

    def rest(self) -> Mesh:
        """The lid as it was modelled, controls at rest."""
        vertices = self.placed(LidMotion())
        triangles = grid_triangles(len(self._behind), _COLUMNS, wrap=False)
        return Mesh(vertices, outward(vertices, triangles))

    def posed(self, weights: Mapping[str, float]) -> FloatArray:
        """Vertices (n, 3) under control weights."""
        acting = of_side(weights, self.eye.side)
        motion = self._upper_motion if self.upper else self._lower_motion
        return self.placed(motion(acting))

    def placed(self, motion: LidMotion) -> FloatArray:
        """Vertices (n, 3) of the lid at a position."""
        shape = self._shape
        direction = 1 if self.upper else -1
        rest = shape.upper_deg if self.upper else shape.lower_deg
        span = shape.upper_span_deg if self.upper else shape.lower_span_deg
        shells = self._shells() + motion.lift * np.exp(-self._behind / 200)
        behind = self._behind * (span / shape.upper_span_deg)
        margin = rest + motion.raise_deg
        height = np.radians(margin + direction * behind)[:, None]
        joined = smooth_step(*_CORNER_DEG, np.abs(np.degrees(self._across)))
        height = height + joined * np.radians(shape.closed_deg - margin)
        arch = np.cos(self._across) * np.exp(-self._behind / 60)[:, None]
        height = height + np.radians(motion.arch_deg) * arch
        forward = np.cos(self._across)
        across = np.broadcast_to(np.sin(self._across), height.shape)
        directions = vector(
            across * shells[0][:, None],
            forward * np.sin(height) * shells[1][:, None],
            forward * np.cos(height) * shells[2][:, None],
        ).reshape(-1, 3)
        roll = rotation("z", self.eye.sign * motion.roll_deg)
        return self.eye.place(directions @ roll.T)

    def colours(
        self, colour: FloatArray, line: FloatArray, amount: float, width_deg: float
    ) -> FloatArray:
        """Colours (n, 3) of the lid with a darker line along its margin.

        The line ends before the corners, which leave the eye when the lid slants.
        """
        outside = self._thickness > 0.2
        share = smooth_step(width_deg + 2, width_deg - 1, self._behind) * outside
        ends = smooth_step(*_LINE_ENDS_DEG, np.abs(np.degrees(self._across)))
        spread = (amount * share[:, None] * ends).ravel()
        return blend(uniform(colour, len(spread)), line, spread)

    def margin_vertex(self, across_deg: float) -> int:
        """Number of the margin vertex nearest to a place across the eye in degrees.

        Positive towards the subject's left; ±90 are the corners.
        """
        column = int(np.argmin(np.abs(np.degrees(self._across) - across_deg)))
        return _MARGIN_ROW * _COLUMNS + column

    def _shells(self) -> FloatArray:
        """Semi-axes (3, rows) of the shell on which each row slides, in eye radii."""
        inner = self._shape.inner
        outer = np.asarray(self._shape.shell, dtype=float)
        if not self.upper:
            outer = outer - 0.30 * (outer - inner)
        return np.asarray(inner + (outer[:, None] - inner) * self._thickness)

    def _upper_motion(self, weights: Mapping[str, float]) -> LidMotion:
        gains, shape = self._gains, self._shape
        blink = weights.get("eyeBlink", 0.0)
        raise_deg = {
            "eyeWide": gains.wide,
            "eyeSquint": -0.7 * gains.squint,
            "browDown": -gains.drop,
            "eyeLookDown": -gains.look,
            "eyeLookUp": 0.6 * gains.look,
            "browInnerUp": gains.inner_raise,
            "browOuterUp": 4.0,
            "cheekSquint": -2.0,
            "noseSneer": -3.0,
            "eyeBlink": shape.closed_deg - shape.upper_deg,
        }
        return LidMotion(
            raise_deg=_total(weights, raise_deg),
            roll_deg=self._slant(weights),
            lift=blink * shape.closed_lift,
            arch_deg=_total(weights, {"eyeWide": 4.0}),
        )

    def _lower_motion(self, weights: Mapping[str, float]) -> LidMotion:
        gains, shape = self._gains, self._shape
        raise_deg = {
            "eyeWide": -0.35 * gains.wide,
            "eyeSquint": gains.squint,
            "cheekSquint": gains.cheek,
            "eyeLookDown": -4.0,
            "eyeLookUp": 5.0,
            "noseSneer": 6.0,
            "mouthSmile": gains.smile,
            "eyeBlink": shape.closed_deg + _OVERLAP_DEG - shape.lower_deg,
        }
        return LidMotion(
            raise_deg=_total(weights, raise_deg),
            roll_deg=self._slant(weights),
            arch_deg=_total(weights, {"cheekSquint": 8.0, "mouthSmile": 3.0}),
        )

    def _slant(self, weights: Mapping[str, float]) -> float:
        """Roll in degrees that both lids share, so that they meet at their corners."""
        gains = self._gains
        roll_deg = {
            "eyeLookIn": 1.5,
            "eyeLookOut": -1.5,
            "browDown": gains.tilt,
            "browInnerUp": -gains.sad,
            "browOuterUp": 3.0,
            "noseSneer": 3.0,
        }
        return _total(weights, roll_deg)


def _total(weights: Mapping[str, float], gains: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * gain for name, gain in gains.items())
