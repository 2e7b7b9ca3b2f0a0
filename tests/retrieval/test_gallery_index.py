"""Galleries that are searched for many faces, and those that store their index."""

import json
from dataclasses import replace

import numpy as np
import pytest

from deepexpr.core.errors import GalleryError, ShapeError
from deepexpr.core.expression import Expression
from deepexpr.core.files import sha256_of
from deepexpr.retrieval.divergence import jensen_shannon_divergence_reference
from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.gallery_files import INDEX_FILES
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS
from tests.retrieval.synthetic_gallery import write_synthetic_gallery


@pytest.fixture
def folder(tmp_path):
    return write_synthetic_gallery(tmp_path, "mia")


def query_like(gallery, index, label="joy"):
    return Query(
        gallery.features[index].astype(np.float32),
        gallery.geometry[index].astype(np.float64),
        Expression(label),
    )


def test_a_large_gallery_stores_its_index_and_finds_the_same(folder, monkeypatch):
    small = Gallery.load(folder)
    monkeypatch.setattr("deepexpr.retrieval.gallery_writer.LEAST_STORED", 21)
    write_synthetic_gallery(folder.parent, "mia")
    large = Gallery.load(folder)
    assert large.card.has_index
    assert not small.card.has_index
    preset = RETRIEVAL_PRESETS["features+geometry"]
    queries = [query_like(small, row) for row in range(21)]
    made = small.search_many(queries, 3, preset)
    read = large.search_many(queries, 3, preset)
    assert [each.matches for each in made] == [each.matches for each in read]


def test_a_stored_index_of_another_sharpness_is_not_used(folder, monkeypatch):
    monkeypatch.setattr("deepexpr.retrieval.gallery_writer.LEAST_STORED", 21)
    write_synthetic_gallery(folder.parent, "mia")
    gallery = Gallery.load(folder)
    preset = replace(RETRIEVAL_PRESETS["features"], sharpness=1.0)
    query = query_like(gallery, 4)
    (found,) = gallery.search(query, 21, preset).matches[4:5]
    exact = jensen_shannon_divergence_reference(query.features, gallery.features)
    assert found.divergence == np.sort(exact)[4]


@pytest.mark.parametrize("name", INDEX_FILES)
def test_a_damaged_index_is_noticed(folder, monkeypatch, name):
    monkeypatch.setattr("deepexpr.retrieval.gallery_writer.LEAST_STORED", 21)
    write_synthetic_gallery(folder.parent, "mia")
    path = folder / name
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(GalleryError, match=name):
        Gallery.load(folder)


def test_an_index_of_other_features_is_refused_though_its_digest_fits(
    folder, monkeypatch
):
    monkeypatch.setattr("deepexpr.retrieval.gallery_writer.LEAST_STORED", 21)
    write_synthetic_gallery(folder.parent, "mia")
    np.save(folder / "index_rows.npy", np.ones((20, 2), np.float32))
    card = json.loads((folder / "gallery.json").read_text())
    files = card["files"] | {"index_rows.npy": sha256_of(folder / "index_rows.npy")}
    (folder / "gallery.json").write_text(json.dumps(card | {"files": files}))
    with pytest.raises(GalleryError, match=r"index_rows\.npy"):
        _ = Gallery.load(folder).index()


def test_many_queries_are_answered_as_one_by_one(folder):
    gallery = Gallery.load(folder)
    queries = [query_like(gallery, row, "fear") for row in (3, 8, 3)]
    for preset in RETRIEVAL_PRESETS.values():
        together = gallery.search_many(queries, 5, preset)
        assert together == [gallery.search(query, 5, preset) for query in queries]
    assert gallery.search_many([], 5, preset) == []


def test_a_query_of_another_width_is_named(folder):
    gallery = Gallery.load(folder)
    query = replace(query_like(gallery, 0), features=np.ones(5, np.float32))
    with pytest.raises(ShapeError, match=r"query\.features"):
        gallery.search(query, 1, RETRIEVAL_PRESETS["features"])
