"""Facial action units, and the combinations of them that stand for an expression."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import IntEnum
from types import MappingProxyType

from deepexpr.core.expression import Expression

_LEAST_UNITS = 2


class ActionUnit(IntEnum):
    """A facial movement of the Facial Action Coding System; the value is its number.

    Source: Ekman, Friesen and Hager (2002), "Facial Action Coding System".
    """

    INNER_BROW_RAISER = 1
    OUTER_BROW_RAISER = 2
    BROW_LOWERER = 4
    UPPER_LID_RAISER = 5
    CHEEK_RAISER = 6
    LID_TIGHTENER = 7
    NOSE_WRINKLER = 9
    UPPER_LIP_RAISER = 10
    NASOLABIAL_DEEPENER = 11
    LIP_CORNER_PULLER = 12
    SHARP_LIP_PULLER = 13
    DIMPLER = 14
    LIP_CORNER_DEPRESSOR = 15
    LOWER_LIP_DEPRESSOR = 16
    CHIN_RAISER = 17
    LIP_PUCKERER = 18
    LIP_STRETCHER = 20
    LIP_FUNNELER = 22
    LIP_TIGHTENER = 23
    LIP_PRESSOR = 24
    LIPS_PART = 25
    JAW_DROP = 26
    MOUTH_STRETCH = 27
    LIP_SUCK = 28
    EYES_CLOSED = 43


ActionUnits = frozenset[ActionUnit]
"""A set of action units that are active together."""


def _units(*numbers: int) -> ActionUnits:
    return frozenset(ActionUnit(number) for number in numbers)


EMFACS: Mapping[Expression, tuple[ActionUnits, ...]] = MappingProxyType(
    {
        Expression.ANGER: (_units(4, 5, 7, 23),),
        Expression.DISGUST: (_units(9, 15, 16), _units(9, 15), _units(10, 15, 16)),
        Expression.FEAR: (_units(1, 2, 4, 5, 7, 20, 26),),
        Expression.JOY: (_units(6, 12),),
        Expression.SADNESS: (_units(1, 4, 15),),
        Expression.SURPRISE: (_units(1, 2, 5, 26),),
    }
)
"""Action units that show each expression, with variants; neutral has none.

Source: Friesen and Ekman (1983), "EMFACS-7: Emotional Facial Action Coding System".
"""


def expression_from_action_units(
    active: AbstractSet[ActionUnit],
    coded: AbstractSet[ActionUnit] = frozenset(ActionUnit),
) -> Expression | None:
    """Name the expression that a set of active action units shows, if there is one.

    A combination of EMFACS counts as shown when all its units are active; further
    active units do not matter. Units that the source did not code cannot be asked for
    and are left out of the combination, which must keep at least two units: the lip
    corner depressor alone is not disgust. Of several combinations the one with most
    units wins (fear contains surprise); a draw between two expressions names neither.

    Args:
        active: the units that are active.
        coded: the units that the source has looked for; all if not given.

    Returns:
        The expression; neutral where nothing is active; None where the units show no
        expression, or two alike.
    """
    if not active:
        return Expression.NEUTRAL
    sizes = {
        expression: max(_shown_units(units, active, coded) for units in combinations)
        for expression, combinations in EMFACS.items()
    }
    most = max(sizes.values())
    shown = [expression for expression, size in sizes.items() if size == most]
    return shown[0] if most > 0 and len(shown) == 1 else None


def _shown_units(
    combination: ActionUnits,
    active: AbstractSet[ActionUnit],
    coded: AbstractSet[ActionUnit],
) -> int:
    needed = combination & coded
    return len(needed) if len(needed) >= _LEAST_UNITS and needed <= active else 0
