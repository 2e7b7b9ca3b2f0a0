import json
import multiprocessing
import os
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest

from deepexpr.core.errors import GalleryError, OutputError, ShapeError
from deepexpr.core.expression import Expression
from deepexpr.core.files import sha256_of
from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.gallery_files import (
    DATA_FILES,
    PICTURES_FILE,
    previous_folder,
)
from deepexpr.retrieval.gallery_writer import write_gallery
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS
from tests.retrieval.synthetic_gallery import (
    ENCODER_NAME,
    ENCODER_SHA256,
    drawn_picture,
    synthetic_content,
    write_synthetic_gallery,
)


@pytest.fixture
def folder(tmp_path):
    return write_synthetic_gallery(tmp_path, "mia")


def query_like(gallery, index, label="joy"):
    return Query(
        gallery.features[index].astype(np.float32),
        gallery.geometry[index].astype(np.float64),
        Expression(label),
    )


def test_what_was_written_is_read_back(folder):
    content = synthetic_content("mia")
    gallery = Gallery.load(folder)
    assert len(gallery) == 21
    assert gallery.card.character == "mia"
    assert gallery.card.controls == content.controls
    assert [gallery.pose(index) for index in range(21)] == list(content.poses)
    assert gallery.features.dtype == np.float16
    np.testing.assert_array_equal(gallery.features, content.features.astype(np.float16))
    np.testing.assert_allclose(gallery.landmarks, content.landmarks, rtol=1e-6)
    np.testing.assert_allclose(gallery.geometry, content.geometry, rtol=1e-6)
    np.testing.assert_allclose(gallery.probabilities, content.probabilities, rtol=1e-6)


def test_the_card_is_the_documented_json(folder):
    card = json.loads((folder / "gallery.json").read_text("utf-8"))
    assert set(card) == {
        "format", "character", "kind", "encoder", "count", "controls", "files",
    }  # fmt: skip
    assert card["encoder"] == {"name": ENCODER_NAME, "sha256": ENCODER_SHA256}
    assert set(card["files"]) == {*DATA_FILES, PICTURES_FILE}


def test_the_same_content_gives_the_same_bytes(tmp_path):
    first = write_synthetic_gallery(tmp_path / "a", "mia")
    second = write_synthetic_gallery(tmp_path / "b", "mia")
    for name in (*DATA_FILES, PICTURES_FILE, "gallery.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_a_picture_is_rgb(folder):
    picture = Gallery.load(folder).picture(4)
    assert picture.shape == (192, 192, 3)
    assert picture.dtype == np.uint8
    assert picture[0, 0].tolist() == [150, 160, 175]


def test_a_pose_finds_itself(folder):
    gallery = Gallery.load(folder)
    ranking = gallery.search(
        query_like(gallery, 9), 3, RETRIEVAL_PRESETS["features+geometry"]
    )
    best = ranking.matches[0]
    assert (best.rank, best.index, best.pose_id) == (1, 9, gallery.table.ids[9])
    assert (best.distance, best.divergence, best.geometry) == (0, 0, 0)
    assert [match.rank for match in ranking.matches] == [1, 2, 3]
    assert ranking.certificate.holds


def test_the_geometry_preset_ranks_by_geometry_alone(folder):
    gallery = Gallery.load(folder)
    ranking = gallery.search(query_like(gallery, 9), 21, RETRIEVAL_PRESETS["geometry"])
    geometry = [match.geometry for match in ranking.matches]
    assert geometry == sorted(geometry)
    assert [match.distance for match in ranking.matches] == geometry


def test_label_then_geometry_puts_the_querys_label_first(folder):
    gallery = Gallery.load(folder)
    ranking = gallery.search(
        query_like(gallery, 9, "fear"), 5, RETRIEVAL_PRESETS["label-then-geometry"]
    )
    labels = [match.label for match in ranking.matches]
    assert labels[:3] == [Expression.FEAR] * 3
    geometry = [match.geometry for match in ranking.matches[:3]]
    assert geometry == sorted(geometry)
    assert [match.rank for match in ranking.matches] == [1, 2, 3, 4, 5]


def test_a_query_of_another_width_is_refused(folder):
    gallery = Gallery.load(folder)
    query = Query(np.ones(5, np.float32), np.zeros(9), Expression.JOY)
    with pytest.raises(ShapeError):
        gallery.search(query, 1, RETRIEVAL_PRESETS["features"])


def test_another_encoder_is_refused(folder):
    gallery = Gallery.load(folder)
    gallery.check_encoder(ENCODER_NAME, ENCODER_SHA256)
    with pytest.raises(GalleryError, match="encoder in use is other"):
        gallery.check_encoder("other", "f" * 64)


@pytest.mark.parametrize("name", [*DATA_FILES, PICTURES_FILE, "gallery.json"])
@pytest.mark.parametrize("harm", ["missing", "cut", "changed", "empty"])
def test_every_damaged_file_is_noticed(folder, name, harm):
    path = folder / name
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "empty":
        path.write_bytes(b"")
    else:
        middle = len(content) // 2
        flipped = bytes([content[middle] ^ 0xFF])
        path.write_bytes(content[:middle] + flipped + content[middle + 1 :])

    def use():
        gallery = Gallery.load(folder)
        gallery.search(query_like(gallery, 0), 1, RETRIEVAL_PRESETS["features"])
        gallery.picture(0)

    with pytest.raises(GalleryError) as caught:
        use()
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_gallery_is_named(tmp_path):
    with pytest.raises(GalleryError, match="is no gallery"):
        Gallery.load(tmp_path / "nothing")


def rewrite_card(folder, **changes):
    path = folder / "gallery.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "format 99"),
        ({"count": 20}, "counts 20 poses"),
        ({"count": 0}, "without poses"),
        ({"files": {}}, "damaged"),
        ({"encoder": None}, "damaged"),
    ],
)
def test_a_card_that_contradicts_its_folder_is_refused(folder, changes, message):
    rewrite_card(folder, **changes)
    with pytest.raises(GalleryError, match=message):
        Gallery.load(folder)


