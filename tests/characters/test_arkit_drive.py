import math
from itertools import pairwise

import numpy as np
import pytest

from deepexpr.characters.arkit_drive import PATTERNS, enriched, enriched_pose
from deepexpr.characters.library import list_characters, load_character
from deepexpr.characters.pose import Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import CharacterError

SIDES = ("Left", "Right")
EXTRAS = tuple(extra + end for extra in PATTERNS for end in ("", *SIDES))
RICH = (*ARKIT_BLENDSHAPES, *EXTRAS)


def both(**weights):
    return {name + side: weight for name, weight in weights.items() for side in SIDES}


FEAR = {"browInnerUp": 1.0, **both(eyeWide=1.0, mouthStretch=1.0)}


def test_a_face_at_rest_stays_at_rest():
    assert enriched({}, RICH) == {}
    rest = dict.fromkeys(ARKIT_BLENDSHAPES, 0.0)
    assert enriched(rest, RICH) == rest


def test_a_sneer_with_a_raised_lip_wrinkles_the_nose():
    weights = enriched(both(noseSneer=0.55, mouthUpperUp=0.55), RICH)
    # (0.55 - 0.1) / 0.9 is half of the way; the lip's share is 0.9.
    assert weights["x_noseWrinkleLeft"] == pytest.approx(0.5)
    assert weights["x_lipRaiseRight"] == pytest.approx(0.45)
    # Each takes the place of the blendshape that does the same.
    assert weights["noseSneerLeft"] == pytest.approx(0.05)
    assert weights["mouthUpperUpRight"] == pytest.approx(0.10)


def test_a_laugh_that_shows_the_teeth_is_no_disgust():
    laugh = both(mouthSmile=1.0, noseSneer=0.6, mouthUpperUp=0.6, cheekSquint=1.0)
    weights = enriched(laugh, RICH)
    assert not any(name.startswith(("x_nose", "x_lipRaise")) for name in weights)
    assert weights["x_smileCheekLeft"] == 1.0
    assert weights["cheekSquintLeft"] == 0.0


def test_fear_stretches_the_mouth_and_knits_the_brow():
    weights = enriched(FEAR, RICH)
    assert weights["x_fearMouthLeft"] == weights["pupilSmall"] == 1.0
    assert weights["x_browKnitLeft"] == pytest.approx(0.7)
    assert weights["x_eyePopRight"] == pytest.approx(0.8)
    assert weights["mouthStretchLeft"] == 0.0
    assert weights["eyeWideLeft"] == weights["browInnerUp"] == 1.0


def test_a_gasp_under_eyes_that_a_tracker_hardly_sees_wide_is_fear():
    gasp = {"browInnerUp": 1.0, **both(eyeWide=0.5, mouthLowerDown=0.55)}
    weights = enriched(gasp, RICH)
    # The least cue is the lip's 0.55, half of the way, and such a gasp counts 0.7.
    assert weights["x_fearMouthLeft"] == pytest.approx(0.35)
    surprise = enriched({**gasp, **both(browOuterUp=1.0)}, RICH)
    assert "x_fearMouthLeft" not in surprise


def test_surprise_is_not_taken_for_fear():
    surprise = {"browInnerUp": 1.0, "jawOpen": 0.6}
    weights = enriched({**surprise, **both(browOuterUp=1.0, eyeWide=1.0)}, RICH)
    assert "x_fearMouthLeft" not in weights
    assert "x_browKnitLeft" not in weights
    assert weights["x_eyePopLeft"] == pytest.approx(0.5)


def test_lowered_brows_are_knit():
    weights = enriched(both(browDown=1.0), RICH)
    assert weights["x_browKnitLeft"] == pytest.approx(0.65)
    assert weights["x_lidAngryLeft"] == pytest.approx(0.4)
    assert weights["browDownLeft"] == 1.0


def test_one_side_moves_alone():
    weights = enriched({"browDownLeft": 1.0}, RICH)
    assert weights["x_browKnitLeft"] == pytest.approx(0.65)
    assert "x_browKnitRight" not in weights


def test_the_tremor_of_a_tracker_adds_nothing():
    tremor = dict.fromkeys(ARKIT_BLENDSHAPES, 0.04)
    assert enriched(tremor, RICH) == tremor


def test_only_the_controls_of_the_rig_are_moved():
    assert enriched(FEAR, ARKIT_BLENDSHAPES) == FEAR
    added = enriched(FEAR, (*ARKIT_BLENDSHAPES, "pupilSmall")).keys() - FEAR.keys()
    assert added == {"pupilSmall"}


def test_an_extra_shape_that_is_given_is_left_as_it_is():
    given = {**FEAR, **both(x_fearMouth=0.0), "x_eyePopLeft": 1.3}
    weights = enriched(given, RICH)
    assert weights["x_fearMouthLeft"] == 0.0
    assert weights["mouthStretchLeft"] == 1.0
    assert weights["x_eyePopLeft"] == 1.3
    assert weights["x_eyePopRight"] == pytest.approx(0.8)


def test_weights_stay_between_0_and_1_and_do_not_jump():
    generator = np.random.default_rng(0)
    last: dict[str, float] = {}
    ends = generator.uniform(-0.2, 1.2, (20, len(ARKIT_BLENDSHAPES)))
    for first, second in pairwise(ends):
        for amount in np.linspace(0, 1, 50, endpoint=False):
            numbers = first + (second - first) * amount
            stream = dict(zip(ARKIT_BLENDSHAPES, numbers.tolist(), strict=True))
            weights = enriched(stream, RICH)
            assert min(weights.values()) >= 0.0
            assert max(weights.values()) <= 1.0
            names = weights.keys() | last.keys() if last else ()
            jumps = [abs(weights.get(n, 0.0) - last.get(n, 0.0)) for n in names]
            # A frame moves a weight by 1.4 / 50 at most, and gains reach 3.
            assert max(jumps, default=0.0) < 0.15
            last = weights


@pytest.mark.parametrize("name", list_characters())
def test_the_extra_shapes_of_every_character_are_called_for(name):
    controls = set(load_character(name).model.controls)
    loud = dict.fromkeys(ARKIT_BLENDSHAPES, 1.0)
    for extra, patterns in PATTERNS.items():
        names = [extra + end for end in ("", *SIDES) if extra + end in controls]
        for pattern in patterns:
            quiet = {
                other: 0.0
                for other in loud
                if other.removesuffix("Left").removesuffix("Right") in pattern.unless
            }
            shown = enriched({**loud, **quiet}, controls)
            assert all(shown[n] >= pattern.share - 1e-9 for n in names), extra


def test_a_pose_keeps_its_gaze_and_head():
    pose = Pose(FEAR, gaze=(5.0, 1.0), head=(3.0, 2.0, 1.0), iris=0.9)
    assert enriched_pose(pose, RICH) == Pose(
        enriched(FEAR, RICH), gaze=(5.0, 1.0), head=(3.0, 2.0, 1.0), iris=0.9
    )


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_impossible_weights_are_refused(wrong):
    with pytest.raises(CharacterError, match="finite"):
        enriched({"jawOpen": wrong}, RICH)
