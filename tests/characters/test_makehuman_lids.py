"""Shut lids meet, and lashes ride on them, in every key pose of every character."""

from functools import cache

import numpy as np
import pytest

from deepexpr.characters.building.authored_key_poses import authored_key_poses
from deepexpr.characters.building.makehuman.cast import CAST
from deepexpr.characters.building.makehuman.correctives import CORRECTIVES
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.lashes import Lashes
from deepexpr.characters.building.makehuman.openings import lid_margins
from deepexpr.characters.building.makehuman.shut_lids import (
    RAISING,
    SLANTING,
    ShutLids,
)
from deepexpr.characters.building.makehuman.surface import FrontView

pytestmark = pytest.mark.slow

SHUT = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}


class Eyes:
    """The eyes of one character without the rest of it."""

    def __init__(self, name):
        self.rig = HeadRig(CAST[name])
        self.margins = lid_margins(self.rig, self.rig.refine(self.rig.neutral))
        self.lids = ShutLids(self.rig, self.margins)
        shut = self.skin(SHUT)
        self.lashes = Lashes(self.rig, self.margins, shut, CAST[name].lashes)
        self.face_width = np.ptp(self.rig.neutral[self.rig.neutral[:, 2] > 0.8, 0])

    def skin(self, weights):
        cage = self.rig.cage_at(weights, self.lids.offsets(weights))
        return self.rig.refine(cage)

    def opening(self, weights, side):
        """Greatest height of the upper margin above the lower, corners left out."""
        skin = self.skin(weights)
        upper, lower = (
            margin.on(skin)
            for margin in (self.margins[side].upper, self.margins[side].lower)
        )
        order = np.argsort(lower[:, 0])
        under = np.interp(upper[:, 0], lower[order, 0], lower[order, 1])
        return (upper[:, 1] - under)[2:-2].max() / self.face_width

    def depth_of_lashes(self, weights, side):
        """How deep the line and the lashes lie under the skin, in eye radii."""
        skin = self.skin(weights)
        count = len(self.lashes.vertices(skin, weights)) // 2
        start = 0 if side == "Left" else count
        lashes = self.lashes.vertices(skin, weights)[start : start + count]
        # the line starts in the inner corner, and lashes start in the line
        line = lashes[: 17 * 6].reshape(17, 6, 3)[2:-1]
        hairs = lashes[17 * 6 :].reshape(-1, 6, 4, 3)[:, 1:].reshape(-1, 4, 3)
        points = np.concatenate(
            [
                ring[np.arange(len(ring)), ring[..., 2].argmax(1)]
                for ring in (line, hairs)
            ]
        )
        triangles = self.rig.canonical.triangles
        near = np.linalg.norm(skin - self.rig.eye_centres[side], axis=1)
        near = (near < 3 * self.rig.eye_radius) & (skin[:, 2] > 0.5)
        view = FrontView(skin, triangles[near[triangles].all(axis=1)])
        surface = view.points_at(points[:, :2]).on(skin)
        return (surface[:, 2] - points[:, 2]).max() / self.rig.eye_radius


@cache
def eyes_of(name):
    return Eyes(name)


def shut_eyes(name):
    """Weights and side of each eye that a key pose shuts."""
    for key_pose in authored_key_poses(name):
        weights = key_pose.pose.weights
        for side, _ in SIDES:
            if weights.get("eyeBlink" + side, 0.0) >= 0.97:
                yield key_pose.id, weights, side


@pytest.mark.parametrize("name", CAST)
def test_shut_lids_meet_in_every_key_pose(name):
    eyes = eyes_of(name)
    gaps = {
        f"{pose} {side}": eyes.opening(weights, side)
        for pose, weights, side in shut_eyes(name)
    }
    assert len(gaps) >= 12
    assert max(gaps.values()) < 0.001, gaps


@pytest.mark.parametrize("name", CAST)
def test_lashes_of_shut_eyes_lie_on_the_skin_in_every_key_pose(name):
    eyes = eyes_of(name)
    depths = {
        f"{pose} {side}": eyes.depth_of_lashes(weights, side)
        for pose, weights, side in shut_eyes(name)
    }
    assert max(depths.values()) < 0.02, depths


@pytest.mark.parametrize("control", RAISING)
def test_cheeks_that_push_the_lower_lid_lift_the_shut_upper_lid(control):
    eyes = eyes_of("rosa")
    pushed = {**SHUT, control + "Left": 1.0}
    middle = eyes.margins["Left"].upper
    shut, lifted = (middle.on(eyes.skin(weights))[12, 1] for weights in (SHUT, pushed))
    assert lifted > shut
    assert eyes.opening(pushed, "Left") < 0.001


def test_an_open_eye_knows_nothing_of_shut_lids():
    eyes = eyes_of("leo")
    assert not eyes.lids.offsets({"eyeSquintLeft": 1.0, "x_lidSadLeft": 1.0}).any()


def test_both_eyes_shut_alike():
    eyes = eyes_of("mia")
    left, right = (eyes.margins[side].upper.on(eyes.skin(SHUT)) for side, _ in SIDES)
    assert left == pytest.approx(right * [-1, 1, 1], abs=2e-3)


def test_lashes_point_up_from_an_open_eye_and_down_from_a_shut_one():
    eyes = eyes_of("zuri")
    for weights, towards in (({}, 1), (SHUT, -1)):
        lashes = eyes.lashes.vertices(eyes.skin(weights), weights)
        third = lashes[17 * 6 :][2 * 24 : 3 * 24]
        root, tip = third[:4].mean(axis=0), third[-4:].mean(axis=0)
        assert (tip - root)[1] * towards > 0.2 * eyes.rig.eye_radius


def test_lashes_turn_forwards_about_their_roots_below_a_lowered_brow():
    eyes = eyes_of("mia")
    skin = eyes.rig.refine(eyes.rig.neutral)
    rest, lowered = (
        eyes.lashes.vertices(skin, weights) for weights in ({}, {"browDownLeft": 1.0})
    )
    half = len(rest) // 2
    line, right = slice(17 * 6), slice(half, None)
    assert np.array_equal(rest[line], lowered[line])
    assert np.array_equal(rest[right], lowered[right])
    moved = (lowered - rest)[17 * 6 : half].reshape(-1, 6, 4, 3).mean(axis=2)
    assert np.abs(moved[:, 0]).max() < 1e-9
    inner, outer = moved[0, -1], moved[-1, -1]
    assert inner[2] > 0.05 * eyes.rig.eye_radius
    assert np.linalg.norm(outer) < np.linalg.norm(inner) / 2


def test_what_shut_lids_do_is_stored_as_products_with_the_blink():
    stored = {rule.of for rule in CORRECTIVES if rule.kind == "product"}
    for side, _ in SIDES:
        for control in (*RAISING, SLANTING):
            assert ("eyeBlink" + side, control + side) in stored
