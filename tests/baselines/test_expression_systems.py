"""MPEG-4, HapFACS, FACSGen, Deng and Ma: systems that show a named expression."""

import numpy as np
import pytest

from deepexpr.baselines.deng_ma import ClarityMachines, DengMa, region_features
from deepexpr.baselines.facsgen import FORMULAS, FacsGen
from deepexpr.baselines.hapfacs import HapFacs
from deepexpr.baselines.mpeg4 import PARAMETERS, PROFILES, Mpeg4, parameter_units
from deepexpr.characters.facs import Intensity
from deepexpr.characters.pose import NEUTRAL_POSE, Pose
from deepexpr.core.action_units import ActionUnit
from deepexpr.core.errors import ShapeError
from deepexpr.core.expression import EXPRESSIONS, Expression
from tests.baselines.drawn_rig import (
    MOVES,
    drawn_character,
    drawn_model,
    face_like,
    key_pose,
)

SHOWN = [name for name in EXPRESSIONS if name != Expression.NEUTRAL]


def systems():
    key_poses = [
        key_pose(f"{label}-a", label, jawOpen=0.1 * (number + 1))
        for number, label in enumerate(SHOWN)
    ]
    return [
        Mpeg4(drawn_model()),
        HapFacs(MOVES),
        FacsGen(MOVES),
        DengMa(drawn_character(*key_poses, key_pose("rest", "neutral"))),
    ]


@pytest.mark.parametrize("place", range(4))
def test_every_expression_has_a_pose_of_its_own_within_the_rigs_range(place):
    system = systems()[place]
    poses = {label: system.pose(face_like(label)) for label in SHOWN}
    shown = {tuple(sorted(pose.weights.items())) for pose in poses.values()}
    assert len(shown) == len(SHOWN)
    for pose in poses.values():
        assert set(pose.weights) <= set(MOVES)
        assert all(0 < weight <= 1 for weight in pose.weights.values())


@pytest.mark.parametrize("place", range(4))
def test_a_neutral_face_leaves_the_rig_at_rest(place):
    assert not systems()[place].pose(face_like("neutral")).weights


def test_parameter_units_are_distances_of_the_neutral_face():
    neutral = drawn_model().landmarks(NEUTRAL_POSE)
    units = parameter_units(neutral)
    assert units["MW"] == pytest.approx(161.2 - 94.8)
    assert all(unit > 0 for unit in units.values())
    twice = parameter_units(2 * neutral)
    assert twice == pytest.approx({name: 2 * unit for name, unit in units.items()})


def test_a_jaw_opens_as_far_as_the_profile_asks():
    model = drawn_model()
    units = parameter_units(model.landmarks(NEUTRAL_POSE))
    asked = PROFILES[Expression.SURPRISE]["open_jaw"] * units["MNS"] / 1024
    pose = Mpeg4(model).pose(face_like("surprise"))
    lowered = model.landmarks(NEUTRAL_POSE)[47, 1] - model.landmarks(pose)[47, 1]
    assert lowered == pytest.approx(asked, rel=1e-5)


def test_negative_parameters_use_the_opposite_control():
    weights = Mpeg4(drawn_model()).pose(face_like("sadness")).weights
    assert weights["mouthFrownLeft"] == pytest.approx(weights["mouthFrownRight"])
    assert "mouthSmileLeft" not in weights


def test_profiles_name_known_parameters():
    assert {name for profile in PROFILES.values() for name in profile} <= set(
        PARAMETERS
    )


def test_hapfacs_shows_the_emfacs_units_as_strongly_as_the_face_is_sure():
    hapfacs = HapFacs(MOVES)
    units = hapfacs.units(face_like("joy", 0.79))
    assert units == {
        ActionUnit.CHEEK_RAISER: Intensity.D,
        ActionUnit.LIP_CORNER_PULLER: Intensity.D,
    }
    assert hapfacs.pose(face_like("joy", 0.79)).weights == {
        "mouthSmileLeft": 0.8,
        "mouthSmileRight": 0.8,
    }
    assert hapfacs.units(face_like("joy", 0.35))[ActionUnit.CHEEK_RAISER] == Intensity.B


def test_facsgen_formulas_carry_their_letters():
    assert FORMULAS[Expression.SURPRISE] == {
        ActionUnit.INNER_BROW_RAISER: Intensity.C,
        ActionUnit.OUTER_BROW_RAISER: Intensity.C,
        ActionUnit.UPPER_LID_RAISER: Intensity.B,
        ActionUnit.JAW_DROP: Intensity.C,
    }
    weights = FacsGen(MOVES).pose(face_like("surprise")).weights
    assert weights["jawOpen"] == pytest.approx(0.3)
    assert weights["eyeWideLeft"] == pytest.approx(0.4)


def test_the_machines_tell_separable_faces_apart():
    rng = np.random.default_rng(0)
    labels = [EXPRESSIONS[row % 7] for row in range(70)]
    features = rng.normal(0, 0.2, (70, 9))
    for row in range(70):
        features[row, row % 7] += 2
    machines = ClarityMachines.fit(features, labels)
    lead = machines.clarity(features)
    own = [lead[row, row % 7] for row in range(70)]
    assert min(own) > 0
    assert [EXPRESSIONS[int(column)] for column in lead.argmax(axis=1)] == labels


def test_a_blend_of_two_expressions_is_less_clear_than_either():
    labels = [Expression.JOY, Expression.ANGER] * 5
    features = np.array([[1.0, 0.0], [0.0, 1.0]] * 5)
    machines = ClarityMachines.fit(features, labels)
    joy = EXPRESSIONS.index(Expression.JOY)
    clear, blend = machines.clarity(np.array([[1.0, 0.0], [0.5, 0.5]]))[:, joy]
    assert clear > blend
    assert blend == pytest.approx(0, abs=1e-6)


def test_labels_and_faces_must_be_as_many():
    with pytest.raises(ShapeError, match="features"):
        ClarityMachines.fit(np.zeros((3, 2)), [Expression.JOY])


def test_the_clearest_key_pose_answers():
    character = drawn_character(
        key_pose("joy-faint", "joy", mouthSmileLeft=0.1, mouthSmileRight=0.1),
        key_pose("joy-full", "joy", mouthSmileLeft=1.0, mouthSmileRight=1.0),
        key_pose("anger-full", "anger", browDownLeft=1.0, browDownRight=1.0),
        key_pose("neutral-rest", "neutral"),
    )
    answer = DengMa(character).pose(face_like("joy"))
    assert answer.weights == {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}


def test_without_a_key_pose_of_the_expression_the_rig_rests():
    assert DengMa(drawn_character()).pose(face_like("joy")) == NEUTRAL_POSE
    only_joy = DengMa(drawn_character(key_pose("joy", "joy", jawOpen=1.0)))
    assert only_joy.pose(face_like("anger")) == NEUTRAL_POSE


def test_regions_keep_brows_and_mouth_apart():
    poses = [Pose({}), Pose({"browInnerUp": 1.0}), Pose({"jawOpen": 1.0})]
    features = region_features(drawn_model(), poses)
    # One component a region: the brow moves two points by 20, the jaw eight by 40.
    assert features.shape == (3, 2)
    assert np.ptp(features[:, 0]) == pytest.approx(20 * 2**0.5, rel=1e-5)
    assert np.ptp(features[:, 1]) == pytest.approx(40 * 8**0.5, rel=1e-5)
