import numpy as np
import pytest

from deepexpr.characters.building.makehuman.geometry import (
    coloured,
    grid_triangles,
    joined,
    resample,
    smooth_step,
    spread_directions,
    tube,
    unit,
    vertex_normals,
)
from deepexpr.characters.building.makehuman.rasterising import (
    TriangleMap,
    draw_nearness,
)
from deepexpr.characters.building.makehuman.subdivision import catmull_clark
from deepexpr.characters.building.makehuman.surface import FrontView
from deepexpr.characters.building.makehuman.warps import (
    PROFILE_HEIGHTS,
    ComposedWarp,
    LocalWarp,
    ProfileWarp,
)

CUBE = np.array(
    [[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)]
)
CUBE_QUADS = np.array(
    [
        [0, 1, 3, 2],
        [4, 6, 7, 5],
        [0, 4, 5, 1],
        [2, 3, 7, 6],
        [0, 2, 6, 4],
        [1, 5, 7, 3],
    ]
)


def test_smooth_step_is_half_in_the_middle_and_clamped_outside():
    assert smooth_step(2, 4, 3) == pytest.approx(0.5)
    assert smooth_step(2, 4, [0, 2, 4, 9]).tolist() == [0, 0, 1, 1]


def test_unit_keeps_zero_vectors_at_zero():
    assert unit([[3, 0, 4], [0, 0, 0]]).tolist() == [[0.6, 0, 0.8], [0, 0, 0]]


def test_spread_directions_are_unit_vectors_around_the_centre():
    directions = spread_directions(500)
    assert np.linalg.norm(directions, axis=1) == pytest.approx(np.ones(500))
    assert np.abs(directions.mean(axis=0)).max() < 0.01


def test_a_closed_grid_has_two_triangles_a_cell():
    assert len(grid_triangles(5, 3, closed=True)) == 2 * 5 * 2
    assert len(grid_triangles(5, 3, closed=False)) == 2 * 4 * 2
    assert grid_triangles(2, 2, closed=False).tolist() == [[0, 1, 3], [0, 3, 2]]


def test_normals_of_a_square_point_along_its_axis():
    square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    assert vertex_normals(square, triangles).tolist() == [[0, 0, 1]] * 4


def test_normals_agree_with_adding_faces_one_by_one():
    random = np.random.default_rng(1)
    vertices = random.normal(size=(12, 3))
    triangles = np.array([random.choice(12, 3, replace=False) for _ in range(30)])
    slow = np.zeros((12, 3))
    for a, b, c in triangles:
        face = np.cross(vertices[b] - vertices[a], vertices[c] - vertices[a])
        for corner in (a, b, c):
            slow[corner] += face
    slow /= np.linalg.norm(slow, axis=1, keepdims=True)
    assert vertex_normals(vertices, triangles) == pytest.approx(slow)


def test_resampling_spaces_points_evenly_along_a_corner():
    path = np.array([[0.0, 0, 0], [1, 0, 0], [1, 3, 0]])
    assert resample(path, 5)[:, :2].tolist() == [[0, 0], [1, 0], [1, 1], [1, 2], [1, 3]]


def test_a_round_tube_keeps_its_radius_and_faces_outwards():
    path = np.column_stack([np.zeros(4), np.zeros(4), np.arange(4.0)])
    radius = np.full(4, 0.5)
    pipe = tube(
        path, np.tile([0.0, 1, 0], (4, 1)), (radius, radius), sides=16, underside=1.0
    )
    assert np.hypot(*pipe.vertices[:, :2].T) == pytest.approx(np.full(64, 0.5))
    assert pipe.tangents.tolist() == [[0, 0, 1]] * 64
    normals = vertex_normals(pipe.vertices, pipe.triangles)
    assert (normals * pipe.vertices)[:, :2].sum(axis=1).min() > 0.45


def test_joined_meshes_number_their_triangles_on():
    triangle = np.eye(3), np.array([[0, 1, 2]])
    both = joined([coloured(triangle, [1, 0, 0]), coloured(triangle, [0, 1, 0])])
    assert both.triangles.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert both.colours[[0, 3]].tolist() == [[1, 0, 0], [0, 1, 0]]


