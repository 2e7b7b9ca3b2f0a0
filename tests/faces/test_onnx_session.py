import json
import shutil

import numpy as np
import pytest

from deepexpr.core.errors import WeightsError
from deepexpr.faces.onnx_session import (
    FACE_NETWORKS_FOLDER,
    open_face_network,
    open_session,
)


def test_a_missing_network_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"absent\.onnx: cannot be read"):
        open_session(tmp_path / "absent.onnx", "0" * 64)


def test_a_changed_network_file_is_refused(tmp_path):
    for name in ("models.json", "face_detector.onnx"):
        shutil.copyfile(FACE_NETWORKS_FOLDER / name, tmp_path / name)
    with (tmp_path / "face_detector.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(WeightsError, match="its sha256 is"):
        open_face_network("face_detector", tmp_path)


@pytest.mark.parametrize(
    "listing",
    ["", "[]", '{"models": {}}', '{"models": {"face_detector": {"file": "x"}}}'],
    ids=["empty", "list", "without it", "without digest"],
)
def test_a_damaged_list_of_networks_is_refused(tmp_path, listing):
    (tmp_path / "models.json").write_text(listing, encoding="utf-8")
    with pytest.raises(WeightsError, match="does not list the network"):
        open_face_network("face_detector", tmp_path)


def test_a_missing_list_of_networks_is_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"models\.json"):
        open_face_network("face_detector", tmp_path)


def test_every_listed_network_opens_and_has_its_stated_size():
    listing = json.loads((FACE_NETWORKS_FOLDER / "models.json").read_text("utf-8"))
    assert listing["licence"] == "Apache-2.0"
    for name, entry in listing["models"].items():
        assert open_face_network(name).output_names
        assert (FACE_NETWORKS_FOLDER / entry["file"]).stat().st_size == entry["bytes"]


def test_a_network_returns_the_outputs_asked_for():
    detector = open_face_network("face_detector")
    picture = np.zeros((1, 128, 128, 3), np.float32)
    boxes, scores = detector.run(picture)
    assert (boxes.shape, scores.shape) == ((1, 896, 16), (1, 896, 1))
    (only,) = detector.run(picture, ["classificators"])
    np.testing.assert_array_equal(only, scores)
