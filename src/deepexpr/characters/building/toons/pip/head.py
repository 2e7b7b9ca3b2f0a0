"""Pip's head, which is all of Pip: a glossy egg in a cup, with a drawn mouth."""

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.distance_fields import (
    ellipsoid,
    smooth_union,
)
from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.meshes import Mesh
from deepexpr.characters.building.toons.kit.mouth_grid import MouthGridSpec
from deepexpr.characters.building.toons.kit.mouth_table import (
    LipMotion,
    half_ellipse,
    lip_curve,
    mouth_table,
    still,
)
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.reliefs import (
    Relief,
    both_sides,
    bulge,
    lip_roll,
    pout,
    together,
)
from deepexpr.characters.building.toons.kit.slit_head import (
    LipCurve,
    MouthBag,
    SlitHead,
)
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    gaussian_window,
    smooth_step,
)
from deepexpr.characters.building.toons.pip import palette

RIM_HEIGHT = -0.74
"""Height of the cup's rim."""

_GRID = MouthGridSpec(
    direction=(0, -0.275, 0.95),
    half_width_deg=18,
    columns=104,
    lip_deg=3.0,
    lip_rings=9,
    face_rings=44,
)
_BAG = MouthBag(depth=0.42, height=0.16, narrowing=0.5)
_MOUTH_GAINS = {
    "mouthSmile": 1.35,
    "mouthFrown": 1.35,
    "mouthStretch": 1.5,
    "mouthUpperUp": 1.5,
    "mouthLowerDown": 1.5,
    "mouthPucker": 0.95,
    "mouthShrugLower": 1.3,
    "mouthDimple": 0.9,
    "mouthPress": 2.0,
}


def face() -> FaceRig:
    """Pip's head with everything that its controls do to it."""
    head = SlitHead(
        RadialSurface(_outline, (0, -0.05, 0)), _GRID, _BAG, lip_depth=0.030
    )
    return FaceRig(
        head=head,
        lip_motions=mouth_table(head, _MOUTH_GAINS) | _drawn_mouth(head),
        reliefs=_reliefs(head),
        # what lies below the rim is the cup, which no expression bends
        freedom=smooth_step(-0.72, -0.50, head.rest_points[..., 1]),
    )


def head_part(rig: FaceRig) -> ToonPart:
    """The egg as a part."""
    head = rig.head
    return ToonPart(
        name="head",
        mesh=Mesh(head.vertices, head.triangles),
        material="vinyl",
        colours=_colours(head),
        posed=rig.posed,
    )


def _outline(points: FloatArray) -> FloatArray:
    belly = ellipsoid(points, (0, -0.26, 0), (1.0, 0.90, 0.94))
    crown = ellipsoid(points, (0, 0.22, 0), (0.84, 0.98, 0.80))
    return smooth_union(belly, crown, 0.45)


def _drawn_mouth(head: SlitHead) -> dict[str, LipMotion]:
    """Controls that Pip answers in its own way, having neither jaw nor thick lips."""

    def motion(
        upper: LipCurve, lower: LipCurve, reach_deg: float, decay: float
    ) -> LipMotion:
        return LipMotion(head.lip_displacement(upper, lower), reach_deg, decay)

    closing = head.lip_displacement(lip_curve(-0.12, 0.18), lip_curve(-0.12, -0.9, 0.9))
    return {
        "jawOpen": motion(
            lip_curve(-0.14, 0.34, 0.8), lip_curve(-0.14, -0.88, 0.9), 40, 0.75
        ),
        "mouthClose": LipMotion(-0.95 * closing, 30, 0.75),
        "mouthFunnel": motion(lip_curve(-0.44, 0.32), lip_curve(-0.44, -0.32), 30, 0.5),
        "jawLeft": motion(_shifted(0.10, 0.0), _shifted(0.20, -0.02), 26, 0.9),
        "jawRight": motion(_shifted(-0.10, 0.0), _shifted(-0.20, -0.02), 26, 0.9),
        "mouthRollUpper": motion(lip_curve(0.0, -0.03), still, 14, 1.0),
        "mouthRollLower": motion(still, lip_curve(0.0, 0.03), 14, 1.0),
    }


def _shifted(across: float, up: float) -> LipCurve:
    return lambda along_lip: (0 * along_lip + across, 0 * along_lip + up)


def _reliefs(head: SlitHead) -> dict[str, Relief]:
    return {
        "cheekSquint": bulge(0.05, (0.48, -0.08, 0.8), (0.18, 0.12, 0.5)),
        "mouthSmile": bulge(0.045, (0.52, -0.16, 0.8), (0.17, 0.15, 0.5)),
        "noseSneer": together(
            bulge(0.045, (0.12, 0.12, 0.9), (0.10, 0.12, 0.5)), _bridge_folds
        ),
        "cheekPuff": both_sides(bulge(0.12, (0.50, -0.26, 0.75), (0.26, 0.24, 0.5))),
        "mouthPucker": pout(head, 0.05, 10),
        "mouthFunnel": pout(head, 0.05, 10),
        "jawForward": _chin_forward(head),
        "mouthRollLower": lip_roll(head, 0.02, "lower", 4),
        "mouthRollUpper": lip_roll(head, 0.02, "upper", 4),
    }


def _bridge_folds(points: FloatArray, sign: int) -> FloatArray:
    waves = np.cos((points[..., 1] - 0.16) * 52)
    bridge = gaussian_window(points, (0, 0.16, 0.9), (0.11, 0.12, 0.5))
    side = smooth_step(-0.06, 0.06, sign * points[..., 0])
    return np.asarray(0.014 * waves * bridge * side)


def _chin_forward(head: SlitHead) -> Relief:
    lower = head.is_lower * half_ellipse(head.along_lip) ** 2
    offsets = 0.05 * head.near_lip(9) * lower

    def relief(points: FloatArray, sign: int) -> FloatArray:
        del points, sign
        return np.asarray(offsets)

    return relief


def _colours(head: SlitHead) -> FloatArray:
    points = head.vertices
    colours = blend(
        uniform(palette.SHELL, len(points)),
        palette.CUP,
        smooth_step(0.012, -0.012, points[:, 1] - RIM_HEIGHT),
    )
    for x in (0.57, -0.57):
        cheek = head.surface.front(x, -0.12)
        distance = np.linalg.norm((points - cheek) / [0.15, 0.12, 0.5], axis=1)
        colours = blend(
            colours, palette.BLUSH, 0.62 * smooth_step(1.35, 0.55, distance)
        )
    colours = blend(colours, palette.INK, head.ink_line(2.7, 2.1))
    depth = head.bag_openness[head.is_bag] ** 1.2
    colours[head.is_bag] = blend(palette.THROAT, palette.MOUTH, depth)
    return colours
