from collections import Counter
from itertools import islice

import numpy as np
import pytest

from deepexpr.characters.pose import KeyPose, Pose, interpolate
from deepexpr.characters.synthesis import (
    WEAKEST,
    pose_sequence,
    training_pose,
    training_set,
    varied,
)
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import EXPRESSIONS, Expression


def key(identity, label, **weights):
    return KeyPose(identity, Expression(label), "", None, Pose(weights))


REST = key("neutral-rest", "neutral")
GLARE = key("anger-glare", "anger", browDownLeft=1.0)
CLENCH = key("anger-clench", "anger", mouthPressLeft=1.0)
SHOUT = key("anger-shout", "anger", jawOpen=1.0)
GRIN = key("joy-grin", "joy", mouthSmileLeft=1.0)
KEY_POSES = (REST, GLARE, GRIN, CLENCH, SHOUT)


def test_a_gallery_has_key_poses_weaker_ones_and_middles():
    assert [pose.id for pose in pose_sequence((REST, GLARE, GRIN, CLENCH))] == [
        "neutral-rest",
        "anger-glare", "anger-glare@0.40", "anger-glare@0.60", "anger-glare@0.80",
        "anger-glare~anger-clench@0.50",
        "joy-grin", "joy-grin@0.40", "joy-grin@0.60", "joy-grin@0.80",
        "anger-clench", "anger-clench@0.40", "anger-clench@0.60", "anger-clench@0.80",
    ]  # fmt: skip


def test_gallery_ids_are_unique():
    ids = [pose.id for pose in pose_sequence(KEY_POSES)]
    assert len(set(ids)) == len(ids)


def test_a_weaker_pose_lies_on_the_way_from_neutral():
    found = {pose.id: pose for pose in pose_sequence(KEY_POSES)}["joy-grin@0.60"]
    assert found.label is Expression.JOY
    assert found.sources == ("joy-grin",)
    assert found.strength == 0.6
    assert found.pose.weights == pytest.approx({"mouthSmileLeft": 0.6})


def test_a_middle_lies_between_two_key_poses():
    poses = {pose.id: pose for pose in pose_sequence(KEY_POSES)}
    found = poses["anger-clench~anger-shout@0.50"]
    assert found.sources == ("anger-clench", "anger-shout")
    assert found.strength == 1.0
    assert found.pose == interpolate(CLENCH.pose, SHOUT.pose, 0.5)


def test_ways_begin_where_the_neutral_pose_says():
    start = Pose({"jawOpen": 0.5})
    (_, weaker) = pose_sequence((GRIN,), start, strengths=(0.5,))
    assert weaker.pose.weights == {"jawOpen": 0.25, "mouthSmileLeft": 0.5}


def test_no_key_poses_make_no_gallery_and_no_training_set():
    assert pose_sequence(()) == ()
    with pytest.raises(CharacterError, match="no key poses"):
        next(training_set((), 1, 0))


def test_the_same_seed_gives_the_same_poses():
    first, second = (tuple(training_set(KEY_POSES, 20, 3)) for _ in range(2))
    other = tuple(training_set(KEY_POSES, 20, 4))
    assert first == second
    assert first != other


def test_a_pose_does_not_depend_on_how_many_are_made():
    few, many = (tuple(training_set(KEY_POSES, n, 0)) for n in (5, 50))
    assert many[:5] == few
    assert training_pose(KEY_POSES, 3, 0) == few[3]


def test_expressions_take_turns():
    labels = Counter(pose.label for pose in training_set(KEY_POSES, 90, 0))
    assert labels == {"anger": 30, "joy": 30, "neutral": 30}


def test_every_pose_lies_between_key_poses_of_its_expression():
    labels = {pose.id: pose.label for pose in KEY_POSES}
    for pose in training_set(KEY_POSES, 200, 0):
        assert {labels[source] for source in pose.sources} == {pose.label}
        assert 1 <= len(pose.sources) <= 2


def test_strengths_are_rarely_low_and_never_below_the_weakest():
    poses = islice(training_set((GRIN,), 1000, 0), 1000)
    strengths = np.array([pose.strength for pose in poses])
    assert strengths.min() >= WEAKEST
    assert 0.08 < (strengths < 0.5).mean() < 0.25


def test_neutral_key_poses_are_not_weakened():
    assert {pose.strength for pose in training_set((REST,), 50, 0)} == {1.0}


def test_a_single_key_pose_of_each_expression_is_enough():
    key_poses = [key(f"{label}-one", label, jawOpen=0.5) for label in EXPRESSIONS]
    poses = list(training_set(key_poses, 14, 0))
    assert [pose.label for pose in poses[:7]] == list(EXPRESSIONS)


def test_variation_is_small_and_keeps_rest_at_rest():
    pose = Pose({"jawOpen": 1.0}, (10.0, 0.0), (0.0, 5.0, 0.0), 0.8)
    changed = [varied(pose, np.random.default_rng(n)) for n in range(300)]
    assert {tuple(found.weights) for found in changed} == {("jawOpen",)}
    jaw = np.array([found.weights["jawOpen"] for found in changed])
    assert jaw.mean() == pytest.approx(1.0, abs=0.02)
    assert 0.04 < jaw.std() < 0.08
    pitch = np.array([found.head[1] for found in changed])
    assert pitch.mean() == pytest.approx(5.0, abs=0.5)
