"""The page in real Chromium."""

import io
import json
import time

import numpy as np
import pytest
from PIL import Image

from deepexpr.web.studio import Studio
from tests.export.tiny_character import write_tiny_character
from tests.transfer.stand_ins import DrawnFaceFinder, drawn_transfer
from tests.web.browser import (
    CHROMIUM,
    FLAGS,
    SOFTWARE_CARD,
    Visit,
    browsed,
    served,
    skip_without_page,
)
from tests.web.photos import nobody, one_face, two_faces

pytestmark = pytest.mark.page


class SteadyFinder(DrawnFaceFinder):
    """Sees a face in every frame, where it was last drawn."""

    def find(self, image, limit=None):
        return [self._face(image, (240, 180), 90)][:limit]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    skip_without_page()
    folder = tmp_path_factory.mktemp("page")
    write_tiny_character(folder / "characters" / "tiny")
    transfer = drawn_transfer(folder / "galleries", characters=("gus", "tiny"))
    finder = SteadyFinder()
    studio = Studio(transfer, (folder / "characters",), tracker=lambda: finder)
    with served(studio) as found:
        yield found


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    skip_without_page()
    video = tmp_path_factory.mktemp("camera") / "person.mjpeg"
    with video.open("wb") as stream:
        for frame in range(30):
            picture = np.full((480, 640, 3), 90, np.uint8)
            picture[100:380, 180 + frame : 460 + frame] = (250, 205, 160)
            Image.fromarray(picture).save(stream, "JPEG")
    with browsed([f"--use-file-for-fake-video-capture={video}"]) as found:
        yield found


@pytest.fixture
def visit(browser, address):
    opened = Visit(browser, address, viewport={"width": 1280, "height": 860})
    yield opened
    opened.tab.close()


def test_a_photo_moves_the_characters_and_fills_the_bars(visit):
    before = visit.picture("tiny")
    visit.give(one_face())
    assert sum(visit.shares()) == pytest.approx(1, abs=1e-4)
    visit.tab.wait_for_timeout(1500)
    assert visit.picture("tiny") != before
    assert len(visit.poses("tiny")) == 9
    assert visit.tab.get_attribute("[data-character=gus] .still", "src")
    assert visit.complaints == []
    assert visit.foreign_requests() == []


def test_a_click_takes_another_match(visit):
    visit.give(one_face())
    third = visit.poses("tiny")[2]
    visit.tab.click(f"[data-character=tiny] .thumb[data-pose='{third}']")
    chosen = visit.tab.get_attribute("[data-character=tiny]", "data-pose")
    assert chosen == third


def test_the_sliders_rank_again_at_once(visit):
    visit.give(one_face())
    before = visit.poses("tiny")
    with visit.tab.expect_response("**/api/rank"):
        visit.tab.fill("#weight-alpha", "0")
    visit.tab.wait_for_timeout(200)
    assert visit.poses("tiny") != before
    assert not any("/api/match" in url for url in visit.requests[-3:])


def test_another_face_can_be_chosen(visit):
    visit.give(two_faces())
    with visit.tab.expect_response("**/api/rank"):
        visit.tab.get_by_role("radio", name="Face 2").click()
    chosen = visit.tab.get_by_role("radio", name="Face 2")
    assert chosen.get_attribute("aria-checked") == "true"


@pytest.mark.parametrize(
    ("data", "title"),
    [
        pytest.param(b"hello", "Not a picture", id="text"),
        pytest.param(nobody(), "No face found", id="nobody"),
    ],
)
def test_a_bad_photo_is_told_and_the_next_one_works(visit, data, title):
    visit.give(data)
    assert title in visit.tab.inner_text("[role=alert]")
    visit.give(one_face())
    assert not visit.tab.is_visible("[role=alert]")


def test_a_photo_can_be_dropped(visit):
    transfer = visit.tab.evaluate_handle(
        """bytes => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], 'a.png'));
          return transfer;
        }""",
        list(one_face()),
    )
    visit.tab.dispatch_event("body", "drop", {"dataTransfer": transfer})
    visit.tab.wait_for_selector(".photo[data-state=found]")