def test_arrays_of_the_wrong_type_are_refused_though_their_digest_fits(tmp_path):
    folder = write_synthetic_gallery(tmp_path, "mia")
    np.save(folder / "features.npy", np.ones((21, 32), np.float64))
    sign_again(folder)
    with pytest.raises(GalleryError, match="float16"):
        Gallery.load(folder)


def test_a_missing_picture_is_a_gallery_error(folder):
    with pytest.raises(GalleryError, match="picture 000099"):
        Gallery.load(folder).picture(99)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"poses": ()}, "at least one pose"),
        ({"features": np.ones((3, 8))}, "features must have shape"),
    ],
)
def test_content_that_contradicts_itself_is_refused(changes, message):
    with pytest.raises((GalleryError, ShapeError), match=message):
        replace(synthetic_content("mia"), **changes)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, 1e6])
def test_features_that_cannot_be_stored_leave_the_old_gallery(folder, wrong):
    content = synthetic_content("mia")
    features = content.features.copy()
    features[0, 0] = wrong
    with pytest.raises(GalleryError, match="features must be finite"):
        write_gallery(folder, replace(content, features=features), [])
    assert len(Gallery.load(folder)) == 21
    assert [path.name for path in folder.parent.iterdir()] == ["mia"]


def test_too_few_pictures_leave_the_old_gallery(folder):
    with pytest.raises(GalleryError, match="need 21 pictures, but got 1"):
        write_gallery(folder, synthetic_content("mia"), [drawn_picture(0)])
    assert len(Gallery.load(folder)) == 21
    assert [path.name for path in folder.parent.iterdir()] == ["mia"]


def test_an_unwritable_place_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_synthetic_gallery(tmp_path / "file", "mia")


def test_a_gallery_replaces_another_whole(folder):
    write_synthetic_gallery(folder.parent, "mia", count=8, seed=3)
    assert len(Gallery.load(folder)) == 8
    assert [path.name for path in folder.parent.iterdir()] == ["mia"]


def test_after_a_crash_between_the_renames_the_old_gallery_is_found(folder):
    folder.rename(previous_folder(folder))
    assert len(Gallery.load(folder)) == 21
    write_synthetic_gallery(folder.parent, "mia", count=8)
    assert len(Gallery.load(folder)) == 8
    assert not previous_folder(folder).exists()


def test_a_crash_after_the_renames_leaves_the_new_gallery(folder, tmp_path):
    shutil.copytree(
        write_synthetic_gallery(tmp_path / "other", "mia", count=8),
        previous_folder(folder),
    )
    assert len(Gallery.load(folder)) == 21


def rewrite_without_end(root):
    seed = 0
    while True:
        seed += 1
        write_synthetic_gallery(root, "mia", count=7 + seed % 3, seed=seed)


def test_a_reader_never_sees_half_of_a_rewrite_and_a_kill_loses_nothing(folder):
    spawning = multiprocessing.get_context("spawn")
    for delay in (0.02, 0.033, 0.051):
        writer = spawning.Process(target=rewrite_without_end, args=(folder.parent,))
        writer.start()
        old = len(Gallery.load(folder))
        limit = time.monotonic() + 20
        while len(Gallery.load(folder)) == old and time.monotonic() < limit:
            pass
        until = time.monotonic() + 0.3 + delay
        while time.monotonic() < until:
            gallery = Gallery.load(folder)
            assert len(gallery) in (7, 8, 9)
        writer.kill()
        writer.join()
        writer.close()
        assert len(Gallery.load(folder)) in (7, 8, 9)


def sign_again(folder):
    """Make the card fit the files, as if the harm had been there from the start."""
    files = {name: sha256_of(folder / name) for name in (*DATA_FILES, PICTURES_FILE)}
    rewrite_card(folder, files=files)


def test_a_table_that_is_no_text_is_refused_though_its_digest_fits(folder):
    (folder / "poses.csv").write_bytes(b"\xff\xfe\xfa")
    sign_again(folder)
    with pytest.raises(GalleryError, match=r"poses\.csv: cannot be read"):
        Gallery.load(folder)


def test_an_archive_that_is_none_is_refused_though_its_digest_fits(folder):
    (folder / "pictures.zip").write_bytes(b"not a zip file")
    sign_again(folder)
    with pytest.raises(GalleryError, match=r"pictures\.zip: is damaged"):
        Gallery.load(folder).picture(0)


def test_a_failure_while_writing_leaves_the_old_gallery(folder):
    def pictures():
        yield drawn_picture(0)
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        write_gallery(folder, synthetic_content("mia"), pictures())
    assert len(Gallery.load(folder)) == 21
    assert [path.name for path in folder.parent.iterdir()] == ["mia"]


def test_a_gallery_that_changes_at_every_look_is_given_up(folder):
    class Restless(Gallery):
        def __init__(self, place, card):
            place.touch()
            super().__init__(place, card)

    (folder / "features.npy").unlink()
    with pytest.raises(GalleryError, match="replaced again and again"):
        Restless.load(folder)


def test_what_a_killed_writer_left_is_removed_after_a_day(folder):
    old, new = folder.parent / ".mia-old", folder.parent / ".mia-new"
    for leftover in (old, new):
        leftover.mkdir()
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    write_synthetic_gallery(folder.parent, "mia", count=8)
    assert new.exists()
    assert not old.exists()
