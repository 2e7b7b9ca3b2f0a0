import numpy as np
import pytest

from deepexpr.faces.detect import FaceBox, FaceDetector


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector.load()


def test_the_region_of_a_box_is_one_and_a_half_times_as_large_and_concentric():
    region = FaceBox(10, 20, 40, 40, 0.9, 5.0).region
    assert (region.x, region.y, region.side_px, region.roll_deg) == (30, 40, 60, 5.0)


def test_a_box_around_a_mesh_has_the_region_of_the_mesh(astronaut_face):
    mesh = astronaut_face.mesh
    region = FaceBox.around(mesh, 1.0).region
    assert region.side_px == pytest.approx(mesh.region.side_px)
    assert (region.x, region.y) == pytest.approx((mesh.region.x, mesh.region.y))


def test_a_glance_finds_the_one_face(detector, astronaut):
    (box,) = detector.glance(astronaut)
    assert box.score > 0.7
    assert 170 < box.x + box.width / 2 < 270
    assert 60 < box.y + box.height / 2 < 180


def test_a_search_finds_a_face_too_small_for_a_glance(detector, astronaut):
    face = astronaut[60:200, 150:290]
    wide = np.full((600, 3000, 3), 90, np.uint8)
    wide[200:340, 1200:1340] = face
    assert not detector.glance(wide)
    surest = detector.search(wide)[0]
    assert 1200 < surest.x + surest.width / 2 < 1340


def test_a_face_is_certain_and_a_plain_wall_is_not(detector, astronaut, astronaut_face):
    assert detector.certainty(astronaut, astronaut_face.mesh.region) > 0.85
    wall = np.full((200, 200, 3), 128, np.uint8)
    assert detector.certainty(wall, FaceBox(50, 50, 100, 100, 1.0).region) < 0.3


def test_a_crop_without_any_face_may_have_no_box(detector):
    assert detector.find_in_crop(np.zeros((48, 48, 3), np.uint8)) is None
