from pathlib import Path

import numpy as np
import pytest

from deepexpr.core.images import RGBImage, read_image
from deepexpr.faces.finder import Face, FaceFinder

ASTRONAUT = Path(__file__).parents[2] / "examples" / "photos" / "astronaut.jpg"


@pytest.fixture(scope="session")
def astronaut() -> RGBImage:
    return read_image(ASTRONAUT)


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    return FaceFinder.load()


@pytest.fixture(scope="session")
def astronaut_face(finder: FaceFinder, astronaut: RGBImage) -> Face:
    return finder.find(astronaut)[0]


@pytest.fixture(scope="session")
def grass() -> RGBImage:
    """A textured picture without a face."""
    rng = np.random.default_rng(7)
    blades = rng.integers(0, 90, size=(240, 320, 3), dtype=np.uint8)
    blades[..., 1] += 120
    return blades
