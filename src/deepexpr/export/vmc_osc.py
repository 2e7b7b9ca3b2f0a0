"""Takes sent live to an avatar: OSC messages of the VMC protocol over UDP.

Each frame is a row of `/VMC/Ext/Blend/Val name value` closed by
`/VMC/Ext/Blend/Apply`. Needs the package python-osc (`pip install deepexpr[osc]`).

Source: protocol.vmc.info, "Virtual Motion Capture Protocol specification".
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from deepexpr.characters.pose import Pose, arkit_weights
from deepexpr.core.errors import OutputError
from deepexpr.export.take import Take

if TYPE_CHECKING:
    from pythonosc.osc_bundle import OscBundle
    from pythonosc.osc_message import OscMessage

MARIONETTE_PORT = 39539
"""UDP port on which programs that show an avatar listen."""

VALUE_ADDRESS = "/VMC/Ext/Blend/Val"
APPLY_ADDRESS = "/VMC/Ext/Blend/Apply"

LARGEST_PACKET = 1400
"""Bytes of a packet that no common network splits."""

_BUNDLE_HEADER, _SIZE_FIELD = 16, 4


def send_take(
    take: Take,
    host: str,
    port: int = MARIONETTE_PORT,
    *,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Send a take frame by frame at its frame rate; returns after the last frame.

    Args:
        take: the take.
        host: name or address of the machine that shows the avatar.
        port: its UDP port.
        wait: pauses for some seconds.

    Raises:
        OutputError: if python-osc is not installed, or nothing can be sent there.
    """
    client_type = _python_osc_client()
    try:
        client = client_type(host, port)
    except (OSError, UnicodeError) as error:
        raise _unreachable(host, port, error) from error
    with client:
        start = time.monotonic()
        for index, pose in enumerate(take.poses):
            wait(max(take.seconds(index) - (time.monotonic() - start), 0.0))
            try:
                for packet in pose_packets(pose):
                    client.send(packet)
            except OSError as error:
                raise _unreachable(host, port, error) from error


def pose_packets(pose: Pose) -> "list[OscBundle]":
    """Return the OSC bundles that put an avatar into a pose.

    All 52 ARKit weights are sent, clamped to [0, 1], under their names with a capital
    first letter as avatars with "perfect sync" have them. The turn of the head is not
    sent: it would need the avatar's own bones.

    Returns:
        Bundles of at most `LARGEST_PACKET` bytes; the last one ends with the message
        that applies the values.

    Raises:
        OutputError: if python-osc is not installed.
    """
    _python_osc_client()
    from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder

    bundles = []
    for messages in _filled_packets(_messages(pose)):
        builder = OscBundleBuilder(IMMEDIATELY)
        for message in messages:
            builder.add_content(message)
        bundles.append(builder.build())
    return bundles


def _messages(pose: Pose) -> "list[OscMessage]":
    from pythonosc.osc_message_builder import OscMessageBuilder

    messages = []
    for name, weight in arkit_weights(pose).items():
        builder = OscMessageBuilder(VALUE_ADDRESS)
        builder.add_arg(name[0].upper() + name[1:], OscMessageBuilder.ARG_TYPE_STRING)
        builder.add_arg(weight, OscMessageBuilder.ARG_TYPE_FLOAT)
        messages.append(builder.build())
    return [*messages, OscMessageBuilder(APPLY_ADDRESS).build()]


def _filled_packets(messages: "Sequence[OscMessage]") -> "Iterator[list[OscMessage]]":
    packet: list[OscMessage] = []
    size = _BUNDLE_HEADER
    for message in messages:
        added = _SIZE_FIELD + message.size
        if packet and size + added > LARGEST_PACKET:
            yield packet
            packet, size = [], _BUNDLE_HEADER
        packet.append(message)
        size += added
    yield packet


def _python_osc_client() -> type:
    try:
        from pythonosc.udp_client import UDPClient
    except ImportError as error:
        raise OutputError(
            "sending to an avatar needs python-osc; install deepexpr[osc]"
        ) from error
    return UDPClient


def _unreachable(host: str, port: int, error: Exception) -> OutputError:
    reason = getattr(error, "strerror", None) or "no such address"
    return OutputError(f"{host}:{port}: nothing can be sent there ({reason})")
