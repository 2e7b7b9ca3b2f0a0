import math

import numpy as np
import pytest

from deepexpr.characters.pose import Pose
from deepexpr.core.expression import Expression
from deepexpr.retrieval.gallery_table import GalleryPose
from deepexpr.retrieval.search import Match
from deepexpr.transfer import CharacterMatch
from deepexpr.web.following import OneEuroFilter, PoseFollower, blending_weights


def match(distance, weights, gaze=(0.0, 0.0)):
    found = Match(1, 0, "joy-1", Expression.JOY, distance, distance, 0.0)
    pose = GalleryPose("joy-1", Expression.JOY, (), 1.0, weights, gaze)
    return CharacterMatch(found, pose, {})


@pytest.mark.parametrize(
    ("distances", "expected"),
    [
        pytest.param([0.3], [1.0], id="one"),
        pytest.param([0.2, 0.2], [0.5, 0.5], id="equal"),
        pytest.param([0.0, 0.0], [0.5, 0.5], id="all at 0"),
        # (1 - 1/4)² = 9/16; 1 : 9/16 : 0
        pytest.param([0.0, 1.0, 2.0], [16 / 25, 9 / 25, 0.0], id="reach 2"),
    ],
)
def test_known_blending_weights(distances, expected):
    assert blending_weights(distances) == pytest.approx(expected)


def test_a_still_face_gives_a_still_pose():
    smoother = OneEuroFilter()
    values = np.array([0.2, 0.7])
    for frame in range(5):
        assert smoother.smoothed(values, frame / 30) == pytest.approx(values)


def test_the_first_step_of_the_filter_is_the_papers():
    smoother = OneEuroFilter()
    smoother.smoothed(np.array([0.0]), 0.0)
    # step 0.1 s: speed 10/s, smoothed by 1 Hz: share 1/(1 + 1/(0.2 π)) = 0.38587,
    # so 3.8587/s; cutoff 1.4 + 5 · 3.8587 = 20.693 Hz; share 1/(1 + 1/13.002)
    result = smoother.smoothed(np.array([1.0]), 0.1)
    assert result[0] == pytest.approx(13.002 / 14.002, abs=1e-4)


def test_jitter_is_stilled_and_a_jump_is_followed_at_once():
    rng = np.random.default_rng(3)
    smoother = OneEuroFilter()
    noise = 0.5 + 0.01 * rng.standard_normal(90)
    resting = [
        smoother.smoothed(np.array([value]), frame / 30)[0]
        for frame, value in enumerate(noise)
    ]
    assert np.std(resting[30:]) < 0.5 * np.std(noise[30:])
    after = [
        smoother.smoothed(np.array([1.0]), (90 + frame) / 30)[0] for frame in range(4)
    ]
    assert after[-1] > 0.93


def test_time_that_stands_still_changes_nothing():
    smoother = OneEuroFilter()
    first = smoother.smoothed(np.array([0.1]), 1.0)
    assert smoother.smoothed(np.array([0.9]), 1.0) == first


def test_a_follower_blends_controls_and_angles():
    follower = PoseFollower(("jawOpen", "x_chinBoss"))
    matches = [
        match(0.0, {"jawOpen": 1.0}, (10.0, 0.0)),
        match(1.0, {"x_chinBoss": 0.5}, (0.0, 5.0)),
        match(2.0, {"jawOpen": 9.0}),
    ]
    pose = follower.follow(matches, 0.0)
    assert isinstance(pose, Pose)
    assert pose.weights == pytest.approx({"jawOpen": 0.64, "x_chinBoss": 0.18})
    assert pose.gaze == pytest.approx((6.4, 1.8))
    assert math.isclose(pose.iris, 1.0)
