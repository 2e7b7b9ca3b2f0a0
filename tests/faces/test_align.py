import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import ShapeError
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import (
    AVERAGE_FACE,
    AlignedFace,
    align_face,
    registration_matrix,
)

IDENTITY = [[1, 0, 0], [0, 1, 0]]
GREY = np.full((40, 50, 3), 128, np.uint8)


def test_landmarks_on_one_line_cannot_be_registered():
    line = np.stack([np.arange(49.0), 2 * np.arange(49.0)], axis=1)
    with pytest.raises(ShapeError, match="lie on one line"):
        registration_matrix(Landmarks(line))


def test_landmarks_in_one_point_cannot_be_registered():
    with pytest.raises(ShapeError, match="lie on one line"):
        registration_matrix(Landmarks(np.ones((49, 2))))


def test_a_grey_picture_without_channels_is_refused():
    with pytest.raises(ShapeError, match="image"):
        align_face(GREY[..., 0], Landmarks(AVERAGE_FACE.copy()))


def test_an_aligned_face_is_square():
    with pytest.raises(ShapeError, match=r"aligned\.image"):
        AlignedFace(GREY, Landmarks(AVERAGE_FACE.copy()), np.array(IDENTITY, float))


def test_the_average_face_is_symmetric_and_lies_inside_the_picture():
    mirrored = AVERAGE_FACE * (-1, 1) + (256, 0)
    apart = np.abs(mirrored[:, None] - AVERAGE_FACE[None]).max(axis=2).min(axis=1)
    assert apart.max() < 0.2
    assert AVERAGE_FACE.min() > 40
    assert AVERAGE_FACE.max() < 216


def test_the_average_face_stays_where_it_is():
    matrix = registration_matrix(Landmarks(AVERAGE_FACE.copy()))
    np.testing.assert_allclose(matrix, IDENTITY, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.05, 20),
    st.floats(-180, 180),
    st.floats(-0.4, 0.4),
    st.floats(-500, 500),
)
def test_any_affine_move_of_a_face_is_undone(scale, angle_deg, shear, shift):
    angle = np.deg2rad(angle_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    move = scale * turn @ np.array([[1, shear], [0, 1]])
    moved = Landmarks(AVERAGE_FACE @ move.T + (shift, -shift))
    back = moved.transformed(registration_matrix(moved))
    np.testing.assert_allclose(back.points, AVERAGE_FACE, atol=1e-6)


def test_no_other_affine_matrix_comes_closer_to_the_average(astronaut_face):
    landmarks = astronaut_face.landmarks
    best = registration_matrix(landmarks)
    rng = np.random.default_rng(0)

    def error(matrix):
        return np.square(landmarks.transformed(matrix).points - AVERAGE_FACE).sum()

    for _ in range(20):
        nudge = rng.normal(size=(2, 3)) * (1e-3, 1e-3, 0.1)
        assert error(best + nudge) > error(best)


def test_the_picture_moves_as_its_landmarks_do(astronaut, astronaut_face):
    points = astronaut_face.landmarks.points
    dotted = np.full_like(astronaut, 40)
    eye = points[19]
    rows, columns = np.ogrid[: dotted.shape[0], : dotted.shape[1]]
    near = np.hypot(columns + 0.5 - eye[0], rows + 0.5 - eye[1]) < 3
    dotted[near] = 255
    aligned = align_face(dotted, astronaut_face.landmarks)
    bright = np.argwhere(aligned.image[..., 0] > 150) + 0.5
    expected = aligned.landmarks.points[19]
    np.testing.assert_allclose(bright.mean(axis=0)[::-1], expected, atol=1.5)


def test_a_smaller_result_shows_the_same_face(astronaut, astronaut_face):
    large = align_face(astronaut, astronaut_face.landmarks)
    small = align_face(astronaut, astronaut_face.landmarks, size_px=64)
    assert small.image.shape == (64, 64, 3)
    np.testing.assert_allclose(small.landmarks.points * 4, large.landmarks.points)
    shrunk = large.image.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - small.image).mean() < 4


def test_what_lies_beyond_the_picture_repeats_its_edge():
    landmarks = Landmarks(AVERAGE_FACE / 4 - 20)
    assert align_face(GREY, landmarks).image.min() == 128
