import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import ShapeError
from deepexpr.core.expression import Expression
from deepexpr.retrieval.divergence import (
    jensen_shannon_divergence_reference,
    square_roots,
)
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS, RetrievalPreset
from deepexpr.retrieval.search import (
    Match,
    nearest,
    same_label_then_geometry,
    squared_hellinger_lower_bound,
)

FEATURES_ONLY = RETRIEVAL_PRESETS["features"]


def relu_like(rng, count, width=64, clusters=6):
    centres = rng.normal(-0.3, 1, (clusters, width))
    rows = centres[rng.integers(clusters, size=count)] + rng.normal(
        0, 0.3, (count, width)
    )
    return np.maximum(rows, 0).astype(np.float16)


def slow_search(query, features, geometry, count, preset):
    """Every distance in float64, every row compared; ties in row order."""
    divergences = jensen_shannon_divergence_reference(query, features)
    distances = preset.feature_weight * divergences + preset.geometry_weight * geometry
    rows = sorted(range(len(features)), key=lambda row: (distances[row], row))
    return rows[:count], distances[rows[:count]]


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 12),
    alpha=st.sampled_from([0.0, 0.3, 1.0]),
    beta=st.sampled_from([0.0, 0.05, 2.0]),
)
@settings(max_examples=80, deadline=None)
def test_the_search_finds_what_a_full_scan_finds(seed, count, alpha, beta):
    if alpha == beta == 0:
        alpha = 1.0
    rng = np.random.default_rng(seed)
    features = relu_like(rng, 300)
    features[17] = features[250] = features[3]
    features[40] = 0
    geometry = rng.random(300).round(1)
    query = relu_like(rng, 1)[0] if seed % 2 else features[3]
    preset = RetrievalPreset(alpha, beta)
    found = nearest(query, features, square_roots(features), geometry, count, preset)
    rows, distances = slow_search(query, features, geometry, count, preset)
    assert found.indices.tolist() == rows
    np.testing.assert_allclose(found.distances, distances, rtol=0, atol=1e-14)
    assert found.certificate.holds
    assert found.certificate.entries == 300


def test_most_entries_need_no_logarithm():
    rng = np.random.default_rng(1)
    features = relu_like(rng, 5000, width=512, clusters=40)
    found = nearest(
        features[7], features, square_roots(features), np.zeros(5000), 5, FEATURES_ONLY
    )
    assert found.indices[0] == 7
    assert found.divergences[0] == 0
    assert found.certificate.holds
    assert found.certificate.refined < 500


def test_the_bound_never_exceeds_the_true_distance():
    rng = np.random.default_rng(5)
    features = relu_like(rng, 400, width=512)
    bound = squared_hellinger_lower_bound(features[0], square_roots(features))
    exact = jensen_shannon_divergence_reference(features[0], features)
    assert np.all(math.log(2) * bound <= exact)
    assert bound[0] == 0


def test_asking_for_more_than_there_is_returns_all():
    features = np.eye(3)
    found = nearest(
        features[1], features, square_roots(features), np.zeros(3), 10, FEATURES_ONLY
    )
    assert found.indices.tolist() == [1, 0, 2]
    assert found.divergences == pytest.approx([0, math.log(2), math.log(2)])
    assert found.certificate.least_skipped_bound == math.inf


def test_geometry_decides_between_equal_features():
    features = np.ones((3, 4))
    geometry = np.array([0.9, 0.1, 0.5])
    preset = RETRIEVAL_PRESETS["features+geometry"]
    found = nearest(np.ones(4), features, square_roots(features), geometry, 3, preset)
    assert found.indices.tolist() == [1, 2, 0]
    assert found.distances == pytest.approx(
        preset.geometry_weight * geometry[[1, 2, 0]]
    )


def test_count_must_be_at_least_one():
    features = np.eye(2)
    with pytest.raises(ValueError, match="at least 1"):
        nearest(
            features[0], features, square_roots(features), np.zeros(2), 0, FEATURES_ONLY
        )


def test_geometry_must_have_one_number_an_entry():
    features = np.eye(2)
    with pytest.raises(ShapeError, match="geometry"):
        nearest(
            features[0], features, square_roots(features), np.zeros(3), 1, FEATURES_ONLY
        )


@pytest.mark.parametrize("weights", [(-1, 1), (0, 0), (math.nan, 1), (1, math.inf)])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(ValueError, match="not both 0"):
        RetrievalPreset(*weights)


def make_match(rank, label, geometry):
    return Match(rank, rank, f"pose{rank}", Expression(label), rank / 10, 0.1, geometry)


def test_the_same_label_comes_first_in_the_order_of_geometry():
    matches = [
        make_match(1, "fear", 0.2),
        make_match(2, "joy", 0.9),
        make_match(3, "surprise", 0.1),
        make_match(4, "joy", 0.3),
    ]
    resorted = same_label_then_geometry(matches, Expression.JOY)
    assert [match.pose_id for match in resorted] == ["pose4", "pose2", "pose1", "pose3"]
    assert [match.rank for match in resorted] == [1, 2, 3, 4]
    assert resorted[0].distance == 0.4


def test_a_label_that_no_match_has_changes_nothing():
    matches = tuple(make_match(rank, "fear", 1 / rank) for rank in (1, 2, 3))
    assert same_label_then_geometry(matches, Expression.JOY) == matches
