"""Request bodies: whole, in time and within their size, or refused."""

import asyncio
import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from deepexpr.web.problems import Problem


async def read_body(request: Request, most_bytes: int, seconds: float) -> bytes:
    """Return the body of a request.

    Args:
        request: the request; nothing of its body has been read.
        most_bytes: largest size; a larger one is refused before it has arrived.
        seconds: time in which it must have arrived.

    Raises:
        Problem: 411, 413 or 408.
    """
    declared = request.headers.get("content-length")
    if declared is not None and (
        not declared.isdecimal() or int(declared) > most_bytes
    ):
        raise _too_large(most_bytes)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most_bytes:
                    raise _too_large(most_bytes)
                parts.append(part)
    except TimeoutError as error:
        raise Problem(
            408,
            "too-slow",
            f"the body had not arrived after {seconds:g} seconds",
            {"Connection": "close"},
        ) from error
    except ClientDisconnect as error:
        raise Problem(400, "cut-short", "the body was cut short") from error
    return b"".join(parts)


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds.

    Raises:
        Problem: 400 if it is no JSON, or no object.
    """
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "no-json", f"the body is no JSON ({error})") from error
    if not isinstance(document, dict):
        raise Problem(400, "no-json", "the body must be a JSON object")
    return document


def media_type(request: Request) -> str:
    """Return the media type that a request declares, without parameters."""
    declared = request.headers.get("content-type", "")
    return declared.partition(";")[0].strip().lower()


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _too_large(most_bytes: int) -> Problem:
    return Problem(
        413,
        "too-large",
        f"at most {most_bytes / 2**20:g} MB are taken; make it smaller first",
        {"Connection": "close"},
    )
