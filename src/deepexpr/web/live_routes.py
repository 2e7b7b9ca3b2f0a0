"""The webcam: a frame in, the poses of the characters out, as long as it is open.

Each binary message is one JPEG, PNG or WebP frame and is answered by one JSON message.
A text message changes the question: `{"characters": [...], "alpha": 1, "beta": 0.05}`.
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
from deepexpr.web.following import NEIGHBOURS, PoseFollower
from deepexpr.web.gate import Gate
from deepexpr.web.match_routes import query_of
from deepexpr.web.pictures import decode_picture
from deepexpr.web.problems import problem_document, problem_of
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
                **pose_entries(pose),
            }
        return poses


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
        try:
            if frame is None:
                session.ask(text or "")
                continue
            answer = await gate.run(partial(session.answer, frame, time.monotonic()))
        except Exception as error:  # noqa: BLE001  one bad frame must not end the others
            answer = {"problem": problem_document(problem_of(error))}
        await socket.send_json(answer)
