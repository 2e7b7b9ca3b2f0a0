import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import ShapeError
from deepexpr.retrieval.divergence import jensen_shannon_divergence_reference
from deepexpr.retrieval.entries import Entries
from deepexpr.retrieval.geometric_distance import geometric_distance, geometry_scale
from deepexpr.retrieval.nearest import SearchIndex
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS, RetrievalPreset
from deepexpr.retrieval.sketch import Sketch

FEATURES_ONLY = RETRIEVAL_PRESETS["features"]
WIDTH = 130  # neither a power of two nor a multiple of the group of a sum
ROWS = 400


def relu_like(rng, count, width=WIDTH, clusters=6):
    centres = rng.normal(-0.3, 1, (clusters, width))
    rows = centres[rng.integers(clusters, size=count)] + rng.normal(
        0, 0.3, (count, width)
    )
    return np.maximum(rows, 0)


def dense(rng):
    return rng.random((ROWS, WIDTH))


def sparse(rng):
    return rng.random((ROWS, WIDTH)) * (rng.random((ROWS, WIDTH)) < 0.03)


def disjoint(rng):
    rows = np.zeros((ROWS, WIDTH))
    rows[np.arange(ROWS), rng.integers(WIDTH, size=ROWS)] = rng.random(ROWS) + 0.1
    return rows


def denormal(rng):
    rows = relu_like(rng, ROWS)
    rows[::2] *= 6e-8
    rows[1::5] *= 1e-4
    return rows


def unnormalised(rng):
    return relu_like(rng, ROWS) * 10 ** rng.uniform(-3, 3, (ROWS, 1))


