"""What Rusk has in its mouth: four small fangs and a tongue."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.curves import bezier, capsule_profile
from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.meshes import (
    Mesh,
    outward,
    tube,
    tube_mesh,
    upright_ball,
)
from deepexpr.characters.building.toons.kit.sides import split_side
from deepexpr.characters.building.toons.kit.slit_head import SlitHead
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import FloatArray, unit, vector
from deepexpr.characters.building.toons.rusk import palette

_JAW_CONTROLS = ("jawOpen", "mouthClose", "jawForward", "jawLeft", "jawRight")
_LIP_CONTROLS = ("mouthSmile", "mouthShrugLower", "mouthFrown")
_UPPER_LIP_CONTROLS = ("mouthUpperUp", "noseSneer")
_ROUNDING_CONTROLS = ("mouthPucker", "mouthFunnel")
_NARROWING = vector(1.35, 1.0, 1.0)  # keeps fangs between lips that are rounded
_LIP_SHARE = 0.6  # share of the lip's motion that teeth and tongue follow
_TONGUE_SIDES = 18


@dataclass(frozen=True, slots=True)
class _Fang:
    """One tooth.

    Attributes:
        across: place across the lip.
        height: of its middle above the lip line.
        half_size: half width and half height.
        inset: how far it stands behind the lip line.
    """

    across: float
    height: float
    half_size: tuple[float, float]
    inset: float


_UPPER_FANGS = tuple(_Fang(x, 0.0, (0.034, 0.085), 0.10) for x in (-0.225, 0.225))
_LOWER_FANGS = tuple(_Fang(x, -0.07, (0.028, 0.050), 0.15) for x in (-0.18, 0.18))


def mouth_parts(rig: FaceRig) -> list[ToonPart]:
    """Fangs and tongue."""
    upper = [
        _fang_part(rig, f"upper fang {number}", fang, upper=True)
        for number, fang in enumerate(_UPPER_FANGS)
    ]
    lower = [
        _fang_part(rig, f"lower fang {number}", fang, upper=False)
        for number, fang in enumerate(_LOWER_FANGS)
    ]
    return [*upper, *lower, _tongue(rig)]


def _fang_part(rig: FaceRig, name: str, fang: _Fang, *, upper: bool) -> ToonPart:
    mesh = _fang_mesh(rig.head, fang, upper=upper)
    posed = _follow_lip(rig, mesh.vertices, upper=upper)
    return ToonPart(name, mesh, "tooth", palette.TOOTH, posed)


def _follow_lip(
    rig: FaceRig, vertices: FloatArray, *, upper: bool
) -> Callable[[str], FloatArray]:
    """Rig of whatever stands on the upper lip, or on the jaw and the lower lip."""
    quarter = 1 if upper else 3
    lip = rig.head.vertex_number(0, quarter * rig.head.columns // 4)
    nearest = _nearest_lip_vertex(rig.head, vertices, upper=upper)
    followed = _LIP_CONTROLS + (_UPPER_LIP_CONTROLS if upper else ())

    def posed(control: str) -> FloatArray:
        if control in _JAW_CONTROLS and rig.jaw is not None:
            return vertices if upper else vertices + rig.jaw.carried(vertices, control)
        if control in _ROUNDING_CONTROLS:
            return vertices + rig.displacement_at(control, nearest) * _NARROWING
        if split_side(control)[0] in followed:
            return vertices + _LIP_SHARE * rig.displacement_at(control, lip)
        return vertices

    return posed


def _nearest_lip_vertex(head: SlitHead, vertices: FloatArray, *, upper: bool) -> int:
    """Number of the lip line's vertex before the middle of a part."""
    columns = np.flatnonzero(head.is_upper if upper else head.is_lower)
    across = head.rest_points[0, columns, 0] - vertices[:, 0].mean()
    return head.vertex_number(0, int(columns[np.argmin(np.abs(across))]))


def _fang_mesh(head: SlitHead, fang: _Fang, *, upper: bool) -> Mesh:
    """A rounded peg that narrows towards its tip."""
    peg = upright_ball(12, 14)
    towards_tip = -peg.vertices[:, 1] if upper else peg.vertices[:, 1]
    narrowing = 1 - 0.55 * np.clip(towards_tip, 0, 1) ** 1.5
    half_width, half_height = fang.half_size
    shape = peg.vertices * [half_width, half_height, half_width]
    shape[:, [0, 2]] *= narrowing[:, None]
    place = _on_lip(head, fang.across)
    inset = head.surface.normals(place) * [0.4, 0, 1] * -fang.inset
    vertices = shape + place + inset + vector(0, fang.height, 0)
    return Mesh(vertices, outward(vertices, peg.triangles))


def _on_lip(head: SlitHead, across: float) -> FloatArray:
    """Point (3,) of the upper lip line with a given x."""
    line = head.rest_points[0][: head.columns // 2 + 1][::-1]
    y, z = (np.interp(across, line[:, 0], line[:, axis]) for axis in (1, 2))
    return vector(across, y, z)


def _tongue(rig: FaceRig) -> ToonPart:
    _, lip_y, z = rig.head.upper_lip_middle
    y = lip_y - 0.02
    share, profile = capsule_profile(24, 0.18)
    inside = bezier(
        [
            [0, y - 0.10, z - 0.62],
            [0, y - 0.06, z - 0.42],
            [0, y - 0.02, z - 0.42],
            [0, y - 0.085, z - 0.27],
        ],
        share,
    )
    outside = bezier(
        [
            [0, y - 0.10, z - 0.55],
            [0, y - 0.02, z - 0.20],
            [0, y + 0.05, z + 0.14],
            [0, y - 0.18, z + 0.16],
            [0, y - 0.33, z + 0.02],
        ],
        share,
    )
    resting = tube(
        inside, _top_side(inside), 0.15 * profile, 0.055 * profile, _TONGUE_SIDES
    )
    out = tube(
        outside, _top_side(outside), 0.125 * profile, 0.035 * profile, _TONGUE_SIDES
    )
    leaving = bezier(
        [
            [0, y - 0.10, z - 0.58],
            [0, y - 0.05, z - 0.30],
            [0, y + 0.03, z + 0.02],
            [0, y - 0.06, z + 0.11],
            [0, y - 0.13, z + 0.06],
        ],
        share,
    )
    halfway = tube(
        leaving, _top_side(leaving), 0.13 * profile, 0.035 * profile, _TONGUE_SIDES
    )
    with_jaw = _follow_lip(rig, resting, upper=False)

    def posed(control: str) -> FloatArray:
        return out if control == "tongueOut" else with_jaw(control)

    groove = 0.8 * np.exp(-((np.abs(resting[:, 0]) / 0.025) ** 2))
    return ToonPart(
        name="tongue",
        mesh=tube_mesh(resting, _TONGUE_SIDES),
        material="tongue",
        colours=blend(
            uniform(palette.TONGUE, len(resting)), palette.TONGUE_GROOVE, groove
        ),
        posed=posed,
        halfway={"tongueOut": halfway},
    )


def _top_side(path: FloatArray) -> FloatArray:
    """Directions (k, 3) away from the top side of a tongue that runs along a path."""
    return -unit(np.cross(np.gradient(path, axis=0), vector(-1, 0, 0)))
