"""The studio's server under load, and before those who mean it ill.

Sends 200 photos, 8 at once, and prints how long answers took and how much memory the
server held. Then a decompression bomb, an upload of 50 MB and a client that stops
sending: each must be refused, and a photo must be answered right after.

    python -m benchmarks.studio_load --photos 200 --at-once 8 --out out/benchmarks
"""

import argparse
import contextlib
import http.client
import json
import socket
import statistics
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.studio_process import served
from deepexpr.core.files import write_whole

PHOTOS = Path(__file__).parents[1] / "examples" / "photos"
MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Load:
    """What 200 photos cost.

    Attributes:
        photos: how many were sent, all of them answered.
        at_once: how many at the same time.
        seconds: until the last answer.
        median_ms: of the answers' times, waiting for a turn included.
        p90_ms: nine of ten took no longer.
        p99_ms: ninety-nine of a hundred took no longer.
        memory_before_mb: memory of the server after its first photo.
        memory_most_mb: the most it ever held.
        memory_after_mb: memory afterwards.
    """

    photos: int
    at_once: int
    seconds: float
    median_ms: float
    p90_ms: float
    p99_ms: float
    memory_before_mb: float
    memory_most_mb: float
    memory_after_mb: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """How an attack ended.

    Attributes:
        attack: what was sent.
        status: the HTTP status that refused it.
        seconds: until the refusal.
        goes_on: whether the next photo was answered.
    """

    attack: str
    status: int
    seconds: float
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Server:
    """The server that is tried.

    Attributes:
        port: where it listens on this machine.
        process: its process number.
    """

    port: int
    process: int

    def memory_mb(self, entry: str) -> float:
        """Memory by an entry of /proc: `VmRSS` now, `VmHWM` the most so far."""
        for line in (
            Path(f"/proc/{self.process}/status").read_text("utf-8").splitlines()
        ):
            if line.startswith(f"{entry}:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"/proc does not tell {entry}")

    def match(self, body: bytes) -> int:
        """Send a photo; returns the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/octet-stream"}
            connection.request("POST", "/api/match", body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status


def main() -> None:
    """Load the server, attack it, print and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with served() as studio:
        port = int(studio.address.rstrip("/").rpartition(":")[2])
        server = Server(port, studio.pid)
        load = loaded(server, arguments.photos, arguments.at_once)
        sys.stdout.write(
            f"{load.photos} photos, {load.at_once} at once: {load.seconds:.1f} s; "
            f"median {load.median_ms:.0f}, 90 % {load.p90_ms:.0f}, "
            f"99 % {load.p99_ms:.0f} ms; memory {load.memory_before_mb:.0f} before, "
            f"{load.memory_most_mb:.0f} at most, {load.memory_after_mb:.0f} MB after\n"
        )
        refusals = list(attacked(server))
    for refusal in refusals:
        sys.stdout.write(
            f"{refusal.attack:<28}{refusal.status} after {refusal.seconds:.1f} s, "
            f"{'goes on' if refusal.goes_on else 'DOES NOT GO ON'}\n"
        )
    if arguments.out:
        document = {"load": asdict(load), "refusals": [asdict(one) for one in refusals]}
        arguments.out.mkdir(parents=True, exist_ok=True)
        write_whole(arguments.out / "studio_load.json", json.dumps(document, indent=2))


def loaded(server: Server, count: int, at_once: int) -> Load:
    """Send photos, some at the same time."""
    photos = [path.read_bytes() for path in sorted(PHOTOS.glob("*.jpg"))]
    server.match(photos[0])
    before = server.memory_mb("VmRSS")

    def send(number: int) -> float:
        began = time.perf_counter()
        status = server.match(photos[number % len(photos)])
        if status != 200:
            raise RuntimeError(f"photo {number} was answered with {status}")
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        times = list(pool.map(send, range(count)))
    seconds = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=100)
    return Load(
        count,
        at_once,
        seconds,
        1000 * cuts[49],
        1000 * cuts[89],
        1000 * cuts[98],
        before,
        server.memory_mb("VmHWM"),
        server.memory_mb("VmRSS"),
    )


def attacked(server: Server) -> Iterator[Refusal]:
    """Send what must be refused, and a good photo after each."""
    good = (PHOTOS / "astronaut.jpg").read_bytes()
    attacks = {
        "bomb of 60000×60000 pixels": lambda: server.match(bomb(60_000)),
        "upload of 50 MB": lambda: upload(server, 50 * MEBIBYTE),
        "client that stops sending": lambda: silent(server),
    }
    for name, attack in attacks.items():
        began = time.perf_counter()
        status = attack()
        yield Refusal(
            name, status, time.perf_counter() - began, server.match(good) == 200
        )


def bomb(side: int) -> bytes:
    """A PNG of some megabytes that would unpack to side² black pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    row = b"\0" * (side // 8 + 1)
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def upload(server: Server, size: int) -> int:
    """Send a body in parts without saying how large it will be."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest("POST", "/api/match")
        connection.putheader("Content-Type", "application/octet-stream")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        part = b"100000\r\n" + b"\0" * MEBIBYTE + b"\r\n"
        # The server hangs up when it has had enough; its answer still lies there.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(size // MEBIBYTE):
                connection.send(part)
            connection.send(b"0\r\n\r\n")
        return connection.getresponse().status


def silent(server: Server) -> int:
    """Announce a photo, send one byte of it, and wait."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as stream:
        stream.sendall(
            b"POST /api/match HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
            b"Content-Type: image/jpeg\r\n\r\n\xff"
        )
        return int(stream.recv(4096).split()[1])


if __name__ == "__main__":
    main()
