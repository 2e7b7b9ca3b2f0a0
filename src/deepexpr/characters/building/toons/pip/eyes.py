"""Pip's eyes: oval dots with a painted gleam, and lids that show when they move."""

import numpy as np

from deepexpr.characters.building.rig_source import EyeSource
from deepexpr.characters.building.toons.kit.ball_eye import (
    BallEye,
    eye_axes,
    polar_sphere,
)
from deepexpr.characters.building.toons.kit.brow import (
    BROW_SIDES,
    BrowGains,
    SurfaceBrow,
)
from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.eyelid import Eyelid, LidGains, LidShape
from deepexpr.characters.building.toons.kit.meshes import tube_mesh
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.sides import SIDES, Side, side_sign
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    smooth_step,
    vector,
)
from deepexpr.characters.building.toons.pip import palette

_LID_SHAPE = LidShape(
    upper_deg=80,
    lower_deg=-84,
    closed_deg=-20,
    upper_span_deg=112,
    lower_span_deg=90,
    shell=(1.12, 1.11, 1.19),
    inner=1.03,
    closed_lift=0.10,
)
_LID_GAINS = LidGains(
    tilt=22,
    sad=24,
    drop=30,
    wide=6,
    squint=40,
    cheek=52,
    smile=8,
    inner_raise=-16,
    look=20,
)
_BROW_OUTLINE = ((0.17, 0.545), (0.28, 0.60), (0.40, 0.60), (0.51, 0.555))
_BROW_GAINS = BrowGains(down=0.17, inner=0.15, sad=0.10, outer=0.14, pinch=0.05)
_GLEAM_YAW_DEG, _GLEAM_PITCH_DEG = 22.0, 30.0
_GLEAM_ANGLE = 0.23  # half angle in radians, seen from the middle of the eye
_WHITE = (1.50, 1.85)
"""Angles from the gaze, in radians, between which the ball is white; at rest the
socket hides them."""

_DRAWN = ((0.0, *_WHITE, 2.4), (0.0, 0.38, 1.02, 1.9))
"""Angles of rings at rest, and where pupilSmall draws them."""

_SWELLING = 1.20
"""Size at full pupilSmall; without it the eye would shrink on the way there."""

_POLAR = np.r_[
    np.linspace(1e-3, 1.0, 22),
    np.linspace(1.06, 1.44, 6),
    np.linspace(1.48, 1.52, 3),
    np.linspace(1.57, 1.80, 7),
    np.linspace(1.83, 1.87, 3),
    np.linspace(1.92, 2.40, 9),
]
_MERIDIANS = 60
_GROWTH = (0.20, 0.27, 0.05)  # share by which each half axis grows when wide


def eye_parts(surface: RadialSurface) -> list[ToonPart]:
    """Lids and brows, left before right."""
    return [part for side in SIDES for part in _parts_of(surface, side)]


def eyeballs(surface: RadialSurface) -> tuple[EyeSource, ...]:
    """The two eyeballs; eyeWide makes them grow."""
    return tuple(_eyeball(_ball(surface, side)) for side in SIDES)


def _eyeball(eye: BallEye) -> EyeSource:
    """A dark ball whose gleam is painted on, so that it turns with the gaze.

    Behind the rim of the socket lies a white band that pupilSmall draws into view.
    """
    sphere = polar_sphere(_POLAR, _MERIDIANS)
    directions = sphere.vertices
    tilt = rotation("y", -_GLEAM_YAW_DEG) @ rotation("x", -_GLEAM_PITCH_DEG)
    from_gleam = np.arccos(np.clip(directions @ tilt[:, 2], -1, 1)) / _GLEAM_ANGLE
    angle = np.arccos(np.clip(directions[:, 2], -1, 1))
    white = (angle > _WHITE[0]) & (angle < _WHITE[1])
    gleam = np.maximum(smooth_step(1.08, 0.92, from_gleam), white)
    return EyeSource(
        side=eye.side,
        centre=eye.centre,
        radii=eye.radii,
        axes=eye.axes,
        directions=directions,
        triangles=sphere.triangles,
        colours=blend(uniform(palette.EYE, len(directions)), palette.WHITE, gleam),
        sclera=palette.EYE,
        targets={
            "pupilSmall": _drawn_forward(directions),
            f"eyeWide{eye.side}": directions * (1 + vector(*_GROWTH)),
        },
    )


def _drawn_forward(directions: FloatArray) -> FloatArray:
    """Directions (n, 3) with the dark front gathered and the white band around it."""
    angle = np.arccos(np.clip(directions[:, 2], -1, 1))
    drawn = np.interp(angle, *_DRAWN)
    scale = np.sin(drawn) / np.maximum(np.sin(angle), 1e-6)
    moved = vector(directions[:, 0] * scale, directions[:, 1] * scale, np.cos(drawn))
    return moved * _SWELLING


def _ball(surface: RadialSurface, side: Side) -> BallEye:
    place = surface.front(side_sign(side) * 0.335, 0.20)
    normal = surface.normals(place)
    return BallEye(
        side=side,
        centre=place - normal * 0.035,
        radii=vector(0.125, 0.185, 0.105),
        axes=eye_axes(
            side,
            yaw_deg=float(np.degrees(np.arctan2(abs(normal[0]), normal[2]))),
            pitch_deg=float(np.degrees(np.arcsin(normal[1]))),
        ),
    )


def _parts_of(surface: RadialSurface, side: Side) -> list[ToonPart]:
    eye = _ball(surface, side)
    upper = Eyelid(eye, _LID_SHAPE, _LID_GAINS, upper=True)
    lower = Eyelid(eye, _LID_SHAPE, _LID_GAINS, upper=False)
    brow = SurfaceBrow(
        surface=surface,
        side=side,
        outline=_BROW_OUTLINE,
        radius=0.040,
        lift=0.03,
        flatness=0.8,
        gains=_BROW_GAINS,
    )
    lid_colour = palette.SHELL * 0.97
    return [
        ToonPart(
            name=f"upper lid {side}",
            mesh=upper.rest(),
            material="vinyl",
            colours=upper.colours(lid_colour, palette.INK, 1.0, 12),
            posed=lambda control: upper.posed({control: 1.0}),
            lid=upper,
        ),
        ToonPart(
            name=f"lower lid {side}",
            mesh=lower.rest(),
            material="vinyl",
            colours=lower.colours(lid_colour, palette.INK, 0.0, 1),
            posed=lambda control: lower.posed({control: 1.0}),
            lid=lower,
        ),
        ToonPart(
            name=f"brow {side}",
            mesh=tube_mesh(brow.posed({}), BROW_SIDES),
            material="ink",
            colours=palette.INK,
            posed=lambda control: brow.posed({control: 1.0}),
        ),
    ]
