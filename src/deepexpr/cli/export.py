"""deepexpr export: poses and takes into the formats of animators' programs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepexpr.cli.outputs import check_file
from deepexpr.cli.own_library import GALLERIES, LIBRARY, placed

if TYPE_CHECKING:
    from deepexpr.characters.library import Character
    from deepexpr.characters.pose import Pose
    from deepexpr.export.pose_lookup import PoseLookup
    from deepexpr.export.take import Take

FILE_FORMATS = ("json", "csv", "gltf", "vrm", "blender", "maya")
LIVE_FORMAT = "vmc"
ARKIT_FORMATS = ("csv", LIVE_FORMAT)
TABLE_SUFFIX = ".csv"


@click.command()
@click.option(
    "--character",
    "name",
    metavar="NAME",
    help="Whose poses; a name or a character folder. With --from the one in the file "
    "if not given.",
)
@click.option(
    "--pose",
    "poses",
    multiple=True,
    metavar="ID[@STRENGTH]",
    help="A key pose or a pose of the gallery; strength 0 is neutral, 1 the pose. May "
    "be repeated: each becomes a frame.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE.json|.csv",
    help="Poses from a file of match --json, match --poses or export --format json, or "
    "a CSV file of ARKit weights such as the Live Link Face app records.",
)
@click.option(
    "--arkit-only",
    is_flag=True,
    help="Leave plain ARKit weights of --from as they are. Otherwise the rig's extra "
    "shapes join where the weights call for them (not in csv and vmc).",
)
@click.option(
    "--format",
    "file_format",
    required=True,
    type=click.Choice((*FILE_FORMATS, LIVE_FORMAT)),
    help="json: ARKit weights; csv: Live Link Face; gltf: the model posed or animated; "
    "vrm: expressions; blender: a script; maya: a table; vmc: sent live by OSC.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write; every format but vmc needs it.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="AVATAR.vrm",
    help="With --format vrm: write --out as a copy of this avatar that has the poses "
    "as expressions.",
)
@click.option(
    "--send",
    metavar="HOST:PORT",
    default="127.0.0.1:39539",
    show_default=True,
    help="With --format vmc: the program that shows the avatar.",
)
@click.option(
    "--frame-rate",
    type=click.FloatRange(min=0, max=1000, min_open=True),
    metavar="FPS",
    help="Frames a second; that of the file with --from, else 30.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    help="Move from each pose to the next in S seconds instead of jumping.",
)
@LIBRARY
def export(
    name: str | None,
    poses: tuple[str, ...],
    source: Path | None,
    arkit_only: bool,
    file_format: str,
    out: Path | None,
    into: Path | None,
    send: str,
    frame_rate: float | None,
    seconds: float | None,
    library: Path | None,
) -> None:
    """Write poses for other programs, or send them to a live avatar.

    One pose becomes a state, several become a take. docs/export.md describes the files.
    """
    _check_options(poses, source, file_format, out, into)
    enriching = not arkit_only and file_format not in ARKIT_FORMATS
    if source is None:
        character, take = _posed(name, poses, library)
    else:
        character, take = _recorded(name, source, library, enriching)
    take = _timed(take, frame_rate, seconds)
    if out is None:
        from deepexpr.export.vmc_osc import send_take

        host, port = _address(send)
        send_take(take, host, port)
        click.echo(f"{_count(take)} sent to {host}:{port}", err=True)
        return
    _write(take, character, (file_format, out, into))
    click.echo(f"{out}: {_count(take)} of {character.name}", err=True)


def _check_options(
    poses: Sequence[str],
    source: Path | None,
    file_format: str,
    out: Path | None,
    into: Path | None,
) -> None:
    if bool(poses) == (source is not None):
        raise click.UsageError("give poses with --pose, or a file with --from")
    if (out is None) != (file_format == LIVE_FORMAT):
        needs = "has no file: leave --out away" if out else "needs a file: --out FILE"
        raise click.UsageError(f"--format {file_format} {needs}")
    if into is not None and file_format != "vrm":
        raise click.UsageError("--into belongs to --format vrm")
    if out is not None:
        check_file(out)


def _posed(
    name: str | None, poses: Sequence[str], library: Path | None
) -> "tuple[Character, Take]":
    from deepexpr.characters.library import load_character
    from deepexpr.export.take import Take

    if name is None:
        raise click.UsageError("--pose needs --character NAME")
    character = load_character(placed(name, library))
    lookup = _lookup(character)
    frames = tuple(lookup.frame(text) for text in poses)
    return character, Take(" to ".join(dict.fromkeys((poses[0], poses[-1]))), frames)


def _recorded(
    name: str | None, source: Path, library: Path | None, enriching: bool
) -> "tuple[Character, Take]":
    from deepexpr.characters.arkit_drive import enriched_pose
    from deepexpr.characters.library import load_character
    from deepexpr.export.live_link_reading import read_live_link_csv
    from deepexpr.export.take_reading import (
        character_of,
        pose_of_arkit_weights,
        read_pose_file,
        take_in,
    )

    def read_weights(weights: Mapping[str, float]) -> "Pose":
        pose = pose_of_arkit_weights(weights)
        return enriched_pose(pose, character.model.controls) if enriching else pose

    if source.suffix.lower() == TABLE_SUFFIX:
        if name is None:
            raise click.UsageError("--from FILE.csv needs --character NAME")
        character = load_character(placed(name, library))
        return character, read_live_link_csv(source, read_weights)
    document = read_pose_file(source)
    character = load_character(placed(name or character_of(document, source), library))
    find = _lookup(character).find
    return character, take_in(document, source, character.name, find, read_weights)


def _lookup(character: "Character") -> "PoseLookup":
    from deepexpr.export.pose_lookup import PoseLookup

    # Galleries lie beside the folder of characters, in the package and in a library.
    galleries = character.folder.resolve().parents[1] / GALLERIES
    return PoseLookup(character, galleries / character.name)


def _timed(take: "Take", frame_rate: float | None, seconds: float | None) -> "Take":
    from dataclasses import replace

    from deepexpr.export.take import sampled_take

    rate = frame_rate or take.frame_rate
    if seconds is None:
        return replace(take, frame_rate=rate)
    moments = [(index * seconds, frame) for index, frame in enumerate(take.frames)]
    return sampled_take(take.name, moments, rate)


def _write(
    take: "Take", character: "Character", target: tuple[str, Path, Path | None]
) -> None:
    file_format, out, into = target
    if into is not None:
        from deepexpr.export.vrm_expression import write_patched_vrm

        write_patched_vrm(take, character, into, out)
        return
    from deepexpr.export.formats import export_take

    export_take(take, character, out, file_format)


def _address(text: str) -> tuple[str, int]:
    host, mark, port = text.rpartition(":")
    number = int(port) if port.isdecimal() else 0
    if not mark or not host or not 0 < number < 65536:
        raise click.UsageError(f"--send takes HOST:PORT, not {text!r}")
    return host.strip("[]"), number


def _count(take: "Take") -> str:
    count = len(take.frames)
    return "1 frame" if count == 1 else f"{count} frames"
