"""Wrinkles of the skin: relief images and the controls that press them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import ShapeError


@dataclass(frozen=True, slots=True)
class CreaseChannel:
    """One wrinkle of the skin as a relief image with the controls that press it.

    Its amplitude is Σ gain · max(weight, 0) over the drivers, clamped to [0, 1.25].

    Attributes:
        name: unique within the rig.
        relief: (rows, columns, 3) float32: slope along x, slope along y (up), and
            darkness in [0, 1]; row 0 lies lowest on the face. Zero away from the
            wrinkle.
        drivers: control name to gain.
    """

    name: str
    relief: NDArray[np.float32]
    drivers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CreaseSource:
    """All wrinkles of a rig; every relief has the same shape.

    Attributes:
        channels: reliefs that add up.
        strength: factor on all amplitudes.
    """

    channels: tuple[CreaseChannel, ...]
    strength: float = 1.0

    def __post_init__(self) -> None:
        shapes = {channel.relief.shape for channel in self.channels}
        if len(shapes) > 1:
            raise ShapeError(f"crease reliefs must share one shape, but have {shapes}")
