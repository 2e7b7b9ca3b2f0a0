"""Which of our controls a shape of somebody's rig is, told by its name.

A shape that moves both sides of a face stands for a left and a right control; it is cut
in two where the face is.
"""

import re
from collections.abc import Mapping

from deepexpr.characters.adding.rig_families import Controls
from deepexpr.characters.pose import ARKIT_FOLDING
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import Expression

EXTRA_CONTROLS = tuple(ARKIT_FOLDING)
"""Our own controls beside ARKit's, documented in docs/characters.md."""

KNOWN_CONTROLS = (*ARKIT_BLENDSHAPES, *EXTRA_CONTROLS)

_PLAIN = {name.lower(): name for name in KNOWN_CONTROLS}
_NUMBERED = re.compile(r"^(ak_\d+|a\d\d|.*?facs_[a-z]+)_", re.IGNORECASE)
_DIVIDED = re.compile(r"_div\d$", re.IGNORECASE)
_SHORT_SIDE = re.compile(r"[_.\s-]([lr])$", re.IGNORECASE)


def arkit_control(shape: str) -> str | None:
    """Return the control whose name a shape bears, however it is spelt.

    Prefixes up to a point or colon, `AK_01_`, `A01_` and `facs_bs_`, case, spaces and
    underscores do not matter, and `_L` or `_R` at the end mean Left and Right.
    """
    for text in (shape, re.split(r"[.:|]", shape)[-1]):
        bare = _DIVIDED.sub("", _NUMBERED.sub("", text.strip()))
        side = _SHORT_SIDE.search(bare)
        if side is not None:
            word = "left" if side.group(1).lower() == "l" else "right"
            bare = bare[: side.start()] + word
        found = _PLAIN.get(re.sub(r"[^A-Za-z]", "", bare).lower())
        if found is None and bare.lower().startswith("x_"):
            found = _PLAIN.get("x_" + re.sub(r"[^A-Za-z]", "", bare[2:]).lower())
        if found is not None:
            return found
    return None


def _both(control: str, weight: float = 1.0) -> Controls:
    return ((control + "Left", weight), (control + "Right", weight))


VRM_CONTROLS: Mapping[str, Controls] = {
    "blink": _both("eyeBlink"),
    "blinkLeft": (("eyeBlinkLeft", 1.0),),
    "blinkRight": (("eyeBlinkRight", 1.0),),
    "aa": (("jawOpen", 1.0),),
    "ih": _both("mouthStretch"),
    "ou": (("mouthPucker", 1.0),),
    "oh": (("mouthFunnel", 1.0),),
    "lookUp": _both("eyeLookUp"),
    "lookDown": _both("eyeLookDown"),
    "lookLeft": (("eyeLookOutLeft", 1.0), ("eyeLookInRight", 1.0)),
    "lookRight": (("eyeLookInLeft", 1.0), ("eyeLookOutRight", 1.0)),
}
"""Presets of VRM 1.0 that move what one or two ARKit blendshapes move."""

WHOLE_PREFIX = "whole_"
"""Beginning of the names of controls that show a whole expression at once."""

VRM_EXPRESSIONS: Mapping[str, str] = {
    "happy": "whole_joy",
    "angry": "whole_anger",
    "sad": "whole_sadness",
    "surprised": "whole_surprise",
}
"""Presets of VRM 1.0 that show a whole expression, and our names for them."""

_WHOLE_WORDS: Mapping[Expression, str] = {
    Expression.ANGER: "anger angry mad allangry",
    Expression.DISGUST: "disgust disgusted",
    Expression.FEAR: "fear afraid scared fearful",
    Expression.JOY: "joy happy happiness alljoy",
    Expression.SADNESS: "sad sadness sorrow allsorrow",
    Expression.SURPRISE: "surprise surprised allsurprised",
}
"""Words by which makers call shapes of a whole expression."""

