"""Takes read from tables of ARKit weights, such as the Live Link Face app records.

Any CSV file counts whose first row names ARKit blendshapes and whose other rows are
frames: recordings of the app, tables of other trackers, our own `--format csv`.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import degrees
from pathlib import Path

from deepexpr.characters.pose import Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError, OutputError
from deepexpr.export.take import Frame, Take
from deepexpr.export.take_reading import ReadWeights, pose_of_arkit_weights

APP_FRAME_RATE = 60.0
"""Frames a second of the app, for takes too short to tell theirs."""

_HEAD = ("headyaw", "headpitch", "headroll")
_BY_COLUMN = {name.casefold(): name for name in ARKIT_BLENDSHAPES}
_TIMECODE = re.compile(r"(\d+):(\d+):(\d+):(\d+)")


def read_live_link_csv(
    path: Path, read_weights: ReadWeights = pose_of_arkit_weights
) -> Take:
    """Read a take of ARKit weights.

    Columns are found by name, small and capital letters alike. `Timecode` gives the
    frame rate and the first frame where it is there; `HeadYaw`, `HeadPitch` and
    `HeadRoll` (radians, as in the app) turn the head. Empty cells and blendshapes
    without a column are 0; other columns do not matter.

    Args:
        path: the CSV file.
        read_weights: makes a pose of the 52 weights of a frame.

    Raises:
        CharacterError: if the file cannot be read, names no blendshape, has no frames,
            or a cell is no number; the message names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            header = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
            rows.fieldnames = header
            if not _BY_COLUMN.keys() & set(header):
                raise CharacterError(
                    f"{path}: names no ARKit blendshape in its first row, such as "
                    "JawOpen"
                )
            table = list(_numbered(rows))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CharacterError(f"{path}: cannot be read ({reason})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CharacterError(f"{path}: is no CSV file ({error})") from error
    frames = tuple(
        Frame(path.stem, _pose(row, f"{path}, line {line}", read_weights))
        for line, row in table
    )
    codes = [
        tuple(map(int, found.groups()))
        for _, row in table
        if (found := _TIMECODE.match(row.get("timecode") or ""))
    ]
    rate = _frame_rate(codes)
    first = _first_frame(codes[0], rate) if codes else 0
    try:
        return Take(path.stem, frames, rate, first)
    except OutputError as error:
        raise CharacterError(f"{path}: {error}") from error


def _numbered(
    rows: "csv.DictReader[str]",
) -> Iterator[tuple[int, dict[str, str | None]]]:
    for row in rows:
        yield rows.line_num, row


def _pose(row: Mapping[str, str | None], where: str, read_weights: ReadWeights) -> Pose:
    def number(column: str) -> float:
        text = row.get(column) or "0"
        try:
            return float(text)
        except ValueError as error:
            raise CharacterError(f"{where}: {column} is {text!r}, no number") from error

    weights = {name: number(column) for column, name in _BY_COLUMN.items()}
    yaw, pitch, roll = (degrees(number(column)) for column in _HEAD)
    try:
        # The app's roll turns to the subject's right, ours to the left.
        return replace(read_weights(weights), head=(yaw, pitch, 0.0 - roll))
    except CharacterError as error:
        raise CharacterError(f"{where}: {error}") from error


def _frame_rate(codes: list[tuple[int, ...]]) -> float:
    """Frames that fit into a second, once a take has passed from one to the next."""
    if len({code[:3] for code in codes}) <= 1:
        return APP_FRAME_RATE
    return float(max(code[3] for code in codes) + 1)


def _first_frame(code: tuple[int, ...], rate: float) -> int:
    hours, minutes, seconds, frame = code
    return round(((hours * 60 + minutes) * 60 + seconds) * rate) + frame
