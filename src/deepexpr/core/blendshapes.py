"""The 52 ARKit blendshape names, in alphabetical order."""

_SIDED = (
    "browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn",
    "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide", "mouthDimple", "mouthFrown",
    "mouthLowerDown", "mouthPress", "mouthSmile", "mouthStretch", "mouthUpperUp",
    "noseSneer",
)  # fmt: skip
_SINGLE = (
    "browInnerUp", "cheekPuff", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthFunnel", "mouthLeft", "mouthPucker", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "tongueOut",
)  # fmt: skip

ARKIT_BLENDSHAPES: tuple[str, ...] = tuple(
    sorted([*_SINGLE, *(name + side for name in _SIDED for side in ("Left", "Right"))])
)
"""Names of the ARKit face blendshapes; weights lie in [0, 1], sides are the subject's.

Source: Apple, ARFaceAnchor.BlendShapeLocation.
"""
