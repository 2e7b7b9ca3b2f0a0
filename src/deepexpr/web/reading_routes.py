"""How a character's pose reads: the page's picture of it, put before the encoder."""

import base64
import binascii
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from deepexpr.characters.library import Character
from deepexpr.characters.pose import Pose
from deepexpr.characters.rendering.camera import Camera
from deepexpr.core.errors import ShapeError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import align_face
from deepexpr.faces.geometry import geometric_features
from deepexpr.web.bodies import json_object, media_type, read_body
from deepexpr.web.pictures import decode_picture
from deepexpr.web.poses import pose_of
from deepexpr.web.problems import Problem
from deepexpr.web.questions import wrong
from deepexpr.web.studio import Studio


async def read_pose(request: Request) -> JSONResponse:
    """Answer `POST /api/read`: a drawn pose becomes probabilities and features."""
    studio: Studio = request.app.state.studio
    if media_type(request) != "application/json":
        raise Problem(415, "wrong-type", "send a JSON object as application/json")
    limits = studio.limits
    body = await read_body(request, 2 * limits.frame_bytes, limits.body_seconds)
    answer = await request.app.state.gate.run(partial(_read, studio, body))
    return JSONResponse(answer)


def landmarks_in_picture(character: Character, pose: Pose, side_px: int) -> Landmarks:
    """Return the 49 landmarks of a pose in a square picture taken from the front.

    Args:
        character: who is shown.
        pose: the pose; the rig knows its landmarks exactly.
        side_px: side of the picture in pixels.
    """
    camera = Camera.of(character.card.camera)
    points = camera.project(character.model.landmarks(pose), side_px)
    return Landmarks(points[:, :2].copy())


def _read(studio: Studio, body: bytes) -> dict[str, Any]:
    document = json_object(body)
    name = document.get("character")
    if not isinstance(name, str):
        raise wrong("character must be a name")
    character = studio.character(name)
    pose = pose_of(document, name)
    image = _picture(document, studio.limits.frame_pixels)
    marks = landmarks_in_picture(character, pose, image.shape[0])
    try:
        aligned = align_face(image, marks)
    except ShapeError as error:
        raise wrong(f"the pose has no face that could be read ({error})") from error
    encoding = studio.transfer.encoder.encode([aligned.image])
    shares = map(float, encoding.probabilities[0])
    return {
        "expression": str(encoding.expression(0)),
        "probabilities": dict(zip(map(str, EXPRESSIONS), shares, strict=True)),
        "features": [round(float(value), 5) for value in encoding.features[0]],
        "geometry": geometric_features(aligned.landmarks).round(6).tolist(),
        "landmarks": marks.points.round(2).tolist(),
    }


def _picture(document: dict[str, Any], most_pixels: int) -> RGBImage:
    given = document.get("picture")
    if not isinstance(given, str):
        raise wrong("picture must be an encoded picture in base64")
    try:
        data = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise wrong("picture is not base64") from error
    image = decode_picture(data, most_pixels, "the picture")
    if image.shape[0] != image.shape[1]:
        raise wrong("the picture must be square, as the character's camera takes it")
    return image
