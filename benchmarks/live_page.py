"""Frames a second of the studio page's webcam, end to end, in a real Chromium.

The server runs as `deepexpr studio` does, Chromium as on a machine without a graphics
card, and its fake camera plays rendered people whose faces change all the time. One
character follows. What is counted is what the page tells: frames that came back
answered, frames whose pose came onto the character's canvas, and the time between.

    python -m benchmarks.live_page --character mia --seconds 10 --out out/benchmarks
"""

import argparse
import io
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.studio_process import served
from deepexpr.core.files import write_whole
from tests.web.browser import CHROMIUM, FLAGS

PEOPLE = Path(__file__).parents[1] / "examples" / "photos"
FRAME_SIZE = (640, 480)
FRAMES_A_CHANGE = 30
WARM_UP_MS = 3000
SAMPLE_MS = 500


@dataclass(frozen=True, slots=True)
class Pace:
    """What the page told while it followed the camera.

    Attributes:
        character: who followed.
        answered: frames answered a second, the mean.
        drawn: frames drawn a second, the mean.
        slowest: frames drawn a second in the worst two seconds.
        delay_ms: from a frame's capture to its drawing, the median.
        processors: processors that this process may use.
        load: processes that wanted one in the last minute, ours included.
    """

    character: str
    answered: float
    drawn: float
    slowest: float
    delay_ms: float
    processors: int
    load: float


def main() -> None:
    """Measure every character asked for, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--character", nargs="+", default=["mia"])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(Path(folder) / "people.mjpeg")
        with served() as studio:
            paces = [
                measured(studio.address, video, name, arguments.seconds)
                for name in arguments.character
            ]
    for pace in paces:
        sys.stdout.write(
            f"{pace.character:<8}{pace.answered:5.1f} answered {pace.drawn:5.1f} drawn "
            f"({pace.slowest:.1f} at worst) a second, {pace.delay_ms:.0f} ms behind\n"
        )
    if arguments.out:
        document = {
            "machine": f"{platform.machine()}, {platform.system()}",
            "paces": [asdict(pace) for pace in paces],
        }
        arguments.out.mkdir(parents=True, exist_ok=True)
        write_whole(arguments.out / "live_page.json", json.dumps(document, indent=2))


def write_video(path: Path) -> Path:
    """Write a film of rendered people, each fading into the next."""
    people = [
        Image.open(photo).convert("RGB").resize((FRAME_SIZE[1],) * 2)
        for photo in sorted(PEOPLE.glob("rendered_*.jpg"))
    ]
    with path.open("wb") as stream:
        for first, second in zip(people, [*people[1:], people[0]], strict=True):
            for number in range(FRAMES_A_CHANGE):
                face = Image.blend(first, second, number / FRAMES_A_CHANGE)
                frame = Image.new("RGB", FRAME_SIZE, face.getpixel((4, 4)))  # type: ignore[arg-type]
                frame.paste(face, (80 + abs(number - FRAMES_A_CHANGE // 2), 0))
                encoded = io.BytesIO()
                frame.save(encoded, "JPEG", quality=85)
                stream.write(encoded.getvalue())
    return path


def measured(address: str, video: Path, character: str, seconds: float) -> Pace:
    """Let one character follow the film."""
    camera = f"--use-file-for-fake-video-capture={video}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*FLAGS, camera]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address)
        page.wait_for_selector("body[data-ready]", timeout=120_000)
        page.click(f"[data-character={character}] .solo")
        page.get_by_role("button", name="Webcam").click()
        page.wait_for_selector(".meter[data-rate]", timeout=60_000)
        page.wait_for_timeout(WARM_UP_MS)
        samples = list(_samples(page, seconds))
        browser.close()
    answered, drawn, delays = zip(*samples, strict=True)
    return Pace(
        character,
        statistics.mean(answered),
        statistics.mean(drawn),
        min(drawn),
        statistics.median(delays),
        len(os.sched_getaffinity(0)),
        os.getloadavg()[0],
    )


def _samples(page: Page, seconds: float) -> Iterator[tuple[float, float, float]]:
    for _ in range(max(int(seconds * 1000 / SAMPLE_MS), 1)):
        page.wait_for_timeout(SAMPLE_MS)
        told = page.eval_on_selector(".meter", "meter => ({...meter.dataset})")
        yield float(told["rate"]), float(told["drawn"]), float(told["delay"])


if __name__ == "__main__":
    main()
