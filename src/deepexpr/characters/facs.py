"""Facial action units as controls of a rig, and back.

Each action unit moves one or a few controls. Where a rig has one of our extra shapes,
which were modelled for the unit, that shape is moved; where it has not, the nearest
ARKit blendshape stands in.

Source: Ekman, Friesen and Hager (2002), "Facial Action Coding System"; the table of
controls is our own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.action_units import ActionUnit
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError

_SIDES = ("Left", "Right")
_ROUNDS = 60
_LEAST_GAIN = 1e-3
_LEAST_STRENGTH = 0.1


class Intensity(Enum):
    """How strong an action unit is, from a trace to its maximum.

    FACS scores letters, not amounts; their strengths here are evenly spaced.
    """

    A = 0.2
    B = 0.4
    C = 0.6
    D = 0.8
    E = 1.0

    @property
    def strength(self) -> float:
        """Share of the unit's full movement, in (0, 1]."""
        return self.value

    @classmethod
    def nearest(cls, strength: float) -> "Intensity | None":
        """The letter of a strength; None below half a trace."""
        if strength < _LEAST_STRENGTH:
            return None
        return min(cls, key=lambda letter: abs(letter.strength - strength))


@dataclass(frozen=True, slots=True)
class Move:
    """What one action unit does to one control.

    Attributes:
        control: control name, without Left or Right if it is sided.
        weight: the control's weight at full strength.
        sided: whether the control exists once a side.
        stand_in: ARKit name to move where the rig lacks the control; None for none.
    """

    control: str
    weight: float = 1.0
    sided: bool = True
    stand_in: str | None = None

    def names(self, controls: Collection[str]) -> tuple[str, ...]:
        """The controls of a rig that this moves; empty if it has none of them."""
        suffixes = _SIDES if self.sided else ("",)
        for name in (self.control, self.stand_in):
            if name is not None and all(name + side in controls for side in suffixes):
                return tuple(name + side for side in suffixes)
        if self.stand_in is not None and self.stand_in in controls:
            return (self.stand_in,)
        return ()


def _single(control: str, weight: float = 1.0) -> Move:
    return Move(control, weight, sided=False)


MOVES: Mapping[ActionUnit, tuple[Move, ...]] = MappingProxyType(
    {
        ActionUnit.INNER_BROW_RAISER: (_single("browInnerUp"),),
        ActionUnit.OUTER_BROW_RAISER: (Move("browOuterUp"),),
        ActionUnit.BROW_LOWERER: (Move("browDown", 0.8), Move("x_browKnit")),
        ActionUnit.UPPER_LID_RAISER: (Move("eyeWide"), Move("x_eyePop", 0.5)),
        ActionUnit.CHEEK_RAISER: (Move("x_smileCheek", stand_in="cheekSquint"),),
        ActionUnit.LID_TIGHTENER: (Move("eyeSquint"),),
        ActionUnit.NOSE_WRINKLER: (Move("x_noseWrinkle", stand_in="noseSneer"),),
        ActionUnit.UPPER_LIP_RAISER: (Move("x_lipRaise", stand_in="mouthUpperUp"),),
        ActionUnit.NASOLABIAL_DEEPENER: (
            Move("noseSneer", 0.4),
            Move("mouthUpperUp", 0.3),
        ),
        ActionUnit.LIP_CORNER_PULLER: (Move("mouthSmile"),),
        ActionUnit.SHARP_LIP_PULLER: (
            Move("mouthSmile", 0.6),
            Move("mouthDimple", 0.5),
            _single("cheekPuff", 0.3),
        ),
        ActionUnit.DIMPLER: (Move("mouthDimple"),),
        ActionUnit.LIP_CORNER_DEPRESSOR: (Move("x_cornerDown", stand_in="mouthFrown"),),
        ActionUnit.LOWER_LIP_DEPRESSOR: (Move("mouthLowerDown"),),
        ActionUnit.CHIN_RAISER: (
            Move("x_chinBoss", sided=False, stand_in="mouthShrugLower"),
        ),
        ActionUnit.LIP_PUCKERER: (_single("mouthPucker"),),
        ActionUnit.LIP_STRETCHER: (Move("x_fearMouth", stand_in="mouthStretch"),),
        ActionUnit.LIP_FUNNELER: (_single("mouthFunnel"),),
        ActionUnit.LIP_TIGHTENER: (
            Move("mouthPress", 0.5),
            Move("x_lipsIn", 0.9, sided=False, stand_in="mouthRollLower"),
        ),
        ActionUnit.LIP_PRESSOR: (
            Move("mouthPress"),
            Move("x_lipsIn", 0.4, sided=False),
        ),
        ActionUnit.LIPS_PART: (Move("mouthLowerDown", 0.3), Move("mouthUpperUp", 0.2)),
        ActionUnit.JAW_DROP: (_single("jawOpen", 0.5),),
        ActionUnit.MOUTH_STRETCH: (_single("jawOpen"), Move("mouthLowerDown", 0.2)),
        ActionUnit.LIP_SUCK: (_single("mouthRollLower"), _single("mouthRollUpper")),
        ActionUnit.EYES_CLOSED: (Move("eyeBlink"),),
    }
)
"""Action unit to the controls that it moves."""


