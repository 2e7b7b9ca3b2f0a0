"""Things that characters wear on the head."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.makehuman.canonical import (
    canonical_head,
    face_masks,
)
from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import (
    Mesh,
    coloured,
    joined,
    tube,
    unit,
)
from deepexpr.characters.building.makehuman.plan import Colour
from deepexpr.characters.building.rig_source import Points

AccessoryMaker = Callable[[Points], Mesh]
"""Makes a mesh on the fine neutral skin (n', 3)."""


@dataclass(frozen=True, slots=True)
class Earrings:
    """Hoops below the ear lobes.

    Attributes:
        colour: of the metal.
        radius: of a hoop.
        drop: from the lobe to the top of the hoop.
    """

    colour: Colour = "#e6b422"
    radius: float = 0.11
    drop: float = 0.02

    def __call__(self, skin: Points) -> Mesh:
        """Both hoops, left first."""
        ears = np.flatnonzero(canonical_head().refine(face_masks().ears) > 0.5)
        left = ears[skin[ears, 0] > 0]
        lobe = skin[left[skin[left, 1].argmin()]]
        return joined(self._hoop(lobe * [sign, 1, 1]) for sign in (1, -1))

    def _hoop(self, lobe: Points) -> Mesh:
        centre = lobe + np.array([0, -self.radius - self.drop, 0.05])
        angle = np.linspace(0, 2 * np.pi, 25)
        upright = np.stack(
            [0 * angle, np.cos(angle) * self.radius, np.sin(angle) * self.radius],
            axis=1,
        )
        turned = upright @ np.array([[0.5, 0, 0.86], [0, 1, 0], [-0.86, 0, 0.5]])
        path = centre + turned
        width = np.full(len(path), self.radius * 0.16)
        ring = tube(path, unit(turned), (width, width), sides=6, underside=1.0)
        return coloured(ring.shape, linear_rgb(self.colour))
