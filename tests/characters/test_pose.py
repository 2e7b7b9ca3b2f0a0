import pytest

from deepexpr.characters.pose import (
    ARKIT_FOLDING,
    NEUTRAL_POSE,
    KeyPose,
    Pose,
    arkit_weights,
    interpolate,
)
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import Expression

GRIN = Pose({"mouthSmileLeft": 1.0, "jawOpen": 0.4}, (8.0, -4.0), (10.0, 2.0, 6.0), 0.8)


@pytest.mark.parametrize(
    "values",
    [
        {"weights": {"jawOpen": float("nan")}},
        {"weights": {}, "gaze": (float("inf"), 0.0)},
        {"weights": {}, "head": (0.0, 0.0, float("nan"))},
    ],
)
def test_a_pose_holds_only_finite_numbers(values):
    with pytest.raises(CharacterError, match="finite"):
        Pose(**values)


def test_the_iris_has_a_size():
    with pytest.raises(CharacterError, match="above 0"):
        Pose({}, iris=0.0)


def test_a_pose_does_not_change_with_the_dict_it_was_made_from():
    weights = {"jawOpen": 0.5}
    pose = Pose(weights)
    weights["jawOpen"] = 1.0
    assert pose.weights == {"jawOpen": 0.5}


@pytest.mark.parametrize("votes", [(1, 2), (0, 0, 0, -1, 0, 0, 0)])
def test_votes_are_one_count_an_expression(votes):
    with pytest.raises(CharacterError, match="7 vote counts"):
        KeyPose("joy-grin", Expression.JOY, "", votes, GRIN)


def test_interpolation_ends_at_both_poses():
    other = Pose({"jawOpen": 1.0, "browInnerUp": 0.5})
    assert interpolate(GRIN, other, 0.0) == GRIN
    assert interpolate(GRIN, other, 1.0) == other


def test_half_way_every_number_is_the_mean():
    middle = interpolate(NEUTRAL_POSE, GRIN, 0.5)
    assert middle.weights == {"mouthSmileLeft": 0.5, "jawOpen": 0.2}
    assert middle.gaze == (4.0, -2.0)
    assert middle.head == (5.0, 1.0, 3.0)
    assert middle.iris == pytest.approx(0.9)


def test_arkit_weights_name_all_52_blendshapes_in_order():
    assert tuple(arkit_weights(GRIN)) == ARKIT_BLENDSHAPES


def test_a_neutral_pose_is_all_zero():
    assert set(arkit_weights(NEUTRAL_POSE).values()) == {0.0}


@pytest.mark.parametrize(
    ("weights", "name", "expected"),
    [
        pytest.param({"jawOpen": 0.3}, "jawOpen", 0.3, id="own"),
        pytest.param({"x_noseWrinkleLeft": 0.7}, "noseSneerLeft", 0.7, id="folded"),
        pytest.param({"x_browKnitLeft": 0.8}, "browDownLeft", 0.4, id="half"),
        pytest.param({"x_lipsIn": 0.5}, "mouthPressRight", 0.3, id="both-sides"),
        pytest.param(
            {"noseSneerLeft": 0.8, "x_noseWrinkleLeft": 0.7},
            "noseSneerLeft",
            1.0,
            id="sum-is-clamped",
        ),
        pytest.param({"browOuterUpLeft": -0.5}, "browOuterUpLeft", 0.0, id="negative"),
        pytest.param({"earDroopLeft": 1.0}, "browDownLeft", 0.0, id="no-counterpart"),
    ],
)
def test_extra_shapes_fold_into_the_nearest_blendshape(weights, name, expected):
    assert arkit_weights(Pose(weights))[name] == pytest.approx(expected)


def test_folding_names_only_blendshapes():
    named = {name for parts in ARKIT_FOLDING.values() for name, _ in parts}
    assert named <= set(ARKIT_BLENDSHAPES)


@pytest.mark.parametrize(
    ("gaze", "expected"),
    [
        ((15.0, 0.0), {"eyeLookOutLeft": 0.5, "eyeLookInRight": 0.5}),
        ((-30.0, 0.0), {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0}),
        ((0.0, 12.5), {"eyeLookDownLeft": 0.5, "eyeLookDownRight": 0.5}),
        ((0.0, -50.0), {"eyeLookUpLeft": 1.0, "eyeLookUpRight": 1.0}),
    ],
    ids=["left", "right", "down", "far-up"],
)
def test_gaze_becomes_eye_look_weights(gaze, expected):
    looks = {name: w for name, w in arkit_weights(Pose({}, gaze)).items() if w}
    assert looks == pytest.approx(expected)
