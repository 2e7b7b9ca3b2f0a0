"""Leo: a cheeky boy with spiky ginger hair and big ears."""

from deepexpr.characters.building.makehuman.hair.spiky import Spiky
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

LEO = CharacterPlan(
    name="leo",
    title="Leo",
    description="A cheeky boy with spiky ginger hair and big ears.",
    age_and_sex={
        "caucasian-male-child": 0.7,
        "caucasian-male-young": 0.3,
        "universal-male-young-averagemuscle-averageweight": 1.0,
    },
    details={
        "head/head-square": 0.3,
        "nose/nose-volume-incr": 0.6,
        "nose/nose-point-up": 0.6,
        "both:ears/ear-scale-incr": 1.2,
        "mouth/mouth-scale-horiz-incr": 0.5,
        "mouth/mouth-angles-up": 0.3,
    },
    warps=(
        ProfileWarp(
            width=(0.6, 0.5, 0.54, 0.86, 1.18, 1.24, 1.2, 1.17, 1.15, 1.14, 1.16, 1.16),
            depth=(0.75, 0.68, 0.7, 0.88, 0.98, 1.0, 1.0, 1.0, 1.02, 1.06, 1.1, 1.1),
            height=(
                5.85,
                6.05,
                6.22,
                6.4,
                6.64,
                6.9,
                7.07,
                7.26,
                7.52,
                7.78,
                8.06,
                8.42,
            ),
        ),
        LocalWarp(
            centre=(0.36, 7.27, 1.25),
            radii=(0.47, 0.5, 1.2),
            scale=(1.48, 1.58, 1.0),
            move=(0.02, -0.03, 0.0),
        ),
        LocalWarp(
            centre=(0.0, 6.9, 1.62),
            radii=(0.34, 0.3, 0.5),
            scale=(1.02, 0.85, 1.0),
            move=(0.0, 0.02, 0.02),
            core=0.2,
        ),
        LocalWarp(
            centre=(0.8, 6.98, 0.35),
            radii=(0.4, 0.55, 0.5),
            scale=(1.25, 1.2, 1.2),
            move=(0.06, 0.02, 0.02),
            core=0.3,
        ),
    ),
    resting=both_sides(eyeWide=0.35, mouthSmile=0.1),
    eyes=EyePlan(
        radius=0.232,
        shift=(0, 0, -0.095),
        iris=("#2c5d2e", "#86b84e"),
        iris_angle=0.56,
        pupil_ratio=0.42,
    ),
    skin=SkinPlan(
        tone="#efb592",
        blush="#de6a50",
        blush_amount=0.5,
        nose_amount=0.45,
        lips="#c46a5c",
        lips_amount=0.55,
        eyelids="#e2a184",
        freckles=130,
        freckle_colour="#a9602f",
    ),
    brows=BrowPlan(
        points=((-0.9, 1.3), (-0.3, 1.5), (0.45, 1.55), (1.15, 1.2)),
        half_width=0.22,
        colour="#8a3a0c",
        follow=1.3,
        raggedness=0.2,
    ),
    lashes=LashPlan(liner=0.075, colour="#3a1c10"),
    teeth=TeethPlan(count=6, width=0.86),
    hair=HairPlan(make=Spiky(colour="#a8430f", tip_colour="#e07c28")),
    shirt=("#b03a2e", "#f0d060"),
    wrinkles=0.6,
)
