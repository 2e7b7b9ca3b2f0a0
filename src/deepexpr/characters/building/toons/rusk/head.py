"""Rusk's head: a fox's muzzle, cheeks that run out into fur, and a cat-shaped mouth."""

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.distance_fields import (
    ellipsoid,
    round_cone,
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
from deepexpr.characters.building.toons.rusk import palette

_GRID = MouthGridSpec(
    direction=(0, -0.362, 0.95),
    half_width_deg=29,
    columns=104,
    lip_deg=3.3,
    face_rings=39,
)
_BAG = MouthBag(depth=0.62, height=0.13, narrowing=0.45)
_JAW = JawSpec(
    hinge=(0, -0.20, 0.02),
    open_deg=25,
    forward=(0, 0.01, 0.07),
    sideways=0.08,
    corner_width=0.62,
    fade_deg=(34, 78),
    close_reach_deg=30,
)
_MOUTH_GAINS = {
    "mouthSmile": 1.9,
    "mouthFrown": 2.35,
    "mouthStretch": 1.2,
    "mouthPucker": 0.9,
    "mouthFunnel": 0.9,
    "mouthLowerDown": 1.1,
    "mouthShrugLower": 1.1,
    "noseSneer": 1.3,
    "mouthLeft": 0.8,
}
_MASK_EDGE_X = (0, 0.10, 0.17, 0.30, 0.48, 0.66, 0.84, 1.1)
_MASK_EDGE_Y = (-0.30, -0.22, -0.09, 0.03, 0.04, -0.03, -0.15, -0.28)
"""Height below which the face is cream, by distance from the middle."""


def face() -> FaceRig:
    """Rusk's head with everything that its controls do to it."""
    surface = RadialSurface(_outline, (0, -0.06, 0.05))
    head = SlitHead(surface, _GRID, _BAG, lip_depth=0.05, rest_line=_cat_line)
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
        material="fur",
        colours=_colours(head),
        posed=rig.posed,
    )


def _outline(points: FloatArray) -> FloatArray:
    head = ellipsoid(points, (0, 0.10, 0), (0.90, 0.72, 0.72))
    for sign in (-1, 1):
        ends = ((sign * 0.42, -0.20, 0.20), (sign * 1.0, -0.34, 0.04))
        head = smooth_union(head, round_cone(points, ends, (0.36, 0.10)), 0.20)
    snout = round_cone(points, ((0, -0.14, 0.42), (0, -0.235, 0.98)), (0.35, 0.20))
    chin = round_cone(points, ((0, -0.42, 0.42), (0, -0.475, 0.86)), (0.25, 0.145))
    return smooth_union(smooth_union(head, snout, 0.15), chin, 0.10)


def _cat_line(along_lip: FloatArray) -> tuple[FloatArray, FloatArray]:
    outward = np.clip(np.abs(along_lip), 0, 1)
    wave = 0.10 * np.cos(2 * np.pi * outward) * (1 - 0.25 * np.abs(along_lip))
    return 0 * along_lip, wave - 0.06 - 0.50 * outward**1.8


def _reliefs(head: SlitHead) -> dict[str, Relief]:
    return {
        "mouthSmile": bulge(0.085, (0.52, -0.16, 0.5), (0.20, 0.16, 0.4)),
        "cheekSquint": bulge(0.075, (0.40, -0.08, 0.6), (0.20, 0.09, 0.4)),
        "noseSneer": together(
            bulge(0.06, (0.18, -0.22, 0.95), (0.12, 0.12, 0.35)),
            _snout_folds,
            bulge(0.03, (0.1, 0.2, 0.7), (0.1, 0.12, 0.3)),
        ),
        "cheekPuff": both_sides(bulge(0.13, (0.42, -0.28, 0.55), (0.24, 0.20, 0.4))),
        "mouthPucker": pout(head, 0.07, 11),
        "mouthFunnel": pout(head, 0.05, 10),
        "mouthRollLower": lip_roll(head, 0.04, "lower", 4.5),
        "mouthRollUpper": lip_roll(head, 0.04, "upper", 4.5),
        "mouthPress": lip_press(head, 0.02, 4.5),
    }


def _snout_folds(points: FloatArray, sign: int) -> FloatArray:
    waves = np.sin((points[..., 2] - 0.55) * 46)
    bridge = gaussian_window(points, (0, 0.08, 0.80), (0.20, 0.16, 0.24))
    side = smooth_step(-0.08, 0.08, sign * points[..., 0])
    return np.asarray(0.022 * waves * bridge * side)


def _colours(head: SlitHead) -> FloatArray:
    points = head.vertices
    outward, height, depth = np.abs(points[:, 0]), points[:, 1], points[:, 2]
    edge = np.interp(outward, _MASK_EDGE_X, _MASK_EDGE_Y)
    mask = smooth_step(-0.03, 0.03, edge - height) * smooth_step(-0.25, 0.05, depth)
    colours = blend(uniform(palette.FUR, len(points)), palette.CREAM, mask)
    cheeks = [
        gaussian_window(points, (x, -0.14, 0.5), (0.15, 0.10, 0.4))
        for x in (0.56, -0.56)
    ]
    colours = blend(colours, palette.BLUSH, 0.45 * np.sum(cheeks, axis=0))
    forehead = gaussian_window(points, (0, 0.62, 0.4), (0.10, 0.30, 0.5))
    colours = blend(colours, palette.FOREHEAD, 0.5 * forehead)
    colours = blend(colours, palette.DARK * 0.8, head.ink_line(2.9, 2.1))
    colours = blend(colours, palette.DARK * 0.8, _philtrum(head))
    inside = head.bag_openness[head.is_bag] ** 1.4
    colours[head.is_bag] = blend(palette.THROAT, palette.MOUTH, inside)
    return colours


def _philtrum(head: SlitHead) -> FloatArray:
    """Share (n,) of the line between nose and lip."""
    points = head.vertices
    outward, height, depth = np.abs(points[:, 0]), points[:, 1], points[:, 2]
    line = smooth_step(0.020, 0.006, outward) * smooth_step(-0.21, -0.25, height)
    above_lip = (depth > 0.95) & (height > head.upper_lip_middle[1])
    return np.asarray(line * above_lip * ~head.is_bag)
