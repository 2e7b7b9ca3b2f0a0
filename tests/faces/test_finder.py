from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepexpr.core.errors import ShapeError
from deepexpr.core.images import RGBImage, list_images, read_image
from deepexpr.faces.finder import Face

PORTRAITS = Path(__file__).parents[3] / "shared" / "data" / "photos"
ASTRONAUT_EYES = [(203, 101), (246, 103)]  # read off the photo


def resized(image: RGBImage, width: int, height: int) -> RGBImage:
    return np.asarray(Image.fromarray(image).resize((width, height)))


def apart(found: Face, points: np.ndarray) -> float:
    """Mean distance of the landmarks from points, in outer-eye distances."""
    distance = np.linalg.norm(found.landmarks.points - points, axis=1).mean()
    return float(distance / found.landmarks.interocular_distance)


def test_a_grey_picture_without_channels_is_refused(finder):
    with pytest.raises(ShapeError, match="image"):
        finder.find(np.zeros((64, 64), np.uint8))
    with pytest.raises(ShapeError, match="image"):
        finder.face_from_crop(np.zeros((48, 48), np.uint8))


def test_a_picture_without_a_face_gives_none(finder, grass):
    assert finder.find(grass) == []
    assert finder.find(np.zeros((16, 300, 3), np.uint8)) == []
    assert finder.face_from_crop(np.zeros((48, 48, 3), np.uint8)) is None


def test_the_astronaut_is_found_once_without_doubts(astronaut_face, finder, astronaut):
    assert len(finder.find(astronaut)) == 1
    assert astronaut_face.notes == ()
    assert astronaut_face.presence > 0.99
    assert astronaut_face.box.score > 0.86
    assert astronaut_face.aligned.image.shape == (256, 256, 3)
    eyes = astronaut_face.landmarks.points[19:31].reshape(2, 6, 2).mean(axis=1)
    np.testing.assert_allclose(eyes, ASTRONAUT_EYES, atol=5)


def test_finding_twice_gives_the_same_face(finder, astronaut, astronaut_face):
    again = finder.find(astronaut)[0]
    np.testing.assert_array_equal(again.mesh.points, astronaut_face.mesh.points)


def test_the_largest_face_comes_first_and_the_limit_is_kept(finder, astronaut):
    face = astronaut[20:260, 100:340]
    pair = np.full((400, 700, 3), 200, np.uint8)
    pair[50:210, 20:180] = resized(face, 160, 160)
    pair[40:360, 300:620] = resized(face, 320, 320)
    found = finder.find(pair)
    assert len(found) == 2
    assert found[0].box.width > 1.7 * found[1].box.width
    assert found[0].box.x > 300
    assert len(finder.find(pair, limit=1)) == 1


def test_a_face_of_four_hundredths_of_the_width_is_found(
    finder, astronaut, astronaut_face
):
    box = astronaut_face.box
    scale = 0.04 * 1200 / box.width
    side = round(512 * scale)
    far = np.full((800, 1200, 3), 150, np.uint8)
    far[500 : 500 + side, 900 : 900 + side] = resized(astronaut, side, side)
    (found,) = finder.find(far)
    expected = astronaut_face.landmarks.points * (side / 512) + (900, 500)
    assert apart(found, expected) < 0.08
    assert found.box.width == pytest.approx(48, rel=0.1)


def test_a_face_that_fills_the_frame_is_found(finder, astronaut, astronaut_face):
    box = astronaut_face.box
    left, top = round(box.x), round(box.y)
    side = round(box.width)
    close = np.ascontiguousarray(astronaut[top : top + side, left : left + side])
    (found,) = finder.find(close)
    expected = astronaut_face.landmarks.points - (left, top)
    assert apart(found, expected) < 0.05


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_the_wrong_way_up_is_answered_with_a_note(finder, astronaut, quarters):
    turned = np.ascontiguousarray(np.rot90(astronaut, quarters))
    found = finder.find(turned)[0]
    assert any("upright" in note for note in found.notes)


def test_a_covered_mouth_is_noted(finder, astronaut, astronaut_face):
    covered = astronaut.copy()
    x, y, width, height = (int(v) for v in astronaut_face.landmarks.bounds)
    covered[y + height // 2 : y + 2 * height, x - 10 : x + width + 10] = (60, 90, 160)
    found = finder.find(covered)[0]
    assert any("partly covered" in note for note in found.notes)


def test_a_small_grey_crop_gives_the_same_landmarks(finder, astronaut, astronaut_face):
    box = astronaut_face.box
    left, top = round(box.x), round(box.y)
    side = round(box.width)
    grey = Image.fromarray(astronaut[top : top + side, left : left + side])
    crop = np.asarray(grey.convert("L").resize((48, 48)).convert("RGB"))
    found = finder.face_from_crop(crop)
    assert found is not None
    expected = (astronaut_face.landmarks.points - (left, top)) * (48 / side)
    assert apart(found, expected) < 0.05


@pytest.mark.dataset
@pytest.mark.skipif(not PORTRAITS.is_dir(), reason="the portraits are not here")
def test_every_studio_portrait_is_found_without_doubts(finder):
    for path in list_images(PORTRAITS):
        faces = finder.find(read_image(path))
        assert [face.notes for face in faces] == [()], path.name
