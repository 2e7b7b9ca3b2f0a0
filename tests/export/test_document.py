import json

import pytest

from deepexpr.export.document import failure_document, json_text, photo_document
from tests.transfer.stand_ins import drawn_photo, drawn_transfer


def test_a_document_survives_the_round_trip(tmp_path):
    transfer = drawn_transfer(tmp_path)
    result = transfer.match(drawn_photo((100, 120)), top=1)
    document = [
        photo_document(result, with_features=True),
        failure_document("ünï.jpg", "cannot be read"),
    ]
    text = json_text(document)
    assert json.loads(text) == document
    assert len(text.splitlines()) == 4
    assert "ünï.jpg" in text


def test_a_file_name_that_is_no_text_still_gives_json():
    document = failure_document("photo-\udce9.jpg", "cannot be read")
    assert json.loads(json_text([document]).encode())[0]["photo"] == "photo-?.jpg"


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_is_a_list_however_short(count):
    document = [failure_document("a.jpg", "no")] * count
    assert json.loads(json_text(document)) == document
