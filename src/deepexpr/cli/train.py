"""deepexpr train: prepare data sets, train networks, export encoders."""

from collections.abc import Callable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

import click

from deepexpr.cli.train_paper import character, human, transfer
from deepexpr.cli.training_options import CONFIG, DEVICE, SETTINGS, THREADS
from deepexpr.cli.training_progress import stage_report
from deepexpr.core.errors import DeepExprError

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
@CONFIG
@SETTINGS
@DEVICE
@THREADS
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
@click.option(
    "--teacher",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Encoder whose answers are mixed into the raters' votes.",
)
@click.option(
    "--face-network",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the face recognition network that the first stage begins with.",
)
@click.option("--steps", type=click.IntRange(1), help="Batches of every stage.")
def default(
    data: Path,
    out: Path,
    config: Path | None,
    settings: tuple[str, ...],
    device: str,
    threads: int,
    rule: str,
    leave_out: str | None,
    start: Path | None,
    teacher: Path | None,
    face_network: Path | None,
    steps: int | None,
) -> None:
    """Train the default encoder; a stopped run goes on where it was.

    Curves for TensorBoard are in OUT/events, the encoder with its card and confusion
    matrices in OUT/encoder. Settings are those of the recipe, such as --set
    joint.alignment=0; an unknown one is answered with a list of all. Several graphics
    cards, or processes, share each batch under torchrun.
    """
    from deepexpr.expression.encoder import ExpressionEncoder
    from deepexpr.training.character_splits import split_characters
    from deepexpr.training.checkpoint import load_network
    from deepexpr.training.default import DefaultRecipe, Guides, train_default
    from deepexpr.training.event_log import EventLog
    from deepexpr.training.face_set import FaceSet
    from deepexpr.training.finish import finish
    from deepexpr.training.fit import Lessons
    from deepexpr.training.processes import training_processes
    from deepexpr.training.settings import claim_folder, configured

    recipe = configured(DefaultRecipe(), config, settings)
    if steps is not None:
        every = [f"{stage}.steps={steps}" for stage in recipe.stages]
        recipe = configured(recipe, None, every)
    rule = f"character={leave_out}" if leave_out else rule
    split = split_characters(FaceSet.load(data / "characters.npz"), rule)
    first = None if start is None else load_network(start)
    lessons = Lessons(FaceSet.load(data / "people-train.npz"), split.train, first)
    guides = Guides(
        None if teacher is None else ExpressionEncoder.load(teacher, threads),
        face_network,
    )
    origin = {
        "split": rule,
        "start": str(start),
        "teacher": str(teacher),
        "face_network": str(face_network),
    }
    with training_processes(device, threads) as processes:
        if processes.first:
            claim_folder(out, {"recipe": recipe, **origin})
        with EventLog(out / "events") if processes.first else nullcontext() as log:
            told = None if log is None else stage_report(log)
            network = train_default(recipe, lessons, out, processes, told, guides)
        if processes.first:
            validation = FaceSet.load(data / "people-validation.npz")
            written = finish(network, validation, split, out / "encoder", guides)
            click.echo(f"encoder and card are in {written.parent}")
        processes.wait()


train.add_command(human)
train.add_command(character)
train.add_command(transfer)


def _counter(name: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        click.echo(f"{name}: {done}/{total}", err=True)

    return show
