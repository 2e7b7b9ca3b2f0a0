import asyncio

import pytest
from starlette.websockets import WebSocketDisconnect

from deepexpr.web.live_routes import NewestFrame
from tests.web.photos import nobody, one_face


@pytest.fixture
def live(client):
    with client.websocket_connect("ws://127.0.0.1/api/live") as socket:
        yield socket


def test_each_frame_is_answered_by_the_poses_of_the_characters(live):
    for number in (1, 2, 3):
        live.send_bytes(one_face())
        answer = live.receive_json()
        assert answer["frame"] == number
        assert sorted(answer["poses"]) == ["gus", "tiny"]
        assert len(answer["face"]["landmarks"]) == 49
        assert answer["poses"]["tiny"]["gaze_deg"]["yaw"] == pytest.approx(3)
        assert answer["poses"]["gus"]["picture"].endswith(".webp")


def test_a_frame_that_waits_gives_way_to_a_newer_one():
    async def run():
        newest = NewestFrame()
        for frame in (b"old", b"newer", b"newest"):
            newest.put(frame, 0.0)
        return await newest.take()

    assert asyncio.run(run()) == (3, b"newest", 0.0)


def test_frames_that_come_too_fast_are_passed_over(live):
    for _ in range(12):
        live.send_bytes(one_face())
    numbers = [live.receive_json()["frame"]]
    while numbers[-1] < 12:
        numbers.append(live.receive_json()["frame"])
    assert numbers == sorted(set(numbers))


def test_the_question_can_change(live):
    live.send_text('{"characters": ["tiny"]}')
    live.send_bytes(one_face())
    assert list(live.receive_json()["poses"]) == ["tiny"]


@pytest.mark.parametrize("frame", [b"no picture", nobody()], ids=["text", "nobody"])
def test_a_bad_frame_is_told_and_the_next_is_answered(live, frame):
    live.send_bytes(frame)
    assert live.receive_json()["problem"]["status"] == 422
    live.send_bytes(one_face())
    assert "poses" in live.receive_json()


def test_a_question_without_sense_is_told(live):
    live.send_text('{"alpha": -1}')
    assert live.receive_json()["problem"]["kind"] == "wrong-question"


def test_a_frame_that_is_too_large_ends_the_connection(live):
    live.send_bytes(b"0" * 100_001)
    with pytest.raises(WebSocketDisconnect) as ended:
        live.receive_json()
    assert ended.value.code == 1009


def test_one_webcam_too_many_is_sent_away(client, studio):
    sockets = [client.websocket_connect("ws://127.0.0.1/api/live") for _ in range(5)]
    opened = [socket.__enter__() for socket in sockets]
    with pytest.raises(WebSocketDisconnect) as ended:
        opened[-1].receive_json()
    assert ended.value.code == 1013
    for socket in sockets:
        socket.__exit__(None, None, None)
