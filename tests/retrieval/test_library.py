import pytest

from deepexpr.core.errors import CharacterError, GalleryError
from deepexpr.retrieval.library import GalleryLibrary
from tests.retrieval.synthetic_gallery import write_synthetic_gallery


@pytest.fixture
def library(tmp_path):
    for name in ("mia", "gus", "zuri"):
        write_synthetic_gallery(tmp_path, name, count=7)
    (tmp_path / ".half-written").mkdir()
    return GalleryLibrary(tmp_path)


def test_characters_are_listed_by_name(library):
    assert library.names == ("gus", "mia", "zuri")
    assert library.resolve(None) == ("gus", "mia", "zuri")


def test_names_keep_the_order_asked_for_and_count_once(library):
    assert library.resolve(["Zuri", "mia", "zuri"]) == ("zuri", "mia")


def test_an_unknown_name_suggests_the_close_ones(library):
    with pytest.raises(CharacterError) as caught:
        library.resolve(["mai"])
    assert "no character is called 'mai'" in str(caught.value)
    assert "Did you mean 'mia'?" in str(caught.value)
    assert "Known: gus, mia, zuri" in str(caught.value)


def test_a_name_like_no_other_gets_the_list_alone(library):
    with pytest.raises(CharacterError, match=r"'xxxxxxx'\. Known: gus"):
        library.gallery("xxxxxxx")


def test_a_gallery_is_opened_once(library):
    assert library.gallery("mia") is library.gallery("MIA")
    assert library.gallery("mia").card.character == "mia"


def test_a_folder_without_galleries_knows_no_characters(tmp_path):
    with pytest.raises(GalleryError, match="holds no galleries"):
        GalleryLibrary(tmp_path / "none").resolve(None)
