"""Heads with a slit for a mouth: their grid, their lips and their jaw."""

import numpy as np
import pytest

from deepexpr.characters.building.toons.kit.distance_fields import ellipsoid
from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.jaw import Jaw, JawSpec
from deepexpr.characters.building.toons.kit.mouth_grid import MouthGridSpec, mouth_grid
from deepexpr.characters.building.toons.kit.mouth_table import mouth_table
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.reliefs import both_sides, bulge
from deepexpr.characters.building.toons.kit.slit_head import MouthBag, SlitHead

GRID = MouthGridSpec((0, 0, 1), half_width_deg=30, columns=24, lip_deg=5, face_rings=12)
JAW = JawSpec(
    hinge=(0, 0, 0),
    open_deg=20,
    forward=(0, 0, 0.1),
    sideways=0.2,
    corner_width=0.5,
    fade_deg=(60, 120),
    close_reach_deg=15,
)


@pytest.fixture(scope="module")
def head():
    """A ball of radius 1 with a mouth in front."""
    surface = RadialSurface(
        lambda points: ellipsoid(points, (0, 0, 0), (1, 1, 1)), (0, 0, 0)
    )
    return SlitHead(surface, GRID, MouthBag(0.6, 0.2, 0.5), lip_depth=0.05)


def test_the_innermost_ring_of_the_grid_is_the_slit():
    grid = mouth_grid(GRID)
    slit = grid.directions[0]
    assert slit[:, 1] == pytest.approx(0, abs=1e-12)
    assert np.degrees(np.arctan2(slit[0, 0], slit[0, 2])) == pytest.approx(30)
    assert np.degrees(np.arctan2(slit[12, 0], slit[12, 2])) == pytest.approx(-30)


def test_rings_are_as_far_above_the_slit_as_they_say():
    grid = mouth_grid(GRID)
    above = np.degrees(np.arcsin(grid.directions[:, 6, 1]))
    near = grid.ring_deg < 90
    assert above[near] == pytest.approx(grid.ring_deg[near])


def test_grid_lines_cross_at_right_angles():
    grid = mouth_grid(GRID)
    middle = grid.directions[9:12, 2:5]
    outwards, around = middle[2, 1] - middle[0, 1], middle[1, 2] - middle[1, 0]
    cosine = outwards @ around / np.linalg.norm(outwards) / np.linalg.norm(around)
    assert abs(cosine) < 0.1


def test_the_face_lies_on_the_surface_and_the_lips_below_it(head):
    distance = np.linalg.norm(head.vertices, axis=1)
    face = head.lip_distance_deg >= GRID.lip_deg
    assert distance[face] == pytest.approx(1, abs=1e-5)
    lip_line = [head.vertex_number(0, column) for column in range(head.columns)]
    assert distance[lip_line] == pytest.approx(0.95, abs=1e-5)
    assert distance[head.is_bag].max() < 0.95


def test_a_lip_curve_is_measured_in_half_mouth_widths(head):
    moved = head.lip_displacement(
        lambda along: (0 * along, 0 * along + 1), lambda along: (along, 0 * along)
    )
    middle_of_upper, middle_of_lower, corner = moved[6], moved[18], moved[0]
    assert middle_of_upper == pytest.approx([0, head.half_width, 0])
    assert middle_of_lower == pytest.approx([0, 0, 0])
    assert corner == pytest.approx(np.array([0.5, 0.5, 0]) * head.half_width)


def test_details_of_the_lips_fade_faster_than_the_whole(head):
    whole = np.tile([0.0, 1, 0], (head.columns, 1))
    wave = whole * np.cos(4 * head.column_angle)[:, None]
    far = 1e6
    assert head.extend(whole, far) == pytest.approx(
        np.broadcast_to(whole, head.rest_points.shape), abs=1e-3
    )
    spread = np.abs(head.extend(wave, far)).max(axis=(1, 2))
    assert spread[0] == pytest.approx(1)
    assert (np.diff(spread) < 0).all()
    steps = np.log(spread[:-1] / spread[1:]) / np.diff(np.log(head.ring_radius))
    assert steps[0] < 0.2
    assert steps[-1] == pytest.approx(4, abs=0.1)


def test_skin_does_not_fold_over_where_a_corner_of_the_mouth_goes(head):
    smile = mouth_table(head, {})["mouthSmileLeft"]
    spread = head.extend(smile.displacement, smile.reach_deg, smile.decay)
    beside = head.surface.project(head.rest_points + spread)[:, 0]
    angle = np.arctan2(beside[:, 0], beside[:, 2])
    assert np.diff(angle[:-1]).min() > -1e-5  # radians


def test_controls_lift_and_drop_the_corners(head):
    table = mouth_table(head, {"mouthFrown": 2.0})
    left = table["mouthSmileLeft"].displacement
    assert left[0] == pytest.approx(np.array([0.20, 0.40, 0]) * head.half_width)
    assert left[12] == pytest.approx([0, 0, 0])
    doubled = table["mouthFrownRight"].displacement[12]
    assert doubled == pytest.approx(np.array([0.04, -0.84, 0]) * head.half_width)


def test_the_jaw_carries_the_lower_lip_and_not_the_upper(head):
    jaw = Jaw(head, JAW)
    upper, lower = head.vertex_number(0, 6), head.vertex_number(0, 18)
    assert jaw.weights[upper] == 0
    assert jaw.weights[lower] == 1
    shift = jaw.displacement(head.vertices, "jawLeft")
    assert shift[lower] == pytest.approx([0.2, 0, 0])
    dropped = jaw.displacement(head.vertices, "jawOpen")[lower]
    assert dropped[1] == pytest.approx(-0.95 * np.sin(np.radians(20)))


def test_closing_takes_back_most_of_the_opening_at_the_lips(head):
    jaw = Jaw(head, JAW)
    lower = head.vertex_number(0, 18)
    opened = jaw.displacement(head.vertices, "jawOpen")[lower]
    closed = jaw.displacement(head.vertices, "mouthClose")[lower]
    assert closed == pytest.approx(-0.95 * opened)


def test_swellings_are_mirrored_by_side(head):
    cheek = bulge(0.1, (0.7, 0, 0.7), (0.2, 0.2, 0.2))
    puffed = FaceRig(head, {}, {"cheekSquint": cheek, "cheekPuff": both_sides(cheek)})

    def highest(control):
        grown = np.linalg.norm(puffed.posed(control), axis=1)
        return puffed.posed(control)[grown > 1.05][:, 0]

    assert highest("cheekSquintLeft").min() > 0
    assert highest("cheekSquintRight").max() < 0
    assert highest("cheekPuff").min() < 0 < highest("cheekPuff").max()


def test_an_ink_line_covers_the_lip_line_and_ends_in_a_point(head):
    line = head.ink_line(3.0, 2.0)
    lip_line = [head.vertex_number(0, column) for column in range(head.columns)]
    assert line[lip_line] == pytest.approx(1)
    assert line[head.is_bag] == pytest.approx(0)
    assert line[head.lip_distance_deg > 1.8 * 3.0] == pytest.approx(0)
    drawn = head.vertices[line > 0.5]
    beyond_corner = np.abs(drawn[:, 0]).max() - head.vertices[lip_line, 0].max()
    above_middle = drawn[np.abs(drawn[:, 0]) < 0.05, 1].max()
    assert beyond_corner < above_middle


def test_an_unknown_control_leaves_the_head_at_rest(head):
    rig = FaceRig(head, mouth_table(head, {}), {}, Jaw(head, JAW))
    assert np.array_equal(rig.posed("browInnerUp"), head.vertices)
