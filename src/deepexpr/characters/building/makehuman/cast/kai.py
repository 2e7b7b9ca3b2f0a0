"""Kai: a lanky young man with a long head and a black quiff."""

from deepexpr.characters.building.makehuman.hair.quiff import Quiff
from deepexpr.characters.building.makehuman.plan import (
    BrowPlan,
    CharacterPlan,
    EyePlan,
    HairPlan,
    LashPlan,
    SkinPlan,
    TeethPlan,
    both_sides,
)
from deepexpr.characters.building.makehuman.warps import LocalWarp, ProfileWarp

KAI = CharacterPlan(
    name="kai",
    title="Kai",
    description="A lanky young man with a long head and a black quiff.",
    age_and_sex={
        "asian-male-young": 1.0,
        "universal-male-young-averagemuscle-minweight": 1.0,
    },
    details={
        "head/head-rectangular": 0.4,
        "chin/chin-height-incr": 0.3,
        "mouth/mouth-scale-horiz-incr": 0.9,
        "mouth/mouth-angles-up": 0.3,
        "nose/nose-scale-depth-incr": 0.4,
        "both:eyes/eye-corner2-up": 0.6,
    },
    warps=(
        ProfileWarp(
            width=(0.6, 0.54, 0.6, 0.88, 1.0, 1.03, 1.03, 1.03, 1.02, 1.0, 0.98, 0.98),
            depth=(0.75, 0.7, 0.74, 0.9, 0.98, 1.0, 1.0, 1.0, 1.02, 1.04, 1.05, 1.05),
            height=(
                5.15,
                5.55,
                5.86,
                6.1,
                6.5,
                6.86,
                7.06,
                7.28,
                7.55,
                7.86,
                8.2,
                8.62,
            ),
        ),
        LocalWarp(
            centre=(0.34, 7.29, 1.25),
            radii=(0.47, 0.5, 1.2),
            scale=(1.6, 1.75, 1.0),
            move=(0.035, -0.02, 0.0),
        ),
        LocalWarp(
            centre=(0.0, 6.9, 1.62),
            radii=(0.32, 0.44, 0.6),
            scale=(0.92, 1.18, 1.12),
            move=(0.0, -0.03, 0.03),
            core=0.2,
        ),
    ),
    resting=both_sides(eyeWide=0.55, x_eyePop=0.22, mouthSmile=0.06),
    eyes=EyePlan(
        radius=0.232,
        shift=(0, 0, -0.095),
        iris=("#2a170c", "#6e4020"),
        iris_angle=0.54,
        pupil_ratio=0.42,
    ),
    skin=SkinPlan(
        tone="#dba679",
        blush="#c9684a",
        blush_amount=0.32,
        lips="#b4665a",
        lips_amount=0.55,
        eyelids="#c08860",
    ),
    brows=BrowPlan(
        points=((-0.95, 1.27), (-0.3, 1.43), (0.5, 1.53), (1.35, 1.27)),
        half_width=0.2,
        colour="#14100f",
        follow=1.3,
        raggedness=0.15,
    ),
    lashes=LashPlan(liner=0.085, colour="#120c0a"),
    teeth=TeethPlan(count=10),
    hair=HairPlan(make=Quiff(colour="#15141a")),
    shirt=("#4b4f8f", "#8f93d0"),
    sway=0.4,
)
