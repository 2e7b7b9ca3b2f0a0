"""A take: poses one after the other at a frame rate, each with its time code."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, isfinite

from deepexpr.characters.pose import Pose, interpolate
from deepexpr.core.errors import OutputError

DEFAULT_FRAME_RATE = 30.0
"""Frames a second where nothing else is asked for."""

HIGHEST_FRAME_RATE = 1000.0

LONGEST_TAKE = 1_000_000
"""More frames than this are taken for a mistake."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One pose of a take.

    Attributes:
        name: what the pose is called, such as its id; frames may share a name.
        pose: the pose, in controls of the character's rig.
    """

    name: str
    pose: Pose


@dataclass(frozen=True, slots=True)
class Take:
    """A pose track. A single pose is a take of one frame.

    Frame i stands `i / frame_rate` seconds after the first.

    Attributes:
        name: what the take is called.
        frames: at least one.
        frame_rate: frames a second, above 0 and at most `HIGHEST_FRAME_RATE`.
        first_frame: frame number of the first frame's time code, 0 or more.

    Raises:
        OutputError: if there is no frame, or a number is out of range.
    """

    name: str
    frames: tuple[Frame, ...]
    frame_rate: float = DEFAULT_FRAME_RATE
    first_frame: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.frames) <= LONGEST_TAKE:
            raise OutputError(
                f"a take has 1 to {LONGEST_TAKE} frames, but {self.name!r} has "
                f"{len(self.frames)}"
            )
        _check_rate(self.frame_rate)
        if self.first_frame < 0:
            raise OutputError(
                f"the first frame's number is 0 or more, but is {self.first_frame}"
            )

    @property
    def poses(self) -> tuple[Pose, ...]:
        """The poses of all frames, in order."""
        return tuple(frame.pose for frame in self.frames)

    def seconds(self, index: int) -> float:
        """Return the time of a frame in seconds after the first frame."""
        return index / self.frame_rate

    def timecode(self, index: int) -> str:
        """Return the time code of a frame, `HH:MM:SS:FF`.

        Frames are counted without drops at the whole frame rate nearest to the take's,
        as SMPTE time codes are; after 24 hours they begin again at 0.
        """
        rate = max(round(self.frame_rate), 1)
        seconds, frame = divmod(self.first_frame + index, rate)
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        return f"{hours % 24:02d}:{minute:02d}:{second:02d}:{frame:02d}"


def single_pose(name: str, pose: Pose) -> Take:
    """Return the take of one frame that holds a pose."""
    return Take(name, (Frame(name, pose),))


def sampled_take(
    name: str, moments: Sequence[tuple[float, Frame]], frame_rate: float
) -> Take:
    """Return the take that passes through poses at given times.

    Args:
        name: what the take is called.
        moments: (second, frame) pairs; seconds must rise. Between two moments every
            number is blended linearly.
        frame_rate: frames a second of the take.

    Returns:
        A take from the first moment to the last; each frame is named after the moment
        it has reached.

    Raises:
        OutputError: if there are no moments, times do not rise, the frame rate is out
            of range, or the take would be longer than `LONGEST_TAKE`.
    """
    times = [second for second, _ in moments]
    rising = all(a < b for a, b in pairwise(times))
    if not times or not all(isfinite(time) for time in times) or not rising:
        raise OutputError(f"{name}: the moments of a take need rising times in seconds")
    _check_rate(frame_rate)
    # The last moment is met even where rounding puts it just behind a frame.
    count = floor((times[-1] - times[0]) * frame_rate + 1e-6) + 1
    if count > LONGEST_TAKE:
        raise OutputError(f"{name}: {count} frames are more than {LONGEST_TAKE}")
    frames = tuple(
        _frame_at(moments, times, times[0] + index / frame_rate)
        for index in range(count)
    )
    return Take(name, frames, frame_rate)


def _check_rate(frame_rate: float) -> None:
    if not 0 < frame_rate <= HIGHEST_FRAME_RATE:
        raise OutputError(
            f"a frame rate lies above 0 and up to {HIGHEST_FRAME_RATE:g} frames a "
            f"second, but is {frame_rate:g}"
        )


def _frame_at(
    moments: Sequence[tuple[float, Frame]], times: Sequence[float], second: float
) -> Frame:
    place = bisect_right(times, second + 1e-9) - 1
    start, frame = moments[place]
    if place + 1 == len(moments):
        return frame
    stop, following = moments[place + 1]
    amount = min(max((second - start) / (stop - start), 0.0), 1.0)
    return Frame(frame.name, interpolate(frame.pose, following.pose, amount))
