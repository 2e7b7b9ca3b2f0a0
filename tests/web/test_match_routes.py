import struct
import zlib

import pytest

from tests.web.photos import JPEG, PNG, nobody, one_face, two_faces


def problem(response, status, kind):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["kind"] == kind
    return document["detail"]


def png_that_claims(width, height):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def test_an_empty_body_is_told_as_no_picture(client):
    detail = problem(client.post("/api/match", headers=PNG), 422, "no-picture")
    assert "no photo" in detail


def test_text_is_no_picture(client):
    response = client.post("/api/match", content=b"hello", headers=JPEG)
    assert "JPEG, PNG or WebP" in problem(response, 422, "no-picture")


def test_a_format_that_runs_programs_is_not_opened(client):
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 200 200\n"
    response = client.post("/api/match", content=eps, headers=JPEG)
    problem(response, 422, "no-picture")


@pytest.mark.parametrize("side", [700, 60_000])
def test_a_bomb_is_refused_by_its_header(client, side):
    bomb = png_that_claims(side, side)
    response = client.post("/api/match", content=bomb, headers=PNG)
    assert "pixels" in problem(response, 422, "no-picture")


def test_a_large_upload_is_refused_before_it_is_read(client):
    response = client.post("/api/match", content=b"0" * 200_001, headers=JPEG)
    problem(response, 413, "too-large")


def test_a_large_upload_of_unknown_length_is_refused(client):
    parts = (b"0" * 50_000 for _ in range(5))
    response = client.post("/api/match", content=parts, headers=JPEG)
    problem(response, 413, "too-large")


def test_a_form_is_refused(client):
    response = client.post("/api/match", files={"photo": two_faces()})
    problem(response, 415, "wrong-type")


def test_a_photo_without_a_face_says_so(client):
    response = client.post("/api/match", content=nobody(), headers=PNG)
    problem(response, 422, "no-face")


def test_every_face_is_told_and_the_largest_is_matched(client):
    answer = client.post("/api/match", content=two_faces(), headers=PNG).json()
    assert (answer["width"], answer["height"]) == (320, 240)
    first, second = answer["faces"]
    assert first["box"] == [40.0, 60.0, 120.0, 120.0]
    assert len(first["landmarks"]) == 49
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert first["expression"] == "joy"
    assert sorted(first["matches"]) == ["gus", "tiny"]
    assert second["matches"] is None


def test_matches_carry_the_pose_and_come_nearest_first(client):
    answer = client.post(
        "/api/match?top=4&characters=tiny", content=one_face(), headers=PNG
    ).json()
    matches = answer["faces"][0]["matches"]["tiny"]
    assert [match["rank"] for match in matches] == [1, 2, 3, 4]
    distances = [match["distance"] for match in matches]
    assert distances == sorted(distances)
    assert matches[0]["gaze_deg"] == {"yaw": 3.0, "pitch": -2.0}
    assert matches[0]["picture"].startswith("/api/characters/tiny/pictures/")


def test_the_other_face_can_be_asked_for(client):
    answer = client.post("/api/match?face=2", content=two_faces(), headers=PNG).json()
    assert answer["faces"][0]["matches"] is None
    assert sorted(answer["faces"][1]["matches"]) == ["gus", "tiny"]


@pytest.mark.parametrize(
    "query",
    ["alpha=-1", "alpha=nan", "beta=x", "alpha=0&beta=0", "top=0", "top=25", "face=0",
     "top=1.5", "face=3"],
)  # fmt: skip
def test_a_question_without_sense_is_refused(client, query):
    response = client.post(f"/api/match?{query}", content=two_faces(), headers=PNG)
    problem(response, 422, "wrong-question")


def test_an_unknown_character_is_told(client):
    response = client.post(
        "/api/match?characters=tinny", content=one_face(), headers=PNG
    )
    assert "tiny" in problem(response, 404, "unknown-character")


def test_ranking_again_gives_what_matching_gives(client):
    photo = {"content": one_face(), "headers": PNG}
    face = client.post("/api/match?beta=2&top=5", **photo).json()["faces"][0]
    question = {
        "features": face["features"],
        "geometry": face["geometry"],
        "expression": face["expression"],
        "beta": 2,
        "top": 5,
    }
    again = client.post("/api/rank", json=question).json()["matches"]
    assert {
        name: [match["pose"] for match in matches] for name, matches in again.items()
    } == {
        name: [match["pose"] for match in matches]
        for name, matches in face["matches"].items()
    }


def test_the_weights_change_the_order(client):
    photo = {"content": one_face(), "headers": PNG}
    by_features = client.post("/api/match?alpha=1&beta=0", **photo).json()
    by_geometry = client.post("/api/match?alpha=0&beta=1", **photo).json()
    assert by_features["faces"][0]["matches"] != by_geometry["faces"][0]["matches"]


@pytest.mark.parametrize(
    "change",
    [
        {"features": []},
        {"features": [-1.0] * 32},
        {"features": [1.0] * 31},
        {"features": "many"},
        {"features": [1e39] * 32},
        {"geometry": [0.3] * 8},
        {"expression": "awe"},
        {"characters": 3},
    ],
    ids=[
        "empty",
        "negative",
        "short",
        "text",
        "too large",
        "geometry",
        "expression",
        "characters",
    ],
)
def test_a_query_that_does_not_fit_is_refused(client, change):
    question = {
        "features": [1.0] * 32,
        "geometry": [0.3] * 9,
        "expression": "joy",
        **change,
    }
    response = client.post("/api/rank", json=question)
    problem(response, 422, "wrong-question")


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"alpha": NaN}'])
def test_a_body_that_is_no_object_is_refused(client, body):
    response = client.post(
        "/api/rank", content=body, headers={"Content-Type": "application/json"}
    )
    problem(response, 400, "no-json")
