"""Mumbo: a felt monster with a huge hinged mouth and ping-pong-ball eyes."""

from deepexpr.characters.building.authored_key_poses import authored_key_poses
from deepexpr.characters.building.rig_source import CardTexts, VertexWeights
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
from deepexpr.characters.building.toons.mumbo.body import nose_part, rigid_parts
from deepexpr.characters.building.toons.mumbo.eyes import (
    BROW_SIDES,
    eye_parts,
    eyeballs,
)
from deepexpr.characters.building.toons.mumbo.head import face, head_part
from deepexpr.characters.building.toons.mumbo.mouth import mouth_parts
from deepexpr.characters.building.toons.mumbo.palette import MATERIALS

_TEXTS = CardTexts(
    title="Mumbo",
    description="A felt monster with a huge hinged mouth and ping-pong-ball eyes.",
    author="DeepExpr",
    licence="CC0-1.0",
    sources=("Every vertex is computed by deepexpr.characters.building.toons.mumbo.",),
)
_EXTRA_CONTROLS = ("pupilSmall",)
_LID_PRODUCTS = products(
    ("eyeBlink", "browInnerUp"),
    ("eyeWide", "browInnerUp"),
    ("eyeBlink", "eyeSquint_"),
    ("eyeBlink", "cheekSquint_"),
)
"""What a half-shut lid meets most often in the key poses."""


def build() -> Toon:
    """Model Mumbo; takes a few seconds."""
    rig = face()
    parts = [
        head_part(rig),
        *eye_parts(),
        nose_part(rig.head.surface),
        *mouth_parts(rig),
        *rigid_parts(),
    ]
    return Toon(
        ToonDesign(
            name="mumbo",
            texts=_TEXTS,
            extra_controls=_EXTRA_CONTROLS,
            parts=parts,
            eyes=eyeballs(),
            materials=MATERIALS,
            landmarks=_landmarks(parts, rig),
            head=HeadJoint(vector(0, -0.85, -0.15), vector(0, 0.10, 0.55)),
            camera=portrait_camera(0.15, 2.86),
            correctives=(*in_betweens("eyeBlink"), *_LID_PRODUCTS, HALF_TONGUE),
            key_poses=authored_key_poses("mumbo"),
        )
    )


def _landmarks(parts: list[ToonPart], rig: FaceRig) -> tuple[VertexWeights, ...]:
    pick = LandmarkPicker(parts)
    bridge = rig.head.surface.front(0.0, [0.62, 0.52, 0.42, 0.33])
    base = [
        (-0.20, -0.03, 0.06),
        (-0.12, -0.11, 0.10),
        (0, -0.15, 0.10),
        (0.12, -0.11, 0.10),
        (0.20, -0.03, 0.06),
    ]
    return (
        *pick.brows(BROW_SIDES),
        *pick.on_front(bridge),
        *pick.around("nose", base),
        *pick.eyes(),
        *pick.mouth(rig.head),
    )
