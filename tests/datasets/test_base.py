from pathlib import Path

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.datasets.base import (
    ExpectedCounts,
    ImageFile,
    Sample,
    SampleCollector,
    SampleSet,
    VideoFrame,
    ZipMember,
)

IMAGE = ImageFile(Path("a.png"))


@pytest.mark.parametrize(
    "votes",
    [
        None,
        (),
        (1.0,) * 6,
        (0.0,) * 7,
        (-1.0, 2, 0, 0, 0, 0, 0),
        (float("nan"), 1, 0, 0, 0, 0, 0),
        (float("inf"), 1, 0, 0, 0, 0, 0),
    ],
)
def test_a_sample_needs_a_label_or_seven_votes(votes):
    with pytest.raises(DatasetError, match=r"a\.png: a sample needs a label"):
        Sample(IMAGE, "ckplus", votes=votes)


def test_a_label_is_a_certain_distribution():
    distribution = Sample(IMAGE, "ckplus", label=Expression.FEAR).distribution
    assert distribution.tolist() == [0, 0, 1, 0, 0, 0, 0]


def test_votes_are_shared_out_and_single_votes_dropped():
    votes = (0.0, 0, 1, 6, 3, 0, 0)
    sample = Sample(IMAGE, "ferplus", label=Expression.JOY, votes=votes)
    np.testing.assert_allclose(sample.distribution, [0, 0, 0, 2 / 3, 1 / 3, 0, 0])


def test_references_name_themselves():
    assert str(IMAGE) == "a.png"
    assert str(ZipMember(Path("b.zip"), "c/d.png")) == "b.zip:c/d.png"
    assert str(VideoFrame(Path("e.avi"), 7)) == "e.avi#7"


def test_an_empty_folder_is_an_error_that_lists_what_was_left_out():
    collector = SampleCollector("kdef")
    collector.leave_out("view from the side", 4)
    collector.leave_out("nothing", 0)
    with pytest.raises(DatasetError, match=r"4 × view from the side\); expected faces"):
        collector.finish(Path("kdef"), "faces")


def test_differences_from_a_complete_set_are_told():
    expected = ExpectedCounts(samples=2, subjects=1, labels={Expression.JOY: 2})
    one = Sample(IMAGE, "ckplus", label=Expression.JOY, subject="S005")
    other = Sample(VideoFrame(Path("b.avi"), 0), "ckplus", Expression.JOY, subject="S6")
    found = SampleSet("ckplus", (one,), {})
    assert expected.differences(found) == (
        "ckplus: 1 samples found, 2 expected",
        "ckplus: 1 joy found, 2 expected",
    )
    assert expected.differences(SampleSet("ckplus", (one, other), {})) == (
        "ckplus: 2 subjects found, 1 expected",
    )
    assert ExpectedCounts().differences(found) == ()


def test_distributions_of_labels_follow_canonical_order():
    rows = [Sample(IMAGE, "x", label=each).distribution for each in EXPRESSIONS]
    np.testing.assert_array_equal(np.stack(rows), np.eye(7))