def rig_weights(
    units: Mapping[ActionUnit, Intensity], controls: Collection[str]
) -> dict[str, float]:
    """Weights of a rig that show action units.

    Units that share a control do not add up: the stronger one moves it.

    Args:
        units: action unit to intensity.
        controls: names of the rig's controls.

    Returns:
        Control name to weight in (0, 1]; controls at rest are left out.
    """
    weights: dict[str, float] = {}
    for unit, intensity in units.items():
        for move in MOVES[unit]:
            weight = move.weight * intensity.strength
            for name in move.names(controls):
                weights[name] = max(weights.get(name, 0.0), weight)
    return weights


def action_units(weights: Mapping[str, float]) -> dict[ActionUnit, Intensity]:
    """Fewest action units that explain a rig's weights, by least squares.

    Both sides count alike. An extra shape and its stand-in are read as the same unit,
    so weights of any of our rigs and of plain ARKit streams can be given.

    Args:
        weights: control name to weight; unknown controls do not matter.

    Returns:
        Action unit to intensity, in the order of their numbers; units below half a
        trace are left out.

    Raises:
        CharacterError: if a weight is not a finite number.
    """
    values = np.array(list(weights.values()), np.float64)
    if not np.isfinite(values).all():
        raise CharacterError("weights must be finite numbers")
    present = {name for name, weight in weights.items() if weight > 0}
    table = _unit_table(set(ARKIT_BLENDSHAPES) | _with_other_side(present))
    names = sorted({name for column in table.values() for name in column})
    columns = np.array(
        [[column.get(name, 0.0) for column in table.values()] for name in names]
    )
    target = np.array([max(weights.get(name, 0.0), 0.0) for name in names])
    strengths = _explained(columns, target)
    found = {
        unit: Intensity.nearest(float(strength))
        for unit, strength in zip(table, strengths, strict=True)
    }
    return {unit: letter for unit, letter in found.items() if letter is not None}


def _with_other_side(names: Collection[str]) -> set[str]:
    bases = (name.removesuffix("Left").removesuffix("Right") for name in names)
    return {base + end for base in bases for end in ("", *_SIDES)}


def _unit_table(controls: Collection[str]) -> dict[ActionUnit, dict[str, float]]:
    table: dict[ActionUnit, dict[str, float]] = {}
    for unit, moves in MOVES.items():
        column: dict[str, float] = {}
        for move in moves:
            for name in move.names(controls):
                column[name] = max(column.get(name, 0.0), move.weight)
        table[unit] = column
    return table


def _explained(
    columns: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Strengths in [0, 1] of few columns that sum to the target as nearly as they can.

    Columns are taken one by one, the one that explains most first; then those are given
    back that the others make needless.
    """
    chosen: list[int] = []
    strengths = np.zeros(columns.shape[1])
    while len(chosen) < len(strengths):
        rest = target - columns @ strengths
        gains = _gains(columns, rest)
        gains[chosen] = 0.0
        best = int(gains.argmax())
        if gains[best] < _LEAST_GAIN:
            break
        chosen.append(best)
        strengths = _fitted(columns, target, chosen)
    for place in list(chosen):
        fewer = [other for other in chosen if other != place]
        without = _fitted(columns, target, fewer)
        if _error(columns, target, without) < _error(columns, target, strengths) + (
            _LEAST_GAIN
        ):
            chosen, strengths = fewer, without
    return strengths


def _gains(
    columns: NDArray[np.float64], rest: NDArray[np.float64]
) -> NDArray[np.float64]:
    """By how much each column alone, at a strength in [0, 1], lowers the error."""
    lengths = (columns**2).sum(axis=0)
    products = columns.T @ rest
    best = np.clip(products / lengths, 0.0, 1.0)
    gains: NDArray[np.float64] = best * (2 * products - best * lengths)
    return gains


def _fitted(
    columns: NDArray[np.float64], target: NDArray[np.float64], chosen: list[int]
) -> NDArray[np.float64]:
    """Least squares over strengths in [0, 1], one coordinate after the other."""
    gram, aim = columns.T @ columns, columns.T @ target
    found = np.zeros(columns.shape[1])
    for _ in range(_ROUNDS):
        for place in chosen:
            slope = aim[place] - gram[place] @ found
            found[place] = min(max(found[place] + slope / gram[place, place], 0.0), 1.0)
    return found


def _error(
    columns: NDArray[np.float64],
    target: NDArray[np.float64],
    strengths: NDArray[np.float64],
) -> float:
    return float(((columns @ strengths - target) ** 2).sum())
