"""The canonical head: the base mesh before any character bends it.

Everything that is said once for all characters (masks, extra shapes, creases, lips) is
said in its coordinates. The left eye's centre lies at (0.31, 7.28, 1.25), the left
mouth corner near (0.25, 6.61), the tip of the nose near (0, 6.91), the chin at 6.17.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    quads_to_triangles,
    smooth_step,
)
from deepexpr.characters.building.makehuman.occlusion import sky_visibility
from deepexpr.characters.building.makehuman.pack import head_pack, target
from deepexpr.characters.building.makehuman.subdivision import (
    Subdivision,
    catmull_clark,
)
from deepexpr.characters.building.rig_source import Points, Triangles

LEFT_EYE_CENTRE = (0.3077, 7.2842, 1.2453)
CHIN = (0.0, 6.17, 1.42)


@dataclass(frozen=True, slots=True)
class CanonicalHead:
    """The base head, coarse and fine.

    Attributes:
        cage: (n, 3) vertices of the cage.
        subdivision: from the cage to the fine mesh.
        fine: (n', 3) vertices of the fine mesh.
        triangles: (m', 3) of the fine mesh.
        visibility: (n,) sky visibility of cage vertices.
        fine_visibility: (n',) sky visibility of fine vertices.
    """

    cage: Points
    subdivision: Subdivision
    fine: Points
    triangles: Triangles
    visibility: Floats
    fine_visibility: Floats

    def refine(self, values: Floats) -> Floats:
        """Carry per-cage-vertex values (n,) or (n, k) to the fine mesh."""
        refined: Floats = self.subdivision.matrix @ values
        return refined

    def near(self, centre: ArrayLike, radii: ArrayLike) -> Floats:
        """Gaussian window (n,) around a point and its mirror image.

        Args:
            centre: (3,) with x >= 0.
            radii: (3,) distances at which the window falls to 1/e.
        """
        return window(self.cage, centre, radii)


def window(points: Points, centre: ArrayLike, radii: ArrayLike) -> Floats:
    """Gaussian window (n,) of points around a centre and its mirror image."""
    folded = points * [0, 1, 1] + np.abs(points[:, :1]) * [1, 0, 0]
    offset = (folded - np.asarray(centre, float)) / np.asarray(radii, float)
    value: Floats = np.exp(-(offset**2).sum(axis=1))
    return value


def distance_to_eye(points: Points) -> Floats:
    """Distance (n,) of points to the nearer canonical eye centre."""
    folded = points * [0, 1, 1] + np.abs(points[:, :1]) * [1, 0, 0]
    distance: Floats = np.linalg.norm(folded - LEFT_EYE_CENTRE, axis=1)
    return distance


@cache
def canonical_head() -> CanonicalHead:
    """The base head with its sky visibility, computed once."""
    pack = head_pack()
    cage = pack.vertices[pack.head]
    subdivision = catmull_clark(len(cage), pack.quads)
    fine: Points = subdivision.matrix @ cage
    triangles = quads_to_triangles(subdivision.quads)
    fine_visibility = sky_visibility(fine, triangles)
    return CanonicalHead(
        cage=cage,
        subdivision=subdivision,
        fine=fine,
        triangles=triangles,
        visibility=fine_visibility[: len(cage)],
        fine_visibility=fine_visibility,
    )


@dataclass(frozen=True, slots=True)
class FaceMasks:
    """Soft masks (n,) in [0, 1] over the cage.

    Attributes:
        lips: red of the lips.
        mouth_interior: inside of the mouth.
        eyes: around the eyes.
        nostrils: around the nostrils.
        ears: the ears.
    """

    lips: Floats
    mouth_interior: Floats
    eyes: Floats
    nostrils: Floats
    ears: Floats


@cache
def face_masks() -> FaceMasks:
    """Masks from canonical positions and from what the lip targets move."""
    head = canonical_head()
    across, height, depth = np.abs(head.cage[:, 0]), head.cage[:, 1], head.cage[:, 2]
    interior = (
        (head.visibility < 0.055)
        & (across < 0.5)
        & (height > 6.2)
        & (height < 7.02)
        & (depth > 0.4)
    )
    ear_box = (height > 6.5) & (height < 7.6) & (depth < 0.75)
    return FaceMasks(
        lips=np.maximum(lip_motion("upper", 0.6), lip_motion("lower", 0.6)),
        mouth_interior=interior.astype(float),
        eyes=np.exp(-((distance_to_eye(head.cage) / 0.26) ** 4)),
        nostrils=head.near([0.11, 6.87, 1.47], [0.12, 0.11, 0.16]),
        ears=smooth_step(0.66, 0.74, across) * ear_box,
    )


def lip_motion(lip: str, full_share: float = 1.0) -> Floats:
    """How much the volume target of a lip moves each cage vertex.

    Args:
        lip: "upper" or "lower".
        full_share: share of the largest motion that already counts as 1.

    Returns:
        (n,) in [0, 1].
    """
    moved = target(f"mouth/mouth-{lip}lip-volume-incr")[head_pack().head]
    amount = np.abs(moved).sum(axis=1)
    share: Floats = np.clip(amount / (amount.max() * full_share + 1e-9), 0, 1)
    return share
