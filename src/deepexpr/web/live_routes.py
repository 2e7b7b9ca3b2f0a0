"""The webcam: a frame in, the poses of the characters out, as long as it is open.

Each binary message is one JPEG, PNG or WebP frame. The newest is answered by one JSON
message that counts the frames of the connection; one that still waits when the next
arrives is passed over. A text message changes the question:
`{"characters": [...], "alpha": 1, "beta": 0.04}`.
"""

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from deepexpr.export.document import photo_document
from deepexpr.export.json_poses import pose_entries
from deepexpr.transfer import ExpressionTransfer, TransferResult
from deepexpr.web.bodies import json_object
from deepexpr.web.documents import picture_address
from deepexpr.web.following import NEIGHBOURS, PoseFollower
from deepexpr.web.gate import Gate
from deepexpr.web.match_routes import query_of
from deepexpr.web.pictures import decode_picture
from deepexpr.web.problems import Problem, problem_document, problem_of
from deepexpr.web.questions import RankingQuestion, ranking_question
from deepexpr.web.studio import Studio

_TOO_BIG = 1009
_TRY_LATER = 1013
_LONGEST_TEXT = 4096


@dataclass(slots=True)
class LiveSession:
    """One webcam: what it asks, and the characters that follow it."""

    studio: Studio
    question: RankingQuestion = field(default_factory=lambda: ranking_question({}))
    followers: dict[str, PoseFollower] = field(default_factory=dict)
    transfer: ExpressionTransfer | None = None

    def ask(self, text: str) -> None:
        """Change the question.

        Raises:
            Problem: if it makes no sense.
        """
        self.question = ranking_question(json_object(text.encode()))

    def answer(self, frame: bytes, second: float) -> dict[str, Any]:
        """Return the faces of a frame and the pose of each character.

        Args:
            frame: the encoded picture.
            second: when it arrived.

        Raises:
            DeepExprError: if it shows no face, or cannot be read.
        """
        began = time.perf_counter()
        image = decode_picture(frame, self.studio.limits.frame_pixels, "the frame")
        if self.transfer is None:
            self.transfer = self.studio.following()
        result = self.transfer.recognise(image)
        poses = self._poses(result, second)
        face = photo_document(result, with_matches=False)["faces"][0]
        height, width = image.shape[:2]
        return {
            "width": width,
            "height": height,
            "face": face,
            "poses": poses,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
        }

    def _poses(self, result: TransferResult, second: float) -> dict[str, Any]:
        query = query_of(result.faces[0])
        if query is None:
            return {}
        poses: dict[str, Any] = {}
        for name in self.studio.answering(self.question.characters):
            matches = self.studio.ranking(query, name, NEIGHBOURS, self.question.preset)
            follower = self.followers.get(name)
            if follower is None:
                controls = self.studio.gallery(name).table.controls
                follower = self.followers[name] = PoseFollower(controls)
            pose = follower.follow(matches, second)
            nearest = matches[0].match
            poses[name] = {
                "pose": nearest.pose_id,
                "label": str(nearest.label),
                "distance": round(nearest.distance, 6),
                "picture": picture_address(name, nearest.index),
                **pose_entries(pose),
            }
        return poses


class NewestFrame:
    """A place for one frame: a newer one takes it from one that still waits."""

    def __init__(self) -> None:
        self.count = 0
        self._frame: tuple[int, bytes, float] | None = None
        self._arrived = asyncio.Event()

    def put(self, frame: bytes, second: float) -> None:
        """Let a frame wait.

        Args:
            frame: the encoded picture.
            second: when it arrived.
        """
        self.count += 1
        self._frame = (self.count, frame, second)
        self._arrived.set()

    async def take(self) -> tuple[int, bytes, float]:
        """Wait for a frame; returns its number from 1, its bytes and its second."""
        await self._arrived.wait()
        self._arrived.clear()
        frame, self._frame = self._frame, None
        if frame is None:
            raise RuntimeError("only one may take frames")
        return frame


async def follow_webcam(socket: WebSocket) -> None:
    """Answer `WS /api/live`."""
    state = socket.app.state
    studio: Studio = state.studio
    await socket.accept()
    if state.live_connections >= studio.limits.live_connections:
        await socket.close(_TRY_LATER, "too many webcams are connected")
        return
    state.live_connections += 1
    try:
        await _serve(socket, LiveSession(studio), state.gate)
    except (WebSocketDisconnect, TimeoutError):
        return
    finally:
        state.live_connections -= 1


async def _serve(socket: WebSocket, session: LiveSession, gate: Gate) -> None:
    newest = NewestFrame()
    answering = asyncio.create_task(_answer(socket, session, gate, newest))
    try:
        await _listen(socket, session, newest)
    finally:
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)


async def _listen(socket: WebSocket, session: LiveSession, newest: NewestFrame) -> None:
    limits = session.studio.limits
    while True:
        async with asyncio.timeout(limits.live_idle_seconds):
            message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        frame, text = message.get("bytes"), message.get("text")
        if len(frame or text or "") > (limits.frame_bytes if frame else _LONGEST_TEXT):
            await socket.close(_TOO_BIG, "the frame is too large")
            return
        if frame is not None:
            newest.put(frame, time.monotonic())
            continue
        try:
            session.ask(text or "")
        except Problem as problem:
            await socket.send_json(_problem(newest.count, problem))


async def _answer(
    socket: WebSocket, session: LiveSession, gate: Gate, newest: NewestFrame
) -> None:
    while True:
        number, frame, second = await newest.take()
        try:
            answer = await gate.run(partial(session.answer, frame, second))
        except Exception as error:  # noqa: BLE001  one bad frame must not end the others
            answer = _problem(number, error)
        await socket.send_json({"frame": number, **answer})


def _problem(number: int, error: Exception) -> dict[str, Any]:
    return {"frame": number, "problem": problem_document(problem_of(error))}
