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


def test_a_lid_on_its_shell_is_not_moved():
    lid = Eyelid(round_eye(), LidShape(), LidGains(), upper=True)
    rest = lid.rest().vertices
    assert lid.on_shell(rest) == pytest.approx(rest, abs=1e-12)


def test_a_chord_through_the_ball_is_put_back_on_the_shell():
    lid = Eyelid(round_eye(), LidShape(), LidGains(), upper=True)
    shut = lid.placed(LidMotion(raise_deg=-120))
    chord = 0.5 * (lid.rest().vertices + shut)
    assert np.linalg.norm(lid.eye.locate(chord), axis=1).min() < 1
    back = lid.on_shell(chord)
    assert np.linalg.norm(lid.eye.locate(back), axis=1).min() >= 1.04 - 1e-9


def test_the_margin_of_a_lid_is_counted_across_the_eye():
    lid = Eyelid(round_eye(), LidShape(), LidGains(), upper=True)
    rest = lid.rest().vertices
    right, middle, left = (rest[lid.margin_vertex(deg)][0] for deg in (-60, 0, 60))
    assert right < middle < left
    assert middle == pytest.approx(1.0)
