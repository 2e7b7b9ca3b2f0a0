"""The mapping of a rig: which of its shapes moves which control, as a text file."""

import csv
import io
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from deepexpr.characters.adding.control_names import (
    KNOWN_CONTROLS,
    VRM_CONTROLS,
    VRM_EXPRESSIONS,
    WHOLE_PREFIX,
    arkit_control,
    familiar_controls,
)
from deepexpr.characters.adding.rig_families import (
    Controls,
    family_controls,
    part_controls,
)
from deepexpr.characters.adding.source_rig import SourceRig
from deepexpr.core.errors import CharacterError
from deepexpr.core.files import write_whole

MAPPING_FILE = "mapping.csv"
COLUMNS = ("shape", "control", "weight")
EXPRESSION_PREFIX = "vrm:"
"""Beginning of a shape that is an expression of a VRM avatar, as in `vrm:blink`."""


@dataclass(frozen=True, slots=True)
class MappedShape:
    """One shape of a rig and a control that moves it.

    Attributes:
        shape: name of a morph target, or `vrm:` and the name of an expression.
        control: name of the control.
        weight: weight of the shape where the control is 1.
    """

    shape: str
    control: str
    weight: float = 1.0


Mapping = tuple[MappedShape, ...]


def shape_names(rig: SourceRig) -> tuple[str, ...]:
    """Return every name that a mapping may use for a rig."""
    expressions = (EXPRESSION_PREFIX + name for name in rig.avatar.expressions)
    return (*rig.shapes, *expressions)


def proposed_mapping(rig: SourceRig) -> Mapping:
    """Return what the names of a rig say.

    A control is taken from the first of these that has it: shapes that bear its name,
    VRM expressions that bear it, VRM presets, names of common rig families, and shapes
    that together make it up. Shapes that stand for no control of ours keep their own
    name.
    """
    expressions = [n for n, binds in rig.avatar.expressions.items() if binds]
    named = [(shape, arkit_control(shape)) for shape in rig.shapes]
    sources: list[Iterable[tuple[str, Controls]]] = [
        ((shape, ((control, 1.0),)) for shape, control in named if control),
        (
            (EXPRESSION_PREFIX + name, ((control, 1.0),))
            for name in expressions
            if (control := arkit_control(name))
        ),
        (
            (EXPRESSION_PREFIX + name, VRM_CONTROLS[name])
            for name in expressions
            if name in VRM_CONTROLS
        ),
        (
            (EXPRESSION_PREFIX + name, ((VRM_EXPRESSIONS[name], 1.0),))
            for name in expressions
            if name in VRM_EXPRESSIONS
        ),
        ((shape, familiar_controls(shape)) for shape in rig.shapes),
        ((shape, family_controls(shape)) for shape in rig.shapes),
        ((shape, part_controls(shape)) for shape in rig.shapes),
    ]
    found: list[MappedShape] = []
    for source in sources:
        taken = {row.control for row in found}
        for shape, controls in source:
            found += [
                MappedShape(shape, control, weight)
                for control, weight in controls
                if control not in taken
            ]
    used = {row.shape for row in found}
    found += [MappedShape(name, name) for name in rig.shapes if name not in used]
    return tuple(found)


def read_mapping(path: Path, rig: SourceRig) -> Mapping:
    """Read a mapping file.

    Args:
        path: a CSV file with the columns shape, control and perhaps weight, or a TOML
            file with a table `controls` of shape = "control", a list of controls, or a
            table of control = weight.
        rig: the rig that it is for.

    Raises:
        CharacterError: naming the line that cannot be read, or that names a shape the
            rig lacks or a control that is unknown.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CharacterError(f"{path}: the mapping cannot be read ({error})") from error
    rows = list(
        _toml_rows(path, text) if path.suffix == ".toml" else _csv_rows(path, text)
    )
    if not rows:
        raise CharacterError(
            f"{path}: maps no shape; write one line a shape: {','.join(COLUMNS)}"
        )
    for where, row in rows:
        _check(where, row, shape_names(rig))
    return tuple(row for _, row in rows)


def write_mapping(path: Path, mapping: Iterable[MappedShape]) -> None:
    """Write a mapping as CSV.

    Raises:
        OutputError: if the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.shape, row.control, f"{row.weight:g}"] for row in mapping)
    write_whole(path, text.getvalue())


Placed = tuple[str, MappedShape]
"""Where a row stands in its file, and the row."""


def _csv_rows(path: Path, text: str) -> Iterator[Placed]:
    lines = csv.reader(io.StringIO(text, newline=""))
    header = next(lines, [])
    if [name.strip() for name in header[:2]] != list(COLUMNS[:2]):
        raise CharacterError(
            f"{path}: begins with {','.join(header)!r}; the first line of a mapping is "
            f"{','.join(COLUMNS)}"
        )
    for number, cells in enumerate(lines, start=2):
        where = f"{path}, line {number}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < 2:
            raise CharacterError(f"{where}: has one cell; expected {','.join(COLUMNS)}")
        weight = cells[2].strip() if len(cells) > 2 else ""
        yield where, _row(where, cells[0].strip(), cells[1].strip(), weight or 1.0)


def _toml_rows(path: Path, text: str) -> Iterator[Placed]:
    try:
        table = tomllib.loads(text).get("controls", {})
    except tomllib.TOMLDecodeError as error:
        raise CharacterError(f"{path}: is not valid TOML ({error})") from error
    for shape, entry in table.items():
        where = f"{path}, {shape!r}"
        if isinstance(entry, dict):
            pairs: list[tuple[str, Any]] = list(entry.items())
        else:
            names = entry if isinstance(entry, list) else [entry]
            pairs = [(name, 1.0) for name in names]
        for control, weight in pairs:
            yield where, _row(where, shape, str(control), weight)


def _row(where: str, shape: str, control: str, weight: str | float) -> MappedShape:
    try:
        return MappedShape(shape, control, float(weight))
    except (TypeError, ValueError) as error:
        raise CharacterError(
            f"{where}: the weight is {weight!r}; expected a number such as 1 or 0.5"
        ) from error


def _check(where: str, row: MappedShape, shapes: Sequence[str]) -> None:
    if row.shape not in shapes:
        raise CharacterError(
            f"{where}: the model has no shape {row.shape!r}."
            f"{_hint(row.shape, shapes)} It has {len(shapes)} shapes."
        )
    own = row.control == row.shape or row.control.startswith(WHOLE_PREFIX)
    if row.control not in KNOWN_CONTROLS and not own:
        raise CharacterError(
            f"{where}: no control is called {row.control!r}."
            f"{_hint(row.control, KNOWN_CONTROLS)} Use an ARKit name, one of our extra "
            "shapes (docs/characters.md), or the shape's own name."
        )


def _hint(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
