"""A real browser for the page's tests, and a server for it to visit."""

import contextlib
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from deepexpr.web.app import PAGE_FOLDER, create_app

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
SOFTWARE_CARD = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""Flags that imitate a graphics card; without them the page draws by itself."""

PATIENCE_MS = 60_000


def skip_without_page():
    """Skip where the page was not built or no Chromium can show it."""
    pytest.importorskip("playwright")
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is not installed")
    if not (PAGE_FOLDER / "index.html").is_file():
        pytest.skip("the page has not been built: make page")


@contextlib.contextmanager
def served(studio):
    """Serve a studio on a free port of this machine; yields its address."""
    config = uvicorn.Config(
        create_app(studio), port=0, ws="wsproto", log_level="error", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join()


@contextlib.contextmanager
def browsed(flags=()):
    """Start Chromium; yields a Playwright browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*FLAGS, *flags]
        )
        yield browser
        browser.close()


class Visit:
    """The page in a tab, with everything it asked for and complained about."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.tab = browser.new_page(**options)
        self.tab.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("console", self._heard)
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("websocket", lambda socket: self.requests.append(socket.url))
        self.tab.goto(address)
        self.tab.wait_for_selector("body[data-ready]")

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def give(self, data, name="photo.png", kind="image/png"):
        """Choose a photo and wait for what comes of it."""
        file = {"name": name, "mimeType": kind, "buffer": data}
        self.tab.set_input_files("#photo-input", file)
        self.tab.wait_for_selector(
            ".photo[data-state=found], .photo[data-state=failed]"
        )

    def picture(self, character):
        """Return what the character's canvas shows."""
        return self.picture_of(f".desk [data-character={character}] canvas")

    def picture_of(self, selector):
        """Return what a canvas shows."""
        return self.tab.eval_on_selector(selector, "canvas => canvas.toDataURL()")

    def poses(self, character):
        """Return the poses offered, best first."""
        return self.tab.eval_on_selector_all(
            f"[data-character={character}] .thumb",
            "buttons => buttons.map(button => button.dataset.pose)",
        )

    def shares(self):
        """Return the probabilities that the bars show."""
        return self.tab.eval_on_selector_all(
            ".bars li", "rows => rows.map(row => Number(row.dataset.value))"
        )

    def foreign_requests(self):
        """Return addresses of other hosts that were asked."""
        own = (self.address, self.address.replace("http", "ws"), "blob:", "data:")
        return [url for url in self.requests if not url.startswith(own)]
