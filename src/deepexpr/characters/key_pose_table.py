"""The key pose table of a character: one CSV row a key pose."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.core.files import write_whole

VOTE_COLUMNS = tuple(f"votes_{expression}" for expression in EXPRESSIONS)
"""Vote columns in canonical order of the expressions."""

POSE_COLUMNS = (
    "gaze_yaw", "gaze_pitch", "head_yaw", "head_pitch", "head_roll", "iris",
)  # fmt: skip
"""Columns of a pose beside its control weights, in table order."""

FIXED_COLUMNS = ("id", "label", "author", *VOTE_COLUMNS, *POSE_COLUMNS)
"""Columns that every key pose table has, in order; control columns follow."""

_ID = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")


def read_key_poses(path: Path) -> tuple[KeyPose, ...]:
    """Read a key pose table.

    Args:
        path: a CSV file with the columns `FIXED_COLUMNS` and any control columns. Empty
            cells mean 0, an empty iris means 1, and empty votes mean not rated.

    Returns:
        The key poses in file order.

    Raises:
        CharacterError: naming the file, the row and what is wrong with it.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CharacterError(
            f"{path}: the key pose table cannot be read ({error})"
        ) from error
    header = rows[0] if rows else []
    _check_header(path, header)
    key_poses: list[KeyPose] = []
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        try:
            key_poses.append(_key_pose(header, row))
        except (CharacterError, ValueError) as error:
            raise CharacterError(f"{path}, line {number}: {error}") from error
    _check_unique(path, key_poses)
    return tuple(key_poses)


def write_key_poses(
    path: Path, key_poses: Iterable[KeyPose], controls: Sequence[str]
) -> None:
    """Write a key pose table as a whole file.

    Args:
        path: the CSV file to write.
        key_poses: the rows.
        controls: all control names of the rig, in rig order; only those that some pose
            uses become columns.

    Raises:
        CharacterError: if an id is malformed or repeated, or a pose uses a control that
            the rig does not have.
        OutputError: if the file cannot be written.
    """
    rows = tuple(key_poses)
    _check_unique(path, rows)
    used = {name for row in rows for name, w in row.pose.weights.items() if w}
    unknown = sorted(used - set(controls))
    if unknown:
        raise CharacterError(
            f"{path}: key poses use {unknown}, which the rig does not have"
        )
    columns = [name for name in controls if name in used]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIXED_COLUMNS, *columns])
    for row in rows:
        _check_id(row.id)
        votes = [""] * len(EXPRESSIONS) if row.votes is None else row.votes
        cells = pose_cells(row.pose, columns)
        writer.writerow([row.id, row.label, row.author, *votes, *cells])
    write_whole(path, text.getvalue())


def pose_cells(pose: Pose, controls: Sequence[str]) -> list[str]:
    """Return a pose as table cells: `POSE_COLUMNS`, then one a control.

    Args:
        pose: the pose.
        controls: names of the control columns.

    Returns:
        Numbers with at most four decimals; a cell at rest is empty.
    """
    angles = [_number(angle) for angle in (*pose.gaze, *pose.head)]
    iris = "" if pose.iris == 1.0 else _number(pose.iris)
    return [*angles, iris, *(_number(pose.weights.get(name, 0.0)) for name in controls)]


def _number(value: float) -> str:
    rounded = round(float(value), 4)
    return "" if rounded == 0.0 else f"{rounded:.10g}"


def _check_header(path: Path, header: Sequence[str]) -> None:
    missing = [name for name in FIXED_COLUMNS if name not in header]
    if missing:
        raise CharacterError(
            f"{path}: the key pose table lacks the columns {', '.join(missing)}"
        )
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated or "" in header:
        raise CharacterError(
            f"{path}: column names must be unique and not empty; repeated: {repeated}"
        )


def _check_id(text: str) -> None:
    if not _ID.fullmatch(text):
        raise CharacterError(
            f"key pose id {text!r} must be letters and digits joined by - or _"
        )


def _check_unique(path: Path, key_poses: Sequence[KeyPose]) -> None:
    seen: set[str] = set()
    for key_pose in key_poses:
        if key_pose.id in seen:
            raise CharacterError(f"{path}: key pose id {key_pose.id!r} occurs twice")
        seen.add(key_pose.id)


def _key_pose(header: Sequence[str], row: Sequence[str]) -> KeyPose:
    if len(row) != len(header):
        raise CharacterError(f"has {len(row)} cells, but the header has {len(header)}")
    cells = dict(zip(header, row, strict=True))
    _check_id(cells["id"])
    if cells["label"] not in EXPRESSIONS:
        known = ", ".join(EXPRESSIONS)
        raise CharacterError(f"label {cells['label']!r} is none of {known}")
    return KeyPose(
        id=cells["id"],
        label=Expression(cells["label"]),
        author=cells["author"],
        votes=_votes([cells[name] for name in VOTE_COLUMNS]),
        pose=_pose(cells),
    )


def _votes(cells: Sequence[str]) -> tuple[int, ...] | None:
    if not any(cells):
        return None
    try:
        return tuple(int(cell) for cell in cells)
    except ValueError as error:
        raise CharacterError(
            f"votes must be all empty or {len(cells)} whole numbers, but are {cells}"
        ) from error


def _pose(cells: dict[str, str]) -> Pose:
    def number(name: str, empty: float = 0.0) -> float:
        try:
            return float(cells[name]) if cells[name] else empty
        except ValueError as error:
            raise CharacterError(
                f"column {name} holds {cells[name]!r}, which is not a number"
            ) from error

    weights = {name: number(name) for name in cells if name not in FIXED_COLUMNS}
    return Pose(
        {name: weight for name, weight in weights.items() if weight != 0.0},
        gaze=(number("gaze_yaw"), number("gaze_pitch")),
        head=(number("head_yaw"), number("head_pitch"), number("head_roll")),
        iris=number("iris", empty=1.0),
    )
