"""Lids that meet when they are shut.

The shapes of the head know nothing of eyeballs that a character made larger: a shut
upper lid stops short of the lower one or sinks behind it. Here the upper margin of a
shut eye is laid just over the lower lid, wherever cheeks or a wrinkled nose push that
lid; what slants an open lid no longer lowers a shut one.
"""

from collections.abc import Mapping

import numpy as np
from scipy.spatial import cKDTree

from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    direction,
    smooth_step,
)
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.openings import LidMargins
from deepexpr.characters.building.makehuman.smoothing import neighbour_mean
from deepexpr.characters.building.makehuman.surface import SurfacePoints
from deepexpr.characters.building.rig_source import Points

RAISING: tuple[str, ...] = ("eyeSquint", "x_smileCheek", "x_noseWrinkle", "cheekSquint")
"""Controls that push the lower lid up, without their side."""

SLANTING = "x_lidSad"
"""Control that lowers a part of the upper lid, without its side."""

_OVERLAP_DEG = 3.5
"""How far the upper margin lies below the lower one, in elevation."""

_CLEARANCE = 0.035
"""How far in front of the lower lid the upper margin lies, in eye radii."""

_MOST_BULGE = 0.15
"""How far in front of its rim the lower lid is taken to bulge, in eye radii."""

_NEAR = 2.2
"""Distance from the eye's centre up to which skin is looked at, in eye radii."""

_TAPER = 0.12
"""Share of the margin at either corner over which it comes to rest."""

_LEAST_MOTION = 0.03
"""Motion, in eye radii, by which a blink tells the upper lid from the rest."""

_VISIBLE = 0.1
"""Sky visibility of what lies outside the socket."""

_SMOOTHNESS = 0.5
"""What the bending of the offsets counts against the motion of the margin."""

_ROUNDS = 4


class ShutLids:
    """Offsets of the cage that let the lids of both eyes meet.

    `eyeBlink` has a field of its own, and so has its product with each of `RAISING`
    and with `SLANTING`.
    """

    def __init__(self, rig: HeadRig, margins: Mapping[str, LidMargins]) -> None:
        """Find the fields; the margins are those of the neutral skin."""
        self._blink: dict[str, Points] = {}
        self._products: dict[str, dict[str, Points]] = {}
        for side, sign in SIDES:
            eye = _Eye(rig, (side, sign), margins[side])
            blink = eye.field({}, np.zeros_like(rig.neutral))
            self._blink[side] = blink
            self._products[side] = {
                name + side: eye.field({name + side: 1.0}, blink) for name in RAISING
            }
            slanting = rig.shapes[SLANTING + side]
            self._products[side][SLANTING + side] = -slanting

    def offsets(self, weights: Mapping[str, float]) -> Points:
        """Offsets (n, 3) of the cage for control weights."""
        total = np.zeros_like(next(iter(self._blink.values())))
        for side, blink in self._blink.items():
            shut = max(weights.get("eyeBlink" + side, 0.0), 0.0)
            if not shut:
                continue
            total += shut * blink
            for name, field in self._products[side].items():
                total += shut * max(weights.get(name, 0.0), 0.0) * field
        return total


class _Eye:
    """One eye and the lids that slide on it."""

    def __init__(self, rig: HeadRig, of: tuple[str, int], margins: LidMargins) -> None:
        self._rig, self._margins = rig, margins
        side, self._sign = of
        self._blink = {"eyeBlink" + side: 1.0}
        self._centre, self._radius = rig.eye_centres[side], rig.eye_radius
        lowering = rig.shapes["eyeBlink" + side][:, 1] < -_LEAST_MOTION * rig.eye_radius
        near = (self._seen(rig.neutral)[:, 2] < _NEAR) & (
            rig.neutral[:, 2] > self._centre[2]
        )
        self._lid = np.flatnonzero(near & lowering)
        steady = near & ~lowering & (rig.canonical.visibility > _VISIBLE)
        self._lower = np.flatnonzero(rig.refine(steady * 1.0) > 0.5)
        along = np.linspace(0, 1, len(margins.upper.corners))
        self._inner = smooth_step(0, _TAPER, np.minimum(along, 1 - along))
        self._spreading = self._spread()

    def _spread(self) -> Floats:
        """From motions of the margin (k, 3) to smooth offsets of the lid's cage."""
        cage = np.zeros((len(self._rig.neutral), len(self._lid)))
        cage[self._lid, np.arange(len(self._lid))] = 1.0
        upper = self._margins.upper
        on_margin = (
            self._rig.refine(cage)[upper.corners] * upper.weights[..., None]
        ).sum(axis=1)
        bending = _SMOOTHNESS * (cage - neighbour_mean() @ cage)[self._lid]
        pull = on_margin.T @ on_margin + bending.T @ bending
        spreading: Floats = np.linalg.solve(pull, on_margin.T)
        return spreading

    def field(self, weights: Mapping[str, float], known: Points) -> Points:
        """Offsets (n, 3) beyond known ones that lay the shut upper lid on the lower."""
        weights = {**self._blink, **weights}
        found = np.zeros_like(known)
        for _ in range(_ROUNDS):
            cage = self._rig.cage_at(weights, known + found)
            found = found + self._step(cage)
        return found

    def _step(self, cage: Points) -> Points:
        skin = self._rig.refine(cage)
        upper = self._seen(skin, self._margins.upper)
        lower = self._seen(skin, self._margins.lower)
        overlap = _OVERLAP_DEG * self._inner
        order = np.argsort(lower[:, 0])
        _, rim, rim_distance = (
            np.interp(upper[:, 0], lower[order, 0], seen) for seen in lower[order].T
        )
        wanted = rim - overlap
        surface = self._seen(skin[self._lower])
        places = np.stack([upper[:, 0], wanted], axis=1)
        distance, nearest = cKDTree(surface[:, :2]).query(places, 3)
        weight = 1 / (distance + 0.1)
        depth = (surface[nearest, 2] * weight).sum(axis=1) / weight.sum(axis=1)
        depth = np.minimum(depth, rim_distance + _MOST_BULGE)
        sink = np.maximum(depth + _CLEARANCE - upper[:, 2], 0)
        places = self._placed(
            upper[:, 0],
            upper[:, 1] + self._inner * (wanted - upper[:, 1]),
            upper[:, 2] + self._inner * sink,
        )
        offsets = np.zeros_like(cage)
        offsets[self._lid] = self._spreading @ (places - self._margins.upper.on(skin))
        return offsets

    def _seen(self, skin: Points, points: SurfacePoints | None = None) -> Floats:
        """(k, 3) azimuth outwards and elevation in degrees and distance in radii."""
        places = skin if points is None else points.on(skin)
        from_eye = (places - self._centre) / self._radius
        distance = np.linalg.norm(from_eye, axis=1)
        azimuth = np.arctan2(self._sign * from_eye[:, 0], from_eye[:, 2])
        elevation = np.arcsin(from_eye[:, 1] / np.maximum(distance, 1e-9))
        return np.stack([np.degrees(azimuth), np.degrees(elevation), distance], axis=1)

    def _placed(self, azimuth: Floats, elevation: Floats, distance: Floats) -> Points:
        towards = direction(self._sign * np.radians(azimuth), np.radians(elevation))
        placed: Points = self._centre + towards * (distance * self._radius)[:, None]
        return placed
