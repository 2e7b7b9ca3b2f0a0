import numpy as np
import pytest

from deepexpr.core.errors import GalleryError
from deepexpr.core.expression import Expression
from deepexpr.evaluation.gallery_distances import gallery_distances, only_unseen
from deepexpr.evaluation.unseen import TrainingSplit, key_pose_rows, unseen_rows
from deepexpr.retrieval.gallery import Query
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS
from deepexpr.transfer.neutral import query_of_character
from tests.evaluation.drawn_galleries import (
    HELD_OUT,
    drawn_card,
    drawn_faces,
    drawn_gallery,
)


@pytest.fixture
def gallery(tmp_path):
    return drawn_gallery(tmp_path)


def card(*titles):
    return drawn_card({title: {} for title in titles})


def test_a_card_without_a_split_of_characters_warns():
    split = TrainingSplit.of(card("people, FER+ validation", "note"))
    assert "no held-out key poses" in split.warning


def test_a_card_tells_what_was_held_out():
    split = TrainingSplit.of(
        card("characters, leave-key-pose-out", "characters, leave-character-out: mia")
    )
    assert split == TrainingSplit(key_poses=True, characters=frozenset({"mia"}))
    assert split.warning == ""


def test_only_what_lies_between_held_out_key_poses_is_unseen(gallery):
    unseen = unseen_rows(gallery, HELD_OUT)
    names = [gallery.table.ids[row] for row in np.flatnonzero(unseen)]
    assert len(names) == 14
    assert names[:2] == ["anger-2", "anger-2@0.50"]


def test_of_a_character_that_was_left_out_all_is_unseen(gallery):
    split = TrainingSplit(key_poses=False, characters=frozenset({"mia"}))
    assert unseen_rows(gallery, split).all()


def test_of_a_random_split_nothing_is(gallery):
    split = TrainingSplit(key_poses=False, characters=frozenset())
    assert not unseen_rows(gallery, split).any()


def test_key_poses_are_told_from_weak_ones(gallery):
    assert key_pose_rows(gallery).sum() == 21


def test_a_gallery_of_another_encoder_is_refused(gallery):
    faces = drawn_faces([3])
    other = type(faces.card)("drawn", "d", "here", "other", "f" * 64)
    faces = type(faces)(other, *(getattr(faces, name) for name in (
        "names", "subject", "label", "votes", "features", "probabilities", "geometry"
    )))  # fmt: skip
    with pytest.raises(GalleryError, match="made with the encoder"):
        gallery_distances(faces, [gallery], HELD_OUT)


@pytest.mark.parametrize("name", ["features", "geometry", "features+geometry"])
def test_distances_are_those_of_the_search(gallery, name):
    faces, preset = drawn_faces([3, 0]), RETRIEVAL_PRESETS[name]
    distances = gallery_distances(faces, [gallery], HELD_OUT)["mia"]
    ranked = distances.ranked_by(preset)
    for row in range(2):
        query = Query(faces.features[row], faces.geometry[row], Expression.JOY)
        found = gallery.search(query_of_character(query, gallery), 42, preset)
        for match in found.matches:
            assert ranked[row, match.index] == pytest.approx(match.distance, abs=1e-5)


def test_a_face_without_landmarks_is_ranked_by_its_features(gallery):
    faces = drawn_faces([3, 3], unmeasured=[1])
    distances = gallery_distances(faces, [gallery], HELD_OUT)["mia"]
    assert np.isnan(distances.geometry[1]).all()
    ranked = distances.ranked_by(RETRIEVAL_PRESETS["features+geometry"])
    np.testing.assert_array_equal(ranked[1], distances.divergences[1])
    assert np.isnan(distances.ranked_by(RETRIEVAL_PRESETS["geometry"])[1]).all()


def test_unseen_rows_alone_give_the_same_numbers(gallery):
    faces = drawn_faces([3, 0])
    whole = only_unseen(gallery_distances(faces, [gallery], HELD_OUT))["mia"]
    alone = gallery_distances(faces, [gallery], HELD_OUT, unseen_alone=True)["mia"]
    np.testing.assert_array_equal(whole.labels, alone.labels)
    np.testing.assert_array_equal(whole.divergences, alone.divergences)
    np.testing.assert_array_equal(whole.geometry, alone.geometry)
