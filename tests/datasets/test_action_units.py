import pytest

from deepexpr.core.action_units import (
    EMFACS,
    ActionUnit,
    expression_from_action_units,
)
from deepexpr.core.expression import Expression
from deepexpr.datasets.disfa import CODED_UNITS


def units(*numbers):
    return frozenset(ActionUnit(number) for number in numbers)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ((), Expression.NEUTRAL),
        ((6, 12), Expression.JOY),
        ((6, 12, 25), Expression.JOY),
        ((12,), None),
        ((1, 4, 15), Expression.SADNESS),
        ((1, 2, 5, 26), Expression.SURPRISE),
        ((1, 2, 4, 5, 7, 20, 26), Expression.FEAR),
        ((4, 5, 7, 23), Expression.ANGER),
        ((4, 5), None),
        ((9, 15, 16), Expression.DISGUST),
        ((9, 15), Expression.DISGUST),
        ((10, 15, 16), Expression.DISGUST),
        ((15, 16), None),
        ((6, 12, 9, 15), None),
    ],
)
def test_active_units_name_an_expression(active, expected):
    assert expression_from_action_units(units(*active)) is expected


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ((4, 5), Expression.ANGER),  # 7 and 23 are not coded
        ((1, 2, 4, 5, 20, 26), Expression.FEAR),  # 7 is not coded
        ((1, 2, 4, 5, 26), Expression.SURPRISE),  # four units against anger's two
        ((15,), None),  # all that is left of 10 + 15 + 16
        ((9, 15), Expression.DISGUST),
        ((4, 5, 6, 12), None),  # anger and joy draw, two units each
    ],
)
def test_units_that_were_not_coded_are_not_asked_for(active, expected):
    assert expression_from_action_units(units(*active), CODED_UNITS) is expected


def test_every_expression_but_neutral_has_units():
    assert set(EMFACS) == set(Expression) - {Expression.NEUTRAL}


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        EMFACS[Expression.JOY] = ()  # type: ignore[index]


def test_a_unit_is_its_facs_number():
    assert ActionUnit(12) is ActionUnit.LIP_CORNER_PULLER
    assert int(ActionUnit.JAW_DROP) == 26
