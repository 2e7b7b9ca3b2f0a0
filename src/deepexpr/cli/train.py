"""deepexpr train: prepare data sets, train the default encoder, export it."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.core.errors import DeepExprError

if TYPE_CHECKING:
    from deepexpr.training.fit import Progress

_FOLDER = click.Path(path_type=Path, file_okay=False)
_NO_TORCH = "training needs the extra `train`: pip install 'deepexpr[train]'"


@click.group()
def train() -> None:
    """Train expression encoders (needs the extra `train`)."""
    if find_spec("torch") is None:
        raise DeepExprError(_NO_TORCH)


@train.command()
@click.option("--ferplus", type=_FOLDER, required=True, help="FER+'s folder.")
@click.option(
    "--characters",
    "database",
    type=_FOLDER,
    required=True,
    help="Database made by `deepexpr characters synthesise`.",
)
@click.option("--out", type=_FOLDER, required=True, help="Folder of prepared sets.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
def prepare(ferplus: Path, database: Path, out: Path, workers: int) -> None:
    """Find landmarks and register every face once; finished sets are kept."""
    from deepexpr.training.prepare import people_from_ferplus
    from deepexpr.training.prepare_characters import characters_from_database

    for split in ("validation", "train"):
        path = out / f"people-{split}.npz"
        if not path.exists():
            told = _counter(f"people, {split}")
            people_from_ferplus(ferplus, split, workers, told).save(path)
    path = out / "characters.npz"
    if not path.exists():
        told = _counter("characters")
        characters_from_database(database, workers, told).save(path)


@train.command()
@click.option("--data", type=_FOLDER, required=True, help="Folder of prepared sets.")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the run.")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda.")
@click.option("--threads", default=2, show_default=True, help="Processor threads.")
@click.option("--steps", type=int, help="Batches a stage, to try things out.")
@click.option(
    "--split",
    "rule",
    default="key-pose",
    show_default=True,
    metavar="RULE",
    help="What of the characters is held out: key-pose, character=NAME or frames.",
)
@click.option("--leave-out", metavar="NAME", help="Short for --split character=NAME.")
@click.option(
    "--start",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Trained network (.safetensors) to go on from instead of the first stage.",
)
def default(
    data: Path,
    out: Path,
    device: str,
    threads: int,
    steps: int | None,
    rule: str,
    leave_out: str | None,
    start: Path | None,
) -> None:
    """Train the default encoder; a stopped run goes on where it was."""
    from deepexpr.training.character_splits import split_characters
    from deepexpr.training.checkpoint import load_network
    from deepexpr.training.default import (
        train_joint,
        train_people,
        train_refined,
        training_device,
    )
    from deepexpr.training.face_set import FaceSet
    from deepexpr.training.finish import finish
    from deepexpr.training.fit import Lessons

    place = training_device(device, threads)
    rule = f"character={leave_out}" if leave_out else rule
    split = split_characters(FaceSet.load(data / "characters.npz"), rule)
    people = FaceSet.load(data / "people-train.npz")
    if start is None:
        first = train_people(people, out, place, _stage_report("people"), steps)
    else:
        first = load_network(start)
    lessons = Lessons(people, split.train, start=first)
    second = train_joint(lessons, out, place, _stage_report("joint"), steps)
    lessons = Lessons(people, split.train, start=second)
    network = train_refined(lessons, out, place, _stage_report("refined"), steps)
    validation = FaceSet.load(data / "people-validation.npz")
    written = finish(network, validation, split, out / "encoder")
    click.echo(f"encoder and card are in {written.parent}")


def _counter(name: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        click.echo(f"{name}: {done}/{total}", err=True)

    return show


def _stage_report(name: str) -> Callable[["Progress"], None]:
    def show(progress: "Progress") -> None:
        left = progress.seconds / max(progress.step, 1)
        left *= progress.steps - progress.step
        click.echo(
            f"{name}: step {progress.step}/{progress.steps}, "
            f"loss {progress.loss:.3f}, about {left / 60:.0f} min left",
            err=True,
        )

    return show
