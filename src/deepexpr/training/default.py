"""The recipe of the default encoder: people first, then people and characters together.

1. The network learns people's faces from the raters' votes, into which the answers of a
   teacher are mixed (see `training.teacher`) where there is one.
2. It goes on at a lower rate with people and characters in every batch, while an
   alignment term joins both domains in one embedding. Compare Aneja et al. 2016,
   section 3.2, where the human network is fine-tuned on characters.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from deepexpr.core.errors import SettingError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.networks.residual import ResidualNetwork
from deepexpr.training.augment import AugmentPreset
from deepexpr.training.checkpoint import load_network, save_network
from deepexpr.training.face_set import FaceSet
from deepexpr.training.fit import FitPreset, Lessons, Progress, fit
from deepexpr.training.teacher import taught

_AUGMENT = AugmentPreset(cover=0.4, blur=0.25)

PEOPLE_PRESET = FitPreset(
    "default",
    steps=8_400,
    coarse_steps=4_800,
    people_per_batch=128,
    learning_rate=0.06,
    warmup_steps=400,
    balance=0.3,
    average=0.999,
    half=True,
    augment=_AUGMENT,
)
"""First stage, people only: 38 rounds over FER+, the first 22 of them coarse."""

JOINT_PRESET = FitPreset(
    "default",
    steps=1_500,
    people_per_batch=192,
    characters_per_batch=128,
    learning_rate=0.04,
    warmup_steps=50,
    balance=0.35,
    alignment=0.2,
    average=0.997,
    seed=1,
    half=True,
    augment=_AUGMENT,
)
"""Second stage, both domains."""


def training_device(name: str, threads: int) -> torch.device:
    """The device to train on, and how many processor threads to use beside it."""
    torch.set_num_threads(threads)
    return torch.device(name)


@dataclass(frozen=True, slots=True)
class DefaultRecipe:
    """Everything that decides how the default encoder comes out.

    A stage whose `steps` are 0 is left out; so is an ingredient whose number is 0, such
    as `joint.alignment`.

    Attributes:
        votes: whether to learn from the raters' vote distributions; else from the
            majority alone.
        registered: whether to show registered views of people beside the crops.
        people: the first stage.
        joint: the second stage.
        teacher_share: weight of a teacher's answers in the targets of people.
    """

    votes: bool = True
    registered: bool = True
    people: FitPreset = PEOPLE_PRESET
    joint: FitPreset = JOINT_PRESET
    teacher_share: float = 0.5

    @property
    def stages(self) -> dict[str, FitPreset]:
        """The stages that are run, by name, in order."""
        stages = {"people": self.people, "joint": self.joint}
        return {name: preset for name, preset in stages.items() if preset.steps}


Report = Callable[[str, Progress], None]
"""Told the stage and how far it is."""


def train_default(
    recipe: DefaultRecipe,
    lessons: Lessons,
    out: Path,
    device: torch.device,
    report: Report | None = None,
    teacher: ExpressionEncoder | None = None,
) -> ResidualNetwork:
    """Run the stages; each is kept as `<stage>.safetensors` and loaded if it is there.

    Args:
        recipe: how to train.
        lessons: FER+'s training faces; renders of characters, which the first stage
            does not see; a trained network to start from instead of the first stage.
        out: folder of the run.
        device: where to train.
        report: told of the progress.
        teacher: encoder whose answers are mixed into the votes, if any.
    """
    network = lessons.start
    people = chosen_views(recipe, lessons.people)
    if teacher is not None:
        people = taught(people, teacher, recipe.teacher_share)
    lessons = replace(lessons, people=people)
    for name, preset in recipe.stages.items():
        if name == "people":
            if network is not None:
                continue
            stage = Lessons(lessons.people)
        else:
            stage = replace(lessons, start=network)
        told = None if report is None else partial(report, name)
        network = _stage(out / name, preset, stage, device, told)
    if network is None:
        raise SettingError("every stage of the recipe has 0 steps; nothing is trained")
    return network


def chosen_views(recipe: DefaultRecipe, people: FaceSet) -> FaceSet:
    """People's faces with the targets and framings that the recipe asks for."""
    if not recipe.registered:
        people = replace(people, frames=people.frames[:, [0, 0]])
    if not recipe.votes:
        known = people.label >= 0
        targets = np.eye(len(EXPRESSIONS), dtype=np.float32)[people.label.clip(0)]
        people = replace(
            people,
            targets=targets,
            weight=np.where(known, people.weight, 0).astype(np.float32),
        )
    return people


def _stage(
    place: Path,
    preset: FitPreset,
    lessons: Lessons,
    device: torch.device,
    report: Callable[[Progress], None] | None,
) -> ResidualNetwork:
    path = place.with_name(f"{place.name}.safetensors")
    if path.exists():
        return load_network(path).to(device)
    state = place.with_name(f"{place.name}-state.safetensors")
    network = fit(preset, lessons, state, device, report)
    save_network(path, network, preset.network)
    return network