def test_a_pose_leaves_as_json(visit):
    visit.give(one_face())
    visit.tab.wait_for_timeout(1500)
    with visit.tab.expect_download() as download:
        visit.tab.select_option("[data-character=tiny] select", "json")
    document = json.loads(download.value.path().read_text("utf-8"))
    frame = document["frames"][0]
    assert frame["pose"] == visit.poses("tiny")[0]
    assert frame["gaze_deg"] == {"yaw": 3.0, "pitch": -2.0}


def test_the_webcam_drives_the_characters_and_is_recorded(visit):
    before = visit.picture("tiny")
    visit.tab.get_by_role("button", name="Webcam").click()
    visit.tab.wait_for_selector(".meter[data-rate]")
    visit.tab.wait_for_timeout(1000)
    assert visit.picture("tiny") != before
    visit.tab.get_by_role("button", name="Record").click()
    visit.tab.wait_for_timeout(1200)
    visit.tab.get_by_role("button", name="Stop").click()
    assert "take of" in visit.tab.inner_text(".told")
    with visit.tab.expect_download() as download:
        visit.tab.select_option("[data-character=tiny] select", "csv")
    assert download.value.path().stat().st_size > 0
    visit.tab.get_by_role("button", name="Photo", exact=True).click()
    assert visit.complaints == []
    assert visit.foreign_requests() == []


def test_the_webcam_is_answered_frame_by_frame_and_drawn_as_fast(visit):
    visit.tab.click("[data-character=tiny] .solo")
    visit.tab.get_by_role("button", name="Webcam").click()
    visit.tab.wait_for_selector(".meter[data-rate]")
    visit.tab.wait_for_timeout(2500)
    told = visit.tab.eval_on_selector(".meter", "meter => ({...meter.dataset})")
    assert float(told["drawn"]) > 0.8 * float(told["rate"]) > 4
    # Two frames under way are the most that a delay can hold.
    assert float(told["delay"]) < 3000 / float(told["rate"])


def test_holding_freezes_the_characters(visit):
    visit.tab.get_by_role("button", name="Webcam").click()
    visit.tab.wait_for_selector(".meter[data-rate]")
    visit.tab.keyboard.down("f")
    visit.tab.wait_for_timeout(500)
    held = visit.picture("tiny")
    visit.tab.wait_for_timeout(700)
    assert visit.picture("tiny") == held
    visit.tab.keyboard.up("f")
    assert visit.complaints == []


def test_a_graphics_card_draws_the_characters_where_there_is_one(browser, address):
    other = browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=[*FLAGS, *SOFTWARE_CARD]
    )
    visit = Visit(other, address, viewport={"width": 700, "height": 860})
    drawn_here = visit.picture("tiny")
    visit.tab.goto(address + "?draw=card")
    visit.tab.wait_for_selector("body[data-ready]")
    visit.tab.wait_for_timeout(1500)
    assert visit.picture("tiny") != drawn_here
    assert visit.complaints == []
    other.close()


def test_everything_can_be_reached_with_the_keyboard(visit):
    names = []
    for _ in range(12):
        visit.tab.keyboard.press("Tab")
        names.append(
            visit.tab.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.textContent"
            )
        )
    wanted = ["Photo", "Webcam", "Choose a photo", "Tiny in 3D", "Save the pose"]
    assert [name for name in wanted if not any(name in one for one in names)] == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_at_any_width(browser, address, width, theme):
    size = {"width": width, "height": 844}
    visit = Visit(browser, address, viewport=size, color_scheme=theme)
    visit.give(one_face())
    across = visit.tab.evaluate("document.documentElement.scrollWidth")
    assert across <= width
    shot = Image.open(io.BytesIO(visit.tab.screenshot())).convert("L")
    corner = np.asarray(shot)[300, 2]
    assert (corner > 128) == (theme == "light")
    visit.tab.close()


def test_a_server_that_is_gone_is_told(browser, tmp_path):
    write_tiny_character(tmp_path / "characters" / "tiny")
    transfer = drawn_transfer(tmp_path / "galleries", characters=("tiny",))
    with served(Studio(transfer, (tmp_path / "characters",))) as short_lived:
        visit = Visit(browser, short_lived)
    time.sleep(0.1)
    visit.give(one_face())
    assert "does not answer" in visit.tab.inner_text("[role=alert]")
    visit.tab.close()
