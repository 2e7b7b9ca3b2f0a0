"""The recipe of the default encoder: people first, then people and characters together.

1. The network learns people's faces from the raters' votes.
2. It goes on at a lower rate with people and characters in every batch, while an
   alignment term joins both domains in one embedding. Compare Aneja et al. 2016,
   section 3.2, where the human network is fine-tuned on characters.
3. The second stage is run again from there, with a new seed (a warm restart: Loshchilov
   and Hutter 2017).
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from deepexpr.networks.residual import ResidualNetwork
from deepexpr.training.augment import AugmentPreset
from deepexpr.training.checkpoint import load_network, save_network
from deepexpr.training.face_set import FaceSet
from deepexpr.training.fit import FitPreset, Lessons, Progress, fit

_AUGMENT = AugmentPreset(cover=0.3, blur=0.2, rotation_deg=8)

PEOPLE_PRESET = FitPreset(
    "default",
    steps=2400,
    warmup_steps=200,
    balance=0.25,
    average=0.998,
    half=True,
    augment=_AUGMENT,
)
"""First stage, people only: 21 rounds over FER+."""

JOINT_PRESET = FitPreset(
    "default",
    steps=800,
    people_per_batch=192,
    characters_per_batch=128,
    learning_rate=0.04,
    warmup_steps=50,
    balance=0.35,
    alignment=0.1,
    average=0.995,
    seed=1,
    half=True,
    augment=_AUGMENT,
)
"""Second stage, both domains."""

REFINE_PRESET = replace(JOINT_PRESET, steps=1300, seed=2)
"""Third stage, both domains again."""


def training_device(name: str, threads: int) -> torch.device:
    """The device to train on, and how many processor threads to use beside it."""
    torch.set_num_threads(threads)
    return torch.device(name)


def train_people(
    people: FaceSet,
    out: Path,
    device: torch.device,
    report: Callable[[Progress], None] | None = None,
    steps: int | None = None,
) -> ResidualNetwork:
    """First stage; kept as `people.safetensors` and loaded if it is there.

    Args:
        people: FER+'s training faces.
        out: folder of the run.
        device: where to train.
        report: told of the progress.
        steps: number of batches, if not the recipe's own.
    """
    return _stage("people", PEOPLE_PRESET, Lessons(people), out, device, report, steps)


def train_joint(
    lessons: Lessons,
    out: Path,
    device: torch.device,
    report: Callable[[Progress], None] | None = None,
    steps: int | None = None,
) -> ResidualNetwork:
    """Second stage; kept as `joint.safetensors` and loaded if it is there.

    Args:
        lessons: people, characters and the network of the first stage.
        out: folder of the run.
        device: where to train.
        report: told of the progress.
        steps: number of batches, if not the recipe's own.
    """
    return _stage("joint", JOINT_PRESET, lessons, out, device, report, steps)


def train_refined(
    lessons: Lessons,
    out: Path,
    device: torch.device,
    report: Callable[[Progress], None] | None = None,
    steps: int | None = None,
) -> ResidualNetwork:
    """Third stage; kept as `refined.safetensors` and loaded if it is there.

    Args:
        lessons: people, characters and the network of the second stage.
        out: folder of the run.
        device: where to train.
        report: told of the progress.
        steps: number of batches, if not the recipe's own.
    """
    return _stage("refined", REFINE_PRESET, lessons, out, device, report, steps)


def _stage(  # noqa: PLR0913  the stages share all of it
    name: str,
    preset: FitPreset,
    lessons: Lessons,
    out: Path,
    device: torch.device,
    report: Callable[[Progress], None] | None,
    steps: int | None,
) -> ResidualNetwork:
    path = out / f"{name}.safetensors"
    if path.exists():
        return load_network(path).to(device)
    preset = replace(preset, steps=steps or preset.steps)
    state = out / f"{name}-state.safetensors"
    network = fit(preset, lessons, state, device, report)
    save_network(path, network, preset.network)
    return network
