import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from deepexpr.core.errors import OutputError
from deepexpr.web.access import AccessRules, is_loopback
from deepexpr.web.app import create_app
from deepexpr.web.server import check_rules
from tests.web.photos import PNG, one_face
from tests.web.test_match_routes import problem

TOKEN = "sixteen characters or more"


@pytest.fixture
def open_client(studio, tmp_path):
    rules = AccessRules("0.0.0.0", TOKEN)
    app = create_app(studio, rules, tmp_path / "no-page")
    with TestClient(app, base_url="http://192.0.2.7:8765") as opened:
        yield opened


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.x"])
def test_a_foreign_host_is_refused(client, host):
    response = client.get("/api/characters", headers={"Host": host})
    problem(response, 403, "refused")


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:9"])
def test_the_names_of_this_machine_are_known(client, host):
    assert client.get("/api/characters", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1.evil"],
)
def test_a_page_of_another_origin_is_refused(client, origin):
    response = client.post(
        "/api/match", content=one_face(), headers={**PNG, "Origin": origin}
    )
    problem(response, 403, "refused")


def test_the_own_page_is_answered(client):
    response = client.post(
        "/api/match", content=one_face(), headers={**PNG, "Origin": "http://127.0.0.1"}
    )
    assert response.status_code == 200


def test_a_fetch_from_another_site_is_refused(client):
    response = client.get("/api/characters", headers={"Sec-Fetch-Site": "cross-site"})
    problem(response, 403, "refused")


def test_a_socket_from_another_origin_is_refused(client):
    headers = {"Origin": "http://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("ws://127.0.0.1/api/live", headers=headers),
    ):
        pass


def test_answers_forbid_what_the_page_does_not_need(client):
    headers = client.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/characters").headers["cache-control"] == "no-store"


def test_without_the_built_page_the_root_says_how_to_get_it(client):
    assert "make page" in client.get("/").text


def test_without_its_token_nothing_is_answered(open_client):
    for path in ("/", "/?token=wrong", "/api/characters"):
        problem(open_client.get(path), 401, "no-token")


def test_a_bearer_token_is_taken(open_client):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert open_client.get("/api/characters", headers=headers).status_code == 200


def test_the_printed_address_moves_the_token_into_a_cookie(open_client):
    response = open_client.get("/", params={"token": TOKEN}, follow_redirects=False)
    assert response.headers["location"] == "/"
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert open_client.get("/api/characters").status_code == 200


def test_a_name_pointed_at_an_open_server_is_still_foreign(open_client):
    headers = {"Host": "evil.example", "Authorization": f"Bearer {TOKEN}"}
    problem(open_client.get("/api/characters", headers=headers), 403, "refused")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.0.2.7", False), ("studio.lan", False)],
)  # fmt: skip
def test_loopback_is_told_from_the_rest(host, expected):
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("host", "token"), [("0.0.0.0", None), ("192.0.2.7", "short"), ("127.0.0.1", "x")]
)
def test_a_server_for_others_needs_a_long_token(host, token):
    with pytest.raises(OutputError, match="at least 16 characters"):
        check_rules(AccessRules(host, token))
