import numpy as np
import pytest

from deepexpr.characters.building.makehuman import NAMES, build
from deepexpr.characters.building.makehuman.canonical import canonical_head
from deepexpr.characters.building.makehuman.extra_shapes import EXTRA_SHAPES
from deepexpr.characters.building.makehuman.plan import both_sides
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.landmarks import (
    LEFT_BROW,
    LEFT_EYE,
    LEFT_MOUTH_CORNER,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_MOUTH_CORNER,
)

LIP_TOP, LIP_BOTTOM = OUTER_LIPS.start + 3, OUTER_LIPS.start + 9


@pytest.fixture(scope="module")
def leo():
    return build("leo")


def landmarks(rig, weights):
    vertices = rig.vertices(weights)
    return np.array(
        [
            sum(weight * vertices[vertex] for vertex, weight in point)
            for point in rig.landmarks
        ]
    )


def lid_opening(points, eye):
    _, upper, upper2, _, lower2, lower = points[eye]
    return (upper + upper2 - lower - lower2)[1] / 2


def test_there_are_seven_characters_and_no_eighth():
    assert NAMES == ("mia", "leo", "gus", "zuri", "kai", "rosa", "grub")
    with pytest.raises(KeyError):
        build("nobody")


def test_controls_are_arkits_then_the_extra_shapes(leo):
    assert leo.controls[:52] == ARKIT_BLENDSHAPES
    assert leo.controls[52:] == EXTRA_SHAPES


def test_unknown_controls_are_ignored(leo):
    assert (leo.vertices({"earWiggle": 1.0}) == leo.vertices({})).all()


def test_every_control_but_the_closing_mouth_moves_something(leo):
    rest = leo.vertices({})
    still = [
        name
        for name in leo.controls
        if np.abs(leo.vertices({name: 1.0}) - rest).max() < 1e-3
    ]
    assert still == ["mouthClose"]
    open_jaw = leo.vertices({"jawOpen": 1.0})
    closed = leo.vertices({"jawOpen": 1.0, "mouthClose": 1.0})
    assert np.abs(closed - open_jaw).max() > 0.1


def test_landmarks_are_49_weighted_places_of_the_surface(leo):
    assert len(leo.landmarks) == 49
    for point in leo.landmarks:
        assert sum(weight for _, weight in point) == pytest.approx(1)


def test_landmarks_at_rest_mirror_each_other(leo):
    points = landmarks(leo, {})
    mirror = [-1, 1, 1]
    assert points[RIGHT_BROW] == pytest.approx(
        points[LEFT_BROW][::-1] * mirror, abs=0.02
    )
    right = points[RIGHT_EYE]
    left = points[LEFT_EYE][[3, 2, 1, 0, 5, 4]]
    assert right == pytest.approx(left * mirror, abs=0.02)
    assert points[RIGHT_MOUTH_CORNER, 0] < 0 < points[LEFT_MOUTH_CORNER, 0]


def test_a_blink_closes_its_own_eye(leo):
    rest, blink = landmarks(leo, {}), landmarks(leo, {"eyeBlinkLeft": 1.0})
    assert lid_opening(blink, LEFT_EYE) < 0.15 * lid_opening(rest, LEFT_EYE)
    assert lid_opening(blink, RIGHT_EYE) == pytest.approx(lid_opening(rest, RIGHT_EYE))


def test_an_open_jaw_parts_the_lips_downwards(leo):
    rest, dropped = landmarks(leo, {}), landmarks(leo, {"jawOpen": 1.0})
    assert dropped[LIP_BOTTOM, 1] < rest[LIP_BOTTOM, 1] - 0.2
    assert dropped[LIP_TOP, 1] == pytest.approx(rest[LIP_TOP, 1], abs=0.05)


def test_half_a_smile_lifts_one_corner(leo):
    rest, smile = landmarks(leo, {}), landmarks(leo, {"mouthSmileLeft": 1.0})
    assert smile[LEFT_MOUTH_CORNER, 1] > rest[LEFT_MOUTH_CORNER, 1] + 0.05
    assert smile[RIGHT_MOUTH_CORNER, 1] == pytest.approx(
        rest[RIGHT_MOUTH_CORNER, 1], abs=0.02
    )


def test_outer_brows_go_down_as_the_opposite_of_up(leo):
    down = leo.vertices({"x_browOuterDownLeft": 0.5})
    assert down == pytest.approx(leo.vertices({"browOuterUpLeft": -0.5}))


def test_knitted_brows_do_not_cross_the_middle(leo):
    angry = both_sides(browDown=1.2, x_browKnit=1.2)
    points = landmarks(leo, angry)
    assert points[LEFT_BROW][:, 0].min() > 0 > points[RIGHT_BROW][:, 0].max()


@pytest.mark.parametrize("blink", [0.0, 0.25, 0.5, 1.0])
def test_lids_never_sink_into_the_eyeballs(leo, blink):
    weights = {"eyeBlinkLeft": blink, "eyeSquintLeft": 0.5, "x_lidSadLeft": 0.5}
    head = canonical_head()
    cage = leo.vertices(weights)[: len(head.cage)]
    eye = leo.eyes[0]
    outside = (head.visibility > 0.10) & (cage[:, 2] > eye.centre[2])
    distance = np.linalg.norm(cage[outside] - eye.centre, axis=1)
    # the fine mesh rounds the cage, which keeps 1.06 radii
    assert distance.min() > 0.98 * eye.radii[0]


def test_the_portrait_holds_all_landmarks(leo):
    camera, points = leo.camera, landmarks(leo, {})
    half = np.tan(np.radians(camera.field_of_view_deg) / 2)
    depth = camera.target[2] + camera.distance - points[:, 2]
    across = np.abs(points[:, :2] - camera.target[:2]) / depth[:, None]
    assert across.max() < half
