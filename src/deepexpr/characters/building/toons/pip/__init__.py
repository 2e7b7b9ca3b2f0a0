"""Pip: a minimal wind-up egg with oval dot eyes, brow bars and a drawn mouth."""

from deepexpr.characters.building.authored_key_poses import authored_key_poses
from deepexpr.characters.building.rig_source import CardTexts, VertexWeights
from deepexpr.characters.building.toons.kit.brow import BROW_SIDES
from deepexpr.characters.building.toons.kit.camera import portrait_camera
from deepexpr.characters.building.toons.kit.correctives import (
    HALF_TONGUE,
    in_betweens,
    products,
)
from deepexpr.characters.building.toons.kit.face_rig import FaceRig
from deepexpr.characters.building.toons.kit.landmarks import LandmarkPicker
from deepexpr.characters.building.toons.kit.toon import (
    HeadJoint,
    Toon,
    ToonDesign,
    ToonPart,
)
from deepexpr.characters.building.toons.kit.vectors import vector
from deepexpr.characters.building.toons.pip.body import rigid_parts
from deepexpr.characters.building.toons.pip.eyes import eye_parts, eyeballs
from deepexpr.characters.building.toons.pip.head import face, head_part
from deepexpr.characters.building.toons.pip.mouth import mouth_parts
from deepexpr.characters.building.toons.pip.palette import MATERIALS

_TEXTS = CardTexts(
    title="Pip",
    description="A wind-up egg with oval dot eyes, brow bars and a drawn mouth.",
    author="DeepExpr",
    licence="CC0-1.0",
    sources=("Every vertex is computed by deepexpr.characters.building.toons.pip.",),
)
_EXTRA_CONTROLS = ("pupilSmall",)
_LID_PRODUCTS = products(
    ("eyeBlink", "browInnerUp"),
    ("eyeBlink", "browDown_"),
    ("eyeBlink", "eyeSquint_"),
    ("eyeBlink", "mouthSmile_"),
)
"""What a half-shut lid meets most often in the key poses."""


def build() -> Toon:
    """Model Pip; takes a few seconds."""
    rig = face()
    surface = rig.head.surface
    parts = [
        head_part(rig),
        *eye_parts(surface),
        *mouth_parts(rig),
        *rigid_parts(surface),
    ]
    return Toon(
        ToonDesign(
            name="pip",
            texts=_TEXTS,
            extra_controls=_EXTRA_CONTROLS,
            parts=parts,
            eyes=eyeballs(surface),
            materials=MATERIALS,
            landmarks=_landmarks(parts, rig),
            head=HeadJoint(vector(0, -1.0, 0), vector(0, 0.05, 0.7)),
            camera=portrait_camera(0.17, 2.58),
            correctives=(*in_betweens("eyeBlink"), *_LID_PRODUCTS, HALF_TONGUE),
            key_poses=authored_key_poses("pip"),
        )
    )


def _landmarks(parts: list[ToonPart], rig: FaceRig) -> tuple[VertexWeights, ...]:
    """Pip has no nose: its nine nose points lie where one would be."""
    pick = LandmarkPicker(parts)
    surface = rig.head.surface
    bridge = surface.front(0.0, [0.30, 0.21, 0.12, 0.03])
    base = surface.front(
        [-0.12, -0.06, 0, 0.06, 0.12], [-0.05, -0.07, -0.08, -0.07, -0.05]
    )
    return (
        *pick.brows(BROW_SIDES),
        *pick.on_front(bridge),
        *pick.on_front(base),
        *pick.eyes(),
        *pick.mouth(rig.head),
    )
