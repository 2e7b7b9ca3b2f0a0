"""Poses between key poses: the gallery of a character, and random ones for training.

A key pose and the way to it from neutral carry the key pose's expression; so does what
lies between two key poses of one expression. Neutral at rest is no key pose, so it is
not named among the sources of a pose.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from deepexpr.characters.pose import NEUTRAL_POSE, KeyPose, Pose, interpolate
from deepexpr.core.errors import CharacterError
from deepexpr.core.expression import EXPRESSIONS, Expression

GALLERY_STRENGTHS = (0.4, 0.6, 0.8)
"""Strengths between neutral and a key pose; weaker ones no longer read as labelled."""

HALFWAY = 0.5

WEAKEST, USUAL_WEAKEST = 0.35, 0.5
"""Smallest strength of a training pose, and the smallest of most of them."""

WEAK_SHARE = 0.15
"""Share of the poses from neutral that are weaker than `USUAL_WEAKEST`."""

RAMP_SHARE = 0.5
"""Share of training poses between neutral and a key pose; others lie between two."""

WEIGHT_JITTER = 0.06
"""Standard deviation of the factor on every control weight."""

GAZE_JITTER_DEG = (3.0, 2.0)
"""Standard deviation of yaw and pitch added to the gaze."""

HEAD_JITTER_DEG = (3.0, 2.0, 2.0)
"""Standard deviation of yaw, pitch and roll added to the head."""

IRIS_JITTER = 0.02
"""Standard deviation of the factor on the iris size."""


@dataclass(frozen=True, slots=True)
class LabelledPose:
    """A pose with its expression and where it comes from.

    Attributes:
        id: unique within its set: `anger-glare`, `anger-glare@0.60` on the way from
            neutral, or `anger-glare~anger-clench@0.50` between two.
        label: the expression it shows.
        sources: ids of the key poses it lies between, the one it is nearer to first.
        strength: how far from neutral, in [0, 1]; 1 between two key poses.
        pose: the pose.
    """

    id: str
    label: Expression
    sources: tuple[str, ...]
    strength: float
    pose: Pose


def pose_sequence(
    key_poses: Sequence[KeyPose],
    neutral: Pose = NEUTRAL_POSE,
    *,
    strengths: Sequence[float] = GALLERY_STRENGTHS,
) -> tuple[LabelledPose, ...]:
    """Return the gallery of a character.

    Every key pose; the way to it from neutral at the given strengths, unless it is
    neutral itself; and the middle between one key pose and the next of the same
    expression.

    Args:
        key_poses: the character's key poses.
        neutral: where the ways begin.
        strengths: how far to go along them, each in (0, 1).

    Returns:
        The poses, each key pose followed by its weaker ones and the next middle.
    """
    following = _following(key_poses)
    found: list[LabelledPose] = []
    for key_pose in key_poses:
        found.append(_whole(key_pose))
        if key_pose.label is not Expression.NEUTRAL:
            found += [_weaker(key_pose, neutral, amount) for amount in strengths]
        if key_pose.id in following:
            found.append(_between(key_pose, following[key_pose.id], HALFWAY))
    return tuple(found)


def training_set(
    key_poses: Sequence[KeyPose],
    count: int,
    seed: int,
    neutral: Pose = NEUTRAL_POSE,
) -> Iterator[LabelledPose]:
    """Yield random poses for training, expressions in turn.

    Args:
        key_poses: the character's key poses.
        count: how many poses.
        seed: the same seed gives the same poses.
        neutral: where the ways to key poses begin.

    Raises:
        CharacterError: if there are no key poses.
    """
    for index in range(count):
        yield training_pose(key_poses, index, seed, neutral)


def training_pose(
    key_poses: Sequence[KeyPose],
    index: int,
    seed: int,
    neutral: Pose = NEUTRAL_POSE,
) -> LabelledPose:
    """Return one random pose; it depends on nothing but the arguments.

    Half of them lie between neutral and a key pose, at a strength of 0.35 to 1, rarely
    below 0.5; half between two key poses of one expression. Weights, gaze, head and
    iris then vary a little.

    Args:
        key_poses: the character's key poses.
        index: number of the pose in its set; expressions take turns.
        seed: the set's seed.
        neutral: where the ways to key poses begin.

    Raises:
        CharacterError: if there are no key poses.
    """
    by_label = _by_label(key_poses)
    if not by_label:
        raise CharacterError("there are no key poses to make training poses from")
    labels = list(by_label)
    choices = by_label[labels[index % len(labels)]]
    rng = np.random.default_rng([seed, index])
    first, second = (choices[int(n)] for n in rng.integers(len(choices), size=2))
    ramp = rng.random() < RAMP_SHARE or first is second
    if ramp and first.label is not Expression.NEUTRAL:
        found = _weaker(first, neutral, _random_strength(rng))
    else:
        found = _between(first, second, float(rng.uniform(0.0, HALFWAY)))
    return LabelledPose(
        id=f"{index:06d}",
        label=found.label,
        sources=found.sources,
        strength=found.strength,
        pose=varied(found.pose, rng),
    )


def varied(pose: Pose, rng: np.random.Generator) -> Pose:
    """Return a pose with small random changes of every number."""
    factors = 1.0 + WEIGHT_JITTER * rng.standard_normal(len(pose.weights))
    gaze = np.array(pose.gaze) + np.array(GAZE_JITTER_DEG) * rng.standard_normal(2)
    head = np.array(pose.head) + np.array(HEAD_JITTER_DEG) * rng.standard_normal(3)
    iris = pose.iris * (1.0 + IRIS_JITTER * float(rng.standard_normal()))
    return Pose(
        {
            name: weight * float(factor)
            for (name, weight), factor in zip(
                pose.weights.items(), factors, strict=True
            )
        },
        gaze=(float(gaze[0]), float(gaze[1])),
        head=(float(head[0]), float(head[1]), float(head[2])),
        iris=max(iris, 0.1),
    )


def _random_strength(rng: np.random.Generator) -> float:
    if rng.random() < WEAK_SHARE:
        return float(rng.uniform(WEAKEST, USUAL_WEAKEST))
    return float(rng.uniform(USUAL_WEAKEST, 1.0))


def _whole(key_pose: KeyPose) -> LabelledPose:
    return LabelledPose(key_pose.id, key_pose.label, (key_pose.id,), 1.0, key_pose.pose)


def _weaker(key_pose: KeyPose, neutral: Pose, strength: float) -> LabelledPose:
    return LabelledPose(
        id=f"{key_pose.id}@{strength:.2f}",
        label=key_pose.label,
        sources=(key_pose.id,),
        strength=strength,
        pose=interpolate(neutral, key_pose.pose, strength),
    )


def _between(first: KeyPose, second: KeyPose, amount: float) -> LabelledPose:
    sources = dict.fromkeys((first.id, second.id))
    return LabelledPose(
        id=f"{first.id}~{second.id}@{amount:.2f}",
        label=first.label,
        sources=tuple(sources),
        strength=1.0,
        pose=interpolate(first.pose, second.pose, amount),
    )


def _by_label(key_poses: Iterable[KeyPose]) -> dict[Expression, list[KeyPose]]:
    found: dict[Expression, list[KeyPose]] = {label: [] for label in EXPRESSIONS}
    for key_pose in key_poses:
        found[key_pose.label].append(key_pose)
    return {label: poses for label, poses in found.items() if poses}


def _following(key_poses: Sequence[KeyPose]) -> dict[str, KeyPose]:
    """The next key pose of the same expression, by id."""
    return {
        first.id: second
        for poses in _by_label(key_poses).values()
        for first, second in pairwise(poses)
    }
