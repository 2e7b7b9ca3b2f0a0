"""A labelled database of one character's pictures, written shard by shard.

    <out>/samples.csv                                    one row a picture
    <out>/<character>/<character>_<expression>/NNNNNN.webp
    <out>/tables/<character>.json                        what it was made with
    <out>/tables/<character>-NNNNNN.csv                  one table a shard

Characters share a folder; `samples.csv` joins the tables of all shards. A shard whose
table is there is finished and is not made again.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

from deepexpr.characters.key_pose_table import POSE_COLUMNS, pose_cells
from deepexpr.characters.library import KEY_POSES_FILE, Character, load_character
from deepexpr.characters.model import MODEL_FILE
from deepexpr.characters.rendering.camera import Camera
from deepexpr.characters.rendering.renderer import (
    DEFAULT_LIGHT,
    Renderer,
    Rendering,
)
from deepexpr.characters.rendering.variation import varied_camera, varied_light
from deepexpr.characters.synthesis import LabelledPose, training_pose
from deepexpr.core.errors import OutputError
from deepexpr.core.files import sha256_of, whole_file, write_whole
from deepexpr.core.landmarks import LANDMARK_COUNT

SAMPLES_FILE = "samples.csv"
TABLES_FOLDER = "tables"

SHARD_SIZE = 200
"""Pictures in a shard."""

PICTURE_QUALITY = 90
"""WebP quality of the pictures, 0 to 100."""

SAMPLE_COLUMNS = ("path", "label", "key_poses", "strength", *POSE_COLUMNS)
"""First columns of the tables; control weights and landmarks follow."""

LANDMARK_COLUMNS = tuple(
    f"landmark_{number:02d}_{axis}" for number in range(LANDMARK_COUNT) for axis in "xy"
)
"""Last columns of the tables: landmarks in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What a database is made with.

    Attributes:
        count: number of pictures; expressions take turns.
        size_px: side of the square pictures in pixels.
        seed: the same seed gives the same pictures.
        plain: whether light and camera stay those of the portrait, as in FERG-DB; else
            they vary within the ranges of `deepexpr.characters.rendering.variation`.
    """

    count: int = 800
    size_px: int = 256
    seed: int = 0
    plain: bool = False

    def __post_init__(self) -> None:
        if self.count < 1 or self.size_px < 16 or self.seed < 0:
            raise OutputError(
                "a database needs a count of at least 1, a size of at least 16 pixels "
                f"and a seed of at least 0, not {self}"
            )


@dataclass(frozen=True, slots=True)
class _Shard:
    """One shard to write: pictures from `start` to `stop` of a character."""

    character: str
    out: str
    synthesis: Synthesis
    start: int
    stop: int


def synthesise(
    character: Character,
    out: Path,
    synthesis: Synthesis,
    *,
    processes: int = 1,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a character's database, or what is missing of it.

    Args:
        character: whose pictures to make.
        out: the database's folder; several characters may share it.
        synthesis: how many pictures, how large, and the seed.
        processes: how many processes share the work; 1 works in this one.
        progress: called with the number of pictures of each finished shard.

    Returns:
        How many pictures were made now.

    Raises:
        OutputError: if a file cannot be written, or the folder holds pictures of the
            character that were made with other settings.
        CharacterError: if the character has no key poses.
    """
    _claim(character, out, synthesis)
    name = character.name
    shards = [
        shard
        for shard in _shards(character, out, synthesis)
        if not _table_path(out, name, shard.start).is_file()
    ]
    made = 0
    for number in _mapped(shards, processes):
        made += number
        if progress is not None:
            progress(number)
    join_tables(out)
    return made