_FAMILIAR: Mapping[str, Controls] = {
    # VRoid Studio
    "brwangry": _both("browDown"),
    "brwsorrow": (("browInnerUp", 1.0),),
    "brwsurprised": _both("browOuterUp"),
    "eyeclosel": (("eyeBlinkLeft", 1.0),),
    "eyecloser": (("eyeBlinkRight", 1.0),),
    "eyeclose": _both("eyeBlink"),
    "eyespread": _both("eyeWide"),
    "eyeangry": _both("x_lidAngry"),
    "eyesorrow": _both("x_lidSad"),
    "eyejoyl": (("cheekSquintLeft", 1.0),),
    "eyejoyr": (("cheekSquintRight", 1.0),),
    "mtha": (("jawOpen", 1.0),),
    "mthi": _both("mouthStretch"),
    "mthu": (("mouthPucker", 1.0),),
    "mtho": (("mouthFunnel", 1.0),),
    "mthfun": _both("mouthSmile"),
    "mthsorrow": _both("mouthFrown"),
    "mthangry": _both("mouthPress"),
    # names that many makers give
    "smile": _both("mouthSmile"),
    "mouthsmile": _both("mouthSmile"),
    "frown": _both("mouthFrown"),
    "mouthfrown": _both("mouthFrown"),
    "mouthopen": (("jawOpen", 1.0),),
    "openmouth": (("jawOpen", 1.0),),
    "blink": _both("eyeBlink"),
    "eyesclosed": _both("eyeBlink"),
    "eyeblink": _both("eyeBlink"),
    "blinkleft": (("eyeBlinkLeft", 1.0),),
    "blinkright": (("eyeBlinkRight", 1.0),),
    **dict.fromkeys(("winkleft", "leftwink"), (("eyeBlinkLeft", 1.0),)),
    **dict.fromkeys(("winkright", "rightwink"), (("eyeBlinkRight", 1.0),)),
    "eyeswide": _both("eyeWide"),
    "eyewide": _both("eyeWide"),
    "squint": _both("eyeSquint"),
    "eyesquint": _both("eyeSquint"),
    "browdown": _both("browDown"),
    "browsdown": _both("browDown"),
    "browup": _both("browOuterUp"),
    "browsup": _both("browOuterUp"),
    "browouterup": _both("browOuterUp"),
    "sneer": _both("noseSneer"),
    "nosesneer": _both("noseSneer"),
    "pucker": (("mouthPucker", 1.0),),
    "kiss": (("mouthPucker", 1.0),),
    "tongue": (("tongueOut", 1.0),),
    # Character Creator
    "eyeblinkl": (("eyeBlinkLeft", 1.0),),
    "eyeblinkr": (("eyeBlinkRight", 1.0),),
    "browdropl": (("browDownLeft", 1.0),),
    "browdropr": (("browDownRight", 1.0),),
    "browraiseinnerl": (("browInnerUp", 1.0),),
    "browraiseinnerr": (("browInnerUp", 1.0),),
    "browraiseouterl": (("browOuterUpLeft", 1.0),),
    "browraiseouterr": (("browOuterUpRight", 1.0),),
    "nosesneerl": (("noseSneerLeft", 1.0),),
    "nosesneerr": (("noseSneerRight", 1.0),),
    "mouthup": (("mouthShrugUpper", 1.0),),
    "mouthdown": (("mouthShrugLower", 1.0),),
    **{
        word: ((WHOLE_PREFIX + label, 1.0),)
        for label, words in _WHOLE_WORDS.items()
        for word in words.split()
    },
}
"""Names without prefix, spaces and case, of rigs that many animators use."""


def familiar_controls(shape: str) -> Controls:
    """Return what a shape of a common rig family stands for; empty if unknown."""
    bare = re.split(r"[.:|]", shape)[-1]
    bare = re.sub(r"^.*?Fcl_(?=(ALL|BRW|EYE|MTH)_)", "", bare)
    return _FAMILIAR.get(re.sub(r"[^A-Za-z]", "", bare).lower(), ())
