"""The toons, built once for all tests of a run."""

from functools import cache

from deepexpr.characters.building.morph_targets import MorphTargets, morph_targets
from deepexpr.characters.building.toons import build
from deepexpr.characters.building.toons.kit.toon import Toon


@cache
def toon(name: str) -> Toon:
    return build(name)


@cache
def targets(name: str) -> MorphTargets:
    return morph_targets(toon(name))
