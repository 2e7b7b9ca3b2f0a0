"""A character that follows a face: the nearest poses blended, smoothed in time."""

from collections.abc import Sequence
from math import pi

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.pose import Pose
from deepexpr.transfer import CharacterMatch

NEIGHBOURS = 8
"""Poses that are blended; the farthest one sets the reach and has no weight itself."""

SLOW_CUTOFF_HZ = 1.4
"""Changes slower than this pass while the face rests; it stills the jitter."""

CUTOFF_PER_SPEED = 5.0
"""How much the cutoff rises with the speed of a control, so that nothing lags."""

SPEED_CUTOFF_HZ = 1.0

ANGLE_UNIT_DEG = 30.0
"""Degrees that count as much as a full control when speeds are judged."""

_ANGLES = 5

Numbers = NDArray[np.float64]


def blending_weights(distances: Sequence[float]) -> Numbers:
    """Return how much each of the nearest poses counts.

    The weight (1 - d²/r²)² falls to 0 at the reach r, the farthest of the distances. So
    a pose that comes in or drops out does so with weight 0, and nothing jumps.

    Args:
        distances: of the poses, nearest first, at least one.

    Returns:
        Weights that sum to 1; equal ones if all distances are equal.
    """
    values = np.asarray(distances, np.float64)
    reach = values[-1]
    shares = (1.0 - (values / reach) ** 2) ** 2 if reach > 0 else np.ones(len(values))
    if shares.sum() < 1e-12:
        shares = np.ones(len(values))
    return np.asarray(shares / shares.sum(), np.float64)


class OneEuroFilter:
    """Smooths numbers in time: firmly while they rest, hardly while they move.

    Source: Casiez, Roussel & Vogel (2012), "1€ filter: a simple speed-based low-pass
    filter for noisy input in interactive systems".
    """

    def __init__(self) -> None:
        self._value: Numbers | None = None
        self._speed: Numbers | None = None
        self._second = 0.0

    def smoothed(self, values: Numbers, second: float) -> Numbers:
        """Return the smoothed numbers.

        Args:
            values: (k,) of this moment; k must not change.
            second: time; a moment no later than the last one gives that one's result.
        """
        if self._value is None or self._speed is None:
            self._value, self._speed = values, np.zeros_like(values)
            self._second = second
            return values
        step = second - self._second
        if step <= 0:
            return self._value
        speed = (values - self._value) / step
        self._speed = _mixed(self._speed, speed, SPEED_CUTOFF_HZ, step)
        cutoff = SLOW_CUTOFF_HZ + CUTOFF_PER_SPEED * np.abs(self._speed)
        self._value = _mixed(self._value, values, cutoff, step)
        self._second = second
        return self._value


class PoseFollower:
    """Turns the matches of one frame after the other into a pose that moves smoothly.

    Args:
        controls: names of the controls that the character's poses use.
    """

    def __init__(self, controls: Sequence[str]) -> None:
        self._controls = tuple(controls)
        self._filter = OneEuroFilter()

    def follow(self, matches: Sequence[CharacterMatch], second: float) -> Pose:
        """Return the pose of a moment.

        Args:
            matches: the nearest poses, nearest first, at least one.
            second: when the frame was taken; must rise from frame to frame.
        """
        weights = blending_weights([match.match.distance for match in matches])
        rows = np.array([self._row(match.rig_pose) for match in matches])
        row = self._filter.smoothed(weights @ rows, second)
        count = len(self._controls)
        yaw, pitch, head_yaw, head_pitch, head_roll = (
            float(angle) for angle in row[count : count + _ANGLES] * ANGLE_UNIT_DEG
        )
        controls = zip(self._controls, row[:count], strict=True)
        return Pose(
            {name: float(weight) for name, weight in controls if abs(weight) > 1e-4},
            gaze=(yaw, pitch),
            head=(head_yaw, head_pitch, head_roll),
            iris=max(float(row[-1]), 0.05),
        )

    def _row(self, pose: Pose) -> Numbers:
        weights = [pose.weights.get(name, 0.0) for name in self._controls]
        angles = [angle / ANGLE_UNIT_DEG for angle in (*pose.gaze, *pose.head)]
        return np.array([*weights, *angles, pose.iris])


def _mixed(old: Numbers, new: Numbers, cutoff: Numbers | float, step: float) -> Numbers:
    share = 1.0 / (1.0 + 1.0 / (2.0 * pi * cutoff * step))
    return np.asarray(old + share * (new - old), np.float64)
