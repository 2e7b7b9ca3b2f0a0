import numpy as np

from deepexpr.faces.blazeface import Detections
from deepexpr.faces.suppression import merged


def detections(*rows: tuple[float, float, float, float]) -> Detections:
    """Rows of centre x, centre y, side, score; the eyes lie on the centre."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Detections(
        boxes=table[:, [0, 1, 2, 2]],
        eyes=np.repeat(table[:, None, :2], 2, axis=1),
        scores=table[:, 3],
    )


def test_nothing_stays_nothing():
    assert merged(detections()).boxes.shape == (0, 4)


def test_faces_apart_stay_apart_and_the_surest_comes_first():
    found = merged(detections((0, 0, 10, 0.6), (50, 0, 10, 0.9)))
    np.testing.assert_allclose(found.scores, [0.9, 0.6])
    np.testing.assert_allclose(found.boxes[:, 0], [50, 0])


def test_overlapping_boxes_are_averaged_by_score():
    found = merged(detections((0, 0, 10, 0.75), (2, 0, 10, 0.25)))
    # (0 · 0.75 + 2 · 0.25) / 1
    np.testing.assert_allclose(found.boxes, [[0.5, 0, 10, 10]])
    np.testing.assert_allclose(found.eyes[0, :, 0], [0.5, 0.5])
    np.testing.assert_allclose(found.scores, [0.75])


def test_a_box_inside_a_surer_one_is_dropped_without_moving_it():
    found = merged(detections((0, 0, 10, 0.9), (3, 3, 3, 0.8)))
    np.testing.assert_allclose(found.boxes, [[0, 0, 10, 10]])
