"""Train one of the paper's networks, resumable at any step to the same result.

What a step sees depends on seed and step alone, so a run that was killed and started
again ends where an uninterrupted one would have. Under `torchrun` every process takes
its share of each batch, so the same steps are taken, only faster.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from deepexpr.core.errors import SettingError
from deepexpr.networks.paper import PAPER_SHAPES, PaperNetwork
from deepexpr.training.checkpoint import load_state, save_state
from deepexpr.training.fit import Progress
from deepexpr.training.processes import Processes
from deepexpr.training.registered_store import RegisteredFaces
from deepexpr.training.ten_crops import VIEW_COUNT, crops_of

_REPORT_EVERY = 20
_SAVE_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class PaperPreset:
    """How a network of the paper is trained; the defaults are the paper's.

    Attributes:
        network: a name of PAPER_SHAPES.
        epochs: how often every picture is seen.
        batch: crops in a batch, over all processes.
        views: how many of the ten views (five crops and their mirror images) of each
            picture an epoch shows.
        learning_rate: of the first epochs.
        rate_drop: factor on the rate after every `drop_every` epochs.
        drop_every: in epochs.
        momentum: of stochastic gradient descent.
        weight_decay: on all weights.
        frozen: whether CONV1 to CONV4 keep their weights.
        head_rate: factor on the rate of FC7.
        seed: of weights and draws.
        half: whether to compute in bfloat16.
    """

    network: str
    epochs: int = 50
    batch: int = 50
    views: int = VIEW_COUNT
    learning_rate: float = 0.01
    rate_drop: float = 0.1
    drop_every: int = 10
    momentum: float = 0.9
    weight_decay: float = 5e-4
    frozen: bool = False
    head_rate: float = 1.0
    seed: int = 0
    half: bool = False


@dataclass(frozen=True, slots=True)
class PaperLessons:
    """What a network of the paper learns from.

    Attributes:
        faces: registered faces.
        chosen: indices of the faces to learn from; one that stands several times is
            shown several times an epoch.
        label: (N,) index of the expression of every face.
        start: a trained network to start from; FC7 is made anew.
    """

    faces: RegisteredFaces
    chosen: NDArray[np.int64]
    label: NDArray[np.int64]
    start: PaperNetwork | None = None


def fit_paper(
    preset: PaperPreset,
    lessons: PaperLessons,
    checkpoint: Path,
    processes: Processes,
    report: Callable[[Progress], None] | None = None,
    save_every_s: float = _SAVE_EVERY_S,
) -> PaperNetwork:
    """Train a network and return it in evaluation mode.

    Args:
        preset: how to train.
        lessons: what to learn from.
        checkpoint: file to resume from if it exists, rewritten again and again.
        processes: where to train, alone or with others.
        report: told of the progress every 20 batches, in the first process.
        save_every_s: seconds between two checkpoints.

    Raises:
        SettingError: if the loss is no longer a number.
    """
    network = _begun(preset, lessons).to(processes.device)
    optimiser = _optimiser(network, preset)
    first = load_state(checkpoint, network, None, optimiser)
    steps = preset.epochs * _steps_per_epoch(preset, lessons)
    forward = processes.shared(network)
    rates = [group["lr"] for group in optimiser.param_groups]
    loss_mean, began = 0.0, time.monotonic()
    saved = began
    network.train()
    for step, batch in _prefetched(preset, lessons, processes, first, steps):
        fall = preset.rate_drop ** (_epoch(step, preset, lessons) // preset.drop_every)
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * fall
        optimiser.zero_grad(set_to_none=True)
        loss = _loss(forward, batch, preset, processes)
        loss.backward()
        optimiser.step()
        done = step + 1
        told = done % _REPORT_EVERY == 0 or done == steps
        if told:
            loss_mean = processes.total(loss.detach()) / processes.count
            _check_finite(loss_mean, done)
        if told and report is not None and processes.first:
            seconds = time.monotonic() - began
            rate = preset.learning_rate * fall
            report(Progress(done, steps, loss_mean, seconds, rate))
        if processes.first and (
            time.monotonic() - saved >= save_every_s or done == steps
        ):
            save_state(checkpoint, network, None, optimiser, done)
            saved = time.monotonic()
    processes.wait()
    return network.eval()


@dataclass(frozen=True, slots=True)
class _Batch:
    """This process's share of a batch, and how large the whole one is."""

    crops: Tensor
    label: Tensor
    whole: int


