import pytest

from deepexpr.core.errors import GalleryError
from deepexpr.core.expression import Expression
from deepexpr.retrieval.gallery_table import (
    FIXED_COLUMNS,
    GalleryPose,
    GalleryTable,
    table_text,
)

HEADER = ",".join((*FIXED_COLUMNS, "jawOpen", "browInnerUp"))
ROW = "joy-grin,joy,joy-grin;neutral-straight,0.5,1,2,3,4,5,,0.25,"


def test_a_row_reads_as_a_pose():
    table = GalleryTable(f"{HEADER}\n{ROW}\n", "poses.csv")
    assert table.controls == ("jawOpen", "browInnerUp")
    assert table.pose(0) == GalleryPose(
        id="joy-grin",
        label=Expression.JOY,
        source=("joy-grin", "neutral-straight"),
        strength=0.5,
        weights={"jawOpen": 0.25},
        gaze=(1, 2),
        head=(3, 4, 5),
        iris=1,
    )


def test_what_is_written_reads_back():
    poses = [
        GalleryPose("a", Expression.FEAR, (), 0, {}),
        GalleryPose(
            "b", Expression.JOY, ("x",), 1, {"jawOpen": -0.125}, iris=0.75, gaze=(-1, 0)
        ),
    ]
    table = GalleryTable(table_text(poses, ["jawOpen"]), "poses.csv")
    assert [table.pose(0), table.pose(1)] == poses


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "no table", id="empty"),
        pytest.param("id,label\n", "must begin with", id="columns"),
        pytest.param(f"{HEADER}\n{ROW},9\n", "longer or shorter", id="long row"),
        pytest.param(f"{HEADER}\n{ROW}\n{ROW}\n", "twice", id="repeated id"),
        pytest.param(
            f"{HEADER}\n{ROW.replace(',joy,', ',glee,')}\n", "glee", id="label"
        ),
        pytest.param(f'{HEADER}\n"{"x" * 200_000}"\n', "no table", id="huge cell"),
    ],
)
def test_a_damaged_table_is_refused(text, message):
    with pytest.raises(GalleryError, match=message):
        GalleryTable(text, "poses.csv")


@pytest.mark.parametrize("wrong", ["much", "nan", "inf"])
def test_a_cell_that_is_no_number_is_refused_with_its_row(wrong):
    table = GalleryTable(f"{HEADER}\n{ROW.replace('0.25', wrong)}\n", "poses.csv")
    with pytest.raises(GalleryError, match="row 2"):
        table.pose(0)


def test_a_control_without_a_column_is_refused():
    pose = GalleryPose("a", Expression.FEAR, (), 0, {"tail": 1.0})
    with pytest.raises(GalleryError, match="tail"):
        table_text([pose], ["jawOpen"])
