"""Rusk's eyes: large and green, slanted, with furry lids and dark brows."""

import numpy as np

from deepexpr.characters.building.rig_source import EyeSource
from deepexpr.characters.building.toons.kit.ball_eye import (
    BallEye,
    eye_axes,
    eye_source,
    iris_sphere,
    small_pupil,
)
from deepexpr.characters.building.toons.kit.brow import (
    BROW_SIDES,
    BrowGains,
    SurfaceBrow,
)
from deepexpr.characters.building.toons.kit.eyelid import Eyelid, LidGains, LidShape
from deepexpr.characters.building.toons.kit.meshes import tube_mesh
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.sides import SIDES, Side, side_sign
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import rotation, vector
from deepexpr.characters.building.toons.rusk import palette

_RADIUS = 0.285
_CROSS_DEG = 1.0  # the eyes look a little towards each other
_LID_SHAPE = LidShape(
    upper_deg=42,
    lower_deg=-46,
    closed_deg=-17,
    upper_span_deg=120,
    lower_span_deg=100,
)
_LID_GAINS = LidGains(tilt=15, sad=21, drop=15, wide=24, squint=17, cheek=19, smile=7)
_BROW_OUTLINE = ((0.14, 0.585), (0.26, 0.675), (0.44, 0.695), (0.60, 0.59))
_BROW_GAINS = BrowGains(down=0.17, inner=0.13, sad=0.10, outer=0.085, pinch=0.055)


def eye_parts(surface: RadialSurface) -> list[ToonPart]:
    """Lids and brows, left before right."""
    return [part for side in SIDES for part in _parts_of(surface, side)]


def eyeballs(surface: RadialSurface) -> tuple[EyeSource, ...]:
    """The two eyeballs."""
    targets = {"pupilSmall": small_pupil(iris_sphere().vertices)}
    return tuple(
        eye_source(
            _ball(surface, side),
            rotation("y", -side_sign(side) * _CROSS_DEG),
            palette.MATERIALS["eye"],
            palette.SCLERA,
            targets,
        )
        for side in SIDES
    )


def _ball(surface: RadialSurface, side: Side) -> BallEye:
    return BallEye(
        side=side,
        centre=surface.front(side_sign(side) * 0.37, 0.21) + vector(0, 0, -0.10),
        radii=np.full(3, _RADIUS),
        axes=eye_axes(side, yaw_deg=12, pitch_deg=2, cant_deg=7),
    )


def _parts_of(surface: RadialSurface, side: Side) -> list[ToonPart]:
    eye = _ball(surface, side)
    upper = Eyelid(eye, _LID_SHAPE, _LID_GAINS, upper=True)
    lower = Eyelid(eye, _LID_SHAPE, _LID_GAINS, upper=False)
    brow = SurfaceBrow(
        surface=surface,
        side=side,
        outline=_BROW_OUTLINE,
        radius=0.056,
        lift=0.022,
        flatness=0.75,
        gains=_BROW_GAINS,
        taper=0.45,
        fullness=1.12,
    )
    return [
        ToonPart(
            name=f"upper lid {side}",
            mesh=upper.rest(),
            material="fur",
            colours=upper.colours(palette.FUR, palette.UPPER_LID_LINE, 0.95, 6),
            posed=lambda control: upper.posed({control: 1.0}),
            lid=upper,
        ),
        ToonPart(
            name=f"lower lid {side}",
            mesh=lower.rest(),
            material="fur",
            colours=lower.colours(palette.FUR, palette.LOWER_LID_LINE, 0.55, 1),
            posed=lambda control: lower.posed({control: 1.0}),
            lid=lower,
        ),
        ToonPart(
            name=f"brow {side}",
            mesh=tube_mesh(brow.posed({}), BROW_SIDES),
            material="brow",
            colours=palette.DARK,
            posed=lambda control: brow.posed({control: 1.0}),
        ),
    ]