def _begun(preset: PaperPreset, lessons: PaperLessons) -> PaperNetwork:
    torch.manual_seed(preset.seed)
    network = PaperNetwork(PAPER_SHAPES[preset.network])
    if lessons.start is not None:
        known = lessons.start.state_dict()
        fresh = network.fc7.state_dict()
        network.load_state_dict(known)
        network.fc7.load_state_dict(fresh)
    network.convolutions.requires_grad_(not preset.frozen)
    return network


def _optimiser(network: PaperNetwork, preset: PaperPreset) -> torch.optim.SGD:
    head = list(network.fc7.parameters())
    own = {id(parameter) for parameter in head}
    body = [p for p in network.parameters() if p.requires_grad and id(p) not in own]
    rate = preset.learning_rate
    return torch.optim.SGD(
        [
            {"params": body, "lr": rate},
            {"params": head, "lr": rate * preset.head_rate},
        ],
        momentum=preset.momentum,
        weight_decay=preset.weight_decay,
    )


def _steps_per_epoch(preset: PaperPreset, lessons: PaperLessons) -> int:
    return -(-len(lessons.chosen) * preset.views // preset.batch)


def _epoch(step: int, preset: PaperPreset, lessons: PaperLessons) -> int:
    return step // _steps_per_epoch(preset, lessons)


def _prefetched(
    preset: PaperPreset,
    lessons: PaperLessons,
    processes: Processes,
    first: int,
    steps: int,
) -> Iterator[tuple[int, _Batch]]:
    """Steps with their batches; the next one is read while one is learned from."""
    plan = Plan(preset, lessons)

    def read(step: int) -> _Batch:
        index, view = plan.batch(step)
        mine = slice(processes.rank, None, processes.count)
        crops = crops_of(lessons.faces.pictures, index[mine], view[mine])
        label = torch.from_numpy(lessons.label[index[mine]])
        return _Batch(crops, label, len(index))

    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(read, first) if first < steps else None
        for step in range(first, steps):
            batch = waiting.result() if waiting else read(step)
            waiting = reader.submit(read, step + 1) if step + 1 < steps else None
            yield step, batch


class Plan:
    """Which views of which faces each step sees."""

    def __init__(self, preset: PaperPreset, lessons: PaperLessons) -> None:
        self._preset = preset
        self._chosen = lessons.chosen
        self._per_epoch = _steps_per_epoch(preset, lessons)
        self._epoch = -1
        self._order = np.zeros(0, np.int64)

    def batch(self, step: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of faces and numbers of views of a step's batch."""
        epoch, place = divmod(step, self._per_epoch)
        preset = self._preset
        if epoch != self._epoch:
            rng = np.random.default_rng([preset.seed, epoch])
            views = np.argsort(rng.random((len(self._chosen), VIEW_COUNT)), axis=1)
            pairs = self._chosen[:, None] * VIEW_COUNT + views[:, : preset.views]
            self._order = rng.permutation(pairs.ravel())
            self._epoch = epoch
        pairs = self._order[place * preset.batch : (place + 1) * preset.batch]
        return pairs // VIEW_COUNT, pairs % VIEW_COUNT


def _check_finite(loss: float, step: int) -> None:
    if not math.isfinite(loss):
        raise SettingError(
            f"the loss is {loss} after {step} batches: the network has diverged; lower "
            "learning_rate, and remove the run's folder"
        )


def _loss(
    forward: nn.Module, batch: _Batch, preset: PaperPreset, processes: Processes
) -> Tensor:
    """Cross-entropy, scaled so that the mean over all processes is the batch's mean."""
    device = processes.device
    crops = batch.crops.to(device, non_blocking=True).permute(0, 3, 1, 2).float()
    with torch.autocast(device.type, torch.bfloat16, enabled=preset.half):
        _, logits = forward(crops)
    label = batch.label.to(device, non_blocking=True)
    loss = functional.cross_entropy(logits.float(), label, reduction="sum")
    return loss * (processes.count / batch.whole)
