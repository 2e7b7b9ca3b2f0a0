"""A network that tells people apart, as the start of one that reads their expressions.

The weights are those of dlib's face recognition network (Davis King, CC0 1.0, learnt
from three million faces), in the 8-bit form in which the npm package
`@vladmandic/face-api` holds them.
"""

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deepexpr.core.errors import WeightsError
from deepexpr.networks.residual import Convolution, ResidualNetwork, ResidualPreset

MANIFEST = "face_recognition_model-weights_manifest.json"
WEIGHTS = "face_recognition_model.bin"

_LAYERS = (
    *("conv32_1", "conv32_2", "conv32_3"),
    *("conv64_down", "conv64_1", "conv64_2", "conv64_3"),
    *("conv128_down", "conv128_1", "conv128_2"),
    *("conv256_down", "conv256_1", "conv256_2", "conv256_down_out"),
)
_SMALLEST_VARIANCE = 1e-8

Tensors = dict[str, NDArray[np.float32]]


@torch.no_grad()
def from_face_network(
    preset: ResidualPreset, folder: Path, views: Tensor
) -> ResidualNetwork:
    """Return a network whose trunk answers as the face recognition network does.

    Its affine layers become batch normalisations: means and variances are measured on
    `views`, and gain and offset are set so that these views are answered the same.

    Args:
        preset: shape of the network; its width and blocks must be the beginning of the
            face recognition network's.
        folder: holds MANIFEST and WEIGHTS.
        views: (B, 1, S, S) grey faces in [0, 255] to measure on; some hundreds.

    Raises:
        WeightsError: if a file is missing, damaged or of another shape.
    """
    tensors = read_face_network(folder)
    network = ResidualNetwork(preset).train()
    offsets: dict[nn.Module, Tensor] = {}
    convolutions = [
        layer
        for layer in network.modules()
        if isinstance(layer, Convolution) and layer is not network.project
    ]
    names = ["conv32_down", *(f"{n}/conv{i}" for n in _LAYERS for i in (1, 2))]
    for layer, name in zip(convolutions, names, strict=False):
        offsets[layer] = _take_over(layer, tensors, name, folder)

    def keep_answer(layer: Convolution, given: tuple[Tensor], _: Tensor) -> Tensor:
        offset = offsets[layer]
        answer: Tensor = layer.weigh(given[0]) + offset[:, None, None]
        mean = answer.mean(dim=(0, 2, 3))
        variance = answer.var(dim=(0, 2, 3), correction=0).clamp(_SMALLEST_VARIANCE)
        scaling = layer.normalise
        scaling.running_mean.copy_(mean - offset)  # type: ignore[union-attr]
        scaling.running_var.copy_(variance)  # type: ignore[union-attr]
        scaling.weight.copy_((variance + scaling.eps).sqrt())
        scaling.bias.copy_(mean)
        return answer

    hooks = [layer.register_forward_hook(keep_answer) for layer in offsets]
    network(views)
    for hook in hooks:
        hook.remove()
    return network.eval()


def read_face_network(folder: Path) -> Tensors:
    """Read every tensor of the face recognition network, by name.

    Raises:
        WeightsError: if a file is missing or damaged.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        stored = (folder / WEIGHTS).read_bytes()
        tensors, start = {}, 0
        for entry in manifest[0]["weights"]:
            coding = entry.get("quantization", {})
            kind = np.dtype(coding.get("dtype", entry["dtype"]))
            count = int(np.prod(entry["shape"]))
            values = np.frombuffer(stored, kind, count, start).astype(np.float32)
            values = values * coding.get("scale", 1.0) + coding.get("min", 0.0)
            tensors[entry["name"]] = values.astype(np.float32).reshape(entry["shape"])
            start += count * kind.itemsize
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise WeightsError(
            f"{folder}: holds no face recognition network that can be read ({error}); "
            f"expected {MANIFEST} and {WEIGHTS} of the npm package @vladmandic/face-api"
        ) from error
    return tensors


def _take_over(layer: Convolution, tensors: Tensors, name: str, folder: Path) -> Tensor:
    """Set a layer's filters, gain included; return what is added to its outputs."""
    try:
        filters = tensors[f"{name}/conv/filters"].transpose(3, 2, 0, 1)
        bias = tensors[f"{name}/conv/bias"]
        gain, offset = (tensors[f"{name}/scale/{n}"] for n in ("weights", "biases"))
    except KeyError as error:
        raise WeightsError(f"{folder}: {MANIFEST} names no tensor {error}") from error
    weights = torch.from_numpy(filters * gain[:, None, None, None])
    if layer.weigh.in_channels == 1:
        weights = weights.sum(dim=1, keepdim=True)
    if weights.shape != layer.weigh.weight.shape:
        raise WeightsError(
            f"{folder}: {name} has filters of shape {tuple(weights.shape)}, but "
            f"{tuple(layer.weigh.weight.shape)} was expected"
        )
    layer.weigh.weight.copy_(weights)
    return torch.from_numpy(bias * gain + offset)
