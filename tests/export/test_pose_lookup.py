"""Poses found by id, among key poses and in a gallery."""

import pytest

from deepexpr.characters.pose import Pose
from deepexpr.core.errors import CharacterError, GalleryError
from deepexpr.core.expression import Expression
from deepexpr.export.pose_lookup import PoseLookup
from deepexpr.retrieval.gallery_table import GalleryPose, table_text
from tests.export.tiny_character import SNARL


@pytest.fixture
def gallery(tmp_path):
    rows = [
        GalleryPose("joy-1", Expression.JOY, ("joy-grin",), 0.5, {"jawOpen": 0.3}),
        GalleryPose("joy-1@0.5", Expression.JOY, (), 0.5, {"jawOpen": 0.9}),
    ]
    (tmp_path / "poses.csv").write_text(table_text(rows, ["jawOpen"]))
    return tmp_path


def test_key_poses_are_found_by_id(tiny):
    frame = PoseLookup(tiny).frame("anger-snarl")
    assert frame.name == "anger-snarl"
    assert frame.pose == SNARL


def test_gallery_poses_are_found_by_id(tiny, gallery):
    assert PoseLookup(tiny, gallery).frame("joy-1").pose == Pose({"jawOpen": 0.3})


def test_a_strength_goes_from_neutral_to_beyond(tiny):
    lookup = PoseLookup(tiny)
    half = lookup.frame("anger-snarl@0.5").pose
    assert half.weights["jawOpen"] == pytest.approx(0.25)
    assert half.gaze == pytest.approx((7.5, -2.5))
    assert half.iris == pytest.approx(0.9)
    assert lookup.frame("anger-snarl@0").pose.weights == {}
    more = lookup.frame("anger-snarl@1.5").pose
    assert more.weights["jawOpen"] == pytest.approx(0.75)


def test_an_id_that_holds_the_mark_is_taken_whole(tiny, gallery):
    frame = PoseLookup(tiny, gallery).frame("joy-1@0.5")
    assert frame.pose == Pose({"jawOpen": 0.9})


def test_an_unknown_pose_names_those_that_come_close(tiny, gallery):
    with pytest.raises(CharacterError, match=r"no pose 'anger-snar'.*anger-snarl"):
        PoseLookup(tiny, gallery).frame("anger-snar")
    with pytest.raises(CharacterError, match="no pose 'nothing'"):
        PoseLookup(tiny).frame("nothing@0.5")


@pytest.mark.parametrize("strength", ["", "much", "-0.1", "2.1", "nan", "inf"])
def test_a_strength_out_of_range_is_told(tiny, strength):
    with pytest.raises(CharacterError, match="from 0 to 2"):
        PoseLookup(tiny).frame(f"anger-snarl@{strength}")


def test_a_character_without_a_gallery_has_its_key_poses(tiny, tmp_path):
    lookup = PoseLookup(tiny, tmp_path / "none")
    assert lookup.find("joy-1") is None
    assert lookup.find("joy-grin") is not None


def test_a_damaged_gallery_is_told(tiny, tmp_path):
    (tmp_path / "poses.csv").write_bytes(b"\xff")
    with pytest.raises(GalleryError, match=r"poses\.csv"):
        PoseLookup(tiny, tmp_path).find("joy-1")


def test_a_pose_of_both_tables_is_named_once(tiny, tmp_path):
    row = GalleryPose("joy-grin", Expression.JOY, ("joy-grin",), 1.0, {"jawOpen": 0.3})
    (tmp_path / "poses.csv").write_text(table_text([row], ["jawOpen"]))
    with pytest.raises(CharacterError, match=r"Close: joy-grin\. It has 2;"):
        PoseLookup(tiny, tmp_path).frame("joy-grim")
