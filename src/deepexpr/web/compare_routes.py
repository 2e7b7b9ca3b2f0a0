"""The systems that came before, beside ours: what each makes of a face."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from deepexpr.baselines.photo_face import photo_face
from deepexpr.export.json_poses import pose_entries
from deepexpr.web.match_routes import MOST_FACES, photo_body
from deepexpr.web.pictures import decode_picture
from deepexpr.web.questions import whole_number, wrong
from deepexpr.web.studio import Studio


async def compare_systems(request: Request) -> JSONResponse:
    """Answer `POST /api/compare`: the bytes of a photo become a pose a system."""
    studio: Studio = request.app.state.studio
    name = request.query_params.get("character", "")
    number = whole_number(request.query_params, "face", 1, MOST_FACES)
    body = await photo_body(request)
    answer = await request.app.state.gate.run(
        partial(_compared, studio, body, name, number)
    )
    return JSONResponse(answer)


def _compared(studio: Studio, body: bytes, name: str, number: int) -> dict[str, Any]:
    image = decode_picture(body, studio.limits.photo_pixels)
    systems = studio.systems(name)
    faces = studio.transfer.finder.find(image, limit=number)
    if len(faces) < number:
        raise wrong(f"the photo has {len(faces)} faces, not {number}")
    face = faces[number - 1]
    encoding = studio.transfer.encoder.encode([face.aligned.image])
    seen = photo_face(face, encoding, 0, studio.blendshapes)
    return {
        "character": name,
        "expression": str(seen.expression),
        "systems": [
            {"name": system.name, **pose_entries(system.pose(seen))}
            for system in systems
        ],
    }
