import numpy as np
import pytest

from deepexpr.core.errors import ShapeError
from deepexpr.retrieval.geometric_distance import (
    SMALLEST_SCALE,
    geometric_distance,
    geometry_scale,
)


def test_one_standard_deviation_in_every_measure_is_a_distance_of_one():
    scale = np.arange(1, 10) / 10
    gallery = np.vstack([np.zeros(9), scale, -2 * scale])
    distances = geometric_distance(np.zeros(9), gallery, scale)
    np.testing.assert_allclose(distances, [0, 1, 2])


def test_one_measure_alone_counts_a_third():
    gallery = np.zeros((1, 9))
    gallery[0, 5] = 0.3
    assert geometric_distance(np.zeros(9), gallery, np.full(9, 0.3)) == pytest.approx(
        [1 / 3]
    )


def test_the_scale_is_the_standard_deviation_but_not_below_the_floor():
    geometry = np.zeros((4, 9))
    geometry[:, 0] = [-1, 1, -1, 1]
    scale = geometry_scale(geometry)
    assert scale[0] == 1
    assert np.all(scale[1:] == SMALLEST_SCALE)


@pytest.mark.parametrize(
    ("query", "gallery", "scale", "error"),
    [
        pytest.param(np.zeros(8), np.zeros((2, 9)), np.ones(9), ShapeError, id="query"),
        pytest.param(np.zeros(9), np.zeros((2, 8)), np.ones(9), ShapeError, id="rows"),
        pytest.param(np.zeros(9), np.zeros((2, 9)), np.ones(1), ShapeError, id="scale"),
        pytest.param(
            np.zeros(9), np.zeros((2, 9)), np.zeros(9), ValueError, id="zero scale"
        ),
        pytest.param(
            np.full(9, np.nan), np.zeros((2, 9)), np.ones(9), ValueError, id="nan"
        ),
    ],
)
def test_wrong_input_is_refused(query, gallery, scale, error):
    with pytest.raises(error):
        geometric_distance(query, gallery, scale)
