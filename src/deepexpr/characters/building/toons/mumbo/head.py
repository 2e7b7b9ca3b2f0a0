"""Mumbo's head: a wide felt head with eye bumps on top and a huge hinged mouth."""

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.distance_fields import (
    ellipsoid,
    smooth_union,
)
from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.jaw import Jaw, JawSpec
from deepexpr.characters.building.toons.kit.meshes import Mesh
from deepexpr.characters.building.toons.kit.mouth_grid import MouthGridSpec
from deepexpr.characters.building.toons.kit.mouth_table import mouth_table
from deepexpr.characters.building.toons.kit.radial_surface import RadialSurface
from deepexpr.characters.building.toons.kit.reliefs import (
    Relief,
    both_sides,
    bulge,
    lip_press,
    lip_roll,
    pout,
    together,
)
from deepexpr.characters.building.toons.kit.slit_head import MouthBag, SlitHead
from deepexpr.characters.building.toons.kit.toon import ToonPart
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    gaussian_window,
    smooth_step,
)
from deepexpr.characters.building.toons.mumbo import palette

_GRID = MouthGridSpec(
    direction=(0, -0.24, 0.97),
    half_width_deg=56,
    columns=120,
    lip_deg=5.5,
    face_rings=42,
)
_BAG = MouthBag(depth=0.80, height=0.26, narrowing=0.55)
_JAW = JawSpec(
    hinge=(0, -0.16, -0.30),
    open_deg=27,
    forward=(0, 0.02, 0.11),
    sideways=0.14,
    corner_width=0.85,
    fade_deg=(70, 140),
    close_reach_deg=14,
)
_MOUTH_GAINS = {
    "mouthSmile": 0.62,
    "mouthFrown": 0.80,
    "mouthStretch": 0.5,
    "mouthUpperUp": 0.85,
    "mouthLowerDown": 0.8,
    "noseSneer": 1.2,
    "mouthLeft": 0.6,
}


def face() -> FaceRig:
    """Mumbo's head with everything that its controls do to it."""
    surface = RadialSurface(_outline, (0, -0.02, -0.02))
    head = SlitHead(surface, _GRID, _BAG, lip_depth=0.07, rest_line=_rest_line)
    return FaceRig(
        head=head,
        lip_motions=mouth_table(head, _MOUTH_GAINS),
        reliefs=_reliefs(head),
        jaw=Jaw(head, _JAW),
    )


def head_part(rig: FaceRig) -> ToonPart:
    """The head as a part."""
    head = rig.head
    return ToonPart(
        name="head",
        mesh=Mesh(head.vertices, head.triangles),
        material="felt",
        colours=_colours(head),
        posed=rig.posed,
    )


def _outline(points: FloatArray) -> FloatArray:
    skull = ellipsoid(points, (0, 0.06, 0), (1.02, 0.84, 0.80))
    jowls = ellipsoid(points, (0, -0.40, 0.10), (1.06, 0.56, 0.82))
    head = smooth_union(skull, jowls, 0.25)
    for x in (-0.40, 0.40):
        eye_bump = ellipsoid(points, (x, 0.66, 0.30), (0.36, 0.30, 0.34))
        head = smooth_union(head, eye_bump, 0.18)
    return head


def _rest_line(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
    return 0 * along_lip, -0.075 * along_lip * along_lip + 0.03


def _reliefs(head: SlitHead) -> dict[str, Relief]:
    return {
        "mouthSmile": bulge(0.10, (0.86, 0.02, 0.5), (0.24, 0.22, 0.5)),
        "cheekSquint": bulge(0.09, (0.55, 0.28, 0.8), (0.26, 0.14, 0.5)),
        "noseSneer": together(
            bulge(0.10, (0.26, 0.10, 0.9), (0.16, 0.16, 0.5)), _nose_folds
        ),
        "cheekPuff": both_sides(bulge(0.20, (0.86, -0.25, 0.5), (0.34, 0.30, 0.6))),
        "mouthPucker": pout(head, 0.13, 22),
        "mouthFunnel": pout(head, 0.09, 20),
        "mouthRollLower": lip_roll(head, 0.07, "lower", 9),
        "mouthRollUpper": lip_roll(head, 0.07, "upper", 9),
        "mouthPress": lip_press(head, 0.04, 9),
    }


def _nose_folds(points: FloatArray, sign: int) -> FloatArray:
    waves = np.sin((points[..., 1] - 0.42) * 34)
    bridge = gaussian_window(points, (0, 0.44, 0.85), (0.26, 0.13, 0.5))
    side = smooth_step(-0.12, 0.12, sign * points[..., 0])
    return np.asarray(0.03 * waves * bridge * side)


def _colours(head: SlitHead) -> FloatArray:
    points = head.vertices
    belly = smooth_step(-0.25, -0.75, points[:, 1])
    belly = belly * smooth_step(-0.2, 0.4, points[:, 2])
    brow = gaussian_window(points, (0, 0.30, 0.9), (0.5, 0.35, 0.5))
    colours = blend(
        uniform(palette.BODY, len(points)), palette.LIGHT, 0.85 * belly + 0.5 * brow
    )
    cheeks = [
        gaussian_window(points, (x, 0.10, 0.5), (0.20, 0.16, 0.5))
        for x in (0.80, -0.80)
    ]
    colours = blend(colours, palette.BLUSH, 0.55 * np.sum(cheeks, axis=0))
    lip_line = smooth_step(4.4, 3.2, head.lip_distance_deg)
    colours = blend(colours, palette.SHADE * 0.55, lip_line)
    depth = head.bag_openness[head.is_bag] ** 1.5
    colours[head.is_bag] = blend(palette.THROAT, palette.MOUTH, depth)
    return colours
