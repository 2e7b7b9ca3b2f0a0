"""The skull below the hair, as a radius in every direction."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from deepexpr.characters.building.makehuman.geometry import Floats
from deepexpr.characters.building.makehuman.rasterising import draw_nearness
from deepexpr.characters.building.rig_source import Points, Triangles

_WIDTH_PX, _HEIGHT_PX = 512, 256


class Skull:
    """Smoothed radius of a head around a point inside it, ears left out.

    Attributes:
        centre: (3,) the point inside.
    """

    def __init__(
        self, skin: Points, triangles: Triangles, centre: Floats, ears: Floats
    ) -> None:
        """Measure a head.

        Args:
            skin: (n', 3) neutral fine skin.
            triangles: (m', 3) of the skin.
            centre: (3,) point inside the head.
            ears: (n',) mask of the ears.
        """
        self.centre = centre
        from_centre = skin - centre
        radius = np.linalg.norm(from_centre, axis=1)
        column, row = _pixel(from_centre / radius[:, None])
        screen = np.stack([column, row, radius], axis=1).astype(np.float32)
        bald = triangles[ears[triangles].max(axis=1) < 0.3]
        across = screen[bald, 0]
        whole = across.max(axis=1) - across.min(axis=1) < _WIDTH_PX / 2
        picture = np.full((_HEIGHT_PX, _WIDTH_PX), -1.0, np.float32)
        draw_nearness(screen, bald[whole], picture)
        self._radii = _filled_and_smooth(picture)

    def radius(self, directions: Floats) -> Floats:
        """Distance of the skull from its centre along unit directions (..., 3)."""
        column, row = _pixel(directions)
        column, row = column - 0.5, np.clip(row - 0.5, 0, _HEIGHT_PX - 1.001)
        left, low = np.floor(column).astype(int), np.floor(row).astype(int)
        right_share, high_share = column - left, row - low
        right, left = (left + 1) % _WIDTH_PX, left % _WIDTH_PX
        high = np.minimum(low + 1, _HEIGHT_PX - 1)
        radii = self._radii
        below = radii[low, left] * (1 - right_share) + radii[low, right] * right_share
        above = radii[high, left] * (1 - right_share) + radii[high, right] * right_share
        mixed: Floats = below * (1 - high_share) + above * high_share
        return mixed


def _pixel(directions: Floats) -> tuple[Floats, Floats]:
    """Column and row of unit directions on the map of longitude and latitude."""
    azimuth = np.arctan2(directions[..., 0], directions[..., 2])
    elevation = np.arcsin(np.clip(directions[..., 1], -1, 1))
    return (
        (azimuth / (2 * np.pi) + 0.5) * _WIDTH_PX,
        (elevation / np.pi + 0.5) * _HEIGHT_PX,
    )


def _filled_and_smooth(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fill holes with the nearest radius and blur, around the seam too."""
    nearest = distance_transform_edt(
        picture < 0, return_distances=False, return_indices=True
    )
    filled = picture[tuple(nearest)]
    blurred = gaussian_filter(np.concatenate([filled] * 3, axis=1), (3, 5))
    middle: NDArray[np.float32] = blurred[:, _WIDTH_PX : 2 * _WIDTH_PX]
    return middle
