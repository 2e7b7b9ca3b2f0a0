"""Photos in, faces and matches out; and ranking again under other weights."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from deepexpr.core.errors import ImageError, ShapeError
from deepexpr.retrieval.gallery import Query
from deepexpr.transfer import FaceResult
from deepexpr.transfer.directions import FaceQuery, query_of_pose
from deepexpr.web.bodies import json_object, media_type, read_body
from deepexpr.web.documents import Matches, match_entries, photo_answer
from deepexpr.web.gate import Gate
from deepexpr.web.pictures import decode_picture
from deepexpr.web.problems import Problem
from deepexpr.web.questions import (
    RankingQuestion,
    face_query,
    ranking_question,
    whole_number,
    whose_face,
    wrong,
)
from deepexpr.web.studio import Studio

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
MOST_FACES = 100
_RANK_BYTES = 2**18


async def match_photo(request: Request) -> JSONResponse:
    """Answer `POST /api/match`: the bytes of a photo become faces and matches."""
    studio, gate = _state(request)
    question = ranking_question(request.query_params)
    number = whole_number(request.query_params, "face", 1, MOST_FACES)
    body = await photo_body(request)
    answer = await gate.run(partial(_matched, studio, body, question, number))
    return JSONResponse(answer)


async def photo_body(request: Request) -> bytes:
    """Return the bytes of the photo that a request holds.

    Raises:
        Problem: 415, 411, 413 or 408.
        ImageError: if there are none.
    """
    limits = request.app.state.studio.limits
    if media_type(request) not in PHOTO_TYPES:
        raise Problem(
            415,
            "wrong-type",
            f"send the bytes of a picture as one of {', '.join(PHOTO_TYPES)}",
        )
    body = await read_body(request, limits.photo_bytes, limits.body_seconds)
    if not body:
        raise ImageError("the request holds no photo; send the bytes of one")
    return body


async def rank_face(request: Request) -> JSONResponse:
    """Answer `POST /api/rank`: a face found before, or a pose, gets matches."""
    studio, gate = _state(request)
    if media_type(request) != "application/json":
        raise Problem(415, "wrong-type", "send a JSON object as application/json")
    body = await read_body(request, _RANK_BYTES, studio.limits.body_seconds)
    given = json_object(body)
    question, of = ranking_question(given), whose_face(given)
    matches = await gate.run(partial(_ranked_again, studio, given, of, question))
    return JSONResponse({"matches": match_entries(matches)})


def ranked(studio: Studio, query: FaceQuery, question: RankingQuestion) -> Matches:
    """Return the matches of all characters asked for.

    Raises:
        Problem: 422 if the query does not fit the galleries.
        CharacterError: if a character is unknown.
        GalleryError: if a gallery is damaged or of another encoder.
    """
    try:
        return {
            name: studio.ranking(query, name, question.top, question.preset)
            for name in studio.answering(question.characters)
        }
    except (ShapeError, ValueError) as error:
        raise wrong(f"the features do not fit the galleries ({error})") from error


def query_of(face: FaceResult) -> FaceQuery | None:
    """Return what galleries are searched for; None for a face without landmarks."""
    if face.geometry is None:
        return None
    query = Query(face.features, face.geometry, face.expression)
    return FaceQuery("face", query, None)


def _ranked_again(
    studio: Studio,
    given: dict[str, Any],
    of: tuple[str, str] | None,
    question: RankingQuestion,
) -> Matches:
    name, pose = of or ("", "")
    if pose:
        gallery = studio.gallery(name)
        if pose not in gallery.table.ids:
            raise Problem(404, "no-such-pose", f"{name} has no pose called {pose!r}")
        return ranked(studio, query_of_pose(gallery, pose), question)
    neutral = studio.neutral(name) if name else None
    return ranked(studio, FaceQuery("face", face_query(given), neutral), question)


def _matched(
    studio: Studio, body: bytes, question: RankingQuestion, number: int
) -> object:
    image = decode_picture(body, studio.limits.photo_pixels)
    studio.answering(question.characters)
    result = studio.transfer.recognise(image, faces="all")
    if number > len(result.faces):
        raise wrong(f"the photo has {len(result.faces)} faces, not {number}")
    query = query_of(result.faces[number - 1])
    matches = {} if query is None else ranked(studio, query, question)
    return photo_answer(result, {number - 1: matches})


def _state(request: Request) -> tuple[Studio, Gate]:
    return request.app.state.studio, request.app.state.gate
