"""Names for the correctives of a toon."""

from deepexpr.characters.building.rig_source import Corrective
from deepexpr.characters.building.toons.kit.sides import SIDES

HALF_TONGUE = Corrective("half_tongueOut", "inbetween", ("tongueOut",))
"""The tongue on its way out, around the lips."""


def in_betweens(*controls: str) -> tuple[Corrective, ...]:
    """An in-between of each sided control, left and right."""
    return tuple(
        Corrective(f"half_{control}{side}", "inbetween", (control + side,))
        for control in controls
        for side in SIDES
    )


def products(*pairs: tuple[str, str]) -> tuple[Corrective, ...]:
    """A product of each pair of controls, left and right.

    Args:
        pairs: the first of a pair is named without its side; a second that ends in `_`
            is sided as well.
    """
    correctives: list[Corrective] = []
    for first, second in pairs:
        for side in SIDES:
            partner = (
                second.removesuffix("_") + side if second.endswith("_") else second
            )
            names = (first + side, partner)
            correctives.append(Corrective("_".join(names), "product", names))
    return tuple(correctives)
