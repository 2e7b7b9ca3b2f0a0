"""Recognition of people and of characters as table cells, with the paper's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.intervals import Estimate
from deepexpr.evaluation.paper import RECOGNITION, RECOGNITION_TABLE
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.recognition import RecognitionReport, recognition_report
from deepexpr.evaluation.tables import Cell, Measurement, with_measurements
from deepexpr.evaluation.targets import RECOGNITION_AIMS, RECOGNITION_AIMS_TABLE
from deepexpr.evaluation.unseen import TrainingSplit, key_pose_rows, unseen_rows
from deepexpr.retrieval.gallery import Gallery

PEOPLE = "people"
HELD_OUT = "characters, leave one key pose out"


@dataclass(frozen=True, slots=True)
class KeyPoseReadings:
    """What the encoder reads from the held-out key poses of galleries.

    Attributes:
        probabilities: (N, 7) of the poses.
        label: (N,) class indices that they were made to show.
    """

    probabilities: NDArray[np.float32]
    label: NDArray[np.int64]


def key_pose_readings(
    galleries: Sequence[Gallery], split: TrainingSplit
) -> KeyPoseReadings:
    """Read the key poses that the encoder has not learned from.

    Poses between key poses are left out: a gallery holds only those of them that read
    as their label.
    """
    probabilities, labels = [], []
    for gallery in galleries:
        rows = unseen_rows(gallery, split) & key_pose_rows(gallery)
        probabilities.append(np.asarray(gallery.probabilities)[rows])
        names = [EXPRESSIONS.index(name) for name in gallery.table.labels]
        labels.append(np.array(names, np.int64)[rows])
    return KeyPoseReadings(np.concatenate(probabilities), np.concatenate(labels))


def people_report(faces: Predictions) -> RecognitionReport:
    """Recognition of labelled people."""
    return recognition_report(faces.probabilities, faces.label)


def recognition_cells(
    people: RecognitionReport,
    characters: RecognitionReport | None,
    others: Mapping[tuple[str, str, str], Measurement],
) -> tuple[Cell, ...]:
    """What was measured beside the paper's accuracies and our aims.

    Args:
        people: recognition of people.
        characters: recognition of unseen key poses; None if there are none.
        others: figures of other encoders, from `split_cards`.
    """
    measured = dict(others)
    measured[RECOGNITION_TABLE, "human", ""] = _share(people.accuracy)
    measured |= _aims(PEOPLE, people)
    for label in ("fear", "disgust"):
        entry = people.classes[EXPRESSIONS.index(label)]
        key = (RECOGNITION_AIMS_TABLE, PEOPLE, f"recall of {label}")
        measured[key] = _share(entry.recall)
    key = (RECOGNITION_AIMS_TABLE, PEOPLE, "macro F1")
    measured[key] = Measurement(people.macro_f1)
    if characters is not None:
        measured[RECOGNITION_TABLE, "character", ""] = _share(characters.accuracy)
        measured |= _aims(HELD_OUT, characters)
    return with_measurements((*RECOGNITION, *RECOGNITION_AIMS), measured)


def recall_cells(title: str, row: str, report: RecognitionReport) -> tuple[Cell, ...]:
    """Recall of each expression with its Wilson interval."""
    return tuple(
        Cell(
            title,
            row,
            str(entry.expression),
            measured=entry.recall.value,
            low=entry.recall.low,
            high=entry.recall.high,
            percent=True,
            note=f"{entry.recall.count} faces",
        )
        for entry in report.classes
    )


def _aims(
    row: str, report: RecognitionReport
) -> dict[tuple[str, str, str], Measurement]:
    error = Measurement(report.calibration_error)
    return {
        (RECOGNITION_AIMS_TABLE, row, "accuracy"): _share(report.accuracy),
        (RECOGNITION_AIMS_TABLE, row, "calibration error"): error,
    }


def _share(estimate: Estimate) -> Measurement:
    return Measurement(
        estimate.value,
        low=estimate.low,
        high=estimate.high,
        note=f"{estimate.count:,} faces",
    )
