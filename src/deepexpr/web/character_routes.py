"""The characters: their cards, models, portraits, key poses and gallery pictures."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from deepexpr.characters.key_pose_table import read_key_poses
from deepexpr.characters.library import KEY_POSES_FILE, PORTRAIT_FILE
from deepexpr.characters.model import MODEL_FILE
from deepexpr.core.errors import CharacterError
from deepexpr.web.documents import (
    character_entry,
    clearest_entries,
    key_pose_entry,
)
from deepexpr.web.pictures import webp
from deepexpr.web.problems import Problem
from deepexpr.web.studio import Studio

_KEPT = {"Cache-Control": "private, max-age=604800"}


async def list_all(request: Request) -> JSONResponse:
    """Answer `GET /api/characters`."""
    studio: Studio = request.app.state.studio
    entries = await request.app.state.gate.run(
        lambda: [character_entry(studio, name) for name in studio.names]
    )
    return JSONResponse({"characters": entries})


async def send_model(request: Request) -> Response:
    """Answer `GET /api/characters/{name}/model.glb`."""
    return _file(request, MODEL_FILE, "model/gltf-binary")


async def send_portrait(request: Request) -> Response:
    """Answer `GET /api/characters/{name}/portrait.webp`."""
    return _file(request, PORTRAIT_FILE, "image/webp")


async def list_key_poses(request: Request) -> JSONResponse:
    """Answer `GET /api/characters/{name}/key-poses`."""
    studio: Studio = request.app.state.studio
    name = request.path_params["name"]
    entries = await request.app.state.gate.run(partial(_key_poses, studio, name))
    return JSONResponse({"key_poses": entries})


async def send_picture(request: Request) -> Response:
    """Answer `GET /api/characters/{name}/pictures/{index}.webp`."""
    studio: Studio = request.app.state.studio
    name, index = request.path_params["name"], request.path_params["index"]
    data = await request.app.state.gate.run(partial(_picture, studio, name, index))
    return Response(data, media_type="image/webp", headers=_KEPT)


def _key_poses(studio: Studio, name: str) -> list[dict[str, Any]]:
    rigged = studio.card(name) is not None
    gallery = studio.gallery(name) if studio.answers(name) else None
    if rigged:
        key_poses = read_key_poses(studio.folder(name) / KEY_POSES_FILE)
        return [key_pose_entry(name, key_pose, gallery) for key_pose in key_poses]
    return [] if gallery is None else clearest_entries(name, gallery)


def _picture(studio: Studio, name: str, index: int) -> bytes:
    studio.card(name)
    if not studio.answers(name):
        raise CharacterError(f"{name} has no gallery and so no pictures")
    gallery = studio.transfer.library.gallery(name)
    if index >= len(gallery):
        raise Problem(404, "no-such-pose", f"{name} has {len(gallery)} poses")
    return webp(gallery.picture(index))


def _file(request: Request, file: str, media_type: str) -> Response:
    studio: Studio = request.app.state.studio
    name = request.path_params["name"]
    card = studio.card(name)
    if card is None or file not in card.files:
        raise CharacterError(f"{name} has no {file}")
    # A new model has a new digest in its address, so browsers may keep this one.
    headers = _KEPT if "v" in request.query_params else {}
    path = studio.folder(name) / file
    return FileResponse(path, media_type=media_type, headers=headers)
