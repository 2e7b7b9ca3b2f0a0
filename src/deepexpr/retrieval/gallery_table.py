"""The pose table of a gallery: poses.csv, one row a pose."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from deepexpr.core.errors import GalleryError
from deepexpr.core.expression import EXPRESSIONS, Expression

FIXED_COLUMNS = (
    "id", "label", "source", "strength", "gaze_yaw", "gaze_pitch", "head_yaw",
    "head_pitch", "head_roll", "iris",
)  # fmt: skip
"""Columns before the control columns, in table order."""


@dataclass(frozen=True, slots=True)
class GalleryPose:
    """One pose of a gallery, as rig weights.

    Attributes:
        id: unique name within the gallery.
        label: expression that it shows.
        source: ids of the key poses that it lies between.
        strength: how far it lies from neutral, 0 to 1.
        weights: rig control name to weight, without controls at rest.
        gaze: (yaw, pitch) of the eyes in degrees; yaw above 0 turns to the subject's
            left, pitch above 0 goes down.
        head: (yaw, pitch, roll) of the head in degrees; roll above 0 tilts it to the
            subject's left.
        iris: size factor of the iris; 1 as modelled.
    """

    id: str
    label: Expression
    source: tuple[str, ...]
    strength: float
    weights: Mapping[str, float]
    gaze: tuple[float, float] = (0.0, 0.0)
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    iris: float = 1.0


class GalleryTable:
    """The rows of a pose table; numbers are read when a pose is asked for.

    Attributes:
        ids: pose ids in row order.
        labels: expressions in row order.
        controls: names of the control columns.
    """

    def __init__(self, text: str, name: str) -> None:
        """Read a table.

        Args:
            text: the CSV text.
            name: what to call the table in error messages.

        Raises:
            GalleryError: if a column is missing, a row is cut short, an id is repeated
                or a label is unknown.
        """
        self._name = name
        try:
            header, *self._rows = list(csv.reader(io.StringIO(text, newline="")))
        except (csv.Error, ValueError) as error:
            raise self._damaged(f"is no table ({error})") from error
        if tuple(header[: len(FIXED_COLUMNS)]) != FIXED_COLUMNS:
            raise self._damaged(
                f"must begin with the columns {', '.join(FIXED_COLUMNS)}"
            )
        if any(len(row) != len(header) for row in self._rows):
            raise self._damaged("has rows that are longer or shorter than its header")
        self.controls = tuple(header[len(FIXED_COLUMNS) :])
        self.ids = tuple(row[0] for row in self._rows)
        if len(set(self.ids)) != len(self.ids):
            raise self._damaged("names a pose twice")
        if unknown := {row[1] for row in self._rows} - set(EXPRESSIONS):
            raise self._damaged(f"holds unknown labels: {', '.join(sorted(unknown))}")
        self.labels = tuple(Expression(row[1]) for row in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def pose(self, index: int) -> GalleryPose:
        """Return the pose of one row.

        Raises:
            GalleryError: if a cell that should hold a number does not.
        """
        row = self._rows[index]
        try:
            strength, yaw, pitch, *head = (_number(cell) for cell in row[3:9])
            iris = _number(row[9]) if row[9] else 1.0
            weights = {
                control: _number(cell)
                for control, cell in zip(self.controls, row[10:], strict=True)
                if cell
            }
        except ValueError as error:
            raise self._damaged(f"holds a wrong number in row {index + 2}") from error
        return GalleryPose(
            id=row[0],
            label=Expression(row[1]),
            source=tuple(row[2].split(";")) if row[2] else (),
            strength=strength,
            weights={control: weight for control, weight in weights.items() if weight},
            gaze=(yaw, pitch),
            head=(head[0], head[1], head[2]),
            iris=iris,
        )

    def _damaged(self, reason: str) -> GalleryError:
        return GalleryError(f"{self._name}: {reason}; build the gallery again")


def table_text(poses: Sequence[GalleryPose], controls: Sequence[str]) -> str:
    """Write poses as CSV text.

    Args:
        poses: the rows.
        controls: control columns in order; every control that a pose moves.

    Returns:
        The table; cells at rest are empty, numbers have at most five decimals.

    Raises:
        GalleryError: if a pose moves a control that has no column.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIXED_COLUMNS, *controls])
    known = set(controls)
    for pose in poses:
        if missing := set(pose.weights) - known:
            raise GalleryError(
                f"pose {pose.id!r} moves {', '.join(sorted(missing))}, which the "
                "gallery has no column for"
            )
        numbers = (pose.strength, *pose.gaze, *pose.head)
        weights = (pose.weights.get(control, 0.0) for control in controls)
        writer.writerow(
            [
                pose.id,
                pose.label,
                ";".join(pose.source),
                *(_cell(number) for number in numbers),
                "" if pose.iris == 1 else _cell(pose.iris),
                *(_cell(weight) for weight in weights),
            ]
        )
    return text.getvalue()


def _number(cell: str) -> float:
    number = float(cell) if cell else 0.0
    if not isfinite(number):
        raise ValueError(cell)
    return number


def _cell(number: float) -> str:
    return f"{number:.5f}".rstrip("0").rstrip(".") if abs(number) >= 5e-6 else ""
