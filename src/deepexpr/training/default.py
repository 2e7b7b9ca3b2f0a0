"""The recipe of the default encoder: people first, then people and characters together.

1. A network that tells people apart (see `training.face_network`) learns their
   expressions from the raters' votes, into which the answers of a teacher are mixed
   (see `training.teacher`) where there is one.
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
from deepexpr.networks.residual import RESIDUAL_PRESETS, ResidualNetwork
from deepexpr.training.augment import AugmentPreset, sample_frames
from deepexpr.training.checkpoint import load_network, save_network
from deepexpr.training.face_network import from_face_network
from deepexpr.training.face_set import FaceSet
from deepexpr.training.fit import FitPreset, Lessons, Progress, fit
from deepexpr.training.processes import Processes
from deepexpr.training.teacher import taught

_AUGMENT = AugmentPreset(cover=0.4, blur=0.25)
_MEASURED = 600  # faces on which the face recognition network is measured

PEOPLE_PRESET = FitPreset(
    "default",
    steps=4_800,
    people_per_batch=96,
    learning_rate=1e-3,
    warmup_steps=200,
    balance=0.3,
    average=0.999,
    half=True,
    augment=_AUGMENT,
)
"""First stage, people only: 16 rounds over FER+."""

JOINT_PRESET = FitPreset(
    "default",
    steps=4_400,
    people_per_batch=112,
    characters_per_batch=32,
    learning_rate=7e-4,
    warmup_steps=100,
    balance=0.3,
    alignment=0.2,
    average=0.999,
    seed=1,
    half=True,
    augment=_AUGMENT,
)
"""Second stage, both domains: 17 more rounds over FER+."""


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


@dataclass(frozen=True, slots=True)
class Guides:
    """What others have learnt and a run may begin with.

    Attributes:
        teacher: encoder whose answers are mixed into the votes.
        face_network: folder of the face recognition network that the first stage begins
            with; without one it begins with random weights.
    """

    teacher: ExpressionEncoder | None = None
    face_network: Path | None = None


ALONE = Guides()

Report = Callable[[str, Progress], None]
"""Told the stage and how far it is."""


def train_default(
    recipe: DefaultRecipe,
    lessons: Lessons,
    out: Path,
    processes: Processes,
    report: Report | None = None,
    guides: Guides = ALONE,
) -> ResidualNetwork:
    """Run the stages; each is kept as `<stage>.safetensors` and loaded if it is there.

    Args:
        recipe: how to train.
        lessons: FER+'s training faces; renders of characters, which the first stage
            does not see; a trained network to start from instead of the first stage.
        out: folder of the run.
        processes: where to train, alone or with others; the first one writes.
        report: told of the progress, in the first process.
        guides: what it may begin with.
    """
    network = lessons.start
    people = chosen_views(recipe, lessons.people)
    if guides.teacher is not None:
        people = taught(people, guides.teacher, recipe.teacher_share)
    lessons = replace(lessons, people=people)
    for name, preset in recipe.stages.items():
        if name == "people":
            if network is not None:
                continue
            begun = _begun(preset, people, guides.face_network)
            stage = Lessons(people, start=begun)
        else:
            stage = replace(lessons, start=network)
        told = None if report is None else partial(report, name)
        network = _stage(out / name, preset, stage, processes, told)
    if network is None:
        raise SettingError("every stage of the recipe has 0 steps; nothing is trained")
    return network


def _begun(
    preset: FitPreset, people: FaceSet, face_network: Path | None
) -> ResidualNetwork | None:
    if face_network is None:
        return None
    drawn = np.random.default_rng(preset.seed).permutation(len(people))[:_MEASURED]
    some = people.subset(np.sort(drawn))
    views = sample_frames(
        torch.from_numpy(some.faces), torch.from_numpy(some.frames[:, 1])
    )
    shape = RESIDUAL_PRESETS[preset.network]
    return from_face_network(shape, face_network, views)


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
    processes: Processes,
    report: Callable[[Progress], None] | None,
) -> ResidualNetwork:
    path = place.with_name(f"{place.name}.safetensors")
    if path.exists():
        return load_network(path).to(processes.device)
    state = place.with_name(f"{place.name}-state.safetensors")
    network = fit(preset, lessons, state, processes, report)
    if processes.first:
        save_network(path, network, preset.network)
    return network
