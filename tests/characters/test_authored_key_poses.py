"""The key poses of the built-in cast."""

import pytest

from deepexpr.characters.building.authored_key_poses import authored_key_poses
from deepexpr.characters.building.cast import CAST
from deepexpr.characters.building.makehuman import NAMES as ON_MAKEHUMAN
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import EXPRESSIONS

every_character = pytest.mark.parametrize("name", CAST)


def test_a_character_without_a_table_is_refused():
    with pytest.raises(CharacterError, match="nobody"):
        authored_key_poses("nobody")


@every_character
def test_every_expression_has_at_least_eight_key_poses_named_after_it(name):
    for expression in EXPRESSIONS:
        own = [pose for pose in authored_key_poses(name) if pose.label == expression]
        assert len(own) >= 8
        assert all(pose.id.startswith(f"{expression}-") for pose in own)


@every_character
def test_key_poses_stay_within_the_range_of_the_rig(name):
    most = 2.0 if name in ON_MAKEHUMAN else 1.5
    for key_pose in authored_key_poses(name):
        pose = key_pose.pose
        assert all(-0.25 <= w <= most for w in pose.weights.values()), key_pose.id
        assert max(map(abs, (*pose.gaze, *pose.head))) <= 35, key_pose.id
