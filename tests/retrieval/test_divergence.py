import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deepexpr.core.errors import ShapeError
from deepexpr.retrieval.divergence import (
    LARGEST_DIVERGENCE_NATS,
    as_distributions,
    jensen_shannon_divergence,
    jensen_shannon_divergence_reference,
    square_roots,
)

UNSURE = (0.5, 0.5)
CERTAIN = (1.0, 0.0)
OPPOSITE = (0.0, 1.0)
LN2 = math.log(2)

ACTIVATIONS = st.one_of(
    st.just(0.0),
    st.floats(0, 1),
    st.floats(0, 1e-40),
    st.floats(1e20, 1e30),
)
FEATURES = arrays(np.float64, (4, 12), elements=ACTIVATIONS)


def plain_divergence(query, entry):
    """Sum by sum in Python floats, straight from the definition."""
    p = [float(value) for value in query]
    q = [float(value) for value in entry]
    p = [value / sum(p) if sum(p) else 1 / len(p) for value in p]
    q = [value / sum(q) if sum(q) else 1 / len(q) for value in q]
    total = 0.0
    for a, b in zip(p, q, strict=True):
        total += a * math.log(2 * a / (a + b)) if a else 0.0
        total += b * math.log(2 * b / (a + b)) if b else 0.0
    return total / 2


@pytest.mark.parametrize(
    ("query", "entry", "expected_nats"),
    [
        pytest.param(UNSURE, UNSURE, 0.0, id="equal"),
        pytest.param(CERTAIN, OPPOSITE, LN2, id="disjoint"),
        # m = (3/4, 1/4): JSD = H(m) - H(q)/2 = 0.562335 - 0.346574
        pytest.param(CERTAIN, UNSURE, 0.215762, id="half overlap"),
        pytest.param((8.0, 0.0), (0.5, 0.0), 0.0, id="not summing to 1"),
        pytest.param((0.0, 0.0), UNSURE, 0.0, id="zeros mean uniform"),
    ],
)
@pytest.mark.parametrize(
    "divergence", [jensen_shannon_divergence, jensen_shannon_divergence_reference]
)
def test_known_values(divergence, query, entry, expected_nats):
    (actual,) = divergence(np.array(query), np.array([entry]))
    assert actual == pytest.approx(expected_nats, abs=1e-6)


@given(FEATURES, FEATURES)
@settings(max_examples=200, deadline=None)
def test_fast_and_reference_agree_and_stay_between_0_and_ln2(queries, gallery):
    for query in queries:
        fast = jensen_shannon_divergence(query, gallery)
        exact = jensen_shannon_divergence_reference(query, gallery)
        assert fast.dtype == np.float32
        assert exact.dtype == np.float64
        assert np.all((exact >= 0) & (exact <= LARGEST_DIVERGENCE_NATS))
        np.testing.assert_allclose(fast, exact, atol=1e-6)


@given(arrays(np.float64, (2, 9), elements=st.one_of(st.just(0.0), st.floats(0, 9))))
@settings(max_examples=200, deadline=None)
def test_reference_agrees_with_a_plain_loop_and_is_symmetric(pair):
    pair[pair < 1e-300] = 0
    (forth,) = jensen_shannon_divergence_reference(pair[0], pair[1:])
    (back,) = jensen_shannon_divergence_reference(pair[1], pair[:1])
    assert forth == pytest.approx(plain_divergence(*pair), abs=1e-12)
    assert forth == pytest.approx(back, abs=1e-15)


@given(FEATURES, FEATURES)
@settings(max_examples=200, deadline=None)
def test_hellinger_encloses_the_divergence(queries, gallery):
    exact = jensen_shannon_divergence_reference(queries[0], gallery)
    (query,) = np.sqrt(as_distributions(queries[:1]))
    hellinger = 1 - np.sqrt(as_distributions(gallery)) @ query
    assert np.all(LN2 * hellinger <= exact + 1e-12)
    assert np.all(exact <= hellinger + 1e-12)


@given(FEATURES)
@settings(max_examples=100, deadline=None)
def test_a_row_is_nowhere_from_itself_at_any_scale(gallery):
    for scale in (1.0, 4.0, 1024.0):  # exact for denormal numbers too
        own = jensen_shannon_divergence_reference(gallery[0] * scale, gallery[:1])
        assert own == pytest.approx([0.0], abs=1e-9)


def test_relu_like_features_of_full_width_agree_with_the_plain_loop():
    rng = np.random.default_rng(3)
    features = np.maximum(rng.normal(-0.5, 1, (20, 512)), 0).astype(np.float16)
    assert (features == 0).mean() > 0.5
    exact = jensen_shannon_divergence_reference(features[0], features)
    fast = jensen_shannon_divergence(features[0], features)
    expected = [plain_divergence(features[0], row) for row in features]
    np.testing.assert_allclose(exact, expected, atol=1e-13)
    np.testing.assert_allclose(fast, expected, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_smallest_denormals_are_numbers_like_others(dtype):
    smallest = np.finfo(dtype).smallest_subnormal
    row = np.array([[smallest, smallest, 0]], dtype)
    np.testing.assert_allclose(as_distributions(row), [[0.5, 0.5, 0]])
    mixed = np.array([[smallest, 1, 0]], dtype)
    both = jensen_shannon_divergence(mixed[0], np.array([[1, smallest, 0]], dtype))
    assert both == pytest.approx([LN2])


def test_huge_features_do_not_overflow():
    row = np.array([[1e308, 1e308]])
    np.testing.assert_allclose(as_distributions(row), [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("sharpness", "expected"),
    [(1, [0.25, 0.75]), (2, [0.1, 0.9]), (4, [1 / 82, 81 / 82])],
)
def test_a_sharpness_above_one_gives_strong_activations_more(sharpness, expected):
    assert as_distributions(np.array([[1, 3]]), sharpness)[0] == pytest.approx(expected)


def test_square_roots_have_length_one():
    rng = np.random.default_rng(0)
    roots = square_roots(rng.random((3000, 7)))
    assert roots.dtype == np.float32
    np.testing.assert_allclose((roots**2).sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize(
    "divergence", [jensen_shannon_divergence, jensen_shannon_divergence_reference]
)
def test_impossible_features_are_refused(divergence, wrong):
    with pytest.raises(ValueError, match="finite and not negative"):
        divergence(np.array([1.0, wrong]), np.ones((1, 2)))
    with pytest.raises(ValueError, match="finite and not negative"):
        divergence(np.ones(2), np.array([[1.0, wrong]]))


@pytest.mark.parametrize(
    ("query", "gallery"),
    [(np.ones(3), np.ones((2, 4))), (np.ones((1, 3)), np.ones((2, 3)))],
)
def test_shapes_that_do_not_fit_are_named(query, gallery):
    with pytest.raises(ShapeError, match="must have shape"):
        jensen_shannon_divergence(query, gallery)


def test_an_empty_gallery_has_no_divergences():
    assert jensen_shannon_divergence(np.ones(3), np.ones((0, 3))).shape == (0,)
