from dataclasses import replace

import numpy as np
import pytest

from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.detect import FaceBox
from deepexpr.faces.doubts import doubts
from deepexpr.faces.mesh import FaceMesh

BOX = FaceBox(0, 0, 256, 256, 0.95)
FACE = Landmarks(AVERAGE_FACE.copy())
SIZE = (256, 256)


def mesh(
    presence: float = 1.0, yaw_deg: float = 0.0, roll_deg: float = 0.0
) -> FaceMesh:
    """A mesh of which only the cheeks and the outer eye corners are placed."""
    points = np.zeros((478, 3))
    points[454] = (100, 0, 100 * np.tan(np.deg2rad(yaw_deg)))
    angle = np.deg2rad(roll_deg)
    points[263, :2] = np.cos(angle), np.sin(angle)
    return FaceMesh(points, presence)


def test_a_clear_frontal_face_raises_no_doubts():
    assert doubts(BOX, mesh(), FACE, SIZE) == ()


@pytest.mark.parametrize(
    ("fitted", "box", "landmarks", "words"),
    [
        pytest.param(mesh(), replace(BOX, score=0.7), FACE, "not sure", id="score"),
        pytest.param(mesh(presence=0.6), BOX, FACE, "fit this face badly", id="mesh"),
        pytest.param(
            mesh(yaw_deg=50), BOX, FACE, "about 50 degrees to its left", id="left"
        ),
        pytest.param(
            mesh(yaw_deg=-50), BOX, FACE, "about 50 degrees to its right", id="right"
        ),
        pytest.param(
            mesh(roll_deg=90), BOX, FACE, "90 degrees from upright", id="lying"
        ),
        pytest.param(
            mesh(), BOX, Landmarks(AVERAGE_FACE / 10), "very small", id="small"
        ),
        pytest.param(
            mesh(), BOX, Landmarks(AVERAGE_FACE - (60, 0)), "cut off", id="cut off"
        ),
    ],
)
def test_each_weakness_has_its_sentence(fitted, box, landmarks, words):
    (note,) = doubts(box, fitted, landmarks, SIZE)
    assert words in note
    assert note[0].isupper()
    assert note[-1] in ".?"


def test_several_weaknesses_are_all_told():
    notes = doubts(replace(BOX, score=0.5), mesh(presence=0.2), FACE, SIZE)
    assert len(notes) == 2
