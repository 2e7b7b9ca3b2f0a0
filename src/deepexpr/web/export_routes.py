"""Poses leave: a take in, a file of another program's format out."""

import re
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from deepexpr.core.errors import CharacterError
from deepexpr.export.formats import EXPORTERS, SUFFIXES, export_take
from deepexpr.export.take import Take
from deepexpr.export.take_reading import take_in
from deepexpr.web.bodies import json_object, media_type, read_body
from deepexpr.web.problems import Problem
from deepexpr.web.questions import wrong
from deepexpr.web.studio import Studio

LARGEST_CONTROL = 10.0
"""Weights beyond this, either way, are taken for a mistake."""

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
    take = _take(studio, document, name)
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{name}-{take.name}").strip("-")[:60]
    file = stem + SUFFIXES[file_format][0]
    with tempfile.TemporaryDirectory(prefix="deepexpr-") as folder:
        path = Path(folder) / file
        export_take(take, character, path, file_format)
        return file, path.read_bytes()


def _take(studio: Studio, document: dict[str, Any], name: str) -> Take:
    frames = document.get("frames")
    most = studio.limits.take_frames
    if not isinstance(frames, list) or not 1 <= len(frames) <= most:
        raise wrong(f"frames must be a list of 1 to {most} poses")
    try:
        take = take_in(document, Path("take"), name, lambda _: None)
    except (CharacterError, OverflowError) as error:
        raise wrong(str(error)) from error
    for pose in take.poses:
        numbers = (*pose.weights.values(), pose.iris)
        if any(abs(number) > LARGEST_CONTROL for number in numbers):
            raise wrong(f"weights must lie within ±{LARGEST_CONTROL:g}")
        if any(abs(angle) > 360 for angle in (*pose.gaze, *pose.head)):
            raise wrong("angles must lie within ±360 degrees")
    return take
