"""The toons as rigs: what their controls do, and how their poses are labelled."""

from itertools import product

import numpy as np
import pytest

from deepexpr.characters.building.morph_targets import plain_sum
from deepexpr.characters.building.rig_source import RigSource
from deepexpr.characters.building.toons import NAMES, build
from deepexpr.characters.building.toons.rusk import head
from deepexpr.core import landmarks as marks
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError
from tests.characters.built_toons import targets, toon

INNER_FACE = 4 * 29
"""Vertices of a lid before its margin: hidden behind its outer face."""

every_toon = pytest.mark.parametrize("name", NAMES)


def landmark_points(rig, weights):
    vertices = rig.vertices(weights)
    return np.array(
        [sum(share * vertices[v] for v, share in point) for point in rig.landmarks]
    )


def both(control, weight=1.0):
    return {control + "Left": weight, control + "Right": weight}


def height(points):
    return np.ptp(points[:, 1])


def test_an_unknown_toon_is_refused_with_the_known_names():
    with pytest.raises(CharacterError, match="'mumba'; known: mumbo, rusk, pip"):
        build("mumba")


@every_toon
def test_a_toon_is_a_rig_source(name):
    rig: RigSource = toon(name)
    assert rig.name == name
    assert rig.controls[:52] == ARKIT_BLENDSHAPES
    assert len(set(rig.controls)) == len(rig.controls)
    assert len(rig.landmarks) == marks.LANDMARK_COUNT
    used = {part.material for part in rig.parts} | {eye.material for eye in rig.eyes}
    assert used == set(rig.materials)


@every_toon
def test_parts_cover_all_vertices_in_order(name):
    rig = toon(name)
    starts = [part.start for part in rig.parts]
    stops = [part.stop for part in rig.parts]
    assert starts == [0, *stops[:-1]]
    assert stops[-1] == len(rig.vertices({})) == len(rig.head_weights)


@every_toon
def test_the_head_is_closed(name):
    triangles = toon(name).parts[0].triangles
    edges = np.concatenate([triangles[:, [i, (i + 1) % 3]] for i in range(3)])
    _, counts = np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)
    assert (counts == 2).all()


@every_toon
def test_every_control_but_the_pupil_moves_the_face(name):
    for control, offsets in targets(name).controls.items():
        largest = np.linalg.norm(offsets, axis=1).max()
        assert np.isfinite(largest)
        assert largest == 0 if control == "pupilSmall" else largest > 0.005, control


@every_toon
def test_unknown_controls_and_weights_of_zero_change_nothing(name):
    rig = toon(name)
    rest = rig.vertices({})
    assert np.array_equal(rig.vertices({"antennae": 1.0, "jawOpen": 0.0}), rest)


@every_toon
def test_a_shut_jaw_cannot_be_closed_further(name):
    rig = toon(name)
    assert np.array_equal(rig.vertices({"mouthClose": 1.0}), rig.vertices({}))
    open_weights = {"jawOpen": 0.5}
    assert np.array_equal(
        rig.vertices({**open_weights, "mouthClose": 1.0}),
        rig.vertices({**open_weights, "mouthClose": 0.5}),
    )


@every_toon
def test_closing_the_lips_of_an_open_jaw_narrows_the_mouth(name):
    rig = toon(name)
    open_lips = landmark_points(rig, {"jawOpen": 1.0})[marks.INNER_LIPS]
    closed_lips = landmark_points(rig, {"jawOpen": 1.0, "mouthClose": 1.0})
    assert height(closed_lips[marks.INNER_LIPS]) < 0.5 * height(open_lips)


@every_toon
def test_left_and_right_controls_mirror_each_other(name):
    rig = toon(name)
    rest = landmark_points(rig, {})
    for base in ("eyeBlink", "mouthSmile", "browDown", "noseSneer"):
        left = landmark_points(rig, {base + "Left": 1.0}) - rest
        right = landmark_points(rig, {base + "Right": 1.0}) - rest
        sums = [np.abs(moved).sum(axis=0) for moved in (left, right)]
        assert sums[0] == pytest.approx(sums[1], rel=0.03, abs=2e-3), base


