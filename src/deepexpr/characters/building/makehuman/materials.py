"""How the surfaces of the cast meet light."""

from collections.abc import Mapping

from deepexpr.characters.building.makehuman.colour import linear_tuple
from deepexpr.characters.building.makehuman.plan import (
    CharacterPlan,
    EyePlan,
    HairPlan,
    SkinPlan,
)
from deepexpr.characters.building.rig_source import MaterialSource

_COMMON: Mapping[str, MaterialSource] = {
    "brow": MaterialSource(
        "plain", roughness=0.5, specular=0.03, rim=0.10, double_sided=True
    ),
    "lash": MaterialSource(
        "plain", roughness=0.35, specular=0.04, rim=0.05, double_sided=True
    ),
    "teeth": MaterialSource(
        "plain", roughness=0.18, specular=0.05, ambient_floor=0.52, double_sided=True
    ),
    "tongue": MaterialSource(
        "skin",
        roughness=0.28,
        specular=0.05,
        subsurface=1.0,
        rim=0.1,
        ambient_floor=0.06,
        double_sided=True,
    ),
    "mouth": MaterialSource("plain", roughness=0.65, specular=0.01),
    "cloth": MaterialSource(
        "plain",
        roughness=0.65,
        specular=0.025,
        rim=0.12,
        ambient_floor=0.25,
        double_sided=True,
    ),
    "jewellery": MaterialSource(
        "plain", roughness=0.25, specular=0.06, rim=0.1, double_sided=True
    ),
}


def materials(plan: CharacterPlan) -> dict[str, MaterialSource]:
    """All materials of a character by name."""
    return {
        "skin": _skin(plan.skin),
        "eye": _eye(plan.eyes),
        "hair": _hair(plan.hair),
        **_COMMON,
    }


def _skin(plan: SkinPlan) -> MaterialSource:
    return MaterialSource(
        "skin",
        roughness=plan.roughness,
        specular=plan.specular,
        subsurface=1.0,
        rim=plan.rim,
        noise_amount=plan.noise_amount,
        noise_frequency=plan.noise_frequency,
    )


def _eye(plan: EyePlan) -> MaterialSource:
    rim, inner = plan.iris
    return MaterialSource(
        "eye",
        roughness=0.1,
        specular=0.04,
        iris_angle=plan.iris_angle,
        pupil_ratio=plan.pupil_ratio,
        iris_colour=linear_tuple(rim),
        iris_inner_colour=linear_tuple(inner),
        highlight_cosine=plan.highlight_cosine,
    )


def _hair(plan: HairPlan) -> MaterialSource:
    return MaterialSource(
        "hair" if plan.strands else "plain",
        roughness=plan.roughness,
        specular=plan.specular,
        rim=plan.rim,
        anisotropic_shift=0.12,
        double_sided=True,
    )
