from pathlib import Path

import numpy as np
import pytest

from deepexpr.core.images import read_image
from deepexpr.web.tracking import FaceTracker

PHOTO = Path(__file__).parents[2] / "examples" / "photos" / "astronaut.jpg"


@pytest.fixture(scope="module")
def frame():
    return read_image(PHOTO)[0:300, 80:380]


@pytest.fixture
def tracker():
    return FaceTracker.load()


def test_an_empty_frame_shows_nobody(tracker):
    assert tracker.find(np.full((120, 160, 3), 90, np.uint8)) == []


def test_a_face_is_found_and_then_followed_as_it_moves(tracker, frame):
    (first,) = tracker.find(frame)
    (second,) = tracker.find(np.roll(frame, (6, 12), axis=(0, 1)))
    moved = second.landmarks.points - first.landmarks.points
    assert np.median(moved, axis=0) == pytest.approx([12, 6], abs=2)


def test_a_face_that_leaves_is_given_up(tracker, frame):
    tracker.find(frame)
    assert tracker.find(np.full_like(frame, 90)) == []
    assert len(tracker.find(frame)) == 1
