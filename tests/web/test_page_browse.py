"""Browsing and comparing in real Chromium."""

import shutil
from pathlib import Path

import pytest

from deepexpr.characters.library import BUILT_IN_FOLDER
from deepexpr.transfer import ExpressionTransfer
from deepexpr.web.studio import Studio
from tests.export.tiny_character import write_tiny_character
from tests.transfer.stand_ins import drawn_transfer
from tests.web.browser import Visit, browsed, served, skip_without_page

pytestmark = pytest.mark.page


@pytest.fixture(scope="module")
def browser():
    skip_without_page()
    with browsed() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    skip_without_page()
    folder = tmp_path_factory.mktemp("browse")
    write_tiny_character(folder / "characters" / "tiny")
    transfer = drawn_transfer(folder / "galleries", characters=("gus", "tiny"))
    with served(Studio(transfer, (folder / "characters",))) as found:
        yield found


@pytest.fixture
def visit(browser, address):
    opened = Visit(browser, address, viewport={"width": 1280, "height": 860})
    opened.tab.get_by_role("button", name="Browse").click()
    opened.tab.get_by_role("button", name="Tiny", exact=True).click()
    opened.tab.wait_for_selector(".browse[data-character=tiny]")
    yield opened
    opened.tab.close()


def meter(visit):
    visit.tab.wait_for_selector("[aria-label='Reads as']:not(.empty)")
    return visit.tab.eval_on_selector_all(
        "[aria-label='Reads as'] li", "rows => rows.map(row => +row.dataset.value)"
    )


def test_a_key_pose_moves_the_character_and_is_read(visit):
    before = visit.picture_of(".browse canvas.view")
    visit.tab.click(".key-pose[data-pose=anger-snarl]")
    assert sum(meter(visit)) == pytest.approx(1, abs=1e-4)
    visit.tab.wait_for_timeout(1500)
    assert visit.picture_of(".browse canvas.view") != before
    assert visit.tab.input_value("#control-jawOpen") == "0.5"
    visit.tab.wait_for_selector(".nearest [data-character=gus]")
    assert visit.complaints == []
    assert visit.foreign_requests() == []


def test_a_slider_moves_both_sides_and_is_read_at_once(visit):
    visit.tab.fill("[type=search]", "smile left")
    with visit.tab.expect_response("**/api/read"):
        visit.tab.fill("#control-mouthSmileLeft", "0.8")
    assert visit.tab.input_value("#control-mouthSmileRight") == "0.8"
    visit.tab.uncheck("#both-sides")
    visit.tab.fill("#control-mouthSmileLeft", "0.3")
    assert visit.tab.input_value("#control-mouthSmileRight") == "0.8"


def test_controls_are_found_by_name(visit):
    visit.tab.fill("[type=search]", "jaw")
    shown = visit.tab.locator(".regions .slider:visible")
    assert {shown.nth(n).get_attribute("title") for n in range(shown.count())} == {
        "jawForward",
        "jawLeft",
        "jawOpen",
        "jawRight",
    }
    visit.tab.fill("[type=search]", "nothing like it")
    assert visit.tab.is_visible("text=No control of that name")


def test_a_neighbour_is_taken_with_a_click(visit):
    visit.tab.click(".key-pose[data-pose=joy-grin]")
    visit.tab.click(".nearest [data-character=gus]")
    visit.tab.wait_for_selector(".browse[data-character=gus]")
    # Gus has pictures only: one is shown, and there is nothing to slide.
    assert visit.tab.is_visible(".browse .still .picture")
    assert not visit.tab.is_visible("[aria-label=Controls]")
    visit.tab.wait_for_selector(".nearest [data-character=tiny]")


def test_comparing_asks_for_a_photo_first(visit):
    visit.tab.get_by_role("button", name="Compare").click()
    assert visit.tab.is_visible("text=Nothing to compare yet")
    visit.tab.click(".compare .button")
    assert visit.tab.is_visible("#studio .drop")


def test_eight_systems_pose_a_character_for_a_photo(browser, tmp_path):
    shutil.copytree(BUILT_IN_FOLDER / "pip", tmp_path / "pip")
    photo = Path("examples/photos/astronaut.jpg").read_bytes()
    with served(Studio(ExpressionTransfer.load(), (tmp_path,))) as address:
        visit = Visit(browser, address, viewport={"width": 1280, "height": 860})
        visit.give(photo, "astronaut.jpg", "image/jpeg")
        visit.tab.get_by_role("button", name="Compare").click()
        visit.tab.wait_for_selector(".compare article:nth-child(8) .caption .tag")
        assert visit.tab.locator("[data-system] canvas").count() == 8
        ours = visit.tab.inner_text("[data-system=DeepExpr] .caption")
        assert ours.startswith("Joy")
        assert visit.complaints == []
        visit.tab.close()
