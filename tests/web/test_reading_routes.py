import base64

import numpy as np
import pytest

from deepexpr.characters.pose import Pose
from deepexpr.web.reading_routes import landmarks_in_picture
from tests.web.photos import encoded
from tests.web.test_match_routes import problem

SQUARE = np.full((64, 64, 3), 120, np.uint8)
REST = {
    "controls": {},
    "gaze_deg": {"yaw": 0, "pitch": 0},
    "head_deg": {"yaw": 0, "pitch": 0, "roll": 0},
    "iris": 1,
}


def drawn(picture=None, **changes):
    data = encoded(SQUARE) if picture is None else picture
    text = base64.b64encode(data).decode()
    return {"character": "tiny", "picture": text, **REST, **changes}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"picture": "!"}, "base64", id="picture"),
        pytest.param({"picture": 3}, "base64", id="picture-kind"),
        pytest.param({"controls": {"jawOpen": 99}}, "±10", id="weight"),
        pytest.param({"character": 5}, "name", id="character"),
    ],
)
def test_a_drawing_that_makes_no_sense_is_told(client, change, told):
    response = client.post("/api/read", json={**drawn(), **change})
    assert told in problem(response, 422, "wrong-question")


def test_a_picture_that_is_not_square_is_told(client):
    response = client.post("/api/read", json=drawn(encoded(SQUARE[:32])))
    assert "square" in problem(response, 422, "wrong-question")


def test_a_character_without_a_rig_cannot_be_drawn(client):
    response = client.post("/api/read", json=drawn(character="gus"))
    problem(response, 404, "unknown-character")


def test_a_pose_reads_as_the_encoder_says(client):
    answer = client.post("/api/read", json=drawn()).json()
    assert answer["expression"] == "joy"
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert len(answer["geometry"]) == 9


def test_landmarks_are_where_the_camera_sees_the_rigs_own_points(studio):
    tiny = studio.character("tiny")
    marks = landmarks_in_picture(tiny, Pose({}), 100).points
    # Landmark 0 is the top of the head, (0, 2, 0.5): 0.5 above the camera's target,
    # 9.5 away, where 20 degrees show 2 tan(10°) 9.5 = 3.3504 units a picture.
    assert marks[0] == pytest.approx([50, 50 - 100 * 0.5 / 3.3504], abs=0.01)


def test_a_pose_is_answered_by_the_other_characters(client):
    seen = client.post("/api/read", json=drawn()).json()
    asked = {name: seen[name] for name in ("features", "geometry", "expression")}
    response = client.post("/api/rank", json={**asked, "of": {"character": "tiny"}})
    assert sorted(response.json()["matches"]) == ["gus", "tiny"]


def test_a_gallery_pose_is_nearest_to_itself(client):
    pose = client.get("/api/characters/gus/key-poses").json()["key_poses"][0]["pose"]
    of = {"character": "gus", "pose": pose}
    matches = client.post("/api/rank", json={"of": of, "top": 3}).json()["matches"]
    assert matches["gus"][0]["pose"] == pose
    assert matches["gus"][0]["distance"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    "of", [{"character": ""}, {"pose": "a"}, "gus", {"character": 1}]
)
def test_a_pose_of_nobody_is_told(client, of):
    problem(client.post("/api/rank", json={"of": of}), 422, "wrong-question")


def test_a_pose_that_is_not_there_is_told(client):
    of = {"character": "gus", "pose": "nothing"}
    problem(client.post("/api/rank", json={"of": of}), 404, "no-such-pose")
