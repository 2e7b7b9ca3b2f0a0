"""Left and right in the names of rig controls."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["Left", "Right"]

SIDES: tuple[Side, Side] = ("Left", "Right")


def side_sign(side: Side) -> int:
    """Return 1 for the subject's left, where x is positive, and -1 for the right."""
    return 1 if side == "Left" else -1


def split_side(control: str) -> tuple[str, int]:
    """Split a control's name into its base and the sign of its side.

    Returns:
        ("eyeBlink", 1) for "eyeBlinkLeft"; the sign is -1 on the right, and 0 for a
        control without a side.
    """
    for side in SIDES:
        if control.endswith(side):
            return control.removesuffix(side), side_sign(side)
    return control, 0


def of_side(weights: Mapping[str, float], side: Side) -> dict[str, float]:
    """Weights that act on one side, by base name; absent ones are left out."""

    def acting() -> Iterator[tuple[str, float]]:
        for control, weight in weights.items():
            base, sign = split_side(control)
            if sign in (0, side_sign(side)):
                yield base, weight

    return dict(acting())
