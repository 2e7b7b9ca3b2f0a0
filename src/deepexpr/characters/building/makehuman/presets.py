"""Expression presets: what every character of the cast can show, before its own style.

`presets.csv` has one row a preset. Gaze and head angles are degrees (empty is 0), the
iris is a size factor (empty is 1), weights read `browDownBoth=1 jawOpen=.1`, where Both
stands for Left and Right.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deepexpr.characters.pose import Pose
from deepexpr.core.expression import Expression

PRESETS_FILE = Path(__file__).with_name("presets.csv")


@dataclass(frozen=True, slots=True)
class Preset:
    """A pose that shows an expression on any character.

    Attributes:
        expression: what it shows.
        name: unique within the expression.
        pose: weights, gaze, head and iris.
    """

    expression: Expression
    name: str
    pose: Pose


@cache
def presets() -> tuple[Preset, ...]:
    """All presets, eight an expression, in canonical order of the expressions."""
    with PRESETS_FILE.open(newline="", encoding="utf-8") as file:
        return tuple(_preset(row) for row in csv.DictReader(file))


def _preset(row: Mapping[str, str]) -> Preset:
    yaw, pitch, roll = (
        float(row[f"head_{axis}"] or 0) for axis in ("yaw", "pitch", "roll")
    )
    return Preset(
        expression=Expression(row["expression"]),
        name=row["preset"],
        pose=Pose(
            weights=_weights(row["weights"]),
            gaze=(float(row["gaze_yaw"] or 0), float(row["gaze_pitch"] or 0)),
            head=(yaw, pitch, roll),
            iris=float(row["iris"] or 1),
        ),
    )


def _weights(text: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for setting in text.split():
        name, value = setting.split("=")
        plain = name.removesuffix("Both")
        sides = ("",) if plain == name else ("Left", "Right")
        weights |= {plain + side: float(value) for side in sides}
    return weights
