"""From a trained network to the ONNX file and card that the product runs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.files import sha256_of, whole_file, write_whole
from deepexpr.expression.card import FORMAT
from deepexpr.networks.paper import CROP_SIZE_PX, PICTURE_SIZE_PX, PaperNetwork
from deepexpr.networks.residual import FEATURE_COUNT, ResidualNetwork
from deepexpr.training.augment import INPUT_SIZE_PX
from deepexpr.training.calibrate import Calibration

_OPSET = 17
_RESAMPLING = "box filter when shrinking, bilinear when enlarging"
_LEAST_SHORTENED = 256  # smaller tensors stay in float32: they cost nothing


class MirroredEncoder(nn.Module):
    """A network that answers for a face and its mirror image together, calibrated."""

    shift: Tensor

    def __init__(self, network: ResidualNetwork, calibration: Calibration) -> None:
        super().__init__()
        self.network = network
        self.temperature = calibration.temperature
        shift = torch.from_numpy(calibration.shift.astype(np.float32))
        self.register_buffer("shift", shift)

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """Encode faces (B, 1, 48, 48) into features (B, 512), probabilities (B, 7)."""
        features, logits = self.network(torch.cat([faces, faces.flip(3)]))
        features, mirrored_features = features.chunk(2)
        logits, mirrored_logits = logits.chunk(2)
        mean_logits = (logits + mirrored_logits) / 2
        tempered = (mean_logits + self.shift) / self.temperature
        probabilities = torch.softmax(tempered, dim=1)
        return (features + mirrored_features) / 2, probabilities


class CentreEncoder(nn.Module):
    """One of the paper's networks on the centre crop of a registered face."""

    def __init__(self, network: PaperNetwork, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """Encode faces (B, 3, 256, 256) into FC6 (B, 512) and probabilities (B, 7)."""
        margin = (PICTURE_SIZE_PX - CROP_SIZE_PX) // 2
        inside = slice(margin, margin + CROP_SIZE_PX)
        features, logits = self.network(faces[:, :, inside, inside])
        return features, torch.softmax(logits / self.temperature, dim=1)


def export_encoder(
    network: ResidualNetwork,
    calibration: Calibration,
    folder: Path,
    description: dict[str, Any],
) -> Path:
    """Write `<name>.onnx` and `card.json`; return the ONNX file.

    Weights are stored as 8-bit whole numbers with a step for each output channel, and
    computed with as float32.

    Args:
        network: the trained network, on the processor.
        calibration: its calibration.
        folder: where to write.
        description: name, licence, data, metrics and limits for the card.
    """
    model = MirroredEncoder(network.cpu(), calibration).eval()
    example = torch.full((1, 1, INPUT_SIZE_PX, INPUT_SIZE_PX), 128.0)
    details = {
        "outputs": {"features": FEATURE_COUNT, "probabilities": len(EXPRESSIONS)},
        "calibration": {
            "temperature": round(calibration.temperature, 4),
            "shift": [round(float(value), 4) for value in calibration.shift],
        },
        "preprocessing": {
            "input_size_px": INPUT_SIZE_PX,
            "channels": 1,
            "crops": True,
            "colour": "grey, ITU-R BT.601 luma, 0 to 255",
            "framing": "registered to the average frontal face, or a crop from "
            "forehead to chin",
            "resampling": _RESAMPLING,
        },
    }
    return _write(model, example, folder, description | details)


def export_paper_encoder(
    network: PaperNetwork,
    temperature: float,
    folder: Path,
    description: dict[str, Any],
) -> Path:
    """Write one of the paper's networks in the same way; return the ONNX file.

    Args:
        network: the trained network, on the processor.
        temperature: divides the logits.
        folder: where to write.
        description: name, licence, data, metrics and limits for the card.
    """
    model = CentreEncoder(network.cpu(), temperature).eval()
    example = torch.full((1, 3, PICTURE_SIZE_PX, PICTURE_SIZE_PX), 128.0)
    details = {
        "outputs": {
            "features": network.fc6.out_features,
            "probabilities": len(EXPRESSIONS),
        },
        "calibration": {"temperature": round(temperature, 4)},
        "preprocessing": {
            "input_size_px": PICTURE_SIZE_PX,
            "channels": 3,
            "crops": False,
            "colour": "RGB, 0 to 255",
            "framing": "registered to the average frontal face; the network looks at "
            f"the middle {CROP_SIZE_PX} pixels",
            "resampling": _RESAMPLING,
        },
    }
    return _write(model, example, folder, description | details)


def _write(
    model: nn.Module, example: Tensor, folder: Path, description: dict[str, Any]
) -> Path:
    path = folder / f"{description['name']}.onnx"
    with whole_file(path) as partial:
        torch.onnx.export(
            model,
            (example,),
            str(partial),
            input_names=["faces"],
            output_names=["features", "probabilities"],
            dynamic_axes={
                name: {0: "faces"} for name in ("faces", "features", "probabilities")
            },
            opset_version=_OPSET,
            dynamo=False,
        )
        short = _with_short_weights(onnx.load(partial))
        onnx.checker.check_model(short)
        partial.write_bytes(short.SerializeToString())
    card = {
        **description,
        "format": FORMAT,
        "file": path.name,
        "sha256": sha256_of(path),
        "labels": list(EXPRESSIONS),
    }
    write_whole(
        folder / "card.json", json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    )
    return path


def _with_short_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    kept, widening = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < _LEAST_SHORTENED:
            kept.append(tensor)
            continue
        whole, steps = shortened(values)
        name, wide, step = (f"{tensor.name}_{n}" for n in ("whole", "wide", "step"))
        kept.append(numpy_helper.from_array(whole, name))
        kept.append(numpy_helper.from_array(steps, step))
        widening += [
            helper.make_node("Cast", [name], [wide], to=TensorProto.FLOAT),
            helper.make_node("Mul", [wide, step], [tensor.name]),
        ]
    nodes = [*widening, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    return model


def shortened(
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers of −127 to 127 and the step of each output channel.

    Args:
        weights: (O, …) weights of a layer with O outputs.

    Returns:
        Whole numbers (O, …) and steps (O, 1, …) whose product is `weights` within half
        a step.
    """
    axes = tuple(range(1, weights.ndim))
    steps = np.abs(weights).max(axis=axes, keepdims=True).clip(1e-12) / 127
    whole = np.rint(weights / steps).astype(np.int8)
    return whole, steps.astype(np.float32)
