"""Takes read back from JSON files."""

import json

import pytest

from deepexpr.characters.pose import Pose, arkit_weights
from deepexpr.core.errors import CharacterError
from deepexpr.export.json_poses import pose_entries, write_json
from deepexpr.export.take import Frame, Take
from deepexpr.export.take_reading import (
    character_of,
    pose_of_arkit_weights,
    read_pose_file,
    take_in,
)
from tests.export.tiny_character import GRIN, SNARL


def no_pose(_id):
    return None


def results(*faces):
    return [
        {"photo": "no.txt", "error": "no.txt: is no picture", "faces": []},
        {"photo": "a.jpg", "error": None, "faces": list(faces)},
    ]


def face(character, *poses):
    matches = [{"pose": name, "weights": arkit_weights(p)} for name, p in poses]
    return {"matches": {character: matches}}


def test_a_take_survives_json(tiny, tmp_path):
    frames = (Frame("a", SNARL), Frame("b", GRIN))
    take = Take("two", frames, 24.0, 12)
    path = tmp_path / "take.json"
    write_json(take, tiny, path)
    document = read_pose_file(path)
    assert character_of(document, path) == "tiny"
    assert take_in(document, path, "tiny", no_pose) == take


def test_a_pose_file_is_a_take_of_one_frame(tmp_path):
    document = {"character": "tiny", "pose": "snarl-7", **pose_entries(SNARL)}
    take = take_in(document, tmp_path / "p.json", "tiny", no_pose)
    assert take.frames == (Frame("snarl-7", SNARL),)


def test_results_of_a_run_give_the_best_match_of_each_face(tmp_path):
    document = results(
        face("tiny", ("snarl-7", SNARL), ("joy-1", GRIN)), face("tiny", ("joy-2", GRIN))
    )
    path = tmp_path / "match.json"
    assert character_of(document, path) == "tiny"
    known = {"snarl-7": SNARL, "joy-2": GRIN}
    take = take_in(document, path, "tiny", known.get)
    assert take.frames == (Frame("snarl-7", SNARL), Frame("joy-2", GRIN))


def test_unknown_poses_of_a_run_keep_their_arkit_weights(tmp_path):
    document = results(face("tiny", ("old-pose", SNARL)))
    take = take_in(document, tmp_path / "match.json", "tiny", no_pose)
    again = arkit_weights(take.frames[0].pose)
    assert again == pytest.approx(arkit_weights(SNARL))


@pytest.mark.parametrize("gaze", [(15.0, -5.0), (-20.0, 12.5), (0.0, 0.0)])
def test_the_gaze_is_found_again_in_the_look_weights(gaze):
    pose = pose_of_arkit_weights(arkit_weights(Pose({"jawOpen": 0.25}, gaze=gaze)))
    assert pose.gaze == pytest.approx(gaze)
    assert pose.weights == {"jawOpen": 0.25}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        pytest.param([], "none", id="no-photos"),
        pytest.param(results({"matches": {}}), "none", id="no-matches"),
        pytest.param(results(face("a"), face("b")), "a, b", id="two-characters"),
        pytest.param({"weights": {}}, "none", id="no-name"),
    ],
)
def test_a_file_that_names_not_one_character_asks_for_a_name(tmp_path, document, found):
    with pytest.raises(CharacterError, match=f"--character.*: {found}$"):
        character_of(document, tmp_path / "match.json")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([1], id="list-of-numbers"),
        pytest.param([{"photo": "a"}], id="photo-without-faces"),
        pytest.param(results(), id="no-faces"),
        pytest.param(results(face("other", ("joy", GRIN))), id="other-character"),
        pytest.param({}, id="empty"),
        pytest.param("text", id="text"),
        pytest.param({"weights": []}, id="weights-are-a-list"),
        pytest.param({"weights": {"jawOpen": "wide"}}, id="weight-is-a-word"),
        pytest.param({"weights": {"jawOpen": float("nan")}}, id="weight-is-nan"),
        pytest.param({"weights": {}, "controls": {}}, id="pose-without-gaze"),
        pytest.param({"format": "deepexpr-take", "version": 9}, id="later-version"),
        pytest.param({"format": "deepexpr-take", "version": 1}, id="no-frames"),
        pytest.param(
            {"format": "deepexpr-take", "version": 1, "name": "", "frames": []},
            id="empty-take",
        ),
    ],
)
def test_damaged_files_are_named(tmp_path, document):
    with pytest.raises(CharacterError, match=r"poses\.json"):
        take_in(document, tmp_path / "poses.json", "tiny", no_pose)


@pytest.mark.parametrize("document", [[1], [{"photo": "a"}], [{"faces": [1]}]])
def test_a_list_of_something_else_is_told(tmp_path, document):
    with pytest.raises(CharacterError, match=r"poses\.json: is no result"):
        character_of(document, tmp_path / "poses.json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_told(tmp_path, content):
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(CharacterError, match=r"bad\.json: is no JSON"):
        read_pose_file(tmp_path / "bad.json")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CharacterError, match=r"none\.json: cannot be read"):
        read_pose_file(tmp_path / "none.json")


def test_the_documents_of_match_fit(tmp_path):
    # The layout that docs/json.md promises, as text.
    text = json.dumps(results(face("tiny", ("joy-2", GRIN))))
    (tmp_path / "match.json").write_text(text)
    document = read_pose_file(tmp_path / "match.json")
    take = take_in(document, tmp_path / "match.json", "tiny", no_pose)
    assert take.name == "match"
