import numpy as np
import pytest
from PIL import Image

from deepexpr.core.errors import DatasetError, OutputError, ShapeError
from deepexpr.evaluation.chart_canvas import (
    BACKGROUND,
    BLUE,
    CARD,
    ORANGE,
    ChartCanvas,
    blended,
    shortened,
    write_chart,
)
from deepexpr.evaluation.confusion_chart import confusion_chart
from deepexpr.evaluation.intervals import MeanAndSpread, wilson_interval
from deepexpr.evaluation.rank_agreement import QueryAgreement, RankAgreement
from deepexpr.evaluation.rank_chart import Reference, rank_chart

NOTHING = MeanAndSpread(float("nan"), float("nan"), 0)


def count_of(chart, colour):
    return int((chart == np.array(colour, np.uint8)).all(axis=2).sum())


def agreement(spearman, kendall=None):
    values = np.array(spearman, float)
    other = values if kendall is None else np.array(kendall, float)
    return RankAgreement(
        tests=tuple(
            QueryAgreement(str(place), rho, tau, 0, 0)
            for place, (rho, tau) in enumerate(zip(values, other, strict=True))
        ),
        spearman=mean_of(values),
        kendall=mean_of(other),
        first_spearman=1.0,
        first_kendall=1.0,
        same_first=wilson_interval(1, 1),
    )


def mean_of(values):
    known = values[~np.isnan(values)]
    if not len(known):
        return NOTHING
    spread = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
    return MeanAndSpread(float(known.mean()), spread, len(known))


def test_a_matrix_of_another_shape_cannot_be_drawn():
    with pytest.raises(ShapeError):
        confusion_chart(np.zeros((6, 6), np.int64), "six")


def test_negative_counts_cannot_be_drawn():
    wrong = np.eye(7, dtype=np.int64)
    wrong[0, 1] = -1
    wrong[0, 0] = 5
    with pytest.raises(DatasetError, match="negative"):
        confusion_chart(wrong, "wrong")


def test_what_is_right_is_blue_and_a_confusion_is_orange():
    right = 10 * np.eye(7, dtype=np.int64)
    chart = confusion_chart(right, "Right", "all of seventy")
    assert chart.dtype == np.uint8
    assert chart.shape[2] == 3
    assert count_of(chart, ORANGE) == 0
    wrong = right.copy()
    wrong[0, :2] = 0, 10
    changed = confusion_chart(wrong, "Right", "all of seventy")
    # a cell of 60 points is 120 pixels wide; numbers and round corners take a part
    assert 9_000 < count_of(changed, ORANGE) < 120 * 120
    assert count_of(chart, BLUE) - count_of(changed, BLUE) > 9_000


def test_a_rare_confusion_can_be_told_from_none():
    counts = 500 * np.eye(7, dtype=np.int64)
    before = confusion_chart(counts, "x")
    counts[3, 4] = 1
    after = confusion_chart(counts, "x")
    assert (before != after).any(axis=2).sum() > 9_000


def test_a_matrix_without_faces_can_be_drawn():
    chart = confusion_chart(np.zeros((7, 7), np.int64), "Nothing yet")
    assert count_of(chart, BLUE) == 0


def test_long_titles_end_with_an_ellipsis():
    assert shortened("short", 200, 12) == "short"
    cut = shortened("a very long title of a very long chart", 100, 12, bold=True)
    assert cut.endswith("…")
    assert len(cut) < 30
    assert shortened("words", 0, 12) == "…"


def test_colours_blend_from_the_first_to_the_second():
    assert blended((0, 0, 0), (200, 100, 50), 0.5) == (100, 50, 25)
    assert blended(CARD, BLUE, 0) == CARD


def test_an_empty_canvas_is_two_pixels_a_point():
    canvas = ChartCanvas(10, 5)
    assert canvas.pixels.shape == (10, 20, 3)
    assert count_of(canvas.pixels, BACKGROUND) == 200
    canvas.dot((5, 2.5), 0.1, BLUE)
    assert count_of(canvas.pixels, BACKGROUND) < 200


def test_negative_correlations_are_orange():
    assert count_of(rank_chart(agreement([1, 0.9, 0.5]), [], "All well"), ORANGE) == 0
    # one dot below zero in each of both panels
    assert count_of(rank_chart(agreement([1, 0.9, -0.5]), [], "One not"), ORANGE) > 300


def test_more_agreement_draws_longer_bars():
    low, high = (
        rank_chart(agreement([value] * 3), [Reference("one", NOTHING, NOTHING)], "x")
        for value in (0.2, 0.9)
    )
    summary = slice(2 * 640, None)
    assert count_of(high[:, summary], BLUE) > 2 * count_of(low[:, summary], BLUE)


def test_correlations_that_are_not_defined_are_counted_not_drawn():
    some = rank_chart(agreement([0.5, np.nan]), [], "Half")
    none = rank_chart(agreement([np.nan, np.nan]), [], "None")
    assert count_of(some, BLUE) > 1000
    assert count_of(none, BLUE) == 0


def test_references_stand_beside_ours():
    paper = Reference("paper", MeanAndSpread(0.8, 0.4, 30), MeanAndSpread(-0.1, 0.4, 9))
    chart = rank_chart(agreement([0.5, 0.6]), [paper], "With the paper")
    alone = rank_chart(agreement([0.5, 0.6]), [], "With the paper")
    assert (chart != alone).any()
    with pytest.raises(DatasetError, match="room for 3 references"):
        rank_chart(agreement([0.5]), [paper] * 4, "Too many")


def test_a_chart_is_written_whole(tmp_path):
    chart = confusion_chart(np.eye(7, dtype=np.int64), "Written")
    path = tmp_path / "new" / "chart.png"
    write_chart(path, chart)
    with Image.open(path) as picture:
        assert np.array_equal(np.array(picture), chart)
    assert [entry.name for entry in path.parent.iterdir()] == ["chart.png"]


def test_charts_are_png_files(tmp_path):
    with pytest.raises(OutputError, match=r"name that ends in \.png"):
        write_chart(tmp_path / "chart.jpg", np.zeros((2, 2, 3), np.uint8))
