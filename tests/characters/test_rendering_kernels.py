"""The compiled kernels against slow, obvious twins."""

import numpy as np
import pytest

from deepexpr.characters.rendering.casters import facing_forward, thinned
from deepexpr.characters.rendering.kernels_geometry import turn_vectors, vertex_normals
from deepexpr.characters.rendering.kernels_image import average_down, soften_along
from deepexpr.characters.rendering.kernels_light import power, surface_gloss
from deepexpr.characters.rendering.kernels_materials import relief_at
from deepexpr.characters.rendering.kernels_noise import smooth_step, value_noise
from deepexpr.characters.rendering.kernels_raster import draw_depth, draw_triangles
from deepexpr.characters.rendering.kernels_visibility import seen_share, to_light
from deepexpr.characters.rendering.shading_inputs import COLUMNS, ROUGHNESS, SPECULAR

SIZE = 12
RNG = np.random.default_rng(7)
FLAT = np.array([[1, 1, 2], [9, 1, 2], [1, 9, 2]], np.float32)
ONE = np.array([[0, 1, 2]], np.int32)


def drawn(points, triangles, single_sided=None):
    numbers = np.full((SIZE, SIZE), -1, np.int32)
    depth = np.zeros((SIZE, SIZE), np.float32)
    shares = np.zeros((SIZE, SIZE, 2), np.float32)
    if single_sided is None:
        single_sided = np.zeros(len(triangles), np.uint8)
    span = (0, len(triangles))
    draw_triangles(points, triangles, single_sided, span, numbers, depth, shares)
    return numbers, depth, shares


def slow_shares(corners, x, y):
    """Barycentric weights of (x, y) in a triangle, by solving for them."""
    system = np.vstack([corners[:, :2].T, np.ones(3)])
    return np.linalg.solve(system, [x, y, 1.0])


def slow_drawn(points, triangles):
    """The nearest triangle at every pixel centre, one pixel after the other."""
    numbers = np.full((SIZE, SIZE), -1, np.int32)
    depth = np.zeros((SIZE, SIZE))
    for row in range(SIZE):
        for column in range(SIZE):
            for number, triangle in enumerate(triangles):
                corners = points[triangle].astype(float)
                shares = slow_shares(corners, column + 0.5, row + 0.5)
                z = shares @ corners[:, 2]
                if shares.min() >= 0 and z > depth[row, column]:
                    numbers[row, column], depth[row, column] = number, z
    return numbers, depth


def random_triangles(count):
    points = RNG.uniform(-4, SIZE + 4, (3 * count, 3)).astype(np.float32)
    points[:, 2] = RNG.uniform(0.1, 1.0, 3 * count)
    return points, np.arange(3 * count, dtype=np.int32).reshape(count, 3)


def test_a_triangle_covers_the_pixel_centres_within_it():
    numbers, _, _ = drawn(FLAT, ONE)
    rows, columns = np.nonzero(numbers == 0)
    assert set(zip(columns + 0.5, rows + 0.5, strict=True)) == {
        (x + 0.5, y + 0.5) for x in range(1, 9) for y in range(1, 9) if x + y + 1 <= 10
    }


def test_drawing_agrees_with_testing_every_pixel():
    points, triangles = random_triangles(20)
    numbers, depth, _ = drawn(points, triangles)
    slow_numbers, slow_depth = slow_drawn(points, triangles)
    np.testing.assert_array_equal(numbers, slow_numbers)
    np.testing.assert_allclose(depth, slow_depth, atol=1e-5)


def test_shares_follow_perspective():
    # At the middle between inverse distances 1 and 1/3 the surface point lies three
    # times nearer to the nearer corner.
    points = np.array([[0, 0, 1], [12, 0, 1 / 3], [0, 30, 1]], np.float32)
    _, _, shares = drawn(points, ONE)
    x = 5.5 / 12
    assert shares[0, 5, 0] == pytest.approx(
        x / 3 / (1 - x - 0.5 / 30 + x / 3 + 0.5 / 30), rel=1e-4
    )


@pytest.mark.parametrize(("order", "seen"), [([0, 2, 1], True), ([0, 1, 2], False)])
def test_the_back_of_a_single_sided_triangle_is_not_drawn(order, seen):
    # Rows grow downwards, so corners that run anticlockwise in the picture are 0 2 1.
    triangle = np.array([order], np.int32)
    numbers, _, _ = drawn(FLAT, triangle, np.ones(1, np.uint8))
    assert (numbers >= 0).any() == seen


