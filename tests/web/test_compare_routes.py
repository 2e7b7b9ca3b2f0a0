from pathlib import Path

from starlette.testclient import TestClient

from deepexpr.transfer import ExpressionTransfer
from deepexpr.web.app import create_app
from deepexpr.web.studio import Studio
from tests.web.photos import PNG, nobody, one_face
from tests.web.test_match_routes import problem


def compared(client, photo, **query):
    return client.post("/api/compare", params=query, content=photo, headers=PNG)


def test_a_character_must_be_named(client):
    problem(compared(client, one_face()), 404, "unknown-character")


def test_a_character_without_a_rig_cannot_be_posed(client):
    response = compared(client, one_face(), character="gus")
    problem(response, 404, "unknown-character")


def test_a_photo_without_a_face_is_told(client):
    response = compared(client, nobody(), character="tiny")
    assert "faces" in problem(response, 422, "wrong-question")


def test_every_system_answers_a_face_with_a_pose(tmp_path):
    photo = Path("examples/photos/astronaut.jpg").read_bytes()
    app = create_app(Studio(ExpressionTransfer.load()), page=tmp_path)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = compared(client, photo, character="pip").json()
    names = [system["name"] for system in answer["systems"]]
    assert (answer["expression"], names[0]) == ("joy", "DeepExpr")
    assert len(set(names)) == 8
    smiles = [system["weights"]["mouthSmileLeft"] for system in answer["systems"]]
    assert sum(smile > 0.2 for smile in smiles) >= 6
