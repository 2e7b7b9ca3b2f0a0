"""What Mumbo has in his mouth: blunt felt teeth and a broad tongue."""

from collections.abc import Callable

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
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    unit,
    vector,
)
from deepexpr.characters.building.toons.mumbo import palette

_UPPER_TEETH = ((-0.30, 0.13, 0.105), (0.30, 0.13, 0.105))
_LOWER_TEETH = ((-0.47, 0.10, 0.085), (0.0, 0.085, 0.085), (0.47, 0.10, 0.085))
"""Each tooth: place across the lip, half height, half width."""

_TOOTH_INSET = 0.17
_ROOT = 0.30
"""How far an upper tooth reaches into the gum, so that no lip bares its end."""

_LIP_SHARE = 0.5  # share of a raised lip's way that the tooth below it goes along
_ROUNDED = {"mouthPucker": 1.0, "mouthFunnel": 0.45}
_NARROWING, _RETREAT = 0.45, 0.10
"""How rounded lips draw the teeth together, as a share of their distance from the
middle, and back."""

_TONGUE_SIDES = 20


def mouth_parts(rig: FaceRig) -> list[ToonPart]:
    """Teeth and tongue."""
    follow = _follower(rig)
    upper = [
        ToonPart(
            f"upper tooth {number}",
            mesh,
            "tooth",
            palette.TOOTH,
            posed=_withdrawn(
                mesh.vertices, upwards=0.24, otherwise=_raised(rig, mesh.vertices)
            ),
        )
        for number, mesh in enumerate(_teeth(rig.head, _UPPER_TEETH, -0.03, _ROOT))
    ]
    lower = [
        ToonPart(
            f"lower tooth {number}",
            mesh,
            "tooth",
            palette.TOOTH,
            posed=_withdrawn(
                mesh.vertices, upwards=-0.20, otherwise=follow(mesh.vertices)
            ),
        )
        for number, mesh in enumerate(_teeth(rig.head, _LOWER_TEETH, -0.09))
    ]
    return [*upper, *lower, _tongue(rig, follow)]


def _follower(
    rig: FaceRig,
) -> Callable[[FloatArray], Callable[[str], FloatArray]]:
    """Rig of whatever rests on the jaw."""

    def follow(vertices: FloatArray) -> Callable[[str], FloatArray]:
        def posed(control: str) -> FloatArray:
            if split_side(control)[0] == "mouthLowerDown":
                return vertices + vector(0, -0.03, 0)
            if rig.jaw is None:
                return vertices
            return vertices + rig.jaw.carried(vertices, control)

        return posed

    return follow


def _withdrawn(
    vertices: FloatArray,
    upwards: float,
    otherwise: Callable[[str], FloatArray],
) -> Callable[[str], FloatArray]:
    """Rig of a tooth that makes way where the lips are rounded.

    Args:
        vertices: (n, 3) at rest.
        upwards: how far a pucker draws it up behind the lip; below 0 down.
        otherwise: its rig under the other controls.
    """

    def posed(control: str) -> FloatArray:
        share = _ROUNDED.get(control)
        if share is None:
            return otherwise(control)
        inwards = -_NARROWING * share * vertices[:, 0].mean()
        return vertices + vector(inwards, upwards * share, -_RETREAT * share)

    return posed


def _raised(rig: FaceRig, vertices: FloatArray) -> Callable[[str], FloatArray]:
    """Rig of an upper tooth: it goes some way with the lip before it."""
    head = rig.head
    columns = np.flatnonzero(head.is_upper)
    beside = np.abs(head.rest_points[0, columns, 0] - vertices[:, 0].mean())
    lip = head.vertex_number(0, int(columns[np.argmin(beside)]))

    def posed(control: str) -> FloatArray:
        if split_side(control)[0] not in ("mouthUpperUp", "noseSneer"):
            return vertices
        rise = float(rig.displacement_at(control, lip)[1])
        return vertices + vector(0, _LIP_SHARE * rise, 0)

    return posed


def _teeth(
    head: SlitHead,
    teeth: tuple[tuple[float, float, float], ...],
    height: float,
    root: float = 0.0,
) -> list[Mesh]:
    """Pegs that stand on the lip line, turned along it, with roots above them."""
    peg = upright_ball(16, 18, (0.55, 0.7))
    meshes = []
    for across, half_height, half_width in teeth:
        place = _on_lip(head, across)
        normal = head.surface.normals(place)
        turn_deg = float(np.degrees(np.arctan2(normal[0], normal[2])))
        shape = peg.vertices * [half_width, half_height, half_width * 0.55]
        shape[:, 1] += root * (peg.vertices[:, 1] > 0)
        inset = normal * [1, 0, 1] * -_TOOTH_INSET
        centre = place + inset + vector(0, height, 0)
        triangles = outward(shape, peg.triangles)
        meshes.append(Mesh(shape @ rotation("y", turn_deg).T + centre, triangles))
    return meshes


def _on_lip(head: SlitHead, across: float) -> FloatArray:
    """Point (3,) of the upper lip line with a given x."""
    line = head.rest_points[0][: head.columns // 2 + 1]
    line = line[np.argsort(line[:, 0])]
    return vector(
        across,
        np.interp(across, line[:, 0], line[:, 1]),
        np.interp(across, line[:, 0], line[:, 2]),
    )


def _tongue(
    rig: FaceRig, follow: Callable[[FloatArray], Callable[[str], FloatArray]]
) -> ToonPart:
    _, y, z = rig.head.upper_lip_middle
    share, profile = capsule_profile(26, 0.16)
    inside = bezier(
        [
            [0, y - 0.16, z - 0.95],
            [0, y - 0.12, z - 0.65],
            [0, y - 0.02, z - 0.40],
            [0, y - 0.10, z - 0.16],
        ],
        share,
    )
    outside = bezier(
        [
            [0, y - 0.16, z - 0.85],
            [0, y - 0.02, z - 0.35],
            [0, y + 0.14, z + 0.22],
            [0, y - 0.30, z + 0.30],
            [0, y - 0.52, z + 0.12],
        ],
        share,
    )
    resting = tube(
        inside,
        _top_side(inside),
        0.34 * profile * (1 - 0.15 * share),
        0.10 * profile,
        _TONGUE_SIDES,
    )
    out = tube(
        outside,
        _top_side(outside),
        0.27 * profile * (1 - 0.08 * share),
        0.065 * profile,
        _TONGUE_SIDES,
    )
    leaving = bezier(
        [
            [0, y - 0.16, z - 0.90],
            [0, y - 0.10, z - 0.50],
            [0, y + 0.10, z - 0.02],
            [0, y - 0.10, z + 0.20],
            [0, y - 0.22, z + 0.13],
        ],
        share,
    )
    halfway = tube(
        leaving,
        _top_side(leaving),
        0.28 * profile * (1 - 0.10 * share),
        0.065 * profile,
        _TONGUE_SIDES,
    )
    with_jaw = follow(resting)

    def posed(control: str) -> FloatArray:
        return out if control == "tongueOut" else with_jaw(control)

    groove = 0.8 * np.exp(-((np.abs(resting[:, 0]) / 0.34 / 0.16) ** 2))
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
