"""The recipe of the default encoder: teachers on people, then one student on both.

1. Four teachers learn people's faces from the raters' votes; they differ in seed and in
   how often rare expressions are drawn.
2. The student learns people from the teachers and the votes, and characters from their
   labels, while an alignment term joins both domains in one embedding.
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

TEACHER_PRESETS: tuple[FitPreset, ...] = (
    FitPreset("teacher", steps=12_000, seed=1, mixup=0.4),
    FitPreset("teacher", steps=12_000, seed=2, balance=0.25),
    FitPreset("teacher", steps=12_000, seed=3, balance=0.4, mixup=0.4),
    FitPreset(
        "teacher",
        steps=12_000,
        seed=4,
        augment=AugmentPreset(rotation_deg=14, log_scale=0.12, shift=0.06, cover=0.7),
    ),
)
"""The teachers, people only."""

STUDENT_PRESET = FitPreset(
    "student",
    steps=24_000,
    characters_per_batch=128,
    balance=0.25,
    alignment=0.1,
    distillation=0.7,
    seed=0,
)
"""The network that ships."""


def train_teacher(
    index: int,
    people: FaceSet,
    out: Path,
    device: torch.device,
    report: Callable[[Progress], None] | None = None,
) -> ResidualNetwork:
    """Train, or load if it is done, teacher `index`; kept as `teacher-<index>`."""
    path = out / f"teacher-{index}.safetensors"
    if path.exists():
        return load_network(path).to(device)
    preset = TEACHER_PRESETS[index]
    state = out / f"teacher-{index}-state.safetensors"
    teacher = fit(preset, Lessons(people), state, device, report)
    save_network(path, teacher, preset.network)
    return teacher


def train_student(
    lessons: Lessons,
    out: Path,
    device: torch.device,
    report: Callable[[Progress], None] | None = None,
    steps: int | None = None,
) -> ResidualNetwork:
    """Train, or load if it is done, the student; kept as `student.safetensors`.

    Args:
        lessons: faces of both domains and the teachers.
        out: folder of the run.
        device: where to train.
        report: told of the progress.
        steps: number of batches, if not the recipe's own.
    """
    path = out / "student.safetensors"
    if path.exists():
        return load_network(path).to(device)
    preset = replace(STUDENT_PRESET, steps=steps or STUDENT_PRESET.steps)
    state = out / "student-state.safetensors"
    student = fit(preset, lessons, state, device, report)
    save_network(path, student, preset.network)
    return student
