"""Key poses of a new character, made of action units: a beginning that animators edit.

Each recipe names action units and their intensities; it is posed gently, plainly and
strongly. Units that the rig cannot show are left out, and a recipe that loses too much
is not posed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from deepexpr.characters.adding.control_names import WHOLE_PREFIX
from deepexpr.characters.facs import MOVES, Intensity, rig_weights
from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.core.action_units import ActionUnit
from deepexpr.core.expression import EXPRESSIONS, Expression

AUTHOR = "FACS layer"

ENOUGH = 0.6
"""Share of a recipe's strength that a rig must show."""

ENOUGH_OF_A_UNIT = 0.4
"""Share of a unit's movement that a rig must have; browDown alone lowers brows."""

STRENGTHS = (("gentle", 0.65), ("plain", 0.85), ("strong", 1.0))
"""Names of the intensities of a recipe, and their factor on its weights."""

Gaze = tuple[float, float]
Head = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to show an expression.

    Attributes:
        name: what it is called, one word.
        units: number and intensity letter of each action unit, as in "4E 7D".
        needed: units without which it would show something else.
        gaze: yaw and pitch in degrees.
        head: yaw, pitch and roll in degrees.
    """

    name: str
    units: str
    needed: tuple[int, ...]
    gaze: Gaze = (0.0, 0.0)
    head: Head = (0.0, 0.0, 0.0)

    @property
    def intensities(self) -> dict[ActionUnit, Intensity]:
        """Action unit to intensity."""
        return {
            ActionUnit(int(text[:-1])): Intensity[text[-1]]
            for text in self.units.split()
        }


RECIPES: Mapping[Expression, tuple[Recipe, ...]] = {
    Expression.ANGER: (
        Recipe("glare", "4E 5C 7C 15A 17B 23C", (4,), head=(0, 6, 0)),
        Recipe("clench", "4E 7D 15B 17C 24D", (4,), head=(4, 4, 2)),
        Recipe("snarl", "4E 7C 9D 10D 16B 25C", (4,), head=(-4, 5, -2)),
        Recipe("shout", "4E 5C 7B 10C 16C 27D", (4, 27), head=(0, 2, 0)),
    ),
    Expression.DISGUST: (
        Recipe("wrinkle", "4A 7B 9E 10C 17C", (9,), head=(0, -4, 0)),
        Recipe("sneer", "9D 10E 25B", (10,), head=(6, -4, 3)),
        Recipe("gag", "4A 7C 9E 10D 16C 26D", (9, 26), head=(0, 6, 0)),
        Recipe("recoil", "7B 9D 10C 15D 17D", (9, 15), (8, 4), (-8, -6, -4)),
    ),
    Expression.FEAR: (
        Recipe("freeze", "1E 2C 4B 5E 20C 25A", (1, 5)),
        Recipe("gasp", "1E 2D 4B 5E 20D 25C 26C", (1, 26)),
        Recipe("scream", "1E 2D 4C 5E 20E 27C", (1, 27), head=(0, -4, 0)),
        Recipe("shrink", "1E 2B 4C 5D 20D 25B", (1, 5), (-14, 2), (10, 4, 4)),
    ),
    Expression.JOY: (
        Recipe("smile", "6B 12D", (12,)),
        Recipe("grin", "6D 12E 25C", (12,), head=(4, 0, 4)),
        Recipe("laugh", "6E 12E 25C 26D", (12, 26), head=(0, -5, 0)),
        Recipe("wide", "1B 2B 6C 12E 25D 27B", (12, 27)),
    ),
    Expression.SADNESS: (
        Recipe("droop", "1E 4B 15D 17B", (1, 15), (0, 8), (0, 8, 0)),
        Recipe("pout", "1D 4B 15C 17E", (1, 17), (0, 4), (0, 5, 3)),
        Recipe("weep", "1E 4C 7C 15E 20A 25B", (1, 15), (0, 6), (4, 6, 3)),
        Recipe("plead", "1E 4A 15C 17C", (1, 15), (0, -4), (0, 5, -4)),
    ),
    Expression.SURPRISE: (
        Recipe("lift", "1D 2E 5C 26B", (2,)),
        Recipe("gape", "1D 2E 5D 26E", (2, 26)),
        Recipe("startle", "1E 2E 5E 27D", (2, 27), head=(0, -5, 0)),
        Recipe("wonder", "1D 2E 5C 26C", (2, 26), (8, -8), (6, -5, 0)),
    ),
}
"""Expression to its recipes; neutral has poses of its own."""

_NEUTRAL: tuple[tuple[str, Gaze, Head], ...] = (
    ("rest", (0, 0), (0, 0, 0)),
    ("aside", (10, 0), (0, 0, 0)),
    ("turned", (0, 0), (-8, 0, 0)),
    ("tilted", (0, 0), (4, 0, 5)),
    ("lowered", (0, 6), (0, 5, 0)),
)

_WHOLE_POSES: tuple[tuple[str, float, Gaze, Head], ...] = (
    ("whole-plain", 1.0, (0, 0), (0, 0, 0)),
    ("whole-gentle", 0.7, (0, 0), (0, 0, 0)),
    ("whole-tilted", 0.9, (6, 0), (5, 2, 4)),
)


def shown_units(controls: Collection[str]) -> frozenset[ActionUnit]:
    """Return the action units that a rig can show, all or enough of each."""
    return frozenset(
        unit for unit in MOVES if _shown(unit, controls) >= ENOUGH_OF_A_UNIT
    )


def proposed_key_poses(controls: Collection[str]) -> tuple[KeyPose, ...]:
    """Return key poses for all expressions that a rig can show, in canonical order.

    Args:
        controls: names of the rig's controls.
    """
    found: list[KeyPose] = []
    for label in EXPRESSIONS:
        if label is Expression.NEUTRAL:
            found += [
                _key_pose(label, name, {}, gaze, head) for name, gaze, head in _NEUTRAL
            ]
            continue
        found += _from_whole(label, controls)
        for recipe in RECIPES[label]:
            if is_posable(recipe, controls):
                found += _from_recipe(label, recipe, controls)
    return tuple(found)


def is_posable(recipe: Recipe, controls: Collection[str]) -> bool:
    """Whether a rig shows what a recipe needs, and enough of the rest."""
    units = shown_units(controls)
    if any(ActionUnit(number) not in units for number in recipe.needed):
        return False
    strengths = {unit: i.strength for unit, i in recipe.intensities.items()}
    kept = sum(strength for unit, strength in strengths.items() if unit in units)
    return kept >= ENOUGH * sum(strengths.values())


def _from_recipe(
    label: Expression, recipe: Recipe, controls: Collection[str]
) -> Iterator[KeyPose]:
    full = rig_weights(recipe.intensities, controls)
    for name, strength in STRENGTHS:
        weights = {control: strength * weight for control, weight in full.items()}
        gaze = (recipe.gaze[0] * strength, recipe.gaze[1] * strength)
        yaw, pitch, roll = (angle * strength for angle in recipe.head)
        pose_name = f"{recipe.name}-{name}"
        yield _key_pose(label, pose_name, weights, gaze, (yaw, pitch, roll))


def _from_whole(label: Expression, controls: Collection[str]) -> Iterator[KeyPose]:
    if WHOLE_PREFIX + label in controls:
        for name, strength, gaze, head in _WHOLE_POSES:
            yield _key_pose(label, name, {WHOLE_PREFIX + label: strength}, gaze, head)


def _key_pose(
    label: Expression, name: str, weights: Mapping[str, float], gaze: Gaze, head: Head
) -> KeyPose:
    return KeyPose(f"{label}-{name}", label, AUTHOR, None, Pose(weights, gaze, head))


def _shown(unit: ActionUnit, controls: Collection[str]) -> float:
    moves = MOVES[unit]
    whole = sum(move.weight for move in moves)
    return sum(move.weight for move in moves if move.names(controls)) / whole
