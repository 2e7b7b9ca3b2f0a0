import csv
import io
import json

import pytest

from tests.web.test_match_routes import problem

POSE = {
    "pose": "anger-snarl",
    "controls": {"jawOpen": 0.5, "x_chinBoss": 0.4},
    "gaze_deg": {"yaw": 15.0, "pitch": -5.0},
    "head_deg": {"yaw": 20.0, "pitch": 10.0, "roll": -5.0},
    "iris": 1.0,
}


def take(**changes):
    return {
        "format": "deepexpr-take",
        "version": 1,
        "character": "tiny",
        "name": "a take/../x",
        "frame_rate": 25,
        "first_frame": 0,
        "frames": [POSE],
        **changes,
    }


def test_json_comes_back_as_it_went(client):
    response = client.post("/api/export?format=json", json=take())
    name = response.headers["content-disposition"]
    assert name == 'attachment; filename="tiny-a-take-x.json"'
    document = response.json()
    assert document["frames"][0]["controls"] == POSE["controls"]
    assert document["frame_rate"] == 25.0


def test_csv_has_a_row_a_frame(client):
    response = client.post("/api/export?format=csv", json=take(frames=[POSE, POSE]))
    header, *rows = csv.reader(io.StringIO(response.text))
    assert len(rows) == 2
    assert float(rows[0][header.index("JawOpen")]) == 0.5


@pytest.mark.parametrize("name", ["gltf", "vrm", "blender", "maya"])
def test_every_format_is_written(client, name):
    response = client.post(f"/api/export?format={name}", json=take())
    assert response.status_code == 200, response.text
    assert response.content


def test_a_glb_holds_the_pose(client):
    data = client.post("/api/export?format=gltf", json=take()).content
    length = int.from_bytes(data[12:16], "little")
    content = json.loads(data[20 : 20 + length])
    face = next(mesh for mesh in content["meshes"] if mesh["name"] == "face")
    names = face["extras"]["targetNames"]
    assert face["weights"][names.index("jawOpen")] == 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"frames": []},
        {"frames": [POSE] * 4},
        {"frames": [1]},
        {"frames": [{**POSE, "iris": -1}]},
        {"frames": [{**POSE, "controls": {"jawOpen": 1e300}}]},
        {"frames": [{**POSE, "controls": {"jawOpen": "wide"}}]},
        {"frames": [{**POSE, "gaze_deg": {"yaw": 1e9, "pitch": 0}}]},
        {"frame_rate": 0},
        {"version": 2},
        {"character": None},
        {"first_frame": -1},
    ],
    ids=[
        "no frames",
        "too many frames",
        "no pose",
        "iris",
        "huge control",
        "text",
        "huge angle",
        "rate",
        "version",
        "character",
        "first frame",
    ],
)
def test_a_damaged_take_is_refused(client, changes):
    response = client.post("/api/export?format=json", json=take(**changes))
    problem(response, 422, "wrong-question")


def test_an_unknown_format_is_refused(client):
    problem(client.post("/api/export?format=exe", json=take()), 422, "wrong-question")


def test_a_character_without_a_rig_cannot_be_exported(client):
    response = client.post("/api/export?format=json", json=take(character="gus"))
    problem(response, 404, "unknown-character")