def test_triangles_outside_or_without_area_are_skipped():
    outside = FLAT + np.array([100, 0, 0], np.float32)
    numbers, _, _ = drawn(outside, ONE)
    assert (numbers == -1).all()
    line = np.array([[0, 0, 1], [5, 5, 1], [10, 10, 1]], np.float32)
    assert (drawn(line, ONE)[0] == -1).all()


def test_the_light_sees_the_nearest_surface():
    points, triangles = random_triangles(20)
    depth = np.zeros((SIZE, SIZE), np.float32)
    draw_depth(points, triangles, depth)
    _, slow_depth = slow_drawn(points, triangles)
    within = slow_depth > 0
    np.testing.assert_allclose(depth[within], slow_depth[within], atol=1e-3)


def test_normals_are_unit_and_weigh_triangles_by_area():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 2]], np.float32)
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    normals = np.empty_like(vertices)
    vertex_normals(vertices, triangles, normals)
    np.testing.assert_allclose(normals[1], [0, 0, 1], atol=1e-6)
    expected = np.array([2.0, 0.0, 1.0]) / 5**0.5
    np.testing.assert_allclose(normals[0], expected, atol=1e-6)


def test_vectors_turn_by_their_share():
    quarter = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)
    vectors = np.array([[0, 0, 1]] * 3, np.float32)
    turned = np.empty_like(vectors)
    shares = np.array([0, 0.5, 1], np.float32)
    turn_vectors(vectors, shares, quarter, np.array([0, 4, 0], np.float32), turned)
    expected = np.array([[0, 0, 1], [0.5, 2, 0.5], [1, 4, 0]])
    np.testing.assert_allclose(turned, expected)


def test_a_wall_hides_what_lies_behind_it_and_nothing_else():
    frame = np.eye(3, dtype=np.float32)
    wall = np.array([[0, -9, 1], [9, -9, 1], [9, 9, 1], [0, 9, 1]], np.float32)
    probes = np.array([[2, 0, 0], [-2, 0, 0], [2, 0, 1]], np.float32)
    normals = np.array([[0, 0, 1]] * 3, np.float32)
    grid, centre = (0.5, 16), np.zeros(3, np.float32)
    points, on_map = np.empty_like(wall), np.empty_like(probes)
    to_light(wall, frame, centre, grid, points)
    to_light(probes, frame, centre, grid, on_map)
    depth = np.full((16, 16), -1e9, np.float32)
    draw_depth(points, np.array([[0, 1, 2], [0, 2, 3]], np.int32), depth)
    seen = np.full(3, -1, np.float32)
    chosen = np.arange(3)
    seen_share(on_map, normals, chosen, frame, depth, (0.5, 0.1, 0.1), seen)
    assert seen.tolist() == [0.0, 1.0, 1.0]


def test_what_faces_away_sees_no_light_and_what_lies_off_the_map_sees_all():
    frame = np.eye(3, dtype=np.float32)
    on_map = np.array([[8, 8, 0], [99, 8, 0]], np.float32)
    normals = np.array([[0, 0, -1], [0, 0, 1]], np.float32)
    seen = np.full(2, -1, np.float32)
    depth = np.full((16, 16), 5, np.float32)
    offsets = (0.5, 0.1, 0.1)
    seen_share(on_map, normals, np.arange(2), frame, depth, offsets, seen)
    assert seen.tolist() == [0.0, 1.0]


def test_averaging_keeps_grey_and_rolls_off_highlights():
    picture = np.zeros((4, 2, 3), np.float32)
    picture[:2], picture[2:] = 0.25, 50.0
    levels = np.arange(101, dtype=np.uint8)
    image = np.empty((2, 1, 3), np.uint8)
    average_down(picture, 2, levels, image)
    assert image[:, 0, 0].tolist() == [25, 100]


