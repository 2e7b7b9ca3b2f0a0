"""Errors as problem+json (RFC 9457): what was wrong and what to try, in one line."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from deepexpr.core.errors import (
    CharacterError,
    DeepExprError,
    FaceNotFound,
    ImageError,
    OutputError,
)

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818  the standard's own word
    """A request that cannot be answered.

    Attributes:
        status: HTTP status.
        kind: one word for programs, such as `no-face`.
        detail: one line for people.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})


def problem_of(error: Exception) -> Problem:
    """Say an error of the package, or an unexpected one, as a problem."""
    if isinstance(error, Problem):
        return error
    detail = " ".join(str(error).split())
    if isinstance(error, FaceNotFound):
        return Problem(422, "no-face", detail)
    if isinstance(error, ImageError):
        return Problem(422, "no-picture", detail)
    if isinstance(error, CharacterError):
        return Problem(404, "unknown-character", detail)
    if isinstance(error, OutputError):
        return Problem(422, "no-export", detail)
    if isinstance(error, DeepExprError):
        return Problem(503, "not-ready", detail)
    return Problem(500, "fault", "the server failed; the reason stands in its terminal")


def problem_response(problem: Problem) -> JSONResponse:
    """Return the answer that tells a problem."""
    return JSONResponse(
        problem_document(problem),
        problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


def problem_document(problem: Problem) -> dict[str, str | int]:
    """Return a problem as a JSON object."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "kind": problem.kind,
        "detail": problem.detail,
    }


async def answer_error(_: Request, error: Exception) -> JSONResponse:
    """Answer any error; for Starlette's table of handlers."""
    if isinstance(error, HTTPException):
        problem = Problem(error.status_code, "http", error.detail, error.headers)
        return problem_response(problem)
    return problem_response(problem_of(error))
