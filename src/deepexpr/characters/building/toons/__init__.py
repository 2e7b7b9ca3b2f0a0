"""Toons: characters whose every vertex is computed from formulas.

`build("mumbo")` models one of `NAMES`; the result is a
`deepexpr.characters.building.rig_source.RigSource`.
"""

from collections.abc import Callable, Mapping

from deepexpr.characters.building.toons import mumbo, pip, rusk
from deepexpr.characters.building.toons.kit.toon import Toon
from deepexpr.core.errors import CharacterError

_BUILDERS: Mapping[str, Callable[[], Toon]] = {
    "mumbo": mumbo.build,
    "rusk": rusk.build,
    "pip": pip.build,
}

NAMES: tuple[str, ...] = tuple(_BUILDERS)
"""Names of the toons."""


def build(name: str) -> Toon:
    """Model one toon; takes a few seconds.

    Args:
        name: one of `NAMES`.

    Raises:
        CharacterError: if no toon has that name.
    """
    if name not in _BUILDERS:
        known = ", ".join(NAMES)
        raise CharacterError(f"no toon is called {name!r}; known: {known}")
    return _BUILDERS[name]()
