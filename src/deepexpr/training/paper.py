"""The paper's recipes: human network in five folds, character network, transfer.

Source: Aneja et al. (2016), section 3.2.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.files import write_whole
from deepexpr.datasets.base import Sample
from deepexpr.datasets.combine import balance
from deepexpr.datasets.splits import Fold
from deepexpr.evaluation.calibration import fit_temperature, tempered_probabilities
from deepexpr.evaluation.paper import RECOGNITION, RECOGNITION_TABLE
from deepexpr.evaluation.tables import (
    Cell,
    Measurement,
    markdown_list,
    with_measurements,
)
from deepexpr.networks.paper import PaperNetwork
from deepexpr.training.checkpoint import load_paper_network, save_network
from deepexpr.training.export import export_paper_encoder
from deepexpr.training.finish import draw_confusion, measured
from deepexpr.training.fit import Progress
from deepexpr.training.paper_fit import PaperLessons, PaperPreset, fit_paper
from deepexpr.training.processes import Processes
from deepexpr.training.registered_store import RegisteredFaces
from deepexpr.training.ten_crops import CENTRE, crops_of

HUMAN_PRESET = PaperPreset("human")
CHARACTER_PRESET = PaperPreset("character")
TRANSFER_PRESET = PaperPreset("human", learning_rate=0.001, frozen=True, head_rate=10.0)
"""CONV1 to CONV4 are fixed; FC5 and FC6 learn at the base rate, FC7 at ten times it."""

_EVALUATION_BATCH = 50
_LIMITS = (
    "A reproduction of the paper's network on the data named here. The output is the "
    "expression that viewers would name, not what a person feels."
)


@dataclass(frozen=True, slots=True)
class PaperRun:
    """One training of one network of the paper.

    Attributes:
        name: of the encoder, such as "paper-human".
        title: what the test measures, for reports.
        faces: registered faces, with their samples.
        fold: which of them to learn from, calibrate by and test on.
        out: folder of the run.
        data: what was learned from, for the card.
        start: a trained network to start from.
    """

    name: str
    title: str
    faces: RegisteredFaces
    fold: Fold
    out: Path
    data: tuple[str, ...]
    start: PaperNetwork | None = None


def train_paper(
    preset: PaperPreset,
    run: PaperRun,
    processes: Processes,
    report: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Train, test and export one network; a finished run is not done again.

    Classes are balanced in the training part only. The network is kept as
    `network.safetensors`, the encoder with its card in `encoder/`, the measures in
    `result.json`.

    Args:
        preset: how to train.
        run: what to train on.
        processes: where.
        report: told of the progress.

    Returns:
        Accuracy, recall and so on of the test faces, as `finish.measured` gives them.

    Raises:
        DatasetError: if the training part lacks an expression.
    """
    finished, path = run.out / "result.json", run.out / "network.safetensors"
    if finished.is_file():
        result: dict[str, Any] = json.loads(finished.read_text(encoding="utf-8"))
        return result
    label = labels_of(run.faces.samples)
    if path.is_file():
        network = load_paper_network(path).to(processes.device)
    else:
        part = [run.faces.samples[index] for index in run.fold.train]
        chosen = run.fold.train[balance(part, seed=preset.seed)]
        lessons = PaperLessons(run.faces, chosen, label, run.start)
        state = run.out / "state.safetensors"
        network = fit_paper(preset, lessons, state, processes, report)
        if processes.first:
            save_network(path, network, preset.network)
    if not processes.first:
        return {}
    return _finished(network, run, label, processes.device)


def recognition_table(network: str, results: Mapping[str, dict[str, Any]]) -> str:
    """The paper's accuracy beside ours, as Markdown.

    Args:
        network: "human", "character" or "transfer".
        results: what `train_paper` gave, by fold or split.
    """
    shares = np.array([result["accuracy"] for result in results.values()])
    note = ", ".join(
        f"{part} {100 * s:.2f} %" for part, s in zip(results, shares, strict=True)
    )
    cells = [cell for cell in RECOGNITION if cell.row == network]
    if not cells:
        cells = [Cell(table=RECOGNITION_TABLE, row=network, percent=True)]
    published = cells[0].published
    if published is not None:
        note = f"published as {100 * published:.2f} %; {note}"
    measured_cell = Measurement(
        value=float(shares.mean()),
        spread=float(shares.std()) if len(shares) > 1 else None,
        note=note,
    )
    return markdown_list(with_measurements(cells, {cells[0].key: measured_cell}))


def _finished(
    network: PaperNetwork, run: PaperRun, label: NDArray[np.int64], device: torch.device
) -> dict[str, Any]:
    """Calibrate on the validation part, test, export, draw."""
    aside = run.fold.validation if len(run.fold.validation) else run.fold.test
    logits = centre_logits(network, run.faces, aside, device)
    temperature = fit_temperature(logits, np.eye(len(EXPRESSIONS))[label[aside]])
    answers = tempered_probabilities(
        centre_logits(network, run.faces, run.fold.test, device), temperature
    )
    wanted = label[run.fold.test]
    result = measured(answers, wanted)
    description = {
        "name": run.name,
        "title": f"Network of Aneja et al. (2016): {run.title}",
        "licence": "that of the training data",
        "data": list(run.data),
        "limits": _LIMITS,
        "metrics": {run.title: result},
    }
    encoder = run.out / "encoder"
    export_paper_encoder(network, temperature, encoder, description)
    draw_confusion(encoder, run.title, answers, wanted)
    write_whole(run.out / "result.json", json.dumps(result, indent=2) + "\n")
    return result


@torch.no_grad()
def centre_logits(
    network: PaperNetwork,
    faces: RegisteredFaces,
    chosen: NDArray[np.int64],
    device: torch.device,
) -> NDArray[np.float64]:
    """Logits (N, 7) of the centre crops of chosen faces."""
    parts = [np.zeros((0, len(EXPRESSIONS)))]
    for start in range(0, len(chosen), _EVALUATION_BATCH):
        index = chosen[start : start + _EVALUATION_BATCH]
        crops = crops_of(faces.pictures, index, np.full(len(index), CENTRE))
        _, logits = network(crops.to(device).permute(0, 3, 1, 2).float())
        parts.append(logits.double().cpu().numpy())
    return np.concatenate(parts)


def labels_of(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """(N,) index of each sample's expression; -1 where there is none."""
    return np.array(
        [-1 if s.label is None else EXPRESSIONS.index(s.label) for s in samples],
        dtype=np.int64,
    )
