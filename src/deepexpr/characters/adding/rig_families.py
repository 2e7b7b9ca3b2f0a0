"""Names that families of rigs give their shapes, and the controls they stand for.

Names of Character Creator 4, Meta's and Magic Leap's face tracking (action units by
name), VRChat's Unified Expressions, VIVE's SRanipal, Adobe Fuse and Mixamo, and the
Japanese names of MikuMikuDance. Sides are the subject's own.
"""

import re
from collections.abc import Iterator, Mapping

Controls = tuple[tuple[str, float], ...]
"""Controls that a shape stands for, each with the shape's weight at its full weight."""

_SIDED: Mapping[str, str] = {
    # Character Creator 4
    "browcompress": "x_browKnit",
    "cheekraise": "cheekSquint",
    "nosenostrildilate": "x_nostrilFlare",
    "nosecrease": "x_noseWrinkle",
    "nosewrinkle": "x_noseWrinkle",
    "mouthdownlower": "mouthLowerDown",
    "mouthupupper": "mouthUpperUp",
    # Meta and Magic Leap
    "browlowerer": "browDown",
    "outerbrowraiser": "browOuterUp",
    "upperlidraiser": "eyeWide",
    "lidtightener": "eyeSquint",
    "eyesclosed": "eyeBlink",
    "cheekraiser": "cheekSquint",
    "nosewrinkler": "noseSneer",
    "upperlipraiser": "mouthUpperUp",
    "lowerlipdepressor": "mouthLowerDown",
    "lipcornerpuller": "mouthSmile",
    "lipcornerdepressor": "mouthFrown",
    "lipstretcher": "mouthStretch",
    "lippressor": "mouthPress",
    "dimpler": "mouthDimple",
    "eyeslookup": "eyeLookUp",
    "eyeslookdown": "eyeLookDown",
    # Unified Expressions
    "browpinch": "x_browKnit",
    "eyeclosed": "eyeBlink",
    "mouthcornerpull": "mouthSmile",
    "nasaldilation": "x_nostrilFlare",
    # SRanipal
    "mouthsad": "mouthFrown",
    # Fuse and Mixamo
    "browsdown": "browDown",
    "browsup": "browOuterUp",
    "browsin": "x_browKnit",
    "browsouterlower": "x_browOuterDown",
    "eyeswide": "eyeWide",
    "squint": "eyeSquint",
    "nosescrunch": "noseSneer",
    "smile": "mouthSmile",
    "frown": "mouthFrown",
    "upperlipup": "mouthUpperUp",
    "lowerlipdown": "mouthLowerDown",
}
"""Bare names that come with a side, and the sided control each stands for."""

_WHOLE: Mapping[str, str] = {
    "mouthchinup": "x_chinBoss",
    "chinraiser": "mouthShrugLower",
    "chinraiserb": "mouthShrugLower",
    "chinraisert": "mouthShrugUpper",
    "jawsidewaysleft": "jawLeft",
    "jawsidewaysright": "jawRight",
    "jawthrust": "jawForward",
    "jawforeward": "jawForward",
    "lipstoward": "mouthClose",
    "mouthclosed": "mouthClose",
    "mouthraiserupper": "mouthShrugUpper",
    "mouthraiserlower": "mouthShrugLower",
    "lippucker": "mouthPucker",
    "lipfunnel": "mouthFunnel",
    "lipsuckupper": "mouthRollUpper",
    "lipsucklower": "mouthRollLower",
    "mouthpout": "mouthPucker",
    "mouthoshape": "mouthFunnel",
    "mouthupperinside": "mouthRollUpper",
    "mouthlowerinside": "mouthRollLower",
    "mouthloweroverlay": "mouthShrugLower",
    "tonguelongstep": "tongueOut",
    "upperlipin": "mouthRollUpper",
    "upperlipout": "mouthShrugUpper",
    "lowerlipin": "mouthRollLower",
    "lowerlipout": "mouthShrugLower",
    "midmouthleft": "mouthLeft",
    "midmouthright": "mouthRight",
    "eyeleftblink": "eyeBlinkLeft",
    "eyerightblink": "eyeBlinkRight",
    "eyeleftwide": "eyeWideLeft",
    "eyerightwide": "eyeWideRight",
    "eyeleftsqueeze": "eyeSquintLeft",
    "eyerightsqueeze": "eyeSquintRight",
    "eyeslookleftl": "eyeLookOutLeft",
    "eyeslookleftr": "eyeLookInRight",
    "eyeslookrightl": "eyeLookInLeft",
    "eyeslookrightr": "eyeLookOutRight",
    "eyellookl": "eyeLookOutLeft",
    "eyellookr": "eyeLookInLeft",
    "eyerlookl": "eyeLookInRight",
    "eyerlookr": "eyeLookOutRight",
    "eyellookup": "eyeLookUpLeft",
    "eyellookdown": "eyeLookDownLeft",
    "eyerlookup": "eyeLookUpRight",
    "eyerlookdown": "eyeLookDownRight",
}
"""Bare names and the control that each stands for."""

