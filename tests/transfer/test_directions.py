"""People and characters ask, people and characters answer."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepexpr.core.errors import FaceNotFound, GalleryError
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.gallery_files import CHARACTER, HUMAN
from deepexpr.retrieval.gallery_writer import write_gallery
from deepexpr.transfer.directions import (
    query_of_photo,
    query_of_pose,
    search_gallery,
)
from deepexpr.transfer.neutral import neutral_measures
from deepexpr.transfer.picture_gallery import rows_of_pictures
from tests.retrieval.synthetic_gallery import synthetic_content
from tests.transfer.stand_ins import drawn_photo, drawn_transfer


@pytest.fixture
def transfer(tmp_path):
    return drawn_transfer(tmp_path / "galleries")


@pytest.fixture
def photos(tmp_path):
    """Three pictures: one of them shows nobody."""
    (tmp_path / "anger").mkdir()
    places = [tmp_path / "anger/ann.png", tmp_path / "ben.png", tmp_path / "sky.png"]
    for place in places[:2]:
        Image.fromarray(drawn_photo((100, 120))).save(place)
    Image.fromarray(drawn_photo()).save(places[2])
    return places


def gallery_of_people(tmp_path):
    content = replace(synthetic_content("friends", seed=3), kind=HUMAN)
    write_gallery(tmp_path / "friends", content, None)
    return Gallery.load(tmp_path / "friends")


def test_a_photo_of_nobody_is_no_query(transfer):
    with pytest.raises(FaceNotFound):
        query_of_photo(transfer, drawn_photo())


def test_an_unknown_pose_is_no_query(transfer):
    with pytest.raises(GalleryError, match="did you mean 'joy-3'"):
        query_of_pose(transfer.library.gallery("mia"), "joy3")


def test_a_person_finds_a_character_as_match_does(transfer):
    face = query_of_photo(transfer, drawn_photo((100, 120)))
    found = search_gallery(face, transfer.library.gallery("mia"), 3)
    (matched,) = transfer.match(drawn_photo((100, 120)), ["mia"]).faces
    assert found.matches == tuple(each.match for each in matched.matches["mia"])


def test_a_person_finds_people(transfer, tmp_path):
    face = query_of_photo(transfer, drawn_photo((100, 120)))
    found = search_gallery(face, gallery_of_people(tmp_path), 2)
    assert [match.label for match in found.matches] == ["joy", "joy"]
    assert found.certificate.holds


def test_a_character_finds_itself_first_and_people_after(transfer, tmp_path):
    mia = transfer.library.gallery("mia")
    face = query_of_pose(mia, "sadness-5")
    (own,) = search_gallery(face, mia, 1).matches
    assert own.pose_id == "sadness-5"
    assert own.distance == pytest.approx(0, abs=1e-6)
    (person,) = search_gallery(face, gallery_of_people(tmp_path), 1).matches
    assert person.label == "sadness"


def test_a_character_asks_another_from_its_own_neutral(transfer):
    gus, mia = (transfer.library.gallery(name) for name in ("gus", "mia"))
    face = query_of_pose(gus, "joy-3")
    assert face.neutral == pytest.approx(neutral_measures(gus))
    departure = gus.geometry[3] - neutral_measures(gus)
    moved = departure + neutral_measures(mia)
    expected = mia.index().geometry.distances(moved, np.arange(21))
    found = search_gallery(face, mia, 21).matches
    assert [match.geometry for match in found] == pytest.approx(
        [expected[match.index] for match in found]
    )


def test_pictures_become_rows_labelled_by_folder_or_reading(transfer, photos):
    rows = rows_of_pictures(photos, transfer, "friends", HUMAN)
    assert [(pose.id, pose.label) for pose in rows.content.poses] == [
        ("ann", "anger"),
        ("ben", "joy"),
    ]
    assert rows.thumbnails is None
    assert len(rows.left_out) == 1
    assert "sky.png" in rows.left_out[0]


def test_files_of_one_name_are_told_apart_by_folder(transfer, photos):
    twin = photos[0].parent.parent / "joy"
    twin.mkdir()
    photos[0].rename(twin / "ann.png")
    Image.fromarray(drawn_photo((100, 120))).save(photos[0])
    rows = rows_of_pictures([photos[0], twin / "ann.png"], transfer, "f", CHARACTER)
    assert [pose.id for pose in rows.content.poses] == ["anger/ann.png", "joy/ann.png"]


def test_thumbnails_are_made_when_asked_for_and_landmarks_lie_in_them(
    transfer, photos, tmp_path
):
    rows = rows_of_pictures(photos[:1], transfer, "f", HUMAN, thumbnails=True)
    write_gallery(tmp_path / "f", rows.content, rows.thumbnails)
    gallery = Gallery.load(tmp_path / "f")
    assert gallery.picture(0).shape == (192, 192, 3)
    assert gallery.landmarks.min() > 0
    assert gallery.landmarks.max() < 256


def test_pictures_without_any_face_are_no_gallery(transfer, photos):
    with pytest.raises(GalleryError, match="none of the 1 pictures"):
        rows_of_pictures(photos[2:], transfer, "friends", HUMAN)
