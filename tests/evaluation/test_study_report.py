import numpy as np
import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.evaluation.intervals import wilson_interval
from deepexpr.evaluation.rank_aggregation import borda
from deepexpr.evaluation.rank_agreement import rater_ceiling
from deepexpr.evaluation.rankings import RankingTest
from deepexpr.evaluation.study_report import (
    agreement_cells,
    agreements,
    candidate_distances,
    candidate_matches,
    ceiling_cells,
    chart_references,
    raters_alone,
    recognised_cells,
    weights_by_rankings,
)
from deepexpr.retrieval.presets import RetrievalPreset
from deepexpr.transfer.directions import query_of_pose
from tests.evaluation.drawn_galleries import drawn_gallery

CANDIDATES = ("mia/joy-0", "mia/anger-0", "pip/joy-1")


@pytest.fixture
def galleries(tmp_path):
    return {name: drawn_gallery(tmp_path, name) for name in ("mia", "pip")}


def ranking(*ranks, raters=("expert", "r1", "r2"), candidates=CANDIDATES):
    return RankingTest("t1", "joy-2", candidates, raters, np.array(ranks, float))


def matches(tests, galleries):
    return candidate_matches(
        tests,
        lambda name: query_of_pose(galleries["mia"], name),
        galleries.__getitem__,
    )


def figure(cells, row, column):
    (cell,) = [each for each in cells if (each.row, each.column) == (row, column)]
    return cell


def test_a_candidate_that_is_no_pose_is_named(galleries):
    test = ranking([1, 2], raters=("r1",), candidates=("mia/joy-0", "mia/smile"))
    with pytest.raises(DatasetError, match="'mia/smile' is no pose"):
        matches([test], galleries)


def test_candidates_of_several_characters_are_measured(galleries):
    test = ranking([1, 3, 2], [1, 3, 2], [1, 2, 3])
    found = matches([test], galleries)["t1"]
    assert tuple(found) == CANDIDATES
    assert found["mia/joy-0"].divergence == pytest.approx(0, abs=1e-6)
    assert found["mia/anger-0"].divergence == pytest.approx(np.log(2), abs=1e-6)


def test_the_expert_and_the_raters_are_reported_apart(galleries):
    test = ranking([1, 3, 2], [3, 1, 2], [3, 1, 2])
    distances = {"t1": {"mia/joy-0": 0.1, "mia/anger-0": 0.9, "pip/joy-1": 0.2}}
    found = agreements([test], distances, borda)
    cells = agreement_cells(found)
    assert figure(cells, "expert", "ρ").measured == 1
    assert figure(cells, "raters", "ρ").measured == -1
    assert figure(cells, "raters", "ρ").published == 0.793
    assert figure(cells, "expert", "same first").measured == 1
    assert raters_alone([test])[0].raters == ("r1", "r2")
    assert len(galleries) == 2


def test_raters_who_agree_have_a_ceiling_of_one():
    cells = ceiling_cells(rater_ceiling([ranking([1, 2, 3], [1, 2, 3], [1, 2, 3])]))
    assert [cell.measured for cell in cells] == [1, 1, 1, 1]


def test_the_paper_stands_on_the_chart_with_the_ceiling():
    paper, ceiling = chart_references([ranking([1, 2, 3], [1, 3, 2], [2, 1, 3])])
    assert (paper.spearman.mean, paper.kendall.spread) == (0.793, 0.343)
    assert ceiling.spearman.count == 1


def test_geometry_counts_for_more_as_its_weight_rises(galleries):
    test = ranking([1, 3, 2], [1, 3, 2], [1, 3, 2])
    found = matches([test], galleries)
    alone = candidate_distances(found, RetrievalPreset(1.0, 0.0))["t1"]
    heavy = candidate_distances(found, RetrievalPreset(1.0, 2.0))["t1"]
    for name, match in found["t1"].items():
        assert heavy[name] - alone[name] == pytest.approx(2 * match.geometry)
    tried = weights_by_rankings([test], found, borda)
    assert tried[0.0].spearman.mean > 0.8


def test_ours_stands_in_the_papers_table_and_other_systems_below():
    shares = [wilson_interval(9, 10)] * 7
    cells = recognised_cells({"deepexpr": shares, "mpeg4": shares})
    assert figure(cells, "DeepExpr", "fear").measured == 0.9
    assert figure(cells, "DeepExpr", "fear").published == 0.81
    assert figure(cells, "mpeg4", "fear").published is None
    assert figure(cells, "Character Animator", "fear").measured is None