def test_catmull_clark_rounds_a_cube_to_the_known_points():
    fine = catmull_clark(8, CUBE_QUADS)
    points = fine.matrix @ CUBE
    assert points.shape == (8 + 12 + 6, 3)
    assert len(fine.quads) == 24
    assert np.abs(points[:8]) == pytest.approx(np.full((8, 3), 5 / 9), abs=1e-6)
    assert np.sort(np.abs(points[8:20])) == pytest.approx(
        np.tile([0, 0.75, 0.75], (12, 1)), abs=1e-6
    )
    assert np.sort(np.abs(points[20:])).tolist() == [[0, 0, 1]] * 6


def test_catmull_clark_keeps_the_outer_corners_smooth_and_edges_straight():
    fine = catmull_clark(4, np.array([[0, 1, 2, 3]]))
    square = np.array([[0.0, 0, 0], [8, 0, 0], [8, 8, 0], [0, 8, 0]])
    points = fine.matrix @ square
    assert points[0].tolist() == [1, 1, 0]  # B-spline corner: (6·0 + 8 + 0) / 8
    assert points[8].tolist() == [4, 4, 0]


def covered(screen, triangle, x, y):
    corners = [screen[corner][:2] for corner in triangle]
    signs = []
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        step, away = end - start, np.array([x, y]) - start
        signs.append(step[0] * away[1] - step[1] * away[0])
    return all(s >= 0 for s in signs) or all(s <= 0 for s in signs)


def test_the_triangle_map_agrees_with_testing_every_pixel():
    random = np.random.default_rng(4)
    screen = random.uniform(0, 24, (18, 3)).astype(np.float32)
    screen[:, 2] = np.repeat(random.uniform(1, 2, 6), 3)  # flat: one depth a triangle
    triangles = np.arange(18).reshape(6, 3)
    picture = TriangleMap(screen, triangles, 24)
    for row in range(24):
        for column in range(24):
            inside = [
                number
                for number, triangle in enumerate(triangles)
                if covered(screen, triangle, column + 0.5, row + 0.5)
            ]
            nearest = max(inside, key=lambda n: screen[3 * n, 2], default=-1)
            assert picture.triangle[row, column] == nearest


def test_weights_of_a_pixel_give_back_its_place():
    screen = np.array([[0, 0, 1], [16, 0, 1], [0, 16, 1]], np.float32)
    picture = TriangleMap(screen, np.array([[0, 1, 2]]), 16)
    weights = np.array(picture.weights(4, 7))
    assert weights @ screen[:, :2] == pytest.approx([7.5, 4.5])


def test_triangles_without_area_are_not_drawn():
    picture = np.full((8, 8), -1.0, np.float32)
    line = np.array([[1, 1, 5], [4, 4, 5], [7, 7, 5]], np.float32)
    draw_nearness(line, np.array([[0, 1, 2]]), picture)
    assert (picture == -1).all()


def test_a_front_view_finds_the_nearer_of_two_sheets():
    sheet = np.array([[-1.0, -1, 0], [3, -1, 0], [-1, 3, 0]])
    nearer = sheet + np.array([0, 0, 1])
    both = np.concatenate([sheet, nearer])
    view = FrontView(both, np.array([[0, 1, 2], [3, 4, 5]]))
    found = view.points_at(np.array([[0.25, 0.5]]))
    assert found.on(both)[0] == pytest.approx([0.25, 0.5, 1])


def test_a_profile_warp_of_ones_changes_nothing():
    same = ProfileWarp((1.0,) * 12, (1.0,) * 12, PROFILE_HEIGHTS)
    points = np.random.default_rng(0).uniform([-1, 5, -1], [1, 9, 1], (50, 3))
    assert same(points) == pytest.approx(points)


def test_a_local_warp_leaves_what_is_far_and_treats_both_sides_alike():
    warp = LocalWarp((0.4, 7, 1), (0.3, 0.3, 0.3), (2, 1, 1), (0.1, 0, 0), core=0.5)
    points = np.array([[0.5, 7, 1.0], [-0.5, 7, 1], [0.4, 7.4, 1]])
    assert warp(points) == pytest.approx(
        np.array([[0.7, 7, 1], [-0.7, 7, 1], [0.4, 7.4, 1]])
    )


def test_a_warp_carries_offsets_as_far_as_it_stretches_the_place():
    warp = ComposedWarp([lambda points: points * [2, 1, 1]])
    carried = warp.carry(np.array([[1.0, 2, 3]]), np.array([[0.5, 0.5, 0]]))
    assert carried.tolist() == [[1.0, 0.5, 0]]
