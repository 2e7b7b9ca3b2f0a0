"""The last step of training: calibrate, measure, export with a card."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.calibration import expected_calibration_error
from deepexpr.evaluation.recognition import (
    accuracy,
    class_recognition,
    confusion_matrix,
    macro_f1,
)
from deepexpr.networks.residual import ResidualNetwork
from deepexpr.training.augment import sample_frames
from deepexpr.training.calibrate import calibrate
from deepexpr.training.export import export_encoder
from deepexpr.training.face_set import FaceSet

_BATCH = 512
_RAW, _REGISTERED = 0, 1
_DATA = [
    "FER2013 training pictures with FER+ votes (28,561 grey 48×48 face crops from an "
    "image search; rights of the pictures unresolved, none is shipped)",
    "renders of the ten built-in characters, key poses and interpolations, without the "
    "held-out key poses",
]
_LIMITS = (
    "Trained on web pictures without labels of age, origin or skin tone, so accuracy "
    "by group is not known; light and contrast are normalised, which is no proof of "
    "equal accuracy. Disgust and fear are rare in the data and least sure. The output "
    "is the expression that viewers would name, not what a person feels."
)


def finish(network: ResidualNetwork, data: Path, folder: Path) -> Path:
    """Calibrate on the validation faces, measure, and write ONNX file and card.

    Args:
        network: the trained network.
        data: folder of prepared sets.
        folder: where to write.

    Returns:
        The ONNX file.
    """
    network = network.cpu().eval()
    people = FaceSet.load(data / "people-validation.npz")
    people = people.subset(people.label >= 0)
    characters = FaceSet.load(data / "characters-validation.npz")
    raw = mirrored_logits(network, people, _RAW)
    registered = mirrored_logits(network, people, _REGISTERED)
    calibration = calibrate(np.concatenate([raw, registered]), np.tile(people.label, 2))
    crops = calibration.probabilities(raw) + calibration.probabilities(registered)
    rendered = mirrored_logits(network, characters, _RAW)
    description = {
        "name": "deepexpr",
        "title": "DeepExpr default encoder",
        "licence": "Apache-2.0",
        "data": _DATA,
        "limits": _LIMITS,
        "metrics": {
            "people, FER+ validation, crops": measured(crops / 2, people.label),
            "people, FER+ validation, registered only": measured(
                calibration.probabilities(registered), people.label
            ),
            "characters, leave-key-pose-out": measured(
                calibration.probabilities(rendered), characters.label
            ),
            "note": "the two numbers of the calibration were fitted on the same FER+ "
            "validation faces",
        },
    }
    return export_encoder(network, calibration, folder, description)


@torch.no_grad()
def mirrored_logits(
    network: ResidualNetwork, faces: FaceSet, framing: int
) -> NDArray[np.float64]:
    """Logits (N, 7) averaged over each face and its mirror image.

    Args:
        network: in evaluation mode, on the processor.
        faces: what to look at.
        framing: 0 for the whole picture, 1 for the registered face.
    """
    parts = []
    for start in range(0, len(faces), _BATCH):
        views = sample_frames(
            torch.from_numpy(faces.faces[start : start + _BATCH]),
            torch.from_numpy(faces.frames[start : start + _BATCH, framing]),
        )
        logits = (network(views)[1] + network(views.flip(3))[1]) / 2
        parts.append(logits.double().numpy())
    return np.concatenate(parts)


def measured(
    probabilities: NDArray[np.float64], label: NDArray[np.int64]
) -> dict[str, Any]:
    """Accuracy, recall by expression, macro-F1 and calibration error, rounded."""
    confusion = confusion_matrix(label, probabilities.argmax(axis=1))
    recall = [entry.recall.value for entry in class_recognition(confusion)]
    return {
        "faces": len(label),
        "accuracy": round(accuracy(confusion).value, 4),
        "macro_f1": round(macro_f1(confusion), 4),
        "recall": {
            str(expression): round(value, 4)
            for expression, value in zip(EXPRESSIONS, recall, strict=True)
        },
        "calibration_error": round(expected_calibration_error(probabilities, label), 4),
    }
