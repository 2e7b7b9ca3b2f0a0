"""Seven characters on the CC0 MakeHuman head."""

from deepexpr.characters.building.makehuman.cast import CAST
from deepexpr.characters.building.makehuman.rig import MakeHumanRig
from deepexpr.characters.building.rig_source import RigSource

NAMES: tuple[str, ...] = tuple(CAST)
"""Names of the characters: mia, leo, gus, zuri, kai, rosa, grub."""


def build(name: str) -> RigSource:
    """Build one character; it takes a few seconds.

    Args:
        name: one of `NAMES`.

    Raises:
        KeyError: if there is no such character.
    """
    return MakeHumanRig(CAST[name])
