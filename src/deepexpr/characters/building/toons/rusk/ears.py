"""Rusk's ears: hollow leaves that turn back, droop and perk up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.colours import blend, uniform
from deepexpr.characters.building.toons.kit.meshes import Mesh, grid_triangles, outward
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
    smooth_step,
    vector,
)
from deepexpr.characters.building.toons.rusk import palette

EAR_CONTROLS = tuple(
    base + side for base in ("earBack", "earDroop", "earPerk") for side in SIDES
)
"""Controls of the ears alone."""

_ROWS, _COLUMNS = 30, 30
_BURIED = 0.16  # length below the root, inside the head, as a share of the ear
_FOLLOWING: Mapping[str, Mapping[str, float]] = {
    "browDown": {"earBack": 0.45},
    "browInnerUp": {"earDroop": 0.30},
    "browOuterUp": {"earPerk": 0.45},
    "noseSneer": {"earBack": 0.25},
    "mouthSmile": {"earBack": 0.08},
    "eyeWide": {"earPerk": 0.15},
    "mouthFrown": {"earDroop": 0.12},
}
"""How far the ears follow the face, so that plain ARKit weights move them too."""


@dataclass(frozen=True, slots=True)
class _EarForm:
    """The left ear before it is placed on the head.

    Attributes:
        points: (n, 3) positions, root at the origin, tip up.
        share: (n,) 0 at the root to 1 at the tip.
        front: (n,) 1 on the hollow side, -1 on the back.
        across: (n,) place across the ear, -1 to 1.
    """

    points: FloatArray
    share: FloatArray
    front: FloatArray
    across: FloatArray


def ear_parts() -> list[ToonPart]:
    """Both ears, left before right."""
    return [_ear_part(side) for side in SIDES]


def _ear_part(side: Side) -> ToonPart:
    form = _form()
    rest = _placed(form, side, {})
    triangles = outward(rest, grid_triangles(_ROWS, _COLUMNS, wrap=True))
    return ToonPart(
        name=f"ear {side}",
        mesh=Mesh(rest, triangles),
        material="fur",
        colours=_colours(form),
        posed=lambda control: _placed(form, side, {control: 1.0}),
    )


def _form() -> _EarForm:
    along = np.linspace(-_BURIED, 1, _ROWS)[:, None]
    share = np.clip(along, 0, 1)
    turn = np.linspace(0, 2 * np.pi, _COLUMNS, endpoint=False)[None]
    front, side = np.sin(turn), np.cos(turn)
    swelling = 0.86 + 0.28 * np.sin(np.pi * np.clip(share * 1.15, 0, 1))
    half_width = 0.36 * (1 - share**1.6) ** 0.80 * swelling + 0.004
    half_depth = 0.17 * (1 - share**1.8) ** 0.8 + 0.004
    across = half_width * np.sign(side) * np.abs(side) ** 0.85
    along_hollow = np.sin(np.pi * np.clip(0.12 + share * 0.88, 0, 1)) ** 0.5
    hollow = 0.95 * np.clip(front, 0, 1) ** 2.2 * along_hollow
    hollow = hollow * (1 - np.abs(side) ** 3)
    depth = half_depth * np.where(front > 0, 0.55 * front - hollow, front)
    shape = across.shape
    slimmed = 1 + 2.5 * np.minimum(along, 0)
    points = vector(across * slimmed, 0.86 * along, depth * slimmed)
    return _EarForm(
        points=points.reshape(-1, 3),
        share=np.broadcast_to(share, shape).ravel(),
        front=np.broadcast_to(front, shape).ravel(),
        across=(across / half_width).ravel(),
    )


def _placed(form: _EarForm, side: Side, weights: Mapping[str, float]) -> FloatArray:
    """Vertices (n, 3) of an ear on the head."""
    back, droop, perk = _ear_weights(side, weights)
    points = form.points * [1 - 0.10 * perk, 1 + 0.14 * perk - 0.08 * back, 1]
    bend = form.share**2
    points = points - vector(0, 0.16 * droop * bend, 0.22 * back * bend)
    turn = (
        rotation("z", -(20 + 48 * back + 66 * droop - 12 * perk))
        @ rotation("x", 4 - 30 * back + 6 * droop)
        @ rotation("y", 16 + 34 * back + 8 * droop - 8 * perk)
    )
    root = vector(
        0.50 - 0.12 * droop - 0.10 * back,
        0.50 - 0.08 * back - 0.13 * droop + 0.03 * perk,
        -0.13 - 0.04 * back,
    )
    return np.asarray((points @ turn.T + root) * [side_sign(side), 1, 1])


def _ear_weights(
    side: Side, weights: Mapping[str, float]
) -> tuple[float, float, float]:
    """How far an ear is turned back, drooping and perked up."""
    totals = {"earBack": 0.0, "earDroop": 0.0, "earPerk": 0.0}
    for base, weight in of_side(weights, side).items():
        shares = {base: 1.0} if base in totals else _FOLLOWING.get(base, {})
        for motion, share in shares.items():
            totals[motion] += weight * share
    return totals["earBack"], totals["earDroop"], totals["earPerk"]


def _colours(form: _EarForm) -> FloatArray:
    inside = (
        smooth_step(0.15, 0.45, form.front)
        * smooth_step(0.80, 0.66, np.abs(form.across))
        * smooth_step(0.93, 0.80, form.share)
    )
    tip = smooth_step(0.56, 0.66, form.share + 0.05 * np.cos(form.across * 9))
    fur = uniform(palette.FUR, len(form.points))
    outside = blend(fur, palette.DARK, tip * (1 - inside))
    lining = blend(palette.EAR_ROOT, palette.EAR_DEPTH, form.share * 0.7)
    return blend(outside, lining, inside)
