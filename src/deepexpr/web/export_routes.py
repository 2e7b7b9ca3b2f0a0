"""Poses leave: a take in, a file of another program's format out."""

import re
import tempfile
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from deepexpr.export.formats import EXPORTERS, SUFFIXES, export_take
from deepexpr.web.bodies import json_object, media_type, read_body
from deepexpr.web.poses import take_of
from deepexpr.web.problems import Problem
from deepexpr.web.questions import wrong
from deepexpr.web.studio import Studio

MEDIA_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv",
    ".glb": "model/gltf-binary",
    ".py": "text/x-python",
}


async def export_poses(request: Request) -> Response:
    """Answer `POST /api/export`: a take becomes a file."""
    studio: Studio = request.app.state.studio
    if media_type(request) != "application/json":
        raise Problem(415, "wrong-type", "send a take as application/json")
    asked = request.query_params.get("format", "")
    if asked not in EXPORTERS:
        raise wrong(f"format must be one of {', '.join(EXPORTERS)}")
    limits = studio.limits
    body = await read_body(request, limits.document_bytes, limits.body_seconds)
    name, data = await request.app.state.gate.run(
        partial(_exported, studio, body, asked)
    )
    return Response(
        data,
        media_type=MEDIA_TYPES[Path(name).suffix],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _exported(studio: Studio, body: bytes, file_format: str) -> tuple[str, bytes]:
    document = json_object(body)
    name = document.get("character")
    if not isinstance(name, str):
        raise wrong("character must be a name")
    character = studio.character(name)
    take = take_of(document, name, studio.limits.take_frames)
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{name}-{take.name}").strip("-")[:60]
    file = stem + SUFFIXES[file_format][0]
    with tempfile.TemporaryDirectory(prefix="deepexpr-") as folder:
        path = Path(folder) / file
        export_take(take, character, path, file_format)
        return file, path.read_bytes()
