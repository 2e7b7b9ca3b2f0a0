import re

from starlette.routing import Mount, Route

from deepexpr.web.app import create_app


def test_every_route_is_described_and_no_other(client, studio, tmp_path):
    paths = client.get("/api/openapi.json").json()["paths"]
    described = {(path, way) for path, ways in paths.items() for way in ways}
    app = create_app(studio, page=tmp_path)
    api = next(route for route in app.routes if isinstance(route, Mount))
    existing = {
        ("/api" + re.sub(r":int", "", route.path), way.lower())
        for route in api.routes
        if isinstance(route, Route)
        for way in (route.methods or set()) - {"HEAD"}
    }
    assert described == existing


def test_every_reference_leads_somewhere(client):
    document = client.get("/api/openapi.json").json()
    schemas = document["components"]["schemas"]
    text = str(document)
    named = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert named == set(schemas) & named
    assert {"Photo", "Match", "Take", "Problem"} <= named


def test_the_answers_hold_what_the_description_requires(client):
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    for entry in client.get("/api/characters").json()["characters"]:
        assert set(schemas["Character"]["required"]) == set(entry)
    for entry in client.get("/api/characters/tiny/key-poses").json()["key_poses"]:
        assert set(schemas["KeyPose"]["required"]) == set(entry)


def test_a_path_that_is_not_there_is_told_as_a_problem(client):
    response = client.get("/api/nothing")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
