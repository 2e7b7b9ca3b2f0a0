import math

import pytest

from deepexpr.core.expression import Expression
from deepexpr.retrieval.search import Match, SearchCertificate, same_label_then_geometry


@pytest.mark.parametrize(
    ("worst_kept", "least_skipped", "holds"),
    [(0.2, 0.3, True), (0.2, 0.2, False), (0.3, 0.2, False), (0.3, math.inf, True)],
)
def test_a_certificate_holds_if_every_skipped_bound_is_larger(
    worst_kept, least_skipped, holds
):
    assert SearchCertificate(9, 3, worst_kept, least_skipped).holds is holds


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
