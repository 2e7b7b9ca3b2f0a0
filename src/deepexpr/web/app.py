"""The page's server as an ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from deepexpr.core.errors import DeepExprError
from deepexpr.web.access import AccessGuard, AccessRules
from deepexpr.web.character_routes import (
    list_all,
    list_key_poses,
    send_model,
    send_picture,
    send_portrait,
)
from deepexpr.web.compare_routes import compare_systems
from deepexpr.web.export_routes import export_poses
from deepexpr.web.gate import Gate
from deepexpr.web.live_routes import follow_webcam
from deepexpr.web.match_routes import match_photo, rank_face
from deepexpr.web.openapi import openapi_document
from deepexpr.web.problems import Problem, answer_error
from deepexpr.web.reading_routes import read_pose
from deepexpr.web.studio import Studio

PAGE_FOLDER = Path(__file__).parent / "static"
"""Where the built page lies."""

_NO_PAGE = """<!doctype html><html lang="en"><title>DeepExpr studio</title>
<h1>The page has not been built</h1>
<p>This is an install from source. With Node.js 20 or newer, run <code>make page</code>
in the source folder and load this address again. The command line and the API
(<a href="/api/openapi.json">description</a>) work without it.</p></html>"""


def create_app(
    studio: Studio, rules: AccessRules | None = None, page: Path = PAGE_FOLDER
) -> Starlette:
    """Put the server together.

    Args:
        studio: answers the questions.
        rules: who may ask; this machine only if not given.
        page: folder of the built page; it need not exist.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        limits = studio.limits
        app.state.studio = studio
        app.state.live_connections = 0
        app.state.gate = Gate(limits.at_once, limits.waiting, limits.wait_seconds)
        yield
        app.state.gate.close()

    return Starlette(
        routes=[Mount("/api", routes=_api_routes()), _page_route(page)],
        middleware=[Middleware(AccessGuard, rules=rules or AccessRules())],
        exception_handlers={
            HTTPException: answer_error,
            Problem: answer_error,
            DeepExprError: answer_error,
            Exception: answer_error,
        },
        lifespan=lifespan,
    )


def _api_routes() -> list[BaseRoute]:
    return [
        Route("/openapi.json", _describe),
        Route("/match", match_photo, methods=["POST"]),
        Route("/rank", rank_face, methods=["POST"]),
        Route("/read", read_pose, methods=["POST"]),
        Route("/compare", compare_systems, methods=["POST"]),
        Route("/export", export_poses, methods=["POST"]),
        Route("/characters", list_all),
        Route("/characters/{name}/model.glb", send_model),
        Route("/characters/{name}/portrait.webp", send_portrait),
        Route("/characters/{name}/key-poses", list_key_poses),
        Route("/characters/{name}/pictures/{index:int}.webp", send_picture),
        WebSocketRoute("/live", follow_webcam),
    ]


def _page_route(page: Path) -> BaseRoute:
    if (page / "index.html").is_file():
        return Mount("/", app=StaticFiles(directory=page, html=True))
    return Route("/", _tell_no_page)


async def _describe(_: Request) -> JSONResponse:
    return JSONResponse(openapi_document())


async def _tell_no_page(_: Request) -> HTMLResponse:
    return HTMLResponse(_NO_PAGE)
