"""Settings of a training run: a recipe's own, a TOML file's and the command line's.

A recipe is a frozen dataclass, perhaps of others; a setting is named by its path in it,
such as `joint.augment.blur`.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from deepexpr.core.errors import SettingError
from deepexpr.core.files import write_whole

Recipe = TypeVar("Recipe")

SETTINGS_FILE = "settings.json"
"""Notes in a run's folder what the run was begun with."""


def configured(
    recipe: Recipe, file: Path | None = None, assignments: Sequence[str] = ()
) -> Recipe:
    """Return a recipe with changes.

    Args:
        recipe: where the changes start from; an instance of a frozen dataclass.
        file: a TOML file whose tables are those of the recipe.
        assignments: texts like "joint.alignment=0", applied after the file. Values are
            TOML; a text that is none stands for itself.

    Raises:
        SettingError: if the file cannot be read, a setting is unknown (the message
            proposes one) or a value is of another kind.
    """
    changes = [] if file is None else list(_leaves(_read(file)))
    source = f"{file}: "
    for name, value in changes:
        recipe = _changed(recipe, name, value, source)
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        if not sign:
            raise SettingError(f"--set {assignment}: expected NAME=VALUE")
        recipe = _changed(recipe, name.strip(), _value(text.strip()), "--set ")
    return recipe


def claim_folder(folder: Path, settings: Mapping[str, Any]) -> None:
    """Note in a run's folder what the run is made with; refuse to mix two ways.

    Args:
        folder: the run's folder; made if it is not there.
        settings: what decides the result; values that JSON can hold, or dataclasses.

    Raises:
        SettingError: if the folder was begun with other settings; the message names
            the first difference.
        OutputError: if the folder cannot be written.
    """
    path = folder / SETTINGS_FILE
    plain = {k: asdict(v) if is_dataclass(v) else v for k, v in settings.items()}  # type: ignore[arg-type]
    text = json.dumps(plain, indent=2) + "\n"
    if not path.is_file():
        write_whole(path, text)
        return
    before = dict(_leaves(json.loads(path.read_text(encoding="utf-8"))))
    now = dict(_leaves(json.loads(text)))
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            raise SettingError(
                f"{folder} was begun with {name} = {before.get(name)}, not "
                f"{now.get(name)}; name another folder, or remove {path} to go on "
                "all the same"
            )


def names_of(recipe: object) -> tuple[str, ...]:
    """Paths of all settings of a recipe."""
    return tuple(name for name, _ in _leaves(asdict(recipe)))  # type: ignore[call-overload]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{file}: cannot be read as TOML ({error})") from error


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _changed(recipe: Recipe, name: str, value: Any, source: str) -> Recipe:
    known = names_of(recipe)
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise SettingError(
            f"{source}no setting is called {name!r}; {hint}Known: {', '.join(known)}"
        )
    return _replaced(recipe, name.split("."), value, f"{source}{name}")


def _replaced(recipe: Any, path: list[str], value: Any, told: str) -> Any:
    head, *rest = path
    before = getattr(recipe, head)
    if rest:
        return replace(recipe, **{head: _replaced(before, rest, value, told)})
    return replace(recipe, **{head: _of_kind(before, value, told)})


def _of_kind(before: Any, value: Any, told: str) -> Any:
    if isinstance(before, tuple) and isinstance(value, list):
        return tuple(value)
    if type(before) is float and type(value) is int:
        return float(value)
    if type(value) is not type(before):
        raise SettingError(
            f"{told} is {value!r}; expected a value like {before!r} "
            f"({type(before).__name__})"
        )
    return value
