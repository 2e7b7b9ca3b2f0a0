"""Meshes with fewer triangles."""

import numpy as np
import pytest

from deepexpr.characters.building.lean_parts import lean_parts
from deepexpr.characters.building.morph_targets import morph_targets
from deepexpr.characters.building.simplifying import simplified
from tests.characters.tiny_rig import TinyRig

SIDE = 9
MIDDLE = SIDE * SIDE // 2


def sheet():
    """A flat square of 8 × 8 cells, from (0, 0) to (1, 1)."""
    x, y = np.meshgrid(np.linspace(0, 1, SIDE), np.linspace(0, 1, SIDE))
    points = np.column_stack([x.ravel(), y.ravel(), np.zeros(SIDE * SIDE)])
    corners = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    a, b = corners[:-1, :-1].ravel(), corners[:-1, 1:].ravel()
    c, d = corners[1:, :-1].ravel(), corners[1:, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])
    return triangles, points


def area(triangles, points):
    a, b, c = (points[triangles[:, corner], :3] for corner in range(3))
    return np.cross(b - a, c - a)[:, 2].sum() / 2


def lean(triangles, points, locked=()):
    kept = np.zeros(len(points), bool)
    kept[list(locked)] = True
    return simplified(triangles, points, 1e-3, kept)


def test_a_flat_sheet_needs_few_triangles_and_keeps_its_outline():
    triangles, points = sheet()
    left = lean(triangles, points)
    assert len(left) < 0.2 * len(triangles)
    assert area(left, points) == pytest.approx(1.0)
    assert {0, SIDE - 1, SIDE * (SIDE - 1), SIDE * SIDE - 1} <= set(left.ravel())


@pytest.mark.parametrize("dimension", [2, 3], ids=["bump", "motion"])
def test_what_stands_out_at_rest_or_in_motion_stays(dimension):
    triangles, points = sheet()
    points = np.column_stack([points, np.zeros(len(points))])
    points[MIDDLE, dimension] = 0.05
    assert MIDDLE in lean(triangles, points)


def test_locked_vertices_stay():
    triangles, points = sheet()
    assert MIDDLE not in lean(triangles, points)
    assert MIDDLE in lean(triangles, points, locked=[MIDDLE])


def test_a_surface_is_never_folded_over():
    triangles, points = sheet()
    points[:, :2] += np.random.RandomState(0).uniform(-0.02, 0.02, (len(points), 2))
    left = lean(triangles, points)
    a, b, c = (points[left[:, corner]] for corner in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()


def test_no_triangles_stay_none():
    assert not len(lean(np.zeros((0, 3), np.int64), np.zeros((4, 3))))


def test_small_parts_stay_as_they_are():
    rig = TinyRig()
    assert lean_parts(rig, morph_targets(rig)) == rig.parts
