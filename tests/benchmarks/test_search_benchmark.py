import numpy as np
import pytest
from benchmarks.galleries import KINDS, random_gallery
from benchmarks.search import QUERIES, measured
from benchmarks.search_chart import cost_chart


@pytest.mark.parametrize("kind", KINDS)
def test_ours_and_the_full_scans_find_the_same(kind):
    timings = list(measured(random_gallery(kind, 300, QUERIES), ["SciPy", "NumPy"]))
    assert [timing.system for timing in timings] == [
        "DeepExpr, one query",
        "DeepExpr, batches",
        "DeepExpr φ, one query",
        "DeepExpr φ, batches",
        "SciPy",
        "NumPy",
    ]
    assert {timing.recall for timing in timings} == {1.0, None}
    assert all(0 < timing.best <= timing.milliseconds for timing in timings)


def test_the_same_gallery_comes_again():
    first, again = (random_gallery("faces", 50, 3) for _ in range(2))
    np.testing.assert_array_equal(first.features, again.features)
    assert first.features.dtype == np.float16
    assert 0.3 < (first.features == 0).mean() < 0.8


def test_the_chart_draws_each_system_in_a_colour_of_its_own():
    series = {"ours": [(1000, 1.0), (10_000, 2.0)], "theirs": [(1000, 50.0)]}
    chart = cost_chart(series)
    assert chart.dtype == np.uint8
    assert chart.shape[2] == 3
    one = cost_chart({"ours": series["ours"]})
    assert (chart != one).any()
