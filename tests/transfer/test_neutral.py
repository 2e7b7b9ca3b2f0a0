import numpy as np
import pytest

from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.gallery import Gallery
from deepexpr.transfer.neutral import as_if_of_character
from tests.retrieval.synthetic_gallery import write_synthetic_gallery

NEUTRAL_PERSON = geometric_features(Landmarks(AVERAGE_FACE))


@pytest.fixture
def gallery(tmp_path) -> Gallery:
    write_synthetic_gallery(tmp_path, "mia")
    return Gallery.load(tmp_path / "mia")


def neutral_of(gallery):
    rows = [label == "neutral" for label in gallery.table.labels]
    return np.asarray(gallery.geometry)[rows].mean(axis=0)


def test_a_neutral_person_measures_as_the_neutral_character(gallery):
    moved = as_if_of_character(NEUTRAL_PERSON, gallery)
    assert moved == pytest.approx(neutral_of(gallery), abs=1e-6)


def test_how_far_a_person_moved_is_kept(gallery):
    departure = np.linspace(-0.1, 0.1, 9)
    moved = as_if_of_character(NEUTRAL_PERSON + departure, gallery)
    assert moved - neutral_of(gallery) == pytest.approx(departure, abs=1e-6)
