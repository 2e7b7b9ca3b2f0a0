"""A hinged lower jaw: which vertices follow it, and how far."""

from dataclasses import dataclass

import numpy as np

from deepexpr.characters.building.toons.kit.slit_head import SlitHead
from deepexpr.characters.building.toons.kit.vectors import (
    FloatArray,
    rotation,
    smooth_step,
    vector,
)

_CLOSED_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class JawSpec:
    """A jaw's joint and range.

    Attributes:
        hinge: a point of the axis, which runs from side to side.
        open_deg: angle at jawOpen = 1.
        forward: displacement at jawForward = 1.
        sideways: displacement to either side at jawLeft or jawRight = 1.
        corner_width: how far along the lip, from the corners, the jaw's share rises.
        fade_deg: distances from the lips between which its share fades out.
        close_reach_deg: distance from the lips that mouthClose draws along.
    """

    hinge: tuple[float, float, float]
    open_deg: float
    forward: tuple[float, float, float]
    sideways: float
    corner_width: float
    fade_deg: tuple[float, float]
    close_reach_deg: float


class Jaw:
    """The jaw of a head.

    Attributes:
        weights: (n,) share of the jaw's motion of every vertex of the head.
    """

    def __init__(self, head: SlitHead, spec: JawSpec) -> None:
        self._spec = spec
        self._hinge = np.asarray(spec.hinge, dtype=float)
        self.weights = _jaw_weights(head, spec)
        near_lip = head.per_vertex(1.0, head.near_lip(spec.close_reach_deg))
        opening = self.opening(head.vertices) * self.weights[:, None]
        self._closing = -opening * near_lip[:, None] * _CLOSED_SHARE

    def opening(self, points: FloatArray) -> FloatArray:
        """Displacement (n, 3) of points that follow the open jaw fully."""
        turn = rotation("x", self._spec.open_deg)
        return np.asarray((points - self._hinge) @ turn.T + self._hinge - points)

    def carried(self, points: FloatArray, control: str) -> FloatArray:
        """Displacement (n, 3) at weight 1 of points that follow the jaw fully."""
        if control == "jawOpen":
            return self.opening(points)
        if control == "mouthClose":
            return -_CLOSED_SHARE * self.opening(points)
        shifts = {
            "jawForward": vector(*self._spec.forward),
            "jawLeft": vector(self._spec.sideways, 0, 0),
            "jawRight": vector(-self._spec.sideways, 0, 0),
        }
        return np.broadcast_to(shifts.get(control, np.zeros(3)), points.shape)

    def displacement(self, vertices: FloatArray, control: str) -> FloatArray:
        """Displacement (n, 3) at weight 1 of all vertices of the head."""
        if control == "mouthClose":
            return self._closing
        return np.asarray(self.carried(vertices, control) * self.weights[:, None])


def _jaw_weights(head: SlitHead, spec: JawSpec) -> FloatArray:
    """1 on the lower lip, 0 above, soft at and behind the corners."""
    below = -np.sin(head.column_angle)[None]
    away = np.clip((head.ring_radius[:, None] - 1) / 1.2, 0, 1) * 0.45
    rise = smooth_step(-away * 0.9, spec.corner_width + away, below)
    face = rise * (1 - smooth_step(*spec.fade_deg, head.ring_deg))[:, None]
    inside = smooth_step(-0.05, spec.corner_width, below)
    bag = inside * (1 - 0.5 * head.bag_share[:, None] ** 3)
    weights = head.per_vertex(bag, face)
    weights[-2:] = 0.5, 0.0
    return weights
