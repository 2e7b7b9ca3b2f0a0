"""Eyeballs: ellipsoids whose iris slides over them by rotating the unit sphere."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.rig_source import EyeSource, MaterialSource
from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.meshes import Mesh, grid_triangles, outward
from deepexpr.characters.building.toons.kit.sides import Side, side_sign
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    smooth_step,
    vector,
)

_MERIDIANS = 48
_PUPIL_BLACK = 0.008


@dataclass(frozen=True, slots=True)
class BallEye:
    """Place and shape of one eyeball, and the frame on which its lids are hinged.

    Attributes:
        side: the subject's own side.
        centre: (3,) centre of the ball.
        radii: (3,) half axes across, up and forward.
        axes: (3, 3) columns are those axes in the rig's frame.
    """

    side: Side
    centre: FloatArray
    radii: FloatArray
    axes: FloatArray

    @property
    def sign(self) -> int:
        """1 on the subject's left, -1 on the right."""
        return side_sign(self.side)

    def place(self, directions: FloatArray) -> FloatArray:
        """Positions (n, 3) in the rig of points (n, 3) given in units of the radii."""
        return np.asarray((directions * self.radii) @ self.axes.T + self.centre)

    def locate(self, points: FloatArray) -> FloatArray:
        """Inverse of `place`."""
        return np.asarray((points - self.centre) @ self.axes / self.radii)


def eye_axes(
    side: Side, yaw_deg: float, pitch_deg: float, cant_deg: float = 0.0
) -> FloatArray:
    """Axes (3, 3) of an eye turned outwards, upwards and slanted, mirrored by side."""
    sign = side_sign(side)
    outwards = rotation("y", sign * yaw_deg)
    return outwards @ rotation("x", -pitch_deg) @ rotation("z", sign * cant_deg)


def iris_sphere() -> Mesh:
    """Unit sphere around +z, dense where an iris may lie, open at the back."""
    polar = np.r_[np.linspace(1e-3, 0.9, 40), np.linspace(0.92, 2.3, 16)]
    return polar_sphere(polar, _MERIDIANS)


def polar_sphere(polar: FloatArray, meridians: int) -> Mesh:
    """Unit sphere around +z.

    Args:
        polar: angles of its rings from +z in radians, rising from just above 0.
        meridians: vertices of a ring.
    """
    azimuth = np.linspace(0, 2 * np.pi, meridians, endpoint=False)
    tilt, turn = np.meshgrid(polar, azimuth, indexing="ij")
    directions = vector(
        np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)
    ).reshape(-1, 3)
    triangles = grid_triangles(len(polar), meridians, wrap=True)
    return Mesh(directions, outward(directions, triangles))


def painted_iris(
    directions: FloatArray, material: MaterialSource, sclera: FloatArray
) -> FloatArray:
    """Colours (n, 3) of an eyeball with iris and pupil, for viewers without our shader.

    Args:
        directions: (n, 3) unit vectors; the iris lies around +z.
        material: the eye's iris and pupil.
        sclera: (3,) colour of the white.
    """
    share = np.arccos(np.clip(directions[:, 2], -1, 1)) / material.iris_angle
    outer, inner = np.array(material.iris_colour), np.array(material.iris_inner_colour)
    iris = blend(inner, outer, smooth_step(material.pupil_ratio, 1, share))
    iris = iris * (1 - 0.5 * smooth_step(0.80, 1, share))[:, None]
    if material.pupil_ratio > 0:
        rim = material.pupil_ratio
        outside = smooth_step(rim - 0.03, rim + 0.05, share)
        iris = blend(np.full(3, _PUPIL_BLACK), iris, outside)
    return blend(iris, uniform(sclera, len(directions)), smooth_step(0.96, 1.03, share))


def small_pupil(directions: FloatArray) -> FloatArray:
    """Directions (n, 3) with the iris drawn together around +z to two thirds."""
    polar = np.arccos(np.clip(directions[:, 2], -1, 1))
    drawn = polar * (1 - 0.355 * np.exp(-((polar / 1.1) ** 4)))
    scale = np.sin(drawn) / np.maximum(np.sin(polar), 1e-6)
    return vector(directions[:, 0] * scale, directions[:, 1] * scale, np.cos(drawn))


def eye_source(
    eye: BallEye,
    axes: FloatArray,
    material: MaterialSource,
    sclera: FloatArray,
    targets: Mapping[str, FloatArray] | None = None,
) -> EyeSource:
    """An eyeball whose iris rests at its third axis.

    Args:
        eye: the ball.
        axes: (3, 3) axes of the ball in the rig; for a round ball they may differ from
            those that carry the lids.
        material: iris and pupil, for the painted colours.
        sclera: (3,) colour of the white.
        targets: morph targets, name to (k, 3) directions on `iris_sphere`.
    """
    sphere = iris_sphere()
    return EyeSource(
        side=eye.side,
        centre=eye.centre,
        radii=eye.radii,
        axes=axes,
        directions=sphere.vertices,
        triangles=sphere.triangles,
        colours=painted_iris(sphere.vertices, material, sclera),
        sclera=sclera,
        targets=dict(targets or {}),
    )