@every_toon
def test_the_face_moves_as_its_controls_say(name):
    rig = toon(name)
    rest = landmark_points(rig, {})

    def moved(weights):
        return landmark_points(rig, weights) - rest

    corners = [marks.RIGHT_MOUTH_CORNER, marks.LEFT_MOUTH_CORNER]
    assert (moved(both("mouthSmile"))[corners, 1] > 0.01).all()
    assert (moved(both("mouthFrown"))[corners, 1] < -0.01).all()
    assert moved({"jawOpen": 1.0})[marks.INNER_LIPS, 1].min() < -0.05
    assert moved({"browInnerUp": 1.0})[marks.RIGHT_BROW, 1][-1] > 0.03
    assert moved({"browDownLeft": 1.0})[marks.LEFT_BROW, 1][0] < -0.03
    assert np.abs(moved({"browDownLeft": 1.0})[marks.RIGHT_BROW]).max() < 1e-3
    assert moved({"mouthLeft": 1.0})[marks.OUTER_LIPS, 0].mean() > 0.01


@every_toon
def test_a_blink_shuts_the_eye(name):
    rig = toon(name)
    rest = landmark_points(rig, {})[marks.LEFT_EYE]
    shut = landmark_points(rig, {"eyeBlinkLeft": 1.0})[marks.LEFT_EYE]
    assert height(shut) < 0.55 * height(rest)


@pytest.mark.parametrize("name", ["mumbo", "rusk"])
def test_wide_eyes_part_the_lids(name):
    rig = toon(name)
    rest = landmark_points(rig, {})[marks.LEFT_EYE]
    wide = landmark_points(rig, {"eyeWideLeft": 1.0})[marks.LEFT_EYE]
    assert height(wide) > 1.02 * height(rest)


