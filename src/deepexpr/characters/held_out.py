"""Which key poses are kept from training, so that others can be judged by them.

Renders near one key pose look alike, so whole key poses are held out, with everything
that lies between them: every fifth of an expression, beginning with the third.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from deepexpr.core.expression import Expression

EVERY = 5
FIRST = 2
"""Of the key poses of one expression, in table order from 0, those are held out whose
place leaves `FIRST` when divided by `EVERY`."""


class LabelledPose(Protocol):
    """A key pose, of a character's table or of its gallery."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def label(self) -> Expression:
        """The expression it shows."""
        ...


def held_out_ids(key_poses: Iterable[LabelledPose]) -> frozenset[str]:
    """Ids of the key poses of one character that training must not see.

    Args:
        key_poses: the character's key poses in table order.
    """
    places: Counter[Expression] = Counter()
    chosen = []
    for key_pose in key_poses:
        if places[key_pose.label] % EVERY == FIRST:
            chosen.append(key_pose.id)
        places[key_pose.label] += 1
    return frozenset(chosen)
