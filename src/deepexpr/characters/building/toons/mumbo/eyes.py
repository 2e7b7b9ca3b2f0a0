"""Mumbo's eyes: ping-pong balls under heavy lids, with brow rolls above them."""

from collections.abc import Mapping

import numpy as np

from deepexpr.characters.building.rig_source import EyeSource
from deepexpr.characters.building.toons.kit.ball_eye import (
    BallEye,
    eye_axes,
    eye_source,
    iris_sphere,
    small_pupil,
)
from deepexpr.characters.building.toons.kit.curves import capsule_profile
from deepexpr.characters.building.toons.kit.eyelid import Eyelid, LidGains, LidShape
from deepexpr.characters.building.toons.kit.meshes import tube, tube_mesh
from deepexpr.characters.building.toons.kit.sides import (
    SIDES,
    Side,
    of_side,
    side_sign,
)
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    unit,
    vector,
)
from deepexpr.characters.building.toons.mumbo import palette

BROW_SIDES = 14
"""Vertices of a section of a brow."""

_RADIUS = 0.345
_CROSS_DEG = 2.0  # the eyes look a little towards each other
_BROW_SHELL = 1.36  # height of the brow's axis in eye radii
_LID_SHAPE = LidShape(
    upper_deg=44,
    lower_deg=-50,
    closed_deg=-14,
    upper_span_deg=150,
    lower_span_deg=120,
)
_LID_GAINS = LidGains(tilt=17, sad=25, drop=15, wide=24, squint=20, cheek=20, smile=6)


def eye_parts() -> list[ToonPart]:
    """Lids and brows, left before right."""
    return [part for side in SIDES for part in _parts_of(side)]


def eyeballs() -> tuple[EyeSource, ...]:
    """The two eyeballs."""
    targets = {"pupilSmall": small_pupil(iris_sphere().vertices)}
    return tuple(
        eye_source(
            _ball(side),
            rotation("y", -side_sign(side) * _CROSS_DEG),
            palette.MATERIALS["eye"],
            palette.SCLERA,
            targets,
        )
        for side in SIDES
    )


def _ball(side: Side) -> BallEye:
    return BallEye(
        side=side,
        centre=vector(side_sign(side) * 0.375, 0.76, 0.46),
        radii=np.full(3, _RADIUS),
        axes=eye_axes(side, yaw_deg=6, pitch_deg=4),
    )


def _parts_of(side: Side) -> list[ToonPart]:
    eye = _ball(side)
    upper = Eyelid(eye, _LID_SHAPE, _LID_GAINS, upper=True)
    lower = Eyelid(eye, _LID_SHAPE, _LID_GAINS, upper=False)
    return [
        ToonPart(
            name=f"upper lid {side}",
            mesh=upper.rest(),
            material="felt",
            colours=upper.colours(palette.SHADE * 1.25, palette.LID_LINE, 0.95, 6),
            posed=lambda control: upper.posed({control: 1.0}),
            lid=upper,
        ),
        ToonPart(
            name=f"lower lid {side}",
            mesh=lower.rest(),
            material="felt",
            colours=lower.colours(palette.SHADE * 1.55, palette.LID_LINE, 0.5, 1),
            posed=lambda control: lower.posed({control: 1.0}),
            lid=lower,
        ),
        ToonPart(
            name=f"brow {side}",
            mesh=tube_mesh(_brow(eye, {}), BROW_SIDES),
            material="brow",
            colours=palette.HAIR,
            posed=lambda control: _brow(eye, {control: 1.0}),
        ),
    ]


def _brow(eye: BallEye, weights: Mapping[str, float]) -> FloatArray:
    """Vertices of a brow that slides over a shell around the eyeball."""
    acting = of_side(weights, eye.side)
    down, sneer = acting.get("browDown", 0.0), acting.get("noseSneer", 0.0)
    inner_up, outer_up = acting.get("browInnerUp", 0.0), acting.get("browOuterUp", 0.0)
    share, profile = capsule_profile(27, 0.16)
    inner, hump = 1 - share, np.sin(np.pi * share)
    across_deg = -40 + 84 * share - down * 9 * inner + inner_up * 2 * inner
    height_deg = (
        (60 + 12 * hump - 2 * share)
        - down * (34 * inner**1.2 + 2)
        + inner_up * (28 * inner**1.3 - 2 * share**1.4)
        + outer_up * (10 + 8 * np.sin(np.pi * np.clip(share + 0.1, 0, 1)))
        - sneer * 8 * inner
    )
    shell = (
        _BROW_SHELL
        + 0.22 * outer_up * (0.5 + 0.5 * hump)
        + 0.17 * inner_up * inner**1.2
        - down * 0.02
    )
    across, height = np.radians(across_deg), np.radians(height_deg)
    directions = vector(
        eye.sign * np.sin(across),
        np.cos(across) * np.sin(height),
        np.cos(across) * np.cos(height),
    )
    axis = eye.centre + directions * (shell * _RADIUS)[:, None]
    width = 0.082 * profile * (1.08 - 0.28 * share)
    upward = unit(directions + vector(0, 0, 0.5))
    return tube(axis, upward, width, width * 0.9, BROW_SIDES)