@every_toon
@pytest.mark.parametrize("blink", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_lids_never_cut_into_the_eyeball(name, blink):
    rig = toon(name)
    posed = rig.vertices({**both("eyeBlink", blink), "browInnerUp": 1.0})
    for eye in rig.eyes:
        for part in rig.parts:
            if part.name.endswith(f"lid {eye.side}"):
                offsets = posed[part.start : part.stop] - eye.centre
                distance = np.linalg.norm(offsets @ eye.axes / eye.radii, axis=1)
                assert distance.min() > 1.0


@every_toon
def test_lids_of_key_poses_cover_the_eyeball_in_the_plain_sum_too(name):
    rig = toon(name)
    for key_pose in rig.key_poses:
        weights = key_pose.pose.weights
        if "eyeWideLeft" in weights:
            continue
        shown = plain_sum(targets(name), rig.correctives, weights)
        for eye, part in product(rig.eyes, rig.parts):
            if part.name.endswith(f"lid {eye.side}"):
                outer_face = slice(part.start + INNER_FACE, part.stop)
                offsets = shown[outer_face] - eye.centre
                places = offsets @ eye.axes / eye.radii
                before = places[:, 2] > 0.35
                distance = np.linalg.norm(places[before], axis=1)
                assert distance.min(initial=1) > 0.985, (key_pose.id, part.name)


@every_toon
def test_the_posed_rig_agrees_with_a_slow_sum_away_from_the_lids(name):
    rig = toon(name)
    weights = {"jawOpen": 0.4, "browInnerUp": 0.7, "mouthSmileLeft": 1.1}
    expected = rig.vertices({})
    for control, weight in weights.items():
        expected = expected + weight * (rig.vertices({control: 1.0}) - rig.vertices({}))
    lids = np.zeros(len(expected), bool)
    for part in rig.parts:
        lids[part.start : part.stop] = "lid" in part.name
    assert rig.vertices(weights)[~lids] == pytest.approx(expected[~lids], abs=1e-12)


@every_toon
def test_few_correctives_bring_a_plain_sum_closer_to_the_rig(name):
    rig = toon(name)
    assert 0 < len(rig.correctives) <= 11
    figure = height(rig.vertices({}))
    errors = np.zeros((2, len(rig.key_poses)))
    for column, key_pose in enumerate(rig.key_poses):
        weights = key_pose.pose.weights
        full = rig.vertices(weights)
        for row, correctives in enumerate(((), rig.correctives)):
            shown = plain_sum(targets(name), correctives, weights)
            errors[row, column] = np.linalg.norm(full - shown, axis=1).mean() / figure
    without, corrected = errors.mean(axis=1)
    assert corrected < 0.95 * without
    assert corrected < 3e-4


@every_toon
def test_the_head_turns_whole_and_the_ground_stays(name):
    rig = toon(name)
    weights = rig.head_weights
    assert weights.min() >= 0
    assert weights.max() <= 1
    head = rig.parts[0]
    assert (weights[head.start : head.stop] == 1).all()
    lowest = rig.vertices({})[:, 1].argmin()
    assert weights[lowest] == 0


def test_pip_turns_whole_on_its_feet():
    rig = toon("pip")
    for part in rig.parts:
        share = rig.head_weights[part.start : part.stop]
        assert (share == (0 if part.name.startswith("foot") else 1)).all(), part.name


@every_toon
def test_eyes_look_ahead_and_fill_their_lids(name):
    for eye in toon(name).eyes:
        sign = 1 if eye.side == "Left" else -1
        assert sign * eye.centre[0] > 0.2
        assert eye.axes.T @ eye.axes == pytest.approx(np.eye(3), abs=1e-12)
        assert eye.axes[2, 2] > 0.9
        assert np.linalg.norm(eye.directions, axis=1) == pytest.approx(1)


def test_pupils_shrink_and_the_eyes_of_pip_grow():
    for name in ("mumbo", "rusk"):
        assert all(set(eye.targets) == {"pupilSmall"} for eye in toon(name).eyes)
    for eye in toon("pip").eyes:
        wide = eye.targets[f"eyeWide{eye.side}"]
        assert np.linalg.norm(wide, axis=1).min() > 1.04


def test_the_ears_of_rusk_follow_plain_arkit_weights():
    rig = toon("rusk")
    part = next(part for part in rig.parts if part.name == "ear Left")
    ear = slice(part.start, part.stop)
    rest = rig.vertices({})[ear]
    tip = rest[:, 1].argmax()
    sad = rig.vertices({"browInnerUp": 1.0})[ear]
    glad = rig.vertices({"browOuterUpLeft": 1.0})[ear]
    other = rig.vertices({"browOuterUpRight": 1.0})[ear]
    assert sad[tip, 1] < rest[tip, 1] - 0.1
    assert glad[tip, 1] > rest[tip, 1] + 0.03
    assert np.array_equal(other, rest)


@every_toon
def test_the_neutral_key_poses_hardly_move_the_face(name):
    rig = toon(name)
    rest = landmark_points(rig, {})
    for key_pose in rig.key_poses:
        moved = np.abs(landmark_points(rig, key_pose.pose.weights) - rest).max()
        if key_pose.label == "neutral":
            assert moved < 0.12, key_pose.id
        else:
            assert moved > 0.05, key_pose.id


def test_the_roots_of_rusks_ears_stay_in_the_head_however_they_turn():
    rig = toon("rusk")
    outline = head.face().head.surface
    turns: list[dict[str, float]] = [{}, both("earBack", 1.2), both("earDroop", 1.2)]
    for weights in turns:
        posed = rig.vertices(weights)
        for part in rig.parts:
            if part.name.startswith("ear "):
                root = posed[part.start : part.start + 30]
                inside = np.linalg.norm(root - outline.centre, axis=1)
                skin = np.linalg.norm(outline.project(root) - outline.centre, axis=1)
                assert (inside < skin).all(), (part.name, weights)