def equal(rng):
    return np.repeat(relu_like(rng, 4), ROWS // 4, axis=0)


def nearly_equal(rng):
    """So close together that single precision cannot tell them apart."""
    return relu_like(rng, 1) * (1 + 1e-3 * rng.random((ROWS, WIDTH)))


def with_blanks(rng):
    rows = relu_like(rng, ROWS)
    rows[::7] = 0
    return rows


INPUTS = {
    make.__name__: make
    for make in (
        dense, sparse, disjoint, denormal, unnormalised, equal, nearly_equal,
        with_blanks,
    )
}  # fmt: skip


def slow_search(query, measures, features, geometry, count, preset):
    """Every distance in float64, every row compared; ties in row order."""
    distances = preset.feature_weight * jensen_shannon_divergence_reference(
        query, features, preset.sharpness
    ) + preset.geometry_weight * geometric_distance(
        measures, geometry, geometry_scale(geometry)
    )
    rows = sorted(range(len(features)), key=lambda row: (distances[row], row))
    return rows[:count], distances[rows[:count]]


def faces_like(rng, make, count=3):
    """Some rows of the same kind of input, one of them blank now and then."""
    faces = make(rng)[:count].astype(np.float16)
    if rng.random() < 0.2:
        faces[0] = 0
    return faces


@given(
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(sorted(INPUTS)),
    dtype=st.sampled_from([np.float16, np.float32, np.float64]),
    count=st.integers(1, 12),
    alpha=st.sampled_from([0.0, 0.3, 1.0, 1e6]),
    beta=st.sampled_from([0.0, 1e-9, 0.05, 2.0]),
    sharpness=st.sampled_from([0.5, 1.0, 2.0, 2.5, 4.0]),
)
@settings(max_examples=100, deadline=None)
def test_a_search_finds_what_a_full_scan_finds(
    seed, kind, dtype, count, alpha, beta, sharpness
):
    if alpha == beta == 0:
        alpha = 1.0
    rng = np.random.default_rng(seed)
    features = INPUTS[kind](rng).astype(dtype)
    geometry = rng.normal(0.3, 0.05, (ROWS, 9)).round(3).astype(np.float32)
    faces = faces_like(rng, INPUTS[kind])
    faces[-1] = features[5].astype(np.float16)
    measures = np.vstack([rng.normal(0.3, 0.1, (2, 9)), geometry[5]])
    preset = RetrievalPreset(alpha, beta, sharpness=sharpness)
    index = SearchIndex(features, geometry, sharpness=sharpness)
    for row, found in enumerate(index.nearest(faces, measures, count, preset)):
        rows, distances = slow_search(
            faces[row], measures[row], features, geometry, count, preset
        )
        assert found.indices.tolist() == rows
        np.testing.assert_allclose(found.distances, distances, rtol=1e-12, atol=1e-14)
        assert found.certificate.holds
        assert found.certificate.entries == ROWS
        assert count <= found.certificate.refined <= ROWS


@given(
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(sorted(INPUTS)),
    width=st.sampled_from([1, 2, 63, 64, 97, 512]),
)
@settings(max_examples=50, deadline=None)
def test_bounds_and_single_precision_keep_their_promise(seed, kind, width):
    rng = np.random.default_rng(seed)
    features = np.resize(INPUTS[kind](rng), (ROWS, width)).astype(np.float16)
    faces = features[[0, 7, 100]].astype(np.float32) * 3
    entries = Entries.of(features)
    bounds = Sketch.of(entries).lower_bounds(faces)
    everything = np.arange(ROWS)
    for face, bound in zip(faces, bounds, strict=True):
        exact = jensen_shannon_divergence_reference(face, features)
        assert np.all(bound <= exact)
        wanted = face.astype(np.float64)
        wanted = wanted / wanted.sum() if wanted.sum() else np.full(width, 1 / width)
        single = entries.divergences(wanted, everything)
        assert np.abs(single - exact).max() <= entries.divergence_margin


@given(seed=st.integers(0, 10_000), spread=st.sampled_from([0.0, 1e-4, 0.05, 30.0]))
@settings(max_examples=50, deadline=None)
def test_geometric_bounds_stay_below_the_distance_and_close_to_it(seed, spread):
    rng = np.random.default_rng(seed)
    geometry = rng.normal(0.3, spread, (ROWS, 9)).astype(np.float32)
    measures = np.vstack([geometry[3], rng.normal(0.3, 0.1, 9)]).astype(np.float64)
    index = SearchIndex(np.ones((ROWS, 3), np.float16), geometry).geometry
    for row, bound in zip(measures, index.lower_bounds(measures), strict=True):
        exact = geometric_distance(row, geometry, geometry_scale(geometry))
        assert np.all(bound <= exact)
        assert np.all(bound >= exact - 0.02 * (1 + exact))


def test_distributions_are_the_features_divided_by_their_sum():
    features = np.array([[1, 3], [0, 0], [6e-8, 6e-8], [6e4, 0]], np.float16)
    expected = [[0.25, 0.75], [0.5, 0.5], [0.5, 0.5], [1, 0]]
    for dtype in (np.float16, np.float32, np.float64):
        entries = Entries.of(features.astype(dtype))
        assert entries.distributions(slice(0, 4)) == pytest.approx(np.array(expected))
    assert entries.entropy == pytest.approx([0.562335, math.log(2), math.log(2), 0])


def faces_of_few_expressions(rng, count, width=512):
    """Activations of a random layer over a few hidden movements, as encoders have."""
    layer = np.random.default_rng(99)
    weights, shift = layer.normal(0, 0.5, (12, width)), layer.normal(-0.6, 0.5, width)
    centres = layer.normal(0, 1.2, (7, 12))
    hidden = centres[rng.integers(7, size=count)] + rng.normal(0, 0.5, (count, 12))
    return np.maximum(hidden @ weights + shift, 0).astype(np.float16)


def test_a_preset_of_another_sharpness_is_refused():
    index = SearchIndex(np.eye(2), np.zeros((2, 9)), sharpness=1.0)
    with pytest.raises(ValueError, match="made for sharpness 1, but the preset has"):
        index.nearest(np.eye(2), np.zeros((2, 9)), 1, RetrievalPreset(1.0, 0.0))


def test_most_entries_need_no_logarithm():
    rng = np.random.default_rng(1)
    features = faces_of_few_expressions(rng, 5000)
    geometry = rng.random((5000, 9))
    index = SearchIndex(features, geometry)
    (found,) = index.nearest(features[7:8], geometry[7:8], 5, FEATURES_ONLY)
    assert found.indices[0] == 7
    assert found.divergences[0] == 0
    assert found.certificate.holds
    assert found.certificate.refined < 1000
    assert index.sketch.rows.shape[1] <= 128


def test_entries_that_no_few_axes_describe_get_all_axes():
    rng = np.random.default_rng(1)
    features = np.maximum(rng.normal(-1, 1, (600, 100)), 0)
    sketch = Sketch.of(Entries.of(features))
    assert sketch.basis.shape == (100, 100)
    assert sketch.rows.shape == (600, 101)


def test_a_batch_answers_as_single_queries_do(monkeypatch):
    rng = np.random.default_rng(3)
    features, geometry = relu_like(rng, 200), rng.random((200, 9))
    index = SearchIndex(features, geometry)
    preset = RETRIEVAL_PRESETS["features+geometry"]
    monkeypatch.setattr("deepexpr.retrieval.nearest._BOUNDS_AT_ONCE", 3 * 200)
    together = index.nearest(features[:10], geometry[:10], 4, preset)
    for row, found in enumerate(together):
        (alone,) = index.nearest(features[[row]], geometry[[row]], 4, preset)
        assert alone.indices.tolist() == found.indices.tolist()
        assert alone.distances.tolist() == found.distances.tolist()


def test_asking_for_more_than_there_is_returns_all():
    index = SearchIndex(np.eye(3), np.zeros((3, 9)))
    (found,) = index.nearest(np.eye(3)[[1]], np.zeros((1, 9)), 10, FEATURES_ONLY)
    assert found.indices.tolist() == [1, 0, 2]
    assert found.divergences == pytest.approx([0, math.log(2), math.log(2)])
    assert found.certificate.least_skipped_bound == math.inf


def test_geometry_decides_between_equal_features():
    geometry = np.full((3, 9), 0.3)
    geometry[:, 0] += [0.09, 0.01, 0.05]
    preset = RETRIEVAL_PRESETS["features+geometry"]
    index = SearchIndex(np.ones((3, 4)), geometry)
    (found,) = index.nearest(np.ones((1, 4)), np.full((1, 9), 0.3), 3, preset)
    assert found.indices.tolist() == [1, 2, 0]
    assert found.distances == pytest.approx(preset.geometry_weight * found.geometry)


def test_measures_beyond_single_precision_are_still_ranked():
    geometry = np.zeros((4, 9))
    geometry[:, 0] = [3e30, 1e30, 0, 2e30]
    index = SearchIndex(np.ones((4, 4)), geometry)
    (found,) = index.nearest(
        np.ones((1, 4)), geometry[[1]], 2, RETRIEVAL_PRESETS["geometry"]
    )
    assert found.indices.tolist() == [1, 2]  # rows 2 and 3 are equally far


def test_count_must_be_at_least_one():
    index = SearchIndex(np.eye(2), np.zeros((2, 9)))
    with pytest.raises(ValueError, match="at least 1"):
        index.nearest(np.eye(2), np.zeros((2, 9)), 0, FEATURES_ONLY)


@pytest.mark.parametrize(
    ("features", "measures", "message"),
    [
        (np.ones((1, 3)), np.zeros((1, 9)), "queries"),
        (np.ones((2, 2)), np.zeros((1, 9)), "measures"),
        (np.ones((1, 2)), np.zeros((1, 8)), "queries"),
    ],
)
def test_queries_that_do_not_fit_are_named(features, measures, message):
    index = SearchIndex(np.eye(2), np.zeros((2, 9)))
    with pytest.raises(ShapeError, match=message):
        index.nearest(features, measures, 1, RETRIEVAL_PRESETS["features+geometry"])


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_impossible_features_are_refused(wrong, dtype):
    features = np.array([[1.0, 2.0], [1.0, wrong]], dtype)
    with pytest.raises(ValueError, match="finite and not negative"):
        SearchIndex(features, np.zeros((2, 9)))


def test_measures_of_another_count_are_refused():
    with pytest.raises(ShapeError, match="measures"):
        SearchIndex(np.eye(2), np.zeros((3, 9)))


def test_measures_that_are_no_numbers_are_refused():
    index = SearchIndex(np.eye(2), np.zeros((2, 9)))
    preset = RETRIEVAL_PRESETS["features+geometry"]
    with pytest.raises(ValueError, match="finite"):
        index.nearest(np.ones((1, 2)), np.full((1, 9), np.nan), 1, preset)


@pytest.mark.parametrize("weights", [(-1, 1), (0, 0), (math.nan, 1), (1, math.inf)])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(ValueError, match="not both 0"):
        RetrievalPreset(*weights)
