import io

from PIL import Image

from tests.web.test_match_routes import problem


def test_characters_with_and_without_a_rig_are_listed(client):
    characters = client.get("/api/characters").json()["characters"]
    gus, tiny = characters
    assert (gus["name"], gus["model"], gus["poses"]) == ("gus", None, 21)
    assert tiny["title"] == "Tiny"
    assert tiny["head"]["sway"] == 0.7
    assert tiny["camera"]["field_of_view_deg"] == 20.0
    assert tiny["answers"] is True


def test_the_model_is_a_glb_that_browsers_may_keep(client):
    tiny = client.get("/api/characters").json()["characters"][1]
    response = client.get(tiny["model"])
    assert response.content[:4] == b"glTF"
    assert response.headers["content-type"] == "model/gltf-binary"
    assert "max-age" in response.headers["cache-control"]


def test_a_character_without_a_rig_has_no_model(client):
    problem(client.get("/api/characters/gus/model.glb"), 404, "unknown-character")


def test_key_poses_carry_their_label_and_pose(client):
    poses = client.get("/api/characters/tiny/key-poses").json()["key_poses"]
    assert [(pose["pose"], pose["label"]) for pose in poses] == [
        ("anger-snarl", "anger"),
        ("joy-grin", "joy"),
    ]
    assert poses[0]["head_deg"] == {"yaw": 20.0, "pitch": 10.0, "roll": -5.0}


def test_a_character_without_a_rig_shows_its_clearest_pictures(client):
    poses = client.get("/api/characters/gus/key-poses").json()["key_poses"]
    of_joy = [pose["clarity"] for pose in poses if pose["label"] == "joy"]
    assert of_joy == sorted(of_joy, reverse=True)
    assert client.get(poses[0]["picture"]).headers["content-type"] == "image/webp"


def test_a_picture_is_a_webp_of_the_pose(client):
    response = client.get("/api/characters/gus/pictures/3.webp")
    with Image.open(io.BytesIO(response.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (192, 192))


def test_a_picture_that_is_not_there_is_told(client):
    path = "/api/characters/gus/pictures/21.webp"
    assert "21 poses" in problem(client.get(path), 404, "no-such-pose")


def test_no_name_reaches_out_of_the_folder(client):
    for name in ("..", "%2e%2e", "..%2f..%2ftiny", "tiny%00"):
        response = client.get(f"/api/characters/{name}/model.glb")
        assert response.status_code == 404
