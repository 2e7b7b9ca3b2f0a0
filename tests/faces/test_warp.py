import numpy as np
import pytest

from deepexpr.core.errors import ShapeError
from deepexpr.core.images import RGBImage
from deepexpr.faces.warp import Region, inverted, transformed, warp

IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def random_picture(height: int, width: int) -> RGBImage:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, size=(height, width, 3), dtype=np.uint8)


def plainly_sampled(image: RGBImage, matrix: np.ndarray, size_px: int) -> np.ndarray:
    """Bilinear sampling pixel by pixel, edges repeated."""
    height, width = image.shape[:2]
    back = inverted(matrix)
    result = np.zeros((size_px, size_px, 3))
    for row in range(size_px):
        for column in range(size_px):
            x, y = back @ (column + 0.5, row + 0.5, 1.0) - 0.5
            left, top = int(np.floor(x)), int(np.floor(y))
            for dy in (0, 1):
                for dx in (0, 1):
                    share = abs(1 - dx - (x - left)) * abs(1 - dy - (y - top))
                    pixel = image[
                        min(max(top + dy, 0), height - 1),
                        min(max(left + dx, 0), width - 1),
                    ]
                    result[row, column] += share * pixel
    return result


def test_a_matrix_that_is_not_two_by_three_is_refused():
    with pytest.raises(ShapeError, match="matrix"):
        warp(random_picture(8, 8), np.eye(3), 8)


def test_the_identity_changes_nothing():
    image = random_picture(12, 12)
    np.testing.assert_array_equal(warp(image, IDENTITY, 12), image)


def test_agrees_with_sampling_one_pixel_at_a_time():
    image = random_picture(20, 30)
    matrix = Region(13.0, 11.0, 18.0, 25.0).to_crop(24)
    fast = warp(image, matrix, 24, repeat_edges=True).astype(float)
    np.testing.assert_allclose(fast, plainly_sampled(image, matrix, 24), atol=1.5)


def test_shrinking_averages_instead_of_skipping_pixels():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 200
    grey = warp(stripes, Region(32, 32, 64).to_crop(16), 16)
    assert abs(grey.astype(int) - 100).max() <= 1


def test_beyond_the_picture_lies_black_or_its_repeated_edge():
    white = np.full((10, 10, 3), 255, np.uint8)
    around = Region(5, 5, 30).to_crop(30)
    black = warp(white, around, 30)
    assert black[0, 0].tolist() == [0, 0, 0]
    assert black[15, 15].tolist() == [255, 255, 255]
    assert warp(white, around, 30, repeat_edges=True).min() == 255


@pytest.mark.parametrize("x", [-500.0, 500.0], ids=["left of it", "right of it"])
def test_a_square_wholly_outside_the_picture_shows_its_nearest_edge(x):
    image = random_picture(10, 10)
    matrix = Region(x, 5, 10).to_crop(10)
    assert warp(image, matrix, 10).max() == 0
    seen = warp(image, matrix, 10, repeat_edges=True)
    column = image[:, 0 if x < 0 else -1]
    np.testing.assert_array_equal(seen, np.repeat(column[:, None], 10, axis=1))


def test_a_region_turned_by_a_quarter_puts_its_falling_edge_on_top():
    # The upper edge of a region with roll 90 runs downwards in the picture.
    corners = transformed(
        np.array([[10.0, 0.0], [10.0, 10.0]]), Region(5, 5, 10, 90.0).to_crop(10)
    )
    np.testing.assert_allclose(corners, [[0, 0], [10, 0]], atol=1e-9)


def test_inverting_undoes_a_matrix():
    matrix = Region(3, 4, 50, 33.0).to_crop(256)
    points = np.array([[1.0, 2.0], [-30.0, 70.0]])
    back = transformed(transformed(points, matrix), inverted(matrix))
    np.testing.assert_allclose(back, points)
