import numpy as np
import pytest

from deepexpr.core.errors import DatasetError, ShapeError
from deepexpr.evaluation.rankings import RankingTest, read_rankings

HEADER = "test,query,candidate,rater,rank\n"
TWO_RATERS = """\
t1,ana.jpg,mia-1,expert,1
t1,ana.jpg,mia-2,expert,2
t1,ana.jpg,mia-1,kim,2
t1,ana.jpg,mia-2,kim,1
t2,bo.jpg,kai-7,kim,1.5
t2,bo.jpg,kai-8,kim,1.5
"""


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "rankings.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "the header must name the columns", id="empty"),
        pytest.param("test,query,rater,rank\n", "lacks candidate$", id="column"),
        pytest.param("rank," + HEADER, "names a column twice", id="twice"),
        pytest.param(HEADER, "has a header but no rows", id="no rows"),
        pytest.param(HEADER + "t,q,c,r\n", "line 2: has 4 cells, .* 5", id="short"),
        pytest.param(HEADER + "t,q,c,r,1,9\n", "line 2: has 6 cells", id="long"),
        pytest.param(HEADER + "t,q,,r,1\n", "line 2: candidate is empty", id="blank"),
        pytest.param(
            HEADER + "t,q,a,r,first\nt,q,b,r,2\n",
            "line 2: rank must be a number from 1 to 1e\\+06, but is 'first'",
            id="word",
        ),
        pytest.param(HEADER + "t,q,a,r,0\nt,q,b,r,1\n", "but is '0'", id="zero"),
        pytest.param(HEADER + "t,q,a,r,nan\nt,q,b,r,1\n", "but is 'nan'", id="nan"),
        pytest.param(HEADER + "t,q,a,r,\nt,q,b,r,1\n", "rank is empty", id="no rank"),
        pytest.param(HEADER + "t,q,a,r,1\n", "test t has one candidate", id="one"),
        pytest.param(
            HEADER + "t,q,a,r,1\nt,p,b,r,2\n", "test t has 2 queries", id="queries"
        ),
        pytest.param(
            HEADER + "t,q,a,r,1\nt,q,b,r,2\nt,q,a,r,2\n",
            "line 4: rater r ranks candidate a of test t twice",
            id="repeated",
        ),
        pytest.param(
            HEADER + "t,q,a,r,1\nt,q,b,r,2\nt,q,a,s,1\n",
            "rater s leaves out candidate b of test t",
            id="left out",
        ),
        pytest.param(b"\xff\xfe\x00", "is not a UTF-8 CSV table", id="binary"),
        pytest.param(HEADER + '"t,q', "is not a UTF-8 CSV table", id="open quote"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(written, content, message):
    with pytest.raises(DatasetError, match=message) as caught:
        read_rankings(written(content))
    assert "\n" not in str(caught.value)
    assert "rankings.csv" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"none\.csv: cannot be read \(No such file"):
        read_rankings(tmp_path / "none.csv")


def test_tests_keep_the_order_of_the_file(written):
    first, second = read_rankings(written(HEADER + TWO_RATERS))
    assert (first.name, first.query) == ("t1", "ana.jpg")
    assert first.candidates == ("mia-1", "mia-2")
    assert first.raters == ("expert", "kim")
    assert first.ranks.tolist() == [[1, 2], [2, 1]]
    assert second.ranks.tolist() == [[1.5, 1.5]]


def test_columns_may_stand_in_any_order_with_others_and_a_byte_order_mark(written):
    text = "\ufeffrank,rater,candidate,query,test,note\n1,r,a,q,t,x\n\n2, r ,b,q,t,\n"
    (test,) = read_rankings(written(text))
    assert test.raters == ("r",)
    assert test.ranks.tolist() == [[1, 2]]


def test_names_may_hold_commas_and_other_letters(written):
    rows = 't,q,"a, the first",Zoë,1\nt,q,b,Zoë,2\n'
    (test,) = read_rankings(written(HEADER + rows))
    assert test.candidates == ("a, the first", "b")
    assert test.raters == ("Zoë",)


def test_ranks_must_fit_raters_and_candidates():
    with pytest.raises(ShapeError, match="ranks"):
        RankingTest("t", "q", ("a", "b"), ("r",), np.ones((2, 2)))


def test_distances_are_put_in_the_order_of_the_candidates():
    test = RankingTest("t", "q", ("b", "a"), ("r",), np.array([[1.0, 2.0]]))
    assert test.in_order({"a": 0.5, "b": 0.25, "c": 9}).tolist() == [0.25, 0.5]
    with pytest.raises(DatasetError, match=r"there is no distance for .* a$"):
        test.in_order({"b": 1.0})
    with pytest.raises(DatasetError, match="test t: a candidate's distance is NaN"):
        test.in_order({"a": float("nan"), "b": 1.0})
