import pytest

from deepexpr.characters.adding.facs_poses import (
    RECIPES,
    is_posable,
    proposed_key_poses,
    shown_units,
)
from deepexpr.characters.adding.report import rig_report
from deepexpr.core.action_units import EMFACS, ActionUnit
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import EXPRESSIONS, Expression

BARE = ("jawOpen", "mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "eyeBlinkRight")


def count(poses, label):
    return sum(pose.label == label for pose in poses)


def test_a_rig_without_controls_has_neutral_poses_only():
    poses = proposed_key_poses(())
    assert {pose.label for pose in poses} == {Expression.NEUTRAL}
    assert "cannot be shown: add key poses labelled joy" in rig_report((), poses, ())


def test_an_arkit_rig_has_every_expression_in_three_strengths():
    poses = proposed_key_poses(ARKIT_BLENDSHAPES)
    assert {label: count(poses, label) for label in EXPRESSIONS} == {
        **dict.fromkeys(EXPRESSIONS, 12),
        Expression.NEUTRAL: 5,
    }
    assert len({pose.id for pose in poses}) == len(poses)
    by_id = {pose.id: pose.pose.weights for pose in poses}
    strong, gentle = by_id["joy-smile-strong"], by_id["joy-smile-gentle"]
    assert strong["mouthSmileLeft"] == pytest.approx(0.8)
    assert gentle["mouthSmileLeft"] == pytest.approx(0.65 * 0.8)


def test_a_bare_rig_shows_what_it_can():
    poses = proposed_key_poses(BARE)
    assert count(poses, "joy") > 0
    assert count(poses, "disgust") == 0
    report = rig_report(BARE, poses, ("look twice",))
    assert "ARKit blendshapes: 5 of 52" in report
    assert "AU9 (nose wrinkler) cannot: it needs noseSneer" in report
    assert "  disgust: 0\n    suffers: without AU" in report
    assert "not posed: wrinkle, sneer, gag, recoil" in report
    assert "  - look twice" in report


def test_stand_ins_are_named():
    report = rig_report(ARKIT_BLENDSHAPES, (), ())
    assert "AU9 (nose wrinkler): noseSneer stands in for x_noseWrinkle" in report
    assert "absent" not in report


def test_an_avatar_shows_its_own_expressions():
    poses = proposed_key_poses((*BARE, "whole_sadness"))
    sad = [pose for pose in poses if pose.label == "sadness"]
    assert [pose.id for pose in sad] == [
        "sadness-whole-plain",
        "sadness-whole-gentle",
        "sadness-whole-tilted",
    ]
    assert sad[1].pose.weights == {"whole_sadness": 0.7}


def test_a_recipe_falls_without_what_it_needs():
    sneer = RECIPES[Expression.DISGUST][1]
    assert is_posable(sneer, ARKIT_BLENDSHAPES)
    without = [n for n in ARKIT_BLENDSHAPES if not n.startswith("mouthUpperUp")]
    assert not is_posable(sneer, without)


def test_units_half_shown_do_not_count():
    assert ActionUnit.LID_TIGHTENER not in shown_units(["eyeSquintLeft"])
    assert ActionUnit.LID_TIGHTENER in shown_units(["eyeSquintLeft", "eyeSquintRight"])


@pytest.mark.parametrize("label", RECIPES)
def test_recipes_share_most_units_with_emfacs(label):
    known = frozenset.union(*EMFACS[label])
    for recipe in RECIPES[label]:
        assert known & set(recipe.intensities)
