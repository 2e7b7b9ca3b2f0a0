"""Rusk: a fox cub with muzzle, whiskers, cheek fur, a scarf and two moving ears."""

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
from deepexpr.characters.building.toons.rusk.body import (
    nose_part,
    torso_part,
    whisker_parts,
)
from deepexpr.characters.building.toons.rusk.coat import scarf_part, tuft_part
from deepexpr.characters.building.toons.rusk.ears import EAR_CONTROLS, ear_parts
from deepexpr.characters.building.toons.rusk.eyes import eye_parts, eyeballs
from deepexpr.characters.building.toons.rusk.head import face, head_part
from deepexpr.characters.building.toons.rusk.mouth import mouth_parts
from deepexpr.characters.building.toons.rusk.palette import MATERIALS

_TEXTS = CardTexts(
    title="Rusk",
    description="A fox cub with cheek fur, a scarf and two ears that speak.",
    author="DeepExpr",
    licence="CC0-1.0",
    sources=("Every vertex is computed by deepexpr.characters.building.toons.rusk.",),
)
_EXTRA_CONTROLS = (*EAR_CONTROLS, "pupilSmall")
_LID_PRODUCTS = products(
    ("eyeBlink", "browInnerUp"),
    ("eyeWide", "browInnerUp"),
    ("eyeBlink", "eyeSquint_"),
    ("eyeBlink", "mouthSmile_"),
)
"""What a half-shut lid meets most often in the key poses."""


def build() -> Toon:
    """Model Rusk; takes a few seconds."""
    rig = face()
    surface = rig.head.surface
    parts = [
        head_part(rig),
        *eye_parts(surface),
        nose_part(rig),
        *mouth_parts(rig),
        *ear_parts(),
        *whisker_parts(rig),
        tuft_part(),
        torso_part(),
        scarf_part(),
    ]
    return Toon(
        ToonDesign(
            name="rusk",
            texts=_TEXTS,
            extra_controls=_EXTRA_CONTROLS,
            parts=parts,
            eyes=eyeballs(surface),
            materials=MATERIALS,
            landmarks=_landmarks(parts, rig),
            head=HeadJoint(vector(0, -0.80, -0.15), vector(0, 0.05, 0.60)),
            camera=portrait_camera(0.22, 3.06),
            correctives=(*in_betweens("eyeBlink"), *_LID_PRODUCTS, HALF_TONGUE),
            key_poses=authored_key_poses("rusk"),
        )
    )


def _landmarks(parts: list[ToonPart], rig: FaceRig) -> tuple[VertexWeights, ...]:
    pick = LandmarkPicker(parts)
    bridge = rig.head.surface.front(0.0, [0.26, 0.14, 0.02, -0.08])
    base = [
        (-0.14, 0.02, 0.04),
        (-0.08, -0.08, 0.06),
        (0, -0.10, 0.07),
        (0.08, -0.08, 0.06),
        (0.14, 0.02, 0.04),
    ]
    return (
        *pick.brows(BROW_SIDES),
        *pick.on_front(bridge),
        *pick.around("nose", base),
        *pick.eyes(),
        *pick.mouth(rig.head),
    )
