"""Photos in, faces and matches out; and ranking again under other weights."""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse

from deepexpr.core.errors import ImageError, ShapeError
from deepexpr.retrieval.gallery import Query
from deepexpr.transfer import FaceResult
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
    wrong,
)
from deepexpr.web.studio import Studio

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
MOST_FACES = 100
_RANK_BYTES = 2**18


async def match_photo(request: Request) -> JSONResponse:
    """Answer `POST /api/match`: the bytes of a photo become faces and matches."""
    studio, gate = _state(request)
    if media_type(request) not in PHOTO_TYPES:
        raise Problem(
            415,
            "wrong-type",
            f"send the bytes of a picture as one of {', '.join(PHOTO_TYPES)}",
        )
    question = ranking_question(request.query_params)
    number = whole_number(request.query_params, "face", 1, MOST_FACES)
    limits = studio.limits
    body = await read_body(request, limits.photo_bytes, limits.body_seconds)
    if not body:
        raise ImageError("the request holds no photo; send the bytes of one")
    answer = await gate.run(partial(_matched, studio, body, question, number))
    return JSONResponse(answer)


async def rank_face(request: Request) -> JSONResponse:
    """Answer `POST /api/rank`: features of a face become matches."""
    studio, gate = _state(request)
    if media_type(request) != "application/json":
        raise Problem(415, "wrong-type", "send a JSON object as application/json")
    body = await read_body(request, _RANK_BYTES, studio.limits.body_seconds)
    given = json_object(body)
    question, query = ranking_question(given), face_query(given)
    matches = await gate.run(partial(ranked, studio, query, question))
    return JSONResponse({"matches": match_entries(matches)})


def ranked(studio: Studio, query: Query, question: RankingQuestion) -> Matches:
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


def query_of(face: FaceResult) -> Query | None:
    """Return what galleries are searched for; None for a face without landmarks."""
    if face.geometry is None:
        return None
    return Query(face.features, face.geometry, face.expression)


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
