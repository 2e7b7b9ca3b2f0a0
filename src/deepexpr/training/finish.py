"""The last step of training: calibrate, measure, export with a card."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.files import whole_file
from deepexpr.evaluation.calibration import expected_calibration_error
from deepexpr.evaluation.confusion_chart import confusion_chart
from deepexpr.evaluation.recognition import (
    accuracy,
    class_recognition,
    confusion_matrix,
    macro_f1,
)
from deepexpr.networks.residual import ResidualNetwork
from deepexpr.training.augment import sample_frames
from deepexpr.training.calibrate import calibrate, cross_calibrated, evened
from deepexpr.training.character_splits import CharacterSplit, characters_of
from deepexpr.training.default import ALONE, Guides
from deepexpr.training.export import export_encoder
from deepexpr.training.face_set import FaceSet

_BATCH = 512
_RAW, _REGISTERED = 0, 1
_PEOPLE_DATA = (
    "FER2013 training pictures with FER+ votes (28,561 grey 48×48 face crops from an "
    "image search; rights of the pictures unresolved, none is shipped)"
)
_LIMITS = (
    "Trained on web pictures without labels of age, origin or skin tone, so accuracy "
    "by group is not known; light and contrast are normalised, which is no proof of "
    "equal accuracy. Disgust and fear are rare in the data and least sure. The output "
    "is the expression that viewers would name, not what a person feels."
)


def finish(
    network: ResidualNetwork,
    people: FaceSet,
    split: CharacterSplit,
    folder: Path,
    guides: Guides = ALONE,
) -> Path:
    """Calibrate on the validation faces, measure, and write ONNX file and card.

    A picture of each confusion matrix is written beside the card.

    Args:
        network: the trained network.
        people: FER+'s validation faces.
        split: how the characters were divided.
        folder: where to write.
        guides: what the training began with.

    Returns:
        The ONNX file.
    """
    network = network.cpu().eval()
    people = people.subset(people.label >= 0)
    raw = mirrored_logits(network, people, _RAW)
    registered = mirrored_logits(network, people, _REGISTERED)
    calibration = calibrate([raw, registered], people.label)
    rendered = mirrored_logits(network, split.test, _RAW)
    answers = {
        "people, FER+ validation, crops": (
            cross_calibrated([raw, registered], people.label),
            people.label,
        ),
        "people, FER+ validation, registered only": (
            cross_calibrated([registered], people.label),
            people.label,
        ),
        split.title: (calibration.probabilities(rendered), split.test.label),
    }
    if split.left_out:
        title = f"characters, evened without labels: {split.left_out}"
        answers[title] = (evened(calibration, rendered), split.test.label)
    description = {
        "name": f"deepexpr{split.suffix}",
        "title": "DeepExpr default encoder",
        "licence": "Apache-2.0",
        "data": [_PEOPLE_DATA, _character_data(split), *_guide_data(guides)],
        "limits": _LIMITS,
        "metrics": {
            **{title: measured(*answer) for title, answer in answers.items()},
            "note": "the three numbers of the calibration were fitted on the FER+ "
            "validation faces; for the figures, each half was answered by a "
            "calibration fitted on the other half",
        },
    }
    for title, answer in answers.items():
        draw_confusion(folder, title, *answer)
    return export_encoder(network, calibration, folder, description)


def _character_data(split: CharacterSplit) -> str:
    names = sorted(set(characters_of(split.train).tolist()))
    return (
        f"{len(split.train):,} renders of {', '.join(names)}: key poses and "
        f"interpolations; held out: {split.title}"
    )


def _guide_data(guides: Guides) -> list[str]:
    told = []
    if guides.face_network is not None:
        told.append(
            "weights to begin with: dlib's face recognition network (Davis King, "
            "CC0 1.0), learnt from three million faces of about 7,500 people"
        )
    if (teacher := guides.teacher) is not None:
        told.append(
            f"answers of the encoder {teacher.name} (SHA-256 {teacher.digest[:16]}…) "
            "to the FER2013 training pictures, mixed into the votes"
        )
    return told


def draw_confusion(
    folder: Path,
    title: str,
    probabilities: NDArray[np.float64],
    label: NDArray[np.int64],
) -> Path:
    """Write `confusion-<title>.png`; return its path.

    Args:
        folder: where to write.
        title: what was measured.
        probabilities: (N, 7).
        label: (N,) expressions that are right.
    """
    confusion = confusion_matrix(label, probabilities.argmax(axis=1))
    words = "".join(sign if sign.isalnum() else " " for sign in title.lower()).split()
    path = folder / f"confusion-{'-'.join(words)}.png"
    with whole_file(path) as partial:
        Image.fromarray(confusion_chart(confusion, title)).save(partial, "PNG")
    return path


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
    """Accuracy, recall by expression, macro-F1 and calibration error, rounded.

    The recall of an expression that no face shows is None.
    """
    confusion = confusion_matrix(label, probabilities.argmax(axis=1))
    recall = [entry.recall.value for entry in class_recognition(confusion)]
    return {
        "faces": len(label),
        "accuracy": round(accuracy(confusion).value, 4),
        "macro_f1": round(macro_f1(confusion), 4),
        "recall": {
            str(expression): None if value != value else round(value, 4)
            for expression, value in zip(EXPRESSIONS, recall, strict=True)
        },
        "calibration_error": round(expected_calibration_error(probabilities, label), 4),
    }