def test_averaging_agrees_with_numpy_below_the_highlights():
    picture = RNG.uniform(0, 0.7, (6, 6, 3)).astype(np.float32)
    image = np.empty((2, 2, 3), np.uint8)
    average_down(picture, 3, np.arange(256, dtype=np.uint8), image)
    means = picture.reshape(2, 3, 2, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(image / 255, means, atol=0.5 / 255 + 1e-6)


def test_light_seeps_along_skin_but_not_across_its_border():
    picture = np.zeros((1, 9, 3), np.float32)
    picture[0, 4] = 1.0
    soft = np.ones((1, 9), np.uint8)
    soft[0, 6:] = 0
    target = np.empty_like(picture)
    depth = np.ones((1, 9), np.float32)
    soften_along(picture, target, soft, depth, 1.0, (0, 1))
    red, blue = target[0, :, 0], target[0, :, 2]
    assert red[4] < blue[4] <= 1.0
    assert red[3] > 0
    assert red[5] > 0
    assert not red[6:].any()


def test_light_does_not_seep_across_a_step_in_depth():
    picture = np.zeros((1, 4, 3), np.float32)
    picture[0, :2] = 1.0
    depth = np.array([[1, 1, 2, 2]], np.float32)
    target = np.empty_like(picture)
    soften_along(picture, target, np.ones((1, 4), np.uint8), depth, 1.0, (0, 1))
    np.testing.assert_allclose(target, picture, atol=1e-6)


def test_smooth_steps_end_flat():
    assert [smooth_step(0.0, 2.0, x) for x in (-1.0, 0.0, 1.0, 2.0, 3.0)] == [
        0.0, 0.0, 0.5, 1.0, 1.0,
    ]  # fmt: skip


def test_noise_is_bounded_smooth_and_fixed():
    places = RNG.uniform(-20, 20, (500, 3))
    values = np.array([value_noise(*place) for place in places])
    near = np.array([value_noise(*(place + 1e-4)) for place in places])
    assert np.abs(values).max() <= 1.0
    assert values.std() > 0.2
    assert np.abs(values - near).max() < 2e-3


@pytest.mark.parametrize("base", [0.0, 1e-7, 0.3, 1.0, 1.2])
def test_powers_are_clamped_to_one(base):
    assert power(base, 0.6) == pytest.approx(min(base, 1.0) ** 0.6, abs=3e-4)


def test_a_highlight_is_brightest_where_it_mirrors():
    material = np.zeros(COLUMNS, np.float32)
    material[SPECULAR], material[ROUGHNESS] = 0.04, 0.3
    normal, eye = (0.0, 0.0, 1.0), (0.0, 0.6, 0.8)
    mirrored = surface_gloss(normal, (0.0, -0.6, 0.8), eye, material)
    aside = surface_gloss(normal, (0.6, 0.0, 0.8), eye, material)
    behind = surface_gloss(normal, (0.0, 0.0, -1.0), eye, material)
    assert mirrored > 10 * aside > behind == 0.0


def test_relief_is_read_between_cells():
    relief = np.zeros((2, 3, 3), np.float32)
    relief[0, 0], relief[1, 2] = [4, 0, 0], [0, 8, 1]
    assert relief_at(relief, 0.0, 0.0) == (4.0, 0.0, 0.0)
    assert relief_at(relief, 0.25, 0.5) == (1.0, 0.0, 0.0)
    assert relief_at(relief, 1.0, 1.0) == (0.0, 8.0, 1.0)


def test_a_grid_thins_to_its_cage():
    # Cage corners come first, then the middles of edges and of the face.
    triangles = np.array(
        [[0, 4, 8], [0, 8, 7], [4, 1, 5], [4, 5, 8], [8, 5, 2], [8, 2, 6], [7, 8, 6],
         [7, 6, 3]], np.int32
    )  # fmt: skip
    coarse = thinned(triangles, 9)
    assert set(coarse.ravel()) <= {0, 1, 2, 3}
    assert 1 <= len(coarse) < len(triangles)


def test_thinning_moves_no_vertex_further_than_one_edge():
    count = 8
    place = np.array([[x, y] for y in range(count) for x in range(count)])
    at = np.arange(count * count).reshape(count, count)
    a, b = at[:-1, :-1].ravel(), at[:-1, 1:].ravel()
    c, d = at[1:, :-1].ravel(), at[1:, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])
    coarse = thinned(triangles.astype(np.int32), count * count)
    corners = place[coarse]
    assert 0 < len(coarse) < len(triangles) / 2
    assert np.ptp(corners, axis=1).max() <= 3


def test_nothing_thins_to_nothing():
    assert thinned(np.zeros((0, 3), np.int32), 5).shape == (0, 3)


def test_what_faces_away_can_be_left_out():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    both = np.array([[0, 1, 2], [0, 2, 1]], np.int32)
    assert facing_forward(both, vertices, -0.3).tolist() == [[0, 1, 2]]
