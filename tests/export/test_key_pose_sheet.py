import numpy as np

from deepexpr.core.expression import Expression
from deepexpr.export.key_pose_sheet import COLUMNS, key_pose_sheet

RED = np.full((40, 40, 3), [200, 30, 30], np.uint8)


def tiles(count):
    return [(f"pose {number}", RED) for number in range(count)]


def test_every_pose_is_on_the_sheet_with_all_its_pixels():
    poses = COLUMNS + 1
    sheet = key_pose_sheet("Mia", {Expression.JOY: tiles(poses)})
    # only the round corners of a picture let the paper through
    shown = (sheet == RED[0, 0]).all(axis=2).sum()
    assert 0.7 * poses * RED[..., 0].size < shown <= poses * RED[..., 0].size


def test_a_ninth_pose_starts_a_row():
    heights = [
        len(key_pose_sheet("Mia", {Expression.JOY: tiles(count)})) for count in (8, 9)
    ]
    assert heights[1] > heights[0] + len(RED)


def test_expressions_stand_below_each_other():
    one = key_pose_sheet("Mia", {Expression.JOY: tiles(2)})
    two = key_pose_sheet("Mia", {Expression.JOY: tiles(2), Expression.FEAR: tiles(2)})
    assert len(two) > len(one) + len(RED)
    assert one.shape[1] == two.shape[1]


def test_no_poses_make_an_empty_sheet():
    assert key_pose_sheet("Mia", {}).ndim == 3