_PARTS: tuple[tuple[str, str], ...] = (
    (r"(innerbrowraiser|browraiseinner|browinnerup)(l|r|left|right)", "browInnerUp"),
    (r"che+c?kpuff(l|r|left|right)", "cheekPuff"),
    (r"(lip|mouth)pucker(up|down|upper|lower)?(l|r|left|right)", "mouthPucker"),
    (r"mouthnarrow(left|right)", "mouthPucker"),
    (r"lipfunneler[lr][bt]", "mouthFunnel"),
    (r"(lip|mouth)funnel(up|down|upper|lower)?(l|r|left|right)", "mouthFunnel"),
    (r"mouthwhistlenarrowadjust(left|right)", "mouthFunnel"),
    (r"lipsuck[lr]b|lipsucklower(left|right)|mouthrollinlower[lr]", "mouthRollLower"),
    (r"lipsuck[lr]t|lipsuckupper(left|right)|mouthrollinupper[lr]", "mouthRollUpper"),
    (r"mouthroll(lower)(left|right)", "mouthRollLower"),
    (r"mouthroll(upper)(left|right)", "mouthRollUpper"),
    (r"mouthshruglower(left|right)", "mouthShrugLower"),
    (r"mouthshrugupper(left|right)", "mouthShrugUpper"),
    (r"mouth(upper|lower)left", "mouthLeft"),
    (r"mouth(upper|lower)right", "mouthRight"),
    (r"jawdrop|jawdown", "jawOpen"),
)
"""Patterns of bare names of which several together are one control."""

_JAPANESE: Mapping[str, tuple[str, ...]] = {
    "まばたき": ("eyeBlinkLeft", "eyeBlinkRight"),
    "ウィンク": ("eyeBlinkLeft",),
    "ウィンク右": ("eyeBlinkRight",),
    "びっくり": ("eyeWideLeft", "eyeWideRight"),
    "じと目": ("eyeSquintLeft", "eyeSquintRight"),
    "怒り": ("browDownLeft", "browDownRight"),
    "困る": ("browInnerUp",),
    "上": ("browOuterUpLeft", "browOuterUpRight"),
    "あ": ("jawOpen",),
    "い": ("mouthStretchLeft", "mouthStretchRight"),
    "う": ("mouthPucker",),
    "お": ("mouthFunnel",),
    "口角上げ": ("mouthSmileLeft", "mouthSmileRight"),
    "口角下げ": ("mouthFrownLeft", "mouthFrownRight"),
}

_SIDES = {"left": "Left", "right": "Right", "l": "Left", "r": "Right"}


def family_controls(shape: str) -> Controls:
    """Return what a shape named as one of the families does stands for, or nothing."""
    japanese = _JAPANESE.get(shape.strip())
    if japanese is not None:
        return tuple((control, 1.0) for control in japanese)
    for bare in _bare_names(shape):
        if bare in _WHOLE:
            return ((_WHOLE[bare], 1.0),)
        for end, side in _SIDES.items():
            control = _SIDED.get(bare.removesuffix(end)) if bare.endswith(end) else None
            if control is not None:
                return ((control + side, 1.0),)
    return ()


def part_controls(shape: str) -> Controls:
    """Return the control that a shape is only a part of, or nothing.

    Such as a pucker of the upper lip's left half: all four quarters together pucker
    the mouth.
    """
    for bare in _bare_names(shape):
        for pattern, control in _PARTS:
            if re.fullmatch(pattern, bare):
                return ((control, 1.0),)
    return ()


def _bare_names(shape: str) -> Iterator[str]:
    """Letters of a name without the prefixes that exporters put before it."""
    name = re.split(r"[.:|]", shape)[-1]
    for text in (name, re.sub(r"^.*?(anim|facs_[a-z]+)_", "", name)):
        bare = re.sub(r"_div\d$", "", text)
        yield re.sub(r"[^A-Za-z]", "", bare).lower()
