"""Eyeballs: a bowl of a sphere with the iris painted on its vertices."""

import numpy as np

from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.geometry import Floats, smooth_step
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.plan import EyePlan
from deepexpr.characters.building.rig_source import EyeSource, Points, Triangles

_COLUMNS = 36
_REACH = 0.78 * np.pi
"""Angle from the gaze axis at which the bowl ends, radians: a popped eye that looks far
aside from a turned head still fills its socket."""


def eye_sources(rig: HeadRig, plan: EyePlan) -> list[EyeSource]:
    """Both eyes, left first."""
    angles = _ring_angles(plan)
    directions, triangles = _bowl(angles)
    return [
        EyeSource(
            side="Left" if sign > 0 else "Right",
            centre=rig.eye_centres[side],
            radii=np.full(3, plan.radius),
            axes=np.eye(3),
            directions=directions,
            triangles=triangles,
            colours=_painted(directions, plan),
            sclera=linear_rgb(plan.sclera),
        )
        for side, sign in SIDES
    ]


def _ring_angles(plan: EyePlan) -> Floats:
    """Angles of the rings; close together at the rims of pupil and iris."""
    iris, pupil = plan.iris_angle, plan.iris_angle * plan.pupil_ratio
    return np.concatenate(
        [
            [0.0],
            np.linspace(pupil * 0.5, pupil * 0.94, 2),
            [pupil * 1.06],
            np.linspace(pupil * 1.06, iris * 0.97, 7)[1:],
            [iris * 1.04],
            np.linspace(iris * 1.04, _REACH, 11)[1:],
        ]
    )


def _bowl(angles: Floats) -> tuple[Points, Triangles]:
    """Rings of unit directions around +z; the first angle is the pole."""
    around = np.arange(_COLUMNS) / _COLUMNS * 2 * np.pi
    rings = [np.array([[0.0, 0.0, 1.0]])]
    for angle in angles[1:]:
        circle = np.column_stack([np.cos(around), np.sin(around), np.zeros(_COLUMNS)])
        rings.append(np.sin(angle) * circle + [0, 0, np.cos(angle)])
    this, following = np.arange(_COLUMNS), (np.arange(_COLUMNS) + 1) % _COLUMNS
    triangles = [np.stack([np.zeros(_COLUMNS, int), 1 + this, 1 + following], axis=1)]
    for ring in range(len(angles) - 2):
        inner, outer = 1 + ring * _COLUMNS, 1 + (ring + 1) * _COLUMNS
        triangles += [
            np.stack([inner + this, outer + this, outer + following], axis=1),
            np.stack([inner + this, outer + following, inner + following], axis=1),
        ]
    return np.concatenate(rings), np.concatenate(triangles).astype(np.int64)


def _painted(directions: Points, plan: EyePlan) -> Points:
    """Linear RGB (k, 3): pupil, iris lit from the side opposite the light, white."""
    from_axis = np.arccos(np.clip(directions[:, 2], -1, 1)) / plan.iris_angle
    rim, inner = linear_rgb(plan.iris[0]), linear_rgb(plan.iris[1])
    outwards = smooth_step(plan.pupil_ratio, 1, from_axis)[:, None]
    depth = -directions[:, 1] / np.sin(plan.iris_angle)
    light = 0.55 + 0.75 * smooth_step(-0.6, 0.9, depth)
    ring = 1 - 0.72 * smooth_step(0.78, 1, from_axis)
    iris = (inner * (1 - outwards) + rim * outwards) * (light * ring)[:, None]
    ratio = plan.pupil_ratio
    pupil = 1 - smooth_step(ratio - 0.03, ratio + 0.06, from_axis)[:, None]
    iris = iris * (1 - pupil) + 0.008 * pupil
    inside = 1 - smooth_step(0.97, 1.04, from_axis)[:, None]
    painted: Points = linear_rgb(plan.sclera) * (1 - inside) + iris * inside
    return painted
