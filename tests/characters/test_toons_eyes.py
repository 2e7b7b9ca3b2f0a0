"""Eyes and lids of the toons, and names with sides."""

import numpy as np
import pytest

from deepexpr.characters.building.toons.kit.ball_eye import (
    BallEye,
    eye_axes,
    iris_sphere,
    small_pupil,
)
from deepexpr.characters.building.toons.kit.eyelid import (
    Eyelid,
    LidGains,
    LidMotion,
    LidShape,
)
from deepexpr.characters.building.toons.kit.sides import of_side, split_side


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("eyeBlinkLeft", ("eyeBlink", 1)),
        ("eyeBlinkRight", ("eyeBlink", -1)),
        ("jawOpen", ("jawOpen", 0)),
    ],
)
def test_the_side_of_a_control_is_read_from_its_name(control, expected):
    assert split_side(control) == expected


def test_controls_of_the_other_side_do_not_act():
    weights = {"browDownLeft": 0.5, "browDownRight": 1.0, "browInnerUp": 0.25}
    assert of_side(weights, "Left") == {"browDown": 0.5, "browInnerUp": 0.25}


def round_eye():
    return BallEye(
        "Left", np.array([1.0, 2, 3]), np.full(3, 0.5), eye_axes("Left", 0, 0)
    )


def test_locating_undoes_placing():
    eye = BallEye(
        "Right",
        np.array([1.0, 2, 3]),
        np.array([0.5, 0.7, 0.3]),
        eye_axes("Right", 20, 10, 5),
    )
    directions = iris_sphere().vertices
    assert eye.locate(eye.place(directions)) == pytest.approx(directions, abs=1e-12)


def test_eyes_turn_outwards_and_mirror_each_other():
    left, right = eye_axes("Left", 20, 10, 5), eye_axes("Right", 20, 10, 5)
    assert left[0, 2] > 0 > right[0, 2]
    mirror = np.diag([-1.0, 1, 1])
    assert mirror @ left @ mirror == pytest.approx(right)


def test_a_small_pupil_draws_the_iris_together_and_leaves_the_back():
    directions = iris_sphere().vertices
    before = np.arccos(np.clip(directions[:, 2], -1, 1))
    after = np.arccos(np.clip(small_pupil(directions)[:, 2], -1, 1))
    iris = (before > 0.1) & (before < 0.5)
    assert (after[iris] / before[iris]).max() < 0.68
    assert after[before > 2] == pytest.approx(before[before > 2], abs=1e-3)


@pytest.mark.parametrize("upper", [True, False])
def test_a_lid_stays_outside_the_ball_wherever_it_is(upper):
    lid = Eyelid(round_eye(), LidShape(), LidGains(), upper=upper)
    for raise_deg in (-60, -20, 0, 20):
        placed = lid.placed(LidMotion(raise_deg=raise_deg, roll_deg=15))
        distance = np.linalg.norm(lid.eye.locate(placed), axis=1)
        assert distance.min() >= 1.04 - 1e-9


@pytest.mark.parametrize("control", ["browInnerUp", "browDownLeft", "noseSneerLeft"])
def test_shut_lids_meet_whichever_way_they_slant(control):
    upper, lower = (
        Eyelid(round_eye(), LidShape(), LidGains(), upper=side)
        for side in (True, False)
    )
    weights = {"eyeBlinkLeft": 1.0, control: 1.2}
    shut, below = upper.posed(weights), lower.posed(weights)
    for across_deg in (-60, -30, 0, 30, 60):
        margin = shut[upper.margin_vertex(across_deg)]
        assert margin[1] < below[lower.margin_vertex(across_deg)][1] + 0.01


def test_open_lids_join_at_the_corners_of_the_eye():
    upper, lower = (
        Eyelid(round_eye(), LidShape(), LidGains(), upper=side)
        for side in (True, False)
    )
    wide = {"eyeWideLeft": 1.0, "browDownLeft": 0.5}
    above, below = upper.posed(wide), lower.posed(wide)
    for across_deg in (-89, 89):
        corners = (
            above[upper.margin_vertex(across_deg)],
            below[lower.margin_vertex(across_deg)],
        )
        assert np.linalg.norm(corners[0] - corners[1]) < 0.02


def test_the_line_along_a_lid_ends_before_its_corners():
    lid = Eyelid(round_eye(), LidShape(), LidGains(), upper=True)
    skin, line = np.ones(3), np.zeros(3)
    colours = lid.colours(skin, line, 1.0, 6)
    assert colours[lid.margin_vertex(0)] == pytest.approx(line)
    assert colours[lid.margin_vertex(89)] == pytest.approx(skin)


def test_the_margin_of_a_lid_is_counted_across_the_eye():
    lid = Eyelid(round_eye(), LidShape(), LidGains(), upper=True)
    rest = lid.rest().vertices
    right, middle, left = (rest[lid.margin_vertex(deg)][0] for deg in (-60, 0, 60))
    assert right < middle < left
    assert middle == pytest.approx(1.0)
