"""Takes and their time codes."""

import pytest

from deepexpr.characters.pose import NEUTRAL_POSE, Pose
from deepexpr.core.errors import OutputError
from deepexpr.export.take import Frame, Take, sampled_take, single_pose

OPEN = Frame("open", Pose({"jawOpen": 1.0}, gaze=(10.0, 0.0)))
SHUT = Frame("shut", NEUTRAL_POSE)


def test_a_single_pose_is_a_take_of_one_frame():
    take = single_pose("open", OPEN.pose)
    assert take.frames == (OPEN,)
    assert take.timecode(0) == "00:00:00:00"


@pytest.mark.parametrize(
    ("rate", "first", "index", "expected"),
    [
        pytest.param(30.0, 0, 29, "00:00:00:29", id="last-frame-of-a-second"),
        pytest.param(30.0, 0, 30, "00:00:01:00", id="next-second"),
        pytest.param(25.0, 0, 25 * 60, "00:01:00:00", id="minute"),
        pytest.param(60.0, 60 * 3600, 1, "01:00:00:01", id="starts-at-an-hour"),
        pytest.param(29.97, 0, 30, "00:00:01:00", id="counted-without-drops"),
        pytest.param(24.0, 24 * 86399, 24, "00:00:00:00", id="after-a-day"),
        pytest.param(0.2, 0, 3, "00:00:03:00", id="slower-than-a-frame-a-second"),
    ],
)
def test_time_codes(rate, first, index, expected):
    frames = (SHUT,) * (index + 1)
    assert Take("take", frames, rate, first).timecode(index) == expected


def test_frames_stand_at_their_seconds():
    assert Take("take", (SHUT, OPEN), 25.0).seconds(1) == pytest.approx(0.04)


def test_a_take_without_frames_is_refused():
    with pytest.raises(OutputError, match="1 to 1000000 frames"):
        Take("take", ())


@pytest.mark.parametrize("rate", [0.0, -30.0, 1001.0, float("nan"), float("inf")])
def test_a_frame_rate_out_of_range_is_refused(rate):
    with pytest.raises(OutputError, match="frame rate"):
        Take("take", (SHUT,), rate)
    with pytest.raises(OutputError, match="frame rate"):
        sampled_take("take", [(0.0, SHUT), (1.0, OPEN)], rate)


def test_a_first_frame_below_0_is_refused():
    with pytest.raises(OutputError, match="first frame"):
        Take("take", (SHUT,), 30.0, -1)


def test_sampling_meets_both_ends_and_blends_between():
    take = sampled_take("open up", [(2.0, SHUT), (3.0, OPEN)], 4.0)
    jaws = [pose.weights.get("jawOpen", 0.0) for pose in take.poses]
    assert jaws == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])
    assert take.poses[2].gaze == pytest.approx((5.0, 0.0))
    assert [frame.name for frame in take.frames] == ["shut"] * 4 + ["open"]


def test_sampling_at_the_times_of_the_moments_gives_them_back():
    rate = 30.0
    moments = [(index / rate, (SHUT, OPEN)[index % 2]) for index in range(100)]
    take = sampled_take("flicker", moments, rate)
    assert len(take.frames) == 100
    for frame, (_, moment) in zip(take.frames, moments, strict=True):
        jaw = frame.pose.weights.get("jawOpen", 0.0)
        assert jaw == pytest.approx(moment.pose.weights.get("jawOpen", 0.0), abs=1e-6)


def test_one_moment_is_one_frame():
    assert sampled_take("open", [(7.0, OPEN)], 30.0).frames == (OPEN,)


@pytest.mark.parametrize(
    "times", [[], [0.0, 0.0], [1.0, 0.5], [0.0, float("nan")], [0.0, float("inf")]]
)
def test_times_that_do_not_rise_are_refused(times):
    with pytest.raises(OutputError, match="rising times"):
        sampled_take("take", [(time, SHUT) for time in times], 30.0)


def test_a_take_beyond_all_measure_is_refused():
    with pytest.raises(OutputError, match="more than"):
        sampled_take("take", [(0.0, SHUT), (1e9, OPEN)], 30.0)
