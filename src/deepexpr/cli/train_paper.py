"""deepexpr train human, character, transfer: the networks of the paper."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepexpr.cli.training_options import CONFIG, DEVICE, SETTINGS, THREADS
from deepexpr.cli.training_progress import stage_report

if TYPE_CHECKING:
    from deepexpr.datasets.base import Domain
    from deepexpr.datasets.splits import Fold
    from deepexpr.training.paper_fit import PaperPreset
    from deepexpr.training.processes import Processes
    from deepexpr.training.registered_store import RegisteredFaces

_FOLDER = click.Path(path_type=Path, file_okay=False)
_DATA = click.option(
    "--data",
    "sources",
    multiple=True,
    required=True,
    metavar="NAME=FOLDER",
    help="A data set of docs/datasets.md; may be given again.",
)
_OUT = click.option("--out", type=_FOLDER, required=True, help="Folder of the run.")
_PREPARED = click.option(
    "--prepared",
    type=_FOLDER,
    help="Folder of registered faces, which runs may share.  [default: OUT/prepared]",
)
_WORKERS = click.option(
    "--workers", default=1, show_default=True, help="Processes that register faces."
)
_SPLIT = click.option(
    "--split",
    "rule",
    default="frames",
    show_default=True,
    metavar="RULE",
    help="What is held out: frames (the paper's), key-pose or character=NAME.",
)


@dataclass(frozen=True, slots=True)
class _Request:
    """What all three commands are asked for."""

    sources: tuple[str, ...]
    out: Path
    prepared: Path | None
    workers: int
    config: Path | None
    settings: tuple[str, ...]
    device: str
    threads: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the data sets."""
        return tuple(source.partition("=")[0] for source in self.sources)


def _shared_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (_DATA, _OUT, _PREPARED, _WORKERS, CONFIG, SETTINGS, DEVICE, THREADS)
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_shared_options
@click.option(
    "--fold",
    "folds",
    type=click.IntRange(1, 5),
    multiple=True,
    help="Only this fold of the five; may be given again.  [default: all]",
)
def human(folds: tuple[int, ...], **request: Any) -> None:
    """Train the paper's human network in five subject-independent folds.

    Faces that are not found are listed in not_found.csv of the prepared data set.
    """
    from deepexpr.datasets.base import Domain
    from deepexpr.datasets.splits import subject_folds
    from deepexpr.training.paper import HUMAN_PRESET

    asked = _Request(**request)
    numbers = folds or (1, 2, 3, 4, 5)

    def divided(faces: "RegisteredFaces", seed: int) -> "dict[str, Fold]":
        every = subject_folds(faces.samples, seed=seed)
        return {f"fold-{number}": every[number - 1] for number in numbers}

    _train(asked, Domain.PEOPLE, HUMAN_PRESET, divided, ("human", None))


@click.command()
@_shared_options
@_SPLIT
def character(rule: str, **request: Any) -> None:
    """Train the paper's character network."""
    from deepexpr.datasets.base import Domain
    from deepexpr.training.paper import CHARACTER_PRESET
    from deepexpr.training.paper_data import character_fold

    def divided(faces: "RegisteredFaces", seed: int) -> "dict[str, Fold]":
        return {rule.replace("=", "-"): character_fold(faces.samples, rule, seed)}

    asked = _Request(**request)
    _train(asked, Domain.CHARACTERS, CHARACTER_PRESET, divided, ("character", None))


@click.command()
@_shared_options
@_SPLIT
@click.option(
    "--human",
    "start",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Trained human network, such as runs/human/fold-1/network.safetensors.",
)
def transfer(rule: str, start: Path, **request: Any) -> None:
    """Fine-tune the human network on characters: the shared embedding.

    Earlier layers are fixed; a new FC7 learns at ten times the rate of FC5 and FC6.
    """
    from deepexpr.datasets.base import Domain
    from deepexpr.training.paper import TRANSFER_PRESET
    from deepexpr.training.paper_data import character_fold

    def divided(faces: "RegisteredFaces", seed: int) -> "dict[str, Fold]":
        return {rule.replace("=", "-"): character_fold(faces.samples, rule, seed)}

    asked = _Request(**request)
    _train(asked, Domain.CHARACTERS, TRANSFER_PRESET, divided, ("transfer", start))


def _train(
    asked: _Request,
    domain: "Domain",
    recipe: "PaperPreset",
    divided: "Callable[[RegisteredFaces, int], dict[str, Fold]]",
    kind: tuple[str, Path | None],
) -> None:
    from deepexpr.training.checkpoint import load_paper_network
    from deepexpr.training.event_log import EventLog
    from deepexpr.training.paper import PaperRun, recognition_table, train_paper
    from deepexpr.training.processes import training_processes
    from deepexpr.training.settings import claim_folder, configured

    name, start = kind
    preset = configured(recipe, asked.config, asked.settings)
    started = None if start is None else load_paper_network(start)
    with training_processes(asked.device, asked.threads) as processes:
        if processes.first:
            facts = {"recipe": preset, "data": asked.names, "start": str(start)}
            claim_folder(asked.out, facts)
        faces = _faces(asked, domain, processes)
        results = {}
        for part, fold in divided(faces, preset.seed).items():
            run = PaperRun(
                name=f"paper-{name}",
                title=f"{domain}, {part}",
                faces=faces,
                fold=fold,
                out=asked.out / part,
                data=asked.names,
                start=started,
            )
            events = run.out / "events"
            with EventLog(events) if processes.first else nullcontext() as log:
                told = None if log is None else partial(stage_report(log), part)
                results[part] = train_paper(preset, run, processes, told)
            processes.wait()
    if processes.first:
        click.echo(recognition_table(name, results), nl=False)


def _faces(
    asked: _Request, domain: "Domain", processes: "Processes"
) -> "RegisteredFaces":
    """Registered faces; the first process prepares them, the others wait for it."""
    from deepexpr.training.paper_data import (
        NamedFolder,
        read_labelled_samples,
        registered_faces,
    )

    sources = [NamedFolder.parse(text) for text in asked.sources]
    sets = read_labelled_samples(sources, domain)
    prepared = asked.prepared or asked.out / "prepared"
    if not processes.first:
        processes.wait()
        return registered_faces(sets, prepared)

    def told(name: str, done: int, total: int) -> None:
        click.echo(f"{name}: {done}/{total}", err=True)

    faces = registered_faces(sets, prepared, asked.workers, told)
    processes.wait()
    for each in sets:
        for reason, count in each.left_out.items():
            click.echo(f"{each.dataset}: left out {count} × {reason}", err=True)
    click.echo(
        f"{len(faces.samples)} faces; {len(faces.not_found)} pictures without a face "
        f"are listed in {prepared}/*/not_found.csv",
        err=True,
    )
    return faces
