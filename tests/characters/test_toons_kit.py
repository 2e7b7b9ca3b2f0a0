"""The modelling kit of the toons: surfaces, meshes and curves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepexpr.characters.building.toons.kit.colours import blend, linear_colour
from deepexpr.characters.building.toons.kit.curves import (
    bezier,
    capsule_profile,
    resample,
)
from deepexpr.characters.building.toons.kit.distance_fields import (
    ellipsoid,
    round_cone,
    smooth_union,
)
from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    ball,
    join,
    outward,
    torus_triangles,
    tube,
)
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.vectors import (
    gaussian_window,
    rotation,
    smooth_step,
    unit,
)


@pytest.fixture(scope="module")
def ball_surface():
    """A ball of radius 1 around (0, 0.5, 0)."""
    return RadialSurface(
        lambda points: ellipsoid(points, (0, 0.5, 0), (1, 1, 1)), (0, 0.5, 0)
    )


def test_an_ellipsoid_is_zero_on_its_surface_and_negative_inside():
    points = np.array([[2.0, 0, 0], [0, 1, 0], [0, 0, 3], [0, 0, 1]])
    field = ellipsoid(points, (0, 0, 0), (2, 1, 3))
    assert field[:3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert field[3] < 0


def test_a_round_cone_has_the_radius_of_each_end():
    ends = ((0, 0, 0), (0, 2, 0))
    points = np.array([[0.5, 0, 0], [0.25, 2, 0], [0.375, 1, 0], [0, 3.25, 0]])
    assert round_cone(points, ends, (0.5, 0.25)) == pytest.approx([0, 0, 0, 1])


def test_a_smooth_union_fills_the_seam_and_leaves_the_rest():
    far, near = np.array([1.0, 0.1]), np.array([0.0, 0.1])
    # where both are 0.1 the fillet is blend/4 deep: 0.1 - 0.4/4 = 0
    assert smooth_union(far, near, 0.4) == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize(
    ("value", "expected"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (9, 1)]
)
def test_a_smooth_step_rises_from_nothing_to_all(value, expected):
    assert smooth_step(0, 1, value) == pytest.approx(expected)
    assert smooth_step(1, 0, value) == pytest.approx(1 - expected)


@given(st.sampled_from("xyz"), st.floats(-360, 360))
def test_a_rotation_keeps_lengths_and_its_axis(axis, angle_deg):
    turn = rotation(axis, angle_deg)
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-12)
    assert turn @ np.eye(3)["xyz".index(axis)] == pytest.approx(
        np.eye(3)["xyz".index(axis)]
    )


def test_a_quarter_turn_about_y_carries_forward_to_the_left():
    assert rotation("y", 90) @ [0, 0, 1] == pytest.approx([1, 0, 0])


def test_a_window_falls_to_one_over_e_at_its_radius():
    points = np.array([[1.0, 2, 3], [1.5, 2, 3]])
    window = gaussian_window(points, (1, 2, 3), (0.5, 1, 1))
    assert window == pytest.approx([1, np.exp(-1)])


def test_colours_are_linear():
    assert linear_colour("#ffffff") == pytest.approx([1, 1, 1])
    assert linear_colour("#808080")[0] == pytest.approx(0.2158605)
    assert blend(np.zeros(3), np.ones(3), [0.25, 2]) == pytest.approx(
        np.array([[0.25] * 3, [1.0] * 3])
    )


def test_a_radial_surface_of_a_ball_is_the_ball(ball_surface):
    directions = unit(np.random.default_rng(0).normal(size=(50, 3)))
    points = ball_surface.at(3 * directions)
    assert points == pytest.approx(directions + np.array([0, 0.5, 0]), abs=1e-5)
    assert ball_surface.normals(points) == pytest.approx(directions, abs=1e-4)
    assert ball_surface.project(2 * points - [0, 0.5, 0]) == pytest.approx(
        points, abs=1e-5
    )


def test_the_front_of_a_ball_is_where_pythagoras_puts_it(ball_surface):
    found = ball_surface.front([0.0, 0.6, 0.0], [0.5, 0.5, 1.3])
    assert found[:, 2] == pytest.approx([1.0, 0.8, 0.6], abs=1e-4)


def test_beyond_the_silhouette_the_front_lies_at_the_depth_of_the_centre(ball_surface):
    assert ball_surface.front(1.5, 0.5)[2] == pytest.approx(0, abs=0.1)


def test_a_bezier_curve_starts_and_ends_at_its_outer_controls():
    controls = [[0, 0], [1, 2], [2, 0]]
    curve = bezier(controls, np.array([0, 0.5, 1]))
    assert curve == pytest.approx(np.array([[0, 0], [1, 1], [2, 0]]))


def test_resampling_counts_length_and_not_corners():
    polyline = np.array([[0.0, 0], [3, 0], [3, 1]])
    found = resample(polyline, np.array([0, 0.5, 1]))
    assert found == pytest.approx(np.array([[0, 0], [2, 0], [3, 1]]))


def test_a_capsule_is_round_at_both_ends():
    positions, radii = capsule_profile(25, 0.2)
    assert len(positions) == len(radii) == 25
    assert (np.diff(positions) > 0).all()
    assert positions + positions[::-1] == pytest.approx(np.ones(25))
    middle = (positions > 0.2) & (positions < 0.8)
    assert radii[middle] == pytest.approx(1)
    assert radii[0] == radii[-1] == 0.02


def test_a_ball_has_radius_one_and_faces_outwards():
    mesh = ball(8, 12)
    assert np.linalg.norm(mesh.vertices, axis=1) == pytest.approx(1)
    a, b, c = (mesh.vertices[mesh.triangles[:, k]] for k in range(3))
    outwards = np.einsum("ij,ij->i", np.cross(b - a, c - a), a + b + c)
    assert (outwards >= -1e-12).all()


def test_turning_a_mesh_inside_out_is_undone():
    mesh = ball(8, 12)
    inside_out = mesh.triangles[:, ::-1]
    assert np.array_equal(outward(mesh.vertices, inside_out), inside_out[:, [0, 2, 1]])
    assert outward(mesh.vertices, mesh.triangles) is mesh.triangles


def test_a_torus_is_closed():
    triangles = torus_triangles(6, 5)
    edges = np.sort(np.concatenate([triangles[:, [i, (i + 1) % 3]] for i in range(3)]))
    _, counts = np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)
    assert (counts == 2).all()
    assert len(triangles) == 2 * 6 * 5


def test_a_tube_keeps_its_distance_from_its_path():
    path = np.stack([np.linspace(0, 1, 5), np.zeros(5), np.zeros(5)], axis=1)
    upward = np.tile([0.0, 0, 1], (5, 1))
    width = np.full(5, 0.2)
    points = tube(path, upward, width, width, sides=8)
    assert np.linalg.norm(points[:, 1:], axis=1) == pytest.approx(0.2)
    assert points[:8, 0] == pytest.approx(0)


def test_joined_meshes_keep_their_triangles_apart():
    one = Mesh(np.zeros((3, 3)), np.array([[0, 1, 2]]))
    both = join([one, one])
    assert both.triangles.tolist() == [[0, 1, 2], [3, 4, 5]]
