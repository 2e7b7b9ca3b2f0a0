from dataclasses import replace

import pytest

from deepexpr.characters.library import Character, load_character
from deepexpr.core.expression import Expression
from deepexpr.evaluation.readability import read_key_poses
from deepexpr.expression.encoder import ExpressionEncoder


@pytest.fixture(scope="module")
def pip_with_two_poses() -> Character:
    pip = load_character("pip")
    wanted = (Expression.JOY, Expression.NEUTRAL)
    first = [
        next(pose for pose in pip.key_poses if pose.label is label) for label in wanted
    ]
    return replace(pip, key_poses=tuple(first))


def test_every_key_pose_is_read_at_every_strength(pip_with_two_poses):
    told = []
    readings = read_key_poses(
        pip_with_two_poses,
        ExpressionEncoder.load(),
        (0.1, 1.0),
        lambda done, total: told.append((done, total)),
    )
    assert [(reading.label, reading.strength) for reading in readings] == [
        (Expression.JOY, 0.1),
        (Expression.JOY, 1.0),
        (Expression.NEUTRAL, 0.1),
        (Expression.NEUTRAL, 1.0),
    ]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_smile_is_read_as_joy_and_hardly_any_of_it_as_neutral(pip_with_two_poses):
    faint, whole, *_ = read_key_poses(
        pip_with_two_poses, ExpressionEncoder.load(), (0.1, 1.0)
    )
    assert whole.named is Expression.JOY
    assert whole.clarity > 0.5 > faint.clarity
    assert faint.named is not faint.second
