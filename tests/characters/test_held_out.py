from deepexpr.characters.held_out import held_out_ids
from deepexpr.characters.pose import NEUTRAL_POSE, KeyPose
from deepexpr.core.expression import Expression


def key_poses(*labels):
    """Key poses named after their label and their place among all."""
    return [
        KeyPose(f"{label}-{place}", Expression(label), "", None, NEUTRAL_POSE)
        for place, label in enumerate(labels)
    ]


def test_without_key_poses_nothing_is_held_out():
    assert held_out_ids([]) == frozenset()


def test_two_key_poses_of_an_expression_are_both_learnt_from():
    assert held_out_ids(key_poses("joy", "joy")) == frozenset()


def test_the_third_and_the_eighth_of_an_expression_are_held_out():
    assert held_out_ids(key_poses(*["joy"] * 9)) == {"joy-2", "joy-7"}


def test_expressions_are_counted_apart():
    mixed = key_poses("joy", "fear", "joy", "fear", "joy", "fear")
    assert held_out_ids(mixed) == {"joy-4", "fear-5"}
