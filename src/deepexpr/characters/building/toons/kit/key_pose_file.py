"""Key poses of a toon, written by hand as TOML.

A table per pose, `[expression.name]`, with its control `weights` and optionally `gaze`
(yaw, pitch) and `head` (yaw, pitch, roll) in degrees. A sided control may be named
without its side: then it acts on both.
"""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from deepexpr.characters.building.toons.kit.sides import SIDES
from deepexpr.characters.pose import KeyPose, Pose
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import Expression

_AUTHOR = "DeepExpr"


def key_poses_of(package: str, controls: Sequence[str]) -> tuple[KeyPose, ...]:
    """Read `key_poses.toml` of a toon's package.

    Args:
        package: import name of the toon's package.
        controls: the toon's control names.
    """
    text = files(package).joinpath("key_poses.toml").read_text("utf-8")
    return read_key_poses(text, controls)


def read_key_poses(text: str, controls: Sequence[str]) -> tuple[KeyPose, ...]:
    """Read the key poses of a toon, in file order.

    Args:
        text: TOML as described above.
        controls: the toon's control names.

    Raises:
        CharacterError: if an expression or a control is not known.
    """
    key_poses: list[KeyPose] = []
    for label, poses in tomllib.loads(text).items():
        if label not in list(Expression):
            known = ", ".join(Expression)
            raise CharacterError(f"expression {label!r} is none of {known}")
        for name, entry in poses.items():
            identifier = f"{label}-{name}"
            pose = _pose(identifier, entry, controls)
            key_poses.append(
                KeyPose(identifier, Expression(label), _AUTHOR, None, pose)
            )
    return tuple(key_poses)


def _pose(identifier: str, entry: Mapping[str, Any], controls: Sequence[str]) -> Pose:
    yaw, pitch = entry.get("gaze", (0.0, 0.0))
    head_yaw, head_pitch, head_roll = entry.get("head", (0.0, 0.0, 0.0))
    weights: dict[str, float] = {}
    for name, weight in entry.get("weights", {}).items():
        sided = [name + side for side in SIDES]
        targets = [name] if name in controls else sided
        if not set(targets) <= set(controls):
            raise CharacterError(f"key pose {identifier!r} uses {name!r}, no control")
        weights |= dict.fromkeys(targets, float(weight))
    return Pose(
        weights,
        gaze=(float(yaw), float(pitch)),
        head=(float(head_yaw), float(head_pitch), float(head_roll)),
    )
