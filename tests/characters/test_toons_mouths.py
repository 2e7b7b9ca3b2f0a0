"""Tongues, teeth and pupils of the toons: nothing floats before the face."""

import numpy as np
import pytest

from deepexpr.characters.building.morph_targets import plain_sum
from deepexpr.characters.building.toons import NAMES
from deepexpr.characters.building.toons.mumbo import head
from tests.characters.built_toons import targets, toon

every_toon = pytest.mark.parametrize("name", NAMES)


def test_small_pupils_show_the_whites_that_the_sockets_of_pip_hide():
    for eye in toon("pip").eyes:
        bright = eye.colours.min(axis=1) > 0.99
        sideways = eye.directions[:, 2] < np.cos(1.4)
        white = bright & sideways
        assert white.sum() > 100
        assert eye.directions[white, 2].max() < np.cos(1.45)
        shown = eye.targets["pupilSmall"][white]
        assert (shown[:, 2] / np.linalg.norm(shown, axis=1)).min() > np.cos(1.05)


@every_toon
def test_the_tongue_leaves_between_the_lips_in_the_plain_sum_too(name):
    rig = toon(name)
    tongue = next(part for part in rig.parts if part.name == "tongue")
    rows = slice(tongue.start, tongue.stop)
    resting, halfway, out = (
        rig.vertices({"tongueOut": weight})[rows] for weight in (0.0, 0.5, 1.0)
    )
    straight = (resting + out) / 2
    assert halfway[:, 1].min() > straight[:, 1].min()
    shown = plain_sum(targets(name), rig.correctives, {"tongueOut": 0.5})[rows]
    assert shown == pytest.approx(halfway, abs=0.01)


@pytest.mark.parametrize("name", ["mumbo", "rusk"])
def test_rounded_lips_draw_the_teeth_together(name):
    rig = toon(name)
    for part in rig.parts:
        if part.material != "tooth":
            continue
        rows = slice(part.start, part.stop)
        across = [
            abs(rig.vertices(weights)[rows, 0].mean())
            for weights in ({}, {"mouthPucker": 1.0})
        ]
        assert across[1] < 0.8 * across[0] or across[0] < 1e-9, part.name


@pytest.mark.parametrize("name", ["mumbo", "rusk"])
def test_what_stands_on_the_jaw_comes_back_when_the_lips_close(name):
    rig = toon(name)
    rest = rig.vertices({})
    opened = rig.vertices({"jawOpen": 0.6})
    closed = rig.vertices({"jawOpen": 0.6, "mouthClose": 0.6})
    for part in rig.parts:
        if part.name == "tongue" or part.name.startswith("lower tooth"):
            rows = slice(part.start, part.stop)
            left = np.linalg.norm(closed[rows] - rest[rows], axis=1)
            assert (
                left.max()
                < 0.06 * np.linalg.norm(opened[rows] - rest[rows], axis=1).max()
            )


def test_no_lip_of_mumbo_bares_the_roots_of_its_upper_teeth():
    rig, face = toon("mumbo"), head.face().head
    upper_lip = rig.parts[0].start + face.vertex_number(0, face.columns // 4)
    for key_pose in rig.key_poses:
        posed = rig.vertices(key_pose.pose.weights)
        for part in rig.parts:
            if part.name.startswith("upper tooth"):
                top = posed[part.start : part.stop, 1].max()
                assert top > posed[upper_lip, 1] - 0.06, (key_pose.id, part.name)


def test_rounded_lips_of_mumbo_stay_below_its_nose():
    rig, face = toon("mumbo"), head.face().head
    upper_lip = rig.parts[0].start + face.vertex_number(0, face.columns // 4)
    nose = next(part for part in rig.parts if part.name == "nose")
    for key_pose in rig.key_poses:
        if key_pose.label == "surprise":
            posed = rig.vertices(key_pose.pose.weights)
            lowest = posed[nose.start : nose.stop, 1].min()
            assert lowest > posed[upper_lip, 1], key_pose.id
