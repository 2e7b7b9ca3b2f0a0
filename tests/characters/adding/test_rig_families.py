"""Names of shapes as families of rigs spell them.

The lists are what these products document for their own avatars; which of the 52
blendshapes each family can show was counted by hand.
"""

import pytest

from deepexpr.characters.adding.control_names import arkit_control
from deepexpr.characters.adding.mapping import proposed_mapping
from deepexpr.characters.adding.rig_families import family_controls, part_controls
from deepexpr.characters.adding.source_rig import read_source_rig
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from tests.characters.adding.tiny_model import UP, model, written


def sided(names, left="_L", right="_R"):
    return [name + side for name in names.split() for side in (left, right)]


META = [
    *sided(
        "browLowerer cheekPuff cheekRaiser cheekSuck dimpler eyesClosed eyesLookDown "
        "eyesLookLeft eyesLookRight eyesLookUp innerBrowRaiser lidTightener "
        "lipCornerDepressor lipCornerPuller lipPressor lipPucker lipStretcher "
        "lipTightener lowerLipDepressor noseWrinkler outerBrowRaiser upperLidRaiser "
        "upperLipRaiser"
    ),
    *sided("lipFunneler_L lipFunneler_R lipSuck_L lipSuck_R", "B", "T"),
    "chinRaiser_B", "chinRaiser_T", "jawDrop", "jawSidewaysLeft", "jawSidewaysRight",
    "jawThrust", "lipsToward", "mouthLeft", "mouthRight", "tongueOut",
]  # fmt: skip
CHARACTER_CREATOR = [
    *sided(
        "Brow_Raise_Inner Brow_Raise_Outer Brow_Drop Brow_Compress Eye_Blink "
        "Eye_Squint Eye_Wide Eye_L_Look Eye_R_Look Nose_Sneer Nose_Nostril_Dilate "
        "Nose_Crease Cheek_Raise Cheek_Suck Cheek_Puff Mouth_Smile Mouth_Frown "
        "Mouth_Stretch Mouth_Dimple Mouth_Press Mouth_Tighten Mouth_Pucker_Up "
        "Mouth_Pucker_Down Mouth_Funnel_Up Mouth_Funnel_Down Mouth_Roll_In_Upper "
        "Mouth_Roll_In_Lower Mouth_Up_Upper Mouth_Down_Lower Mouth Jaw"
    ),
    "Eye_L_Look_Up", "Eye_L_Look_Down", "Eye_R_Look_Up", "Eye_R_Look_Down",
    "Mouth_Shrug_Upper", "Mouth_Shrug_Lower", "Mouth_Chin_Up", "Mouth_Close",
    "Jaw_Open", "Jaw_Forward", "Tongue_Out", "Ear_Up_L", "V_Open",
]  # fmt: skip
UNIFIED = [
    *sided(
        "BrowInnerUp BrowOuterUp BrowLowerer BrowPinch EyeClosed EyeWide EyeSquint "
        "EyeLookUp EyeLookDown EyeLookIn EyeLookOut CheekSquint CheekPuff CheekSuck "
        "Jaw LipSuckUpper LipSuckLower LipFunnelUpper LipFunnelLower LipPuckerUpper "
        "LipPuckerLower MouthUpper MouthLower MouthCornerPull MouthFrown MouthStretch "
        "MouthDimple MouthPress MouthUpperUp MouthLowerDown NoseSneer NasalDilation",
        "Left",
        "Right",
    ),
    "JawOpen", "JawForward", "MouthClosed", "MouthRaiserUpper", "MouthRaiserLower",
    "TongueOut",
]  # fmt: skip
FUSE = [
    *sided(
        "Blink BrowsDown BrowsIn BrowsOuterLower BrowsUp CheekPuff EyesWide Frown "
        "JawRotateY Jaw LowerLipDown Midmouth MouthNarrow "
        "MouthWhistle_NarrowAdjust NoseScrunch Smile Squint UpperLipUp",
        "_Left",
        "_Right",
    ),
    "JawBackward", "JawForeward", "Jaw_Down", "Jaw_Up", "LowerLipIn", "LowerLipOut",
    "MouthOpen", "TongueUp", "UpperLipIn", "UpperLipOut",
]  # fmt: skip


def absent(tmp_path, shapes):
    glb = model(dict.fromkeys(shapes, UP))
    rig = read_source_rig(written(tmp_path / "face.glb", glb))
    found = {row.control for row in proposed_mapping(rig)}
    return [name for name in ARKIT_BLENDSHAPES if name not in found]


def test_a_rig_of_metas_action_units_shows_all_of_arkit(tmp_path):
    assert absent(tmp_path, META) == []


def test_a_rig_of_character_creator_shows_all_of_arkit(tmp_path):
    assert absent(tmp_path, CHARACTER_CREATOR) == []


def test_a_rig_of_unified_expressions_shows_all_of_arkit(tmp_path):
    assert absent(tmp_path, UNIFIED) == []


def test_a_rig_of_fuse_lacks_what_fuse_lacks(tmp_path):
    looks = [name for name in ARKIT_BLENDSHAPES if name.startswith("eyeLook")]
    lacks = {"browInnerUp", "mouthClose", "tongueOut", *looks}
    for pair in ("cheekSquint", "mouthDimple", "mouthPress", "mouthStretch"):
        lacks |= {pair + "Left", pair + "Right"}
    assert absent(tmp_path, FUSE) == [n for n in ARKIT_BLENDSHAPES if n in lacks]


@pytest.mark.parametrize(
    ("shape", "control"),
    [
        ("facs_bs_MouthSmileLeft_div2", "mouthSmileLeft"),
        ("Genesis9__facs_jnt_EyeBlinkRight", "eyeBlinkRight"),
        ("A38_Mouth_Smile_Left", "mouthSmileLeft"),
    ],
)
def test_prefixes_of_exporters_do_not_matter(shape, control):
    assert arkit_control(shape) == control


@pytest.mark.parametrize(
    ("shape", "control"),
    [
        ("Mix::Squint_Left", "eyeSquintLeft"),
        ("CC_Base_Body.Eye_L_Look_R", "eyeLookInLeft"),
        ("anim_lipCornerPuller_R", "mouthSmileRight"),
        ("Eye_Left_Squeeze", "eyeSquintLeft"),
        ("困る", "browInnerUp"),
    ],
)
def test_names_of_families_are_known(shape, control):
    assert family_controls(shape) == ((control, 1.0),)


@pytest.mark.parametrize("shape", ["viseme_aa", "Ear_Up_L", "Wobble", "tail_r", ""])
def test_other_names_stand_for_nothing(shape):
    assert family_controls(shape) == part_controls(shape) == ()


def test_quarters_of_a_pucker_add_up_unless_there_is_a_whole(tmp_path):
    quarters = [f"LipPucker{lip}{side}" for lip in ("Upper", "Lower")
                for side in ("Left", "Right")]  # fmt: skip

    def shapes_of_the_pucker(names):
        glb = model(dict.fromkeys(names, UP))
        rig = read_source_rig(written(tmp_path / "face.glb", glb))
        rows = proposed_mapping(rig)
        return [row.shape for row in rows if row.control == "mouthPucker"]

    assert shapes_of_the_pucker(quarters) == quarters
    assert shapes_of_the_pucker([*quarters, "LipPucker"]) == ["LipPucker"]
