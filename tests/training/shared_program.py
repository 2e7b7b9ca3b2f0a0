"""Trains a tiny network with others: python -m tests.training.shared_program FOLDER.

A program of its own, so that `torchrun` can start it several times together.
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from deepexpr.core.errors import SettingError
from deepexpr.networks.residual import RESIDUAL_PRESETS, ResidualNetwork
from deepexpr.training.augment import AugmentPreset
from deepexpr.training.batches import Pool, draw_batch
from deepexpr.training.checkpoint import save_network
from deepexpr.training.fit import Lessons, fit
from deepexpr.training.objective import alignment_loss, distribution_loss
from deepexpr.training.processes import Processes, training_processes
from deepexpr.training.shared_network import SharedNetwork
from tests.training.test_fit import PRESET, make_faces

SLOW = replace(PRESET, people_per_batch=7, learning_rate=1e-3)
"""Batches of eleven faces, which two processes cannot share evenly."""


def lessons() -> Lessons:
    faces = make_faces(28, seed=0), make_faces(21, seed=1)
    return Lessons(*faces, start=fresh_network())


def fresh_network() -> ResidualNetwork:
    torch.manual_seed(0)
    return ResidualNetwork(RESIDUAL_PRESETS["tiny"])


def one_step(processes: Processes) -> dict[str, Tensor]:
    """Gradients and statistics after one batch of both domains, with dropout."""
    pools = [
        Pool(make_faces(28, seed=0), 7, 0.5, processes.device),
        Pool(make_faces(21, seed=1), 4, 0.5, processes.device),
    ]
    generator = torch.Generator().manual_seed(1)
    batch = draw_batch(pools, AugmentPreset(), 0.4, generator)
    network = fresh_network()
    forward = SharedNetwork(network, processes, 11) if processes.count > 1 else network
    torch.manual_seed(2)
    features, logits = forward(batch.views)
    loss = distribution_loss(logits, batch.targets, batch.weight)
    loss = loss + alignment_loss(features, batch.targets, batch.domain)
    loss.backward()
    gradients = {
        f"{name}.gradient": parameter.grad
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }
    return gradients | dict(network.named_buffers())


def refusal(processes: Processes) -> str:
    """What a training is told whose processes draw different faces."""
    preset = replace(SLOW, seed=processes.rank)
    try:
        fit(preset, lessons(), Path("never.safetensors"), processes)
    except SettingError as error:
        return str(error)
    return "not refused"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    with training_processes("cpu", threads=1) as together:
        step = one_step(together)
        told: list[int] = []
        trained = fit(
            SLOW,
            lessons(),
            place / "state.safetensors",
            together,
            lambda progress: told.append(progress.step),
        )
        refused = refusal(together)
        save_network(place / f"network-{together.rank}.safetensors", trained, "tiny")
        if together.first:
            save_file(step, place / "step.safetensors")
            (place / "refused.txt").write_text(refused)
        assert bool(told) == together.first
