from dataclasses import replace

import numpy as np
import pytest

from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.gallery_writer import write_gallery
from deepexpr.transfer.neutral import as_if_of_character
from tests.retrieval.synthetic_gallery import (
    drawn_picture,
    synthetic_content,
    write_synthetic_gallery,
)

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


def test_a_person_who_does_not_move_measures_as_the_neutral_character(gallery):
    own = NEUTRAL_PERSON + np.linspace(-0.05, 0.05, 9)
    moved = as_if_of_character(own, gallery, neutral=own)
    assert moved == pytest.approx(neutral_of(gallery), abs=1e-6)


def test_a_persons_own_neutral_takes_the_place_of_the_average_face(gallery):
    own, departure = NEUTRAL_PERSON + 0.03, np.linspace(-0.1, 0.1, 9)
    moved = as_if_of_character(own + departure, gallery, neutral=own)
    assert moved - neutral_of(gallery) == pytest.approx(departure, abs=1e-6)


def test_people_are_compared_with_people_as_they_are(tmp_path):
    content = replace(synthetic_content("friends"), kind="human")
    write_gallery(tmp_path / "friends", content, map(drawn_picture, range(21)))
    friends = Gallery.load(tmp_path / "friends")
    measures = NEUTRAL_PERSON + 0.02
    assert as_if_of_character(measures, friends) == pytest.approx(measures)
