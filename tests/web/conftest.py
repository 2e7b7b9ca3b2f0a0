import pytest
from starlette.testclient import TestClient

from deepexpr.web.app import create_app
from deepexpr.web.limits import Limits
from deepexpr.web.studio import Studio
from tests.export.tiny_character import write_tiny_character
from tests.transfer.stand_ins import drawn_transfer

ADDRESS = "http://127.0.0.1"
SMALL = Limits(
    photo_bytes=200_000, photo_pixels=400_000, frame_bytes=100_000, take_frames=3
)


@pytest.fixture(scope="session")
def studio(tmp_path_factory):
    """A character with rig and gallery, and one with pictures only."""
    folder = tmp_path_factory.mktemp("studio")
    write_tiny_character(folder / "characters" / "tiny")
    transfer = drawn_transfer(folder / "galleries", characters=("gus", "tiny"))
    return Studio(transfer, (folder / "characters",), SMALL, lambda: transfer.finder)


@pytest.fixture
def client(studio, tmp_path):
    app = create_app(studio, page=tmp_path / "no-page")
    with TestClient(app, base_url=ADDRESS) as opened:
        yield opened
