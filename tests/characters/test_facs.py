import math

import pytest

from deepexpr.characters.facs import MOVES, Intensity, action_units, rig_weights
from deepexpr.core.action_units import EMFACS, ActionUnit
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError

EXTRAS = (
    "x_chinBoss", "x_lipsIn",
    *(
        name + side
        for name in ("x_browKnit", "x_eyePop", "x_smileCheek", "x_noseWrinkle",
                     "x_lipRaise", "x_cornerDown", "x_fearMouth")
        for side in ("Left", "Right")
    ),
)  # fmt: skip
RIGS = {"plain": ARKIT_BLENDSHAPES, "rich": (*ARKIT_BLENDSHAPES, *EXTRAS)}


def test_a_smile_raises_cheeks_by_the_shape_that_was_made_for_it():
    units = {
        ActionUnit.CHEEK_RAISER: Intensity.C,
        ActionUnit.LIP_CORNER_PULLER: Intensity.E,
    }
    rich = rig_weights(units, RIGS["rich"])
    assert rich["x_smileCheekLeft"] == rich["x_smileCheekRight"] == 0.6
    assert rich["mouthSmileLeft"] == 1.0
    assert "cheekSquintLeft" not in rich
    assert rig_weights(units, RIGS["plain"])["cheekSquintLeft"] == 0.6


def test_a_rig_without_counterparts_stays_at_rest():
    assert rig_weights({ActionUnit.LIP_FUNNELER: Intensity.E}, ["jawOpen"]) == {}


def test_units_that_share_a_control_do_not_add_up():
    both = {ActionUnit.JAW_DROP: Intensity.E, ActionUnit.MOUTH_STRETCH: Intensity.C}
    assert rig_weights(both, RIGS["plain"])["jawOpen"] == 0.6


@pytest.mark.parametrize("rig", RIGS)
@pytest.mark.parametrize("unit", MOVES)
@pytest.mark.parametrize("intensity", [Intensity.A, Intensity.C, Intensity.E])
def test_every_unit_reads_back_from_its_weights(rig, unit, intensity):
    weights = rig_weights({unit: intensity}, RIGS[rig])
    assert weights
    assert action_units(weights) == {unit: intensity}


@pytest.mark.parametrize("rig", RIGS)
@pytest.mark.parametrize("expression", EMFACS)
def test_the_formulas_of_emfacs_read_back(rig, expression):
    for units in EMFACS[expression]:
        shown = dict.fromkeys(units, Intensity.D)
        assert action_units(rig_weights(shown, RIGS[rig])) == shown


def test_a_rig_at_rest_shows_no_unit():
    assert action_units({}) == {}
    assert action_units({"jawOpen": 0.0, "earDroopLeft": 1.0}) == {}


def test_a_smile_on_one_side_counts_half():
    assert action_units({"mouthSmileLeft": 1.0}) == {
        ActionUnit.LIP_CORNER_PULLER: Intensity.B
    }


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_impossible_weights_are_refused(wrong):
    with pytest.raises(CharacterError, match="finite"):
        action_units({"jawOpen": wrong})


@pytest.mark.parametrize(
    ("strength", "letter"),
    [(0.0, None), (0.09, None), (0.12, "A"), (0.41, "B"), (0.99, "E"), (1.4, "E")],
)
def test_a_strength_has_the_nearest_letter(strength, letter):
    found = Intensity.nearest(strength)
    assert (found.name if found else None) == letter


def test_every_action_unit_moves_something():
    assert set(MOVES) == set(ActionUnit)
