"""Fit one network to prepared faces, resumable at any step to the same result.

Every random draw of a step comes from a generator seeded by (seed, step), so a run that
was stopped and resumed draws what an uninterrupted run would have drawn. Under
`torchrun` every process draws the whole batch and computes its share of it (see
`training.shared_network`), so the same steps are taken, up to rounding.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from deepexpr.networks.residual import RESIDUAL_PRESETS, ResidualNetwork
from deepexpr.training.augment import AugmentPreset
from deepexpr.training.batches import Batch, Pool, draw_batch
from deepexpr.training.checkpoint import load_state, save_state
from deepexpr.training.face_set import FaceSet
from deepexpr.training.objective import alignment_loss, distribution_loss
from deepexpr.training.processes import Processes
from deepexpr.training.shared_network import SharedNetwork


@dataclass(frozen=True, slots=True)
class FitPreset:
    """How one network is trained.

    Attributes:
        network: a name of RESIDUAL_PRESETS.
        steps: number of batches.
        people_per_batch: people's faces in a batch, over all processes.
        characters_per_batch: character renders in a batch; 0 leaves them out.
        learning_rate: peak rate of AdamW (Loshchilov & Hutter 2019), after a linear
            start, falling as a half cosine.
        weight_decay: on weights of convolutions and of the classifier.
        warmup_steps: length of the linear start.
        balance: exponent by which rarer expressions are drawn more often; 0 draws all
            alike, 1 draws every expression equally often.
        mixup: parameter of the Beta distribution for mixing pairs of one domain in
            half of the batches; 0 switches it off.
        alignment: weight of the loss that joins the two domains.
        average: decay of the running average of the weights, which is what is kept.
        seed: of every random draw.
        half: whether to compute in bfloat16 where that is exact enough.
        augment: strength of the random views.
    """

    network: str
    steps: int
    people_per_batch: int = 96
    characters_per_batch: int = 0
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup_steps: int = 200
    balance: float = 0.0
    mixup: float = 0.0
    alignment: float = 0.0
    average: float = 0.999
    seed: int = 0
    half: bool = False
    augment: AugmentPreset = field(default_factory=AugmentPreset)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a fit stands.

    Attributes:
        step: batches done.
        steps: batches in all.
        loss: smoothed loss.
        seconds: since the start or the resumption.
        learning_rate: of the last batch.
    """

    step: int
    steps: int
    loss: float
    seconds: float
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a network learns from.

    Attributes:
        people: faces of people.
        characters: renders of characters, if any.
        start: a trained network to start from, of the same shape.
    """

    people: FaceSet
    characters: FaceSet | None = None
    start: ResidualNetwork | None = None


def fit(
    preset: FitPreset,
    lessons: Lessons,
    checkpoint: Path,
    processes: Processes,
    report: Callable[[Progress], None] | None = None,
) -> ResidualNetwork:
    """Train a network and return its averaged weights in evaluation mode.

    Args:
        preset: how to train.
        lessons: what to learn from.
        checkpoint: file to resume from if it exists, rewritten about once a minute.
        processes: where to train, alone or with others; the first one writes.
        report: told of the progress every 100 steps, in the first process.

    Raises:
        SettingError: if there are more processes than faces in a batch, or they do not
            draw alike.
    """
    device = processes.device
    torch.manual_seed(preset.seed)
    network = ResidualNetwork(RESIDUAL_PRESETS[preset.network]).to(device)
    if lessons.start is not None:
        network.load_state_dict(lessons.start.state_dict())
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaged = ResidualNetwork(RESIDUAL_PRESETS[preset.network]).to(device).eval()
    averaged.load_state_dict(network.state_dict())
    optimiser = _optimiser(network, preset)
    start = load_state(checkpoint, network, averaged, optimiser)
    pools = _pools(preset, lessons, device)
    generator = torch.Generator(device)
    forward = _forward(network, processes, sum(pool.count for pool in pools))
    loss_mean, began = torch.zeros((), device=device), time.monotonic()
    saved = began
    network.train()
    for step in range(start, preset.steps):
        torch.manual_seed(preset.seed * 1_000_003 + step)
        generator.manual_seed(preset.seed * 1_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = _rate(step, preset)
        with torch.no_grad():
            batch = draw_batch(pools, preset.augment, preset.mixup, generator)
        if step == start:
            processes.check_alike(batch.targets)
        loss = _step_loss(forward, batch, preset)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        _average(averaged, network, min(preset.average, (1 + step) / (10 + step)))
        loss_mean = torch.lerp(loss_mean, loss.detach(), 0.02 if step > start else 1.0)
        done = step + 1
        told = processes.first and (done % 100 == 0 or done == preset.steps)
        if told and report is not None:
            seconds = time.monotonic() - began
            rate = _rate(step, preset)
            report(Progress(done, preset.steps, float(loss_mean), seconds, rate))
        if processes.first and (time.monotonic() - saved > 60 or done == preset.steps):
            save_state(checkpoint, network, averaged, optimiser, done)
            saved = time.monotonic()
    return averaged


def _pools(preset: FitPreset, lessons: Lessons, device: torch.device) -> list[Pool]:
    people = Pool(lessons.people, preset.people_per_batch, preset.balance, device)
    if lessons.characters is None or not preset.characters_per_batch:
        return [people]
    count = preset.characters_per_batch
    return [people, Pool(lessons.characters, count, preset.balance, device)]


def _forward(
    network: ResidualNetwork, processes: Processes, whole: int
) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """How to compute whole batches; on CUDA a process that is alone compiles first."""
    if processes.count > 1:
        return SharedNetwork(network, processes, whole)
    return torch.compile(network) if processes.device.type == "cuda" else network


def _step_loss(
    forward: Callable[[Tensor], tuple[Tensor, Tensor]],
    batch: Batch,
    preset: FitPreset,
) -> Tensor:
    device = batch.views.device.type
    with torch.autocast(device, torch.bfloat16, enabled=preset.half):
        features, logits = forward(batch.views)
    loss = distribution_loss(logits, batch.targets, batch.weight)
    if preset.alignment:
        joined = alignment_loss(features, batch.targets, batch.domain)
        loss = loss + preset.alignment * joined
    return loss


def _optimiser(network: ResidualNetwork, preset: FitPreset) -> torch.optim.AdamW:
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1]
    return torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": preset.weight_decay},
            {"params": plain, "weight_decay": 0.0},
        ],
        lr=preset.learning_rate,
    )


def _rate(step: int, preset: FitPreset) -> float:
    start = min(1.0, (step + 1) / preset.warmup_steps)
    fall = 0.5 + 0.5 * math.cos(math.pi * step / preset.steps)
    return preset.learning_rate * start * max(fall, 1e-3)


@torch.no_grad()
def _average(averaged: ResidualNetwork, network: ResidualNetwork, keep: float) -> None:
    pairs = zip(
        averaged.state_dict().values(), network.state_dict().values(), strict=True
    )
    floats = [(a, n) for a, n in pairs if a.dtype.is_floating_point]
    torch._foreach_lerp_([a for a, _ in floats], [n for _, n in floats], 1 - keep)
