"""What a rig lacks, what suffers from it, and what is done instead."""

from collections.abc import Collection, Iterable, Iterator

from deepexpr.characters.adding.control_names import EXTRA_CONTROLS, WHOLE_PREFIX
from deepexpr.characters.adding.facs_poses import RECIPES, is_posable, shown_units
from deepexpr.characters.facs import MOVES
from deepexpr.characters.pose import ARKIT_FOLDING, KeyPose
from deepexpr.core.action_units import ActionUnit
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import EXPRESSIONS, Expression

REPORT_FILE = "report.txt"


def rig_report(
    controls: Collection[str], key_poses: Iterable[KeyPose], notes: Iterable[str]
) -> str:
    """Return the report of a rig as text.

    Args:
        controls: names of its controls.
        key_poses: its key poses.
        notes: further sentences.
    """
    lines = [*_controls(controls), "", *_units(controls), ""]
    lines += _expressions(controls, tuple(key_poses))
    remarks = list(notes)
    if remarks:
        lines += ["", "Notes", *(f"  - {note}" for note in remarks)]
    return "\n".join(lines) + "\n"


def _controls(controls: Collection[str]) -> Iterator[str]:
    absent = [name for name in ARKIT_BLENDSHAPES if name not in controls]
    there = len(ARKIT_BLENDSHAPES) - len(absent)
    yield f"ARKit blendshapes: {there} of {len(ARKIT_BLENDSHAPES)}"
    if absent:
        yield from _wrapped("absent", absent)
    extras = [name for name in EXTRA_CONTROLS if name in controls]
    yield (
        f"Extra shapes: {len(extras)} of {len(EXTRA_CONTROLS)}"
        + ("" if extras else "; the nearest ARKit blendshapes stand in")
    )
    own = [
        name
        for name in controls
        if name not in ARKIT_BLENDSHAPES and name not in ARKIT_FOLDING
    ]
    if own:
        yield from _wrapped(f"Own shapes, kept by their names ({len(own)})", own)


def _units(controls: Collection[str]) -> Iterator[str]:
    shown = shown_units(controls)
    lost = [unit for unit in MOVES if unit not in shown]
    yield f"Action units: {len(shown)} of {len(MOVES)} can be shown"
    for unit in lost:
        wanted = ", ".join(_wanted(unit))
        yield f"  AU{int(unit)} ({_name(unit)}) cannot: it needs {wanted}"
    for unit in sorted(shown):
        instead = _stand_ins(unit, controls)
        if instead:
            yield f"  AU{int(unit)} ({_name(unit)}): {', '.join(instead)}"


def _expressions(
    controls: Collection[str], key_poses: tuple[KeyPose, ...]
) -> Iterator[str]:
    shown = shown_units(controls)
    yield f"Key poses: {len(key_poses)}"
    for label in EXPRESSIONS:
        count = sum(key_pose.label is label for key_pose in key_poses)
        yield f"  {label}: {count}"
        if label is not Expression.NEUTRAL:
            for line in _suffers(label, controls, shown, count):
                yield f"    {line}"


def _suffers(
    label: Expression,
    controls: Collection[str],
    shown: Collection[ActionUnit],
    count: int,
) -> Iterator[str]:
    lost = [r.name for r in RECIPES[label] if not is_posable(r, controls)]
    units = {unit for recipe in RECIPES[label] for unit in recipe.intensities}
    missing = sorted(int(unit) for unit in units if unit not in shown)
    if missing:
        yield "suffers: without " + ", ".join(f"AU{number}" for number in missing)
    if lost:
        yield "not posed: " + ", ".join(lost)
    if WHOLE_PREFIX + label in controls:
        yield f"the rig's own shape {WHOLE_PREFIX + label} is posed"
    if not count:
        yield (
            f"cannot be shown: add key poses labelled {label} by hand, or map more "
            "shapes"
        )


def _stand_ins(unit: ActionUnit, controls: Collection[str]) -> list[str]:
    found: list[str] = []
    for move in MOVES[unit]:
        names = move.names(controls)
        if not names:
            found.append(f"without {move.control}")
        elif not names[0].startswith(move.control):
            found.append(f"{move.stand_in} stands in for {move.control}")
    return found


def _wanted(unit: ActionUnit) -> Iterator[str]:
    for move in MOVES[unit]:
        sides = "Left/Right" if move.sided else ""
        name = move.stand_in if move.stand_in is not None else move.control
        yield name + ("" if name in ARKIT_BLENDSHAPES else sides)


def _name(unit: ActionUnit) -> str:
    return unit.name.lower().replace("_", " ")


def _wrapped(title: str, names: Iterable[str], width: int = 88) -> Iterator[str]:
    line = f"  {title}:"
    for name in names:
        if len(line) + len(name) + 2 > width:
            yield line
            line = "   "
        line += f" {name},"
    yield line.rstrip(",")
