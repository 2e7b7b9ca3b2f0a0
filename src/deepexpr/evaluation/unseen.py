"""Which rows of a gallery the encoder has not learned from, as its card tells.

Only on them does a figure say how the encoder generalises: it has seen the others, or
near-duplicates of them, with their labels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.held_out import held_out_ids
from deepexpr.expression.card import WeightsCard
from deepexpr.retrieval.gallery import Gallery

_KEY_POSES = "leave-key-pose-out"
_CHARACTER = "leave-character-out: "


@dataclass(frozen=True, slots=True)
class TrainingSplit:
    """What was kept from the training of an encoder.

    Attributes:
        key_poses: whether every character's held-out key poses were.
        characters: names of the characters that were, as a whole.
    """

    key_poses: bool
    characters: frozenset[str]

    @classmethod
    def of(cls, card: WeightsCard) -> "TrainingSplit":
        """Read the split from the titles of the card's metrics."""
        metrics: dict[str, Any] = card.details.get("metrics", {})
        wholes = [name.partition(_CHARACTER)[2] for name in metrics]
        return cls(
            key_poses=any(name.endswith(_KEY_POSES) for name in metrics),
            characters=frozenset(filter(None, wholes)),
        )

    @property
    def warning(self) -> str:
        """Why figures do not show generalisation; empty if they do on unseen rows."""
        if self.key_poses or self.characters:
            return ""
        return "the encoder's card names no held-out key poses or characters"


def unseen_rows(gallery: Gallery, split: TrainingSplit) -> NDArray[np.bool_]:
    """(N,) whether all key poses that a row lies between were kept from training."""
    if gallery.card.character in split.characters:
        return np.ones(len(gallery), np.bool_)
    if not split.key_poses:
        return np.zeros(len(gallery), np.bool_)
    poses = [gallery.pose(row) for row in range(len(gallery))]
    held_out = held_out_ids(pose for pose in poses if pose.source == (pose.id,))
    return np.array(
        [bool(pose.source) and held_out.issuperset(pose.source) for pose in poses]
    )


def key_pose_rows(gallery: Gallery) -> NDArray[np.bool_]:
    """(N,) whether a row is a key pose itself; all of them are in every gallery."""
    return np.array(
        [
            gallery.pose(row).source == (gallery.table.ids[row],)
            for row in range(len(gallery))
        ]
    )
