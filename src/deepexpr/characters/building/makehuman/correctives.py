"""Where the cast's rigs are more than the sum of their controls."""

from collections.abc import Mapping

from deepexpr.characters.building.makehuman.shut_lids import RAISING, SLANTING
from deepexpr.characters.building.rig_source import Corrective

OPEN_POSES: Mapping[str, Mapping[str, float]] = {"mouthClose": {"jawOpen": 1.0}}
"""Lips can only close a jaw that is open."""

_SIDES = ("Left", "Right")


def _inbetween(control: str) -> list[Corrective]:
    return [
        Corrective(f"{control}{side}_half", "inbetween", (control + side,))
        for side in _SIDES
    ]


def _product(first: str, second: str) -> list[Corrective]:
    """Products of two controls on each side; only names ending in * have sides."""
    pairs = [(first.replace("*", side), second.replace("*", side)) for side in _SIDES]
    return [Corrective(f"{a}_{b}", "product", (a, b)) for a, b in pairs]


CORRECTIVES: tuple[Corrective, ...] = (
    *_inbetween("eyeBlink"),
    *(
        corrective
        for control in (*RAISING, SLANTING)
        for corrective in _product("eyeBlink*", control + "*")
    ),
    *_product("browDown*", "x_browKnit*"),
    *_product("browInnerUp", "browOuterUp*"),
    *_product("browInnerUp", "browDown*"),
    *_product("browInnerUp", "x_browKnit*"),
    *_product("browDown*", "browOuterUp*"),
    *_product("browOuterUp*", "x_browKnit*"),
)
"""Correctives worth storing: lids over the eyeballs, lids that meet, and brows that
neither meet nor sink into the forehead."""
