import numpy as np

from deepexpr.faces.blazeface import anchor_centres, detect_in_region
from deepexpr.faces.onnx_session import open_face_network
from deepexpr.faces.warp import Region


def test_anchors_are_cell_centres_two_of_each_then_six_of_each():
    anchors = anchor_centres()
    assert anchors.shape == (896, 2)
    np.testing.assert_array_equal(anchors[:3], [[4, 4], [4, 4], [12, 4]])
    np.testing.assert_array_equal(anchors[511:513], [[124, 124], [8, 8]])
    np.testing.assert_array_equal(anchors[518], [24, 8])
    np.testing.assert_array_equal(anchors[-1], [120, 120])


def test_the_face_is_found_at_the_same_place_in_any_square(astronaut, astronaut_face):
    session = open_face_network("face_detector")
    box = astronaut_face.box
    for region in (box.region, Region(256, 256, 512), Region(200, 150, 400, 20.0)):
        found = detect_in_region(session, astronaut, region, 0.5)
        surest = found.scores.argmax()
        middle = (box.x + box.width / 2, box.y + box.height / 2)
        apart = np.abs(found.boxes[surest, :2] - middle).max()
        assert apart < 0.15 * box.width
        right_eye, left_eye = found.eyes[surest]
        assert right_eye[0] < left_eye[0]


def test_the_least_score_is_kept_to(astronaut):
    session = open_face_network("face_detector")
    found = detect_in_region(session, astronaut, Region(256, 256, 512), 0.7)
    assert found.scores.min() >= 0.7
    nothing = detect_in_region(session, astronaut, Region(256, 256, 512), 1.1)
    assert nothing.boxes.shape == (0, 4)
