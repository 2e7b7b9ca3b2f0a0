import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import ShapeError
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.geometry import GEOMETRIC_FEATURE_NAMES, geometric_features

# A face on a grid 100 wide and 100 high: (x, y) of the right half; brows at 0 to 10,
# eyes at 20 to 30, mouth corners at 80, the lower lip's edge at 100.
RIGHT_BROW = [(0, 10), (10, 5), (20, 0), (30, 5), (40, 10)]
BRIDGE = [(50, 25), (50, 35), (50, 45), (50, 55)]
NOSE_BASE = [(40, 60), (45, 62), (50, 64), (55, 62), (60, 60)]
RIGHT_EYE = [(10, 25), (17, 20), (23, 20), (30, 25), (23, 30), (17, 30)]
OUTER_LIPS = [
    (30, 80), (37, 76), (44, 73), (50, 74), (56, 73), (63, 76), (70, 80),
    (63, 94), (56, 98), (50, 100), (44, 98), (37, 94),
]  # fmt: skip
INNER_LIPS = [(42, 79), (50, 79), (58, 79), (58, 84), (50, 84), (42, 84)]


def mirrored(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(100 - x, y) for x, y in points]


def grid_face(inner_lips: list[tuple[int, int]] = INNER_LIPS) -> Landmarks:
    right = RIGHT_EYE
    left_eye = mirrored([right[i] for i in (3, 2, 1, 0, 5, 4)])
    parts = [RIGHT_BROW, mirrored(RIGHT_BROW)[::-1], BRIDGE, NOSE_BASE, right, left_eye]
    flat = [point for part in parts for point in part]
    return Landmarks(np.array([*flat, *OUTER_LIPS, *inner_lips], np.float64))


def measure(landmarks: Landmarks, name: str) -> float:
    return float(geometric_features(landmarks)[GEOMETRIC_FEATURE_NAMES.index(name)])


def test_a_face_without_extent_is_refused():
    with pytest.raises(ShapeError, match="no extent"):
        geometric_features(Landmarks(np.zeros((49, 2))))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("left_brow_height", 0.25, id="brow top 0 to eye centre 25"),
        pytest.param("right_brow_height", 0.25, id="the same on the right"),
        pytest.param("left_eyelid_height", 0.10, id="lids at 20 and 30"),
        pytest.param("right_eyelid_height", 0.10, id="the same lids on the right"),
        pytest.param("nose_width", 0.20, id="nostrils at 40 and 60"),
        pytest.param("mouth_width", 0.40, id="corners at 30 and 70"),
        pytest.param("mouth_openness", 0.05, id="inner lips at 79 and 84"),
        pytest.param("left_lip_height", 0.50, id="lower lid 30 to corner 80"),
        pytest.param("right_lip_height", 0.50, id="the same corner on the right"),
    ],
)
def test_known_values(name, expected):
    assert measure(grid_face(), name) == pytest.approx(expected)


def test_a_closed_mouth_has_no_openness():
    closed = [(x, 80) for x, _ in INNER_LIPS]
    assert measure(grid_face(closed), "mouth_openness") == pytest.approx(0)


def test_left_is_the_subjects_left():
    points = grid_face().points.copy()
    points[5:10, 1] -= 5  # the brow on the right of the picture
    raised = Landmarks(points)
    assert measure(raised, "left_brow_height") > measure(raised, "right_brow_height")


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 10), st.floats(-80, 80), st.floats(-300, 300))
def test_size_place_and_tilt_do_not_matter(scale, angle_deg, shift):
    angle = np.deg2rad(angle_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    average = Landmarks(AVERAGE_FACE.copy())
    moved = Landmarks(scale * AVERAGE_FACE @ turn.T + shift)
    np.testing.assert_allclose(
        geometric_features(moved), geometric_features(average), atol=1e-6
    )


def test_the_average_face_measures_alike_on_both_sides():
    features = geometric_features(Landmarks(AVERAGE_FACE.copy()))
    np.testing.assert_allclose(features[[0, 2, 7]], features[[1, 3, 8]], atol=2e-3)
    assert ((features >= 0) & (features <= 1)).all()
