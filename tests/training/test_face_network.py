import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional  # noqa: E402

from deepexpr.core.errors import WeightsError  # noqa: E402
from deepexpr.networks.residual import ResidualPreset  # noqa: E402
from deepexpr.training.face_network import (  # noqa: E402
    MANIFEST,
    WEIGHTS,
    from_face_network,
    read_face_network,
)

PRESET = ResidualPreset(enlarge=1, width=32, blocks=(3, 1))
LAYERS = {
    "conv32_down": (7, 7, 3, 32),
    **{f"conv32_{i}/conv{j}": (3, 3, 32, 32) for i in (1, 2, 3) for j in (1, 2)},
    "conv64_down/conv1": (3, 3, 32, 64),
    "conv64_down/conv2": (3, 3, 64, 64),
}


@pytest.fixture
def folder(tmp_path):
    """A face recognition network of random filters, cut off after four blocks."""
    rng = np.random.default_rng(0)
    entries, stored = [], b""
    for name, shape in LAYERS.items():
        width = shape[-1]
        entries.append(
            {
                "name": f"{name}/conv/filters",
                "shape": shape,
                "dtype": "float32",
                "quantization": {"dtype": "uint8", "scale": 0.002, "min": -0.25},
            }
        )
        stored += rng.integers(0, 256, shape).astype(np.uint8).tobytes()
        for part in ("conv/bias", "scale/weights", "scale/biases"):
            entries.append(
                {"name": f"{name}/{part}", "shape": [width], "dtype": "float32"}
            )
            stored += rng.uniform(0.2, 1, width).astype(np.float32).tobytes()
    (tmp_path / MANIFEST).write_text(json.dumps([{"weights": entries}]))
    (tmp_path / WEIGHTS).write_bytes(stored)
    return tmp_path


def layer(tensors, name, hidden, stride=1):
    """One layer as the face recognition network computes it: convolve, then scale."""
    part = {
        key: torch.from_numpy(tensors[f"{name}/{key}"])
        for key in ("conv/filters", "conv/bias", "scale/weights", "scale/biases")
    }
    filters = part["conv/filters"].permute(3, 2, 0, 1)
    convolved = functional.conv2d(
        hidden, filters, part["conv/bias"], stride, filters.shape[-1] // 2
    )
    gain, offset = part["scale/weights"], part["scale/biases"]
    return convolved * gain[:, None, None] + offset[:, None, None]


def test_whole_numbers_are_read_with_their_scale_and_least_value(folder):
    filters = read_face_network(folder)["conv32_down/conv/filters"]
    assert filters.shape == (7, 7, 3, 32)
    first = (folder / WEIGHTS).read_bytes()[0]
    assert filters.flat[0] == pytest.approx(first * 0.002 - 0.25)


@torch.no_grad()
def test_the_trunk_answers_as_the_face_recognition_network(folder):
    views = torch.rand(6, 1, 48, 48, generator=torch.Generator().manual_seed(1)) * 255
    network = from_face_network(PRESET, folder, views)
    tensors = read_face_network(folder)
    mean = views.mean((1, 2, 3), keepdim=True)
    grey = (
        0.22 * (views - mean) / (views.var((1, 2, 3), False, keepdim=True) + 25).sqrt()
    )
    hidden = layer(tensors, "conv32_down", grey.repeat(1, 3, 1, 1), stride=2)
    hidden = functional.max_pool2d(hidden.relu(), 3, 2, padding=1)
    for name in ("conv32_1", "conv32_2", "conv32_3"):
        change = layer(tensors, f"{name}/conv1", hidden).relu()
        hidden = (layer(tensors, f"{name}/conv2", change) + hidden).relu()
    change = layer(tensors, "conv64_down/conv1", hidden, stride=2).relu()
    change = layer(tensors, "conv64_down/conv2", change)
    shortcut = functional.avg_pool2d(hidden, 2)
    shortcut = torch.cat([shortcut, torch.zeros_like(shortcut)], dim=1)
    expected = (change + shortcut).relu()
    captured = []
    network.blocks.register_forward_hook(lambda *answer: captured.append(answer[-1]))
    network(views)
    scale = float(expected.abs().max())
    assert captured[0].numpy() == pytest.approx(expected.numpy(), abs=1e-3 * scale)


def test_a_folder_without_the_files_is_refused_by_name(tmp_path):
    with pytest.raises(WeightsError, match="face-api"):
        read_face_network(tmp_path)


def test_a_file_cut_short_is_refused(folder):
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-1])
    with pytest.raises(WeightsError, match="can be read"):
        read_face_network(folder)


def test_a_network_of_other_widths_is_refused(folder):
    wider = ResidualPreset(enlarge=1, width=48, blocks=(1,))
    with pytest.raises(WeightsError, match="conv32_down has filters of shape"):
        from_face_network(wider, folder, torch.rand(2, 1, 48, 48))


def test_a_network_that_goes_on_further_than_the_file_is_refused(folder):
    deeper = ResidualPreset(enlarge=1, width=32, blocks=(3, 2))
    with pytest.raises(WeightsError, match="names no tensor"):
        from_face_network(deeper, folder, torch.rand(2, 1, 48, 48))
