"""The built-in cast: who there is, and how each is built."""

from deepexpr.characters.building import makehuman, toons
from deepexpr.characters.building.rig_source import RigSource
from deepexpr.core.errors import CharacterError

CAST: tuple[str, ...] = (*makehuman.NAMES, *toons.NAMES)
"""Names of the built-in characters."""


def build_character(name: str) -> RigSource:
    """Compute the rig of a built-in character.

    Raises:
        CharacterError: if there is no such character.
    """
    if name in toons.NAMES:
        return toons.build(name)
    if name in makehuman.NAMES:
        return makehuman.build(name)
    raise CharacterError(
        f"no built-in character is called {name!r}; choose from {CAST}"
    )
