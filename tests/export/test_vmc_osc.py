"""The VMC sender, heard by a python-osc server on loopback."""

import socket
import sys
from threading import Thread

import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from deepexpr.characters.pose import NEUTRAL_POSE, arkit_weights
from deepexpr.core.errors import OutputError
from deepexpr.export.take import Frame, Take, single_pose
from deepexpr.export.vmc_osc import LARGEST_PACKET, pose_packets, send_take
from tests.export.tiny_character import GRIN, SNARL


class Server(BlockingOSCUDPServer):
    """A server that stops waiting when nothing comes."""

    timeout = 5
    gave_up = False

    def handle_timeout(self):
        self.gave_up = True


class Avatar:
    """Collects what arrives; a frame is complete when it is applied."""

    def __init__(self, frames):
        dispatcher = Dispatcher()
        dispatcher.map("/VMC/Ext/Blend/Val", self._value)
        dispatcher.map("/VMC/Ext/Blend/Apply", self._apply)
        self.server = Server(("127.0.0.1", 0), dispatcher)
        self.port = self.server.server_address[1]
        self.values, self.frames, self._expected = {}, [], frames
        self._thread = Thread(target=self._listen)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._thread.join()
        self.server.server_close()

    def _listen(self):
        while len(self.frames) < self._expected and not self.server.gave_up:
            self.server.handle_request()

    def _value(self, _address, name, weight):
        self.values[name] = weight

    def _apply(self, _address, *arguments):
        assert not arguments
        self.frames.append(dict(self.values))


def test_an_avatar_hears_every_weight_of_every_frame():
    take = Take("two", (Frame("a", SNARL), Frame("b", GRIN)), 100.0)
    with Avatar(frames=2) as avatar:
        send_take(take, "127.0.0.1", avatar.port)
    assert len(avatar.frames) == 2
    for heard, pose in zip(avatar.frames, take.poses, strict=True):
        expected = {n[0].upper() + n[1:]: w for n, w in arkit_weights(pose).items()}
        assert heard == pytest.approx(expected, abs=1e-6)
        assert all(0.0 <= weight <= 1.0 for weight in heard.values())


def test_a_weight_of_1_is_sent_as_a_float():
    # A receiver that reads floats would skip the integer 1.
    packets = pose_packets(single_pose("grin", GRIN).poses[0])
    content = b"".join(packet.dgram for packet in packets)
    assert content.count(b",sf\0") == 52


def test_packets_are_small_enough_for_any_network():
    packets = pose_packets(NEUTRAL_POSE)
    assert all(len(packet.dgram) <= LARGEST_PACKET for packet in packets)
    messages = [
        packet.content(n) for packet in packets for n in range(len(list(packet)))
    ]
    assert [m.address for m in messages[:-1]] == ["/VMC/Ext/Blend/Val"] * 52
    assert messages[-1].address == "/VMC/Ext/Blend/Apply"


def test_frames_wait_for_their_time():
    take = Take("three", (Frame("a", GRIN),) * 3, 2.0)
    waits: list[float] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        send_take(take, "127.0.0.1", receiver.getsockname()[1], wait=waits.append)
    # Nothing really waits here, so each pause is counted from the start.
    assert waits == pytest.approx([0.0, 0.5, 1.0], abs=0.2)


def test_without_python_osc_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pythonosc.udp_client", None)
    with pytest.raises(OutputError, match=r"deepexpr\[osc\]"):
        send_take(single_pose("grin", GRIN), "127.0.0.1")


def test_a_name_that_no_machine_can_have_is_told():
    with pytest.raises(OutputError, match=r"a\.\.b:39539: .*no such address"):
        send_take(single_pose("grin", GRIN), "a..b")


def test_an_address_that_cannot_be_sent_to_is_told():
    # The broadcast address needs a permission that the sender does not ask for.
    with pytest.raises(OutputError, match=r"255\.255\.255\.255:39539"):
        send_take(single_pose("grin", GRIN), "255.255.255.255")
