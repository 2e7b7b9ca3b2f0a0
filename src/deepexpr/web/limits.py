"""What the server takes on: bytes, pixels, seconds and requests at once."""

from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that every request is held to.

    Attributes:
        photo_bytes: largest photo.
        photo_pixels: most pixels of a photo, told by its header before it is decoded.
        frame_bytes: largest webcam frame.
        frame_pixels: most pixels of a webcam frame.
        document_bytes: largest JSON body.
        body_seconds: time in which a body must have arrived.
        wait_seconds: longest wait for a turn.
        at_once: photos and frames worked on at the same time.
        waiting: requests that may wait for a turn; more are refused.
        live_connections: webcams connected at the same time.
        live_idle_seconds: a webcam connection that is silent for longer is closed.
        take_frames: most frames of an exported take.
    """

    photo_bytes: int = 20 * MEBIBYTE
    photo_pixels: int = 50_000_000
    frame_bytes: int = MEBIBYTE
    frame_pixels: int = 2_100_000
    document_bytes: int = 32 * MEBIBYTE
    body_seconds: float = 15.0
    wait_seconds: float = 30.0
    at_once: int = 2
    waiting: int = 16
    live_connections: int = 4
    live_idle_seconds: float = 300.0
    take_frames: int = 20_000