def join_tables(out: Path) -> int:
    """Write `samples.csv` from the tables of all shards that are finished.

    Returns:
        The number of rows.

    Raises:
        OutputError: if the file cannot be written.
    """
    rows: list[dict[str, str]] = []
    controls: dict[str, None] = {}
    fixed = {*SAMPLE_COLUMNS, *LANDMARK_COLUMNS}
    for path in sorted((out / TABLES_FOLDER).glob("*.csv")):
        reader = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))
        rows += list(reader)
        controls.update(dict.fromkeys(reader.fieldnames or ()))
    columns = [
        *SAMPLE_COLUMNS,
        *(name for name in controls if name not in fixed),
        *LANDMARK_COLUMNS,
    ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(out / SAMPLES_FILE, text.getvalue())
    return len(rows)


def _claim(character: Character, out: Path, synthesis: Synthesis) -> None:
    """Note what the pictures are made with; refuse to mix two ways."""
    path = out / TABLES_FOLDER / f"{character.name}.json"
    content = {
        "character": character.name,
        "files": {
            name: sha256_of(character.folder / name)
            for name in (MODEL_FILE, KEY_POSES_FILE)
        },
        "count": synthesis.count,
        "size_px": synthesis.size_px,
        "seed": synthesis.seed,
        "light and camera": "plain" if synthesis.plain else "varied",
    }
    text = json.dumps(content, indent=2, sort_keys=True) + "\n"
    if path.is_file():
        if path.read_text("utf-8") != text:
            raise OutputError(
                f"{out} holds pictures of {character.name} made with other settings "
                f"({path}); name another folder, or remove {character.name} from it"
            )
        return
    write_whole(path, text)


def _shards(character: Character, out: Path, synthesis: Synthesis) -> Iterator[_Shard]:
    for start in range(0, synthesis.count, SHARD_SIZE):
        stop = min(start + SHARD_SIZE, synthesis.count)
        yield _Shard(str(character.folder), str(out), synthesis, start, stop)


def _mapped(shards: Sequence[_Shard], processes: int) -> Iterator[int]:
    if processes <= 1 or len(shards) <= 1:
        yield from map(_write_shard, shards)
        return
    # Spawned processes start clean on every system, and numba needs no forking.
    context = get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(shards)), mp_context=context) as pool:
        yield from pool.map(_write_shard, shards)


def _table_path(out: Path, name: str, start: int) -> Path:
    return out / TABLES_FOLDER / f"{name}-{start:06d}.csv"


@lru_cache(maxsize=1)
def _character_and_renderer(folder: str) -> tuple[Character, Renderer]:
    """The character and its renderer, once a process."""
    character = load_character(Path(folder))
    return character, Renderer(character.model)


def _write_shard(shard: _Shard) -> int:
    character, renderer = _character_and_renderer(shard.character)
    out, name, synthesis = Path(shard.out), character.name, shard.synthesis
    camera = Camera.of(character.card.camera)
    controls = character.model.controls
    seed = _own_seed(name, synthesis.seed)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*SAMPLE_COLUMNS, *controls, *LANDMARK_COLUMNS])
    for index in range(shard.start, shard.stop):
        sample = training_pose(character.key_poses, index, seed)
        # A stream of its own, so that light does not depend on how poses are drawn.
        rng = np.random.default_rng([seed, index, 1])
        rendering = renderer.render(
            sample.pose,
            size_px=synthesis.size_px,
            light=DEFAULT_LIGHT if synthesis.plain else varied_light(rng),
            camera=camera if synthesis.plain else varied_camera(camera, rng),
        )
        relative = f"{name}/{name}_{sample.label}/{sample.id}.webp"
        with whole_file(out / relative) as partial:
            Image.fromarray(rendering.image).save(
                partial, "WEBP", quality=PICTURE_QUALITY, method=4
            )
        writer.writerow(_row(relative, sample, rendering, controls))
    write_whole(_table_path(out, name, shard.start), text.getvalue())
    return shard.stop - shard.start


def _own_seed(name: str, seed: int) -> int:
    """A seed that differs between characters, so that they are not lit alike."""
    digest = hashlib.sha256(f"{name} {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _row(
    relative: str,
    sample: LabelledPose,
    rendering: Rendering,
    controls: Sequence[str],
) -> list[str]:
    points = rendering.landmarks.points.ravel()
    return [
        relative,
        str(sample.label),
        ";".join(sample.sources),
        f"{sample.strength:.3f}",
        *pose_cells(sample.pose, controls),
        *(f"{coordinate:.2f}" for coordinate in points),
    ]
