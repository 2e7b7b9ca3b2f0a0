from dataclasses import replace

import numpy as np
import pytest

from deepexpr.core.errors import GalleryError
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.gallery_editing import add_rows, gallery_content, remove_rows
from deepexpr.retrieval.gallery_files import HUMAN
from deepexpr.retrieval.gallery_writer import write_gallery
from tests.retrieval.synthetic_gallery import (
    drawn_picture,
    synthetic_content,
    write_synthetic_gallery,
)


def picture_less(root, count=6):
    """A gallery of people without thumbnails."""
    content = replace(synthetic_content("friends", count), kind=HUMAN)
    write_gallery(root / "friends", content, None)
    return root / "friends", content


def test_an_unknown_id_removes_nothing_and_a_near_one_is_proposed(tmp_path):
    folder = write_synthetic_gallery(tmp_path, "mia")
    with pytest.raises(GalleryError, match=r"did you mean 'joy-3'"):
        remove_rows(folder, ["anger-0", "joy-333"])
    assert len(Gallery.load(folder)) == 21


def test_the_last_row_cannot_be_removed(tmp_path):
    folder, content = picture_less(tmp_path)
    with pytest.raises(GalleryError, match="at least one row"):
        remove_rows(folder, [pose.id for pose in content.poses])


def test_rows_of_another_encoder_are_refused(tmp_path):
    folder, content = picture_less(tmp_path)
    other = replace(content, encoder_sha256="f" * 64)
    with pytest.raises(GalleryError, match="made with the encoder"):
        add_rows(folder, other, None)


def test_rows_of_another_kind_are_refused(tmp_path):
    folder, _ = picture_less(tmp_path)
    with pytest.raises(GalleryError, match="of kind human"):
        add_rows(folder, synthetic_content("friends"), None)


def test_a_gallery_with_pictures_wants_pictures(tmp_path):
    folder = write_synthetic_gallery(tmp_path, "mia")
    with pytest.raises(GalleryError, match="need them too"):
        add_rows(folder, synthetic_content("mia"), None)


def test_removed_rows_are_gone_and_the_others_are_as_before(tmp_path):
    folder = write_synthetic_gallery(tmp_path, "mia")
    before = Gallery.load(folder)
    picture = before.picture(3)
    assert remove_rows(folder, ["anger-0", "fear-2"]) == 19
    after = Gallery.load(folder)
    kept = [row for row in range(21) if row not in (0, 2)]
    assert after.table.ids == tuple(before.table.ids[row] for row in kept)
    assert after.pose(1) == before.pose(3)
    for name in ("features", "probabilities", "geometry", "landmarks"):
        mine, old = getattr(after, name), getattr(before, name)
        np.testing.assert_array_equal(mine, old[kept])
    np.testing.assert_array_equal(after.picture(1), picture)


def test_added_rows_stand_at_the_end_and_a_known_id_takes_the_old_ones_place(tmp_path):
    folder, content = picture_less(tmp_path)
    fresh = replace(synthetic_content("friends", 8, seed=5), kind=HUMAN)
    # Six of the eight ids are there already.
    assert add_rows(folder, fresh, None) == 8
    gallery = Gallery.load(folder)
    assert gallery.table.ids == tuple(pose.id for pose in fresh.poses)
    np.testing.assert_array_equal(gallery.geometry, fresh.geometry.astype(np.float32))
    assert len(content.poses) == 6


def test_pictures_of_added_rows_are_kept_with_theirs(tmp_path):
    folder = write_synthetic_gallery(tmp_path, "mia", count=3)
    content = gallery_content(Gallery.load(folder))
    poses = tuple(replace(pose, id=f"new-{pose.id}") for pose in content.poses)
    pictures = [drawn_picture(index) for index in (4, 2, 0)]
    add_rows(folder, replace(content, poses=poses), pictures)
    gallery = Gallery.load(folder)
    np.testing.assert_array_equal(gallery.picture(4), gallery.picture(2))


def test_an_open_gallery_stays_as_it_was(tmp_path):
    folder, _ = picture_less(tmp_path)
    opened = Gallery.load(folder)
    remove_rows(folder, [opened.table.ids[0]])
    assert len(opened) == 6
    assert np.asarray(opened.features).shape[0] == 6


def test_a_change_between_reading_and_writing_is_not_overwritten(tmp_path):
    folder, content = picture_less(tmp_path)
    card = Gallery.load(folder).card
    remove_rows(folder, [content.poses[0].id])
    with pytest.raises(GalleryError, match="changed by another process"):
        write_gallery(folder, content, None, replaces=card)
    assert len(Gallery.load(folder)) == 5


def test_a_gallery_without_pictures_says_so(tmp_path):
    folder, _ = picture_less(tmp_path)
    with pytest.raises(GalleryError, match="--thumbnails"):
        Gallery.load(folder).picture(0)
