"""What distinguishes one character from another, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deepexpr.characters.building.makehuman.warps import Warp

if TYPE_CHECKING:
    from deepexpr.characters.building.makehuman.accessories import AccessoryMaker
    from deepexpr.characters.building.makehuman.hair.strands import HairMaker

Colour = str
"""An sRGB colour such as "#f0bd9b"."""


@dataclass(frozen=True, slots=True)
class EyePlan:
    """Eyeballs.

    Attributes:
        radius: of the ball.
        shift: of its centre from the warped eye socket.
        iris: colours at the rim and beside the pupil.
        iris_angle: half angle of the iris from the eye's centre, radians.
        pupil_ratio: pupil over iris.
        highlight_cosine: cosine of the half angle of the highlight.
        sclera: colour of the white.
    """

    radius: float
    shift: tuple[float, float, float]
    iris: tuple[Colour, Colour]
    iris_angle: float
    pupil_ratio: float = 0.42
    highlight_cosine: float = 0.945
    sclera: Colour = "#ece7e2"


@dataclass(frozen=True, slots=True)
class SkinPlan:
    """Skin colours; amounts lie in [0, 1].

    Attributes:
        tone: the base colour.
        blush: colour of cheeks, nose, ears and chin.
        lips: colour of the lips.
        eyelids: colour above the eyes.
        lips_amount: how much of it covers the tone.
        lips_edge: range of the lip mask over which it fades in.
        blush_amount: on the cheeks.
        nose_amount: on the nose.
        ears_amount: on the ears.
        eyelids_amount: how much of it.
        stubble: colour of a shaven beard, or None.
        stubble_amount: how much of it.
        freckles: how many.
        freckle_colour: their colour.
        mouth_interior: colour inside mouth and nostrils.
        specular: reflectance at normal incidence.
        roughness: 0 to 1.
        rim: brightness at grazing angles.
        noise_amount: strength of the mottling.
        noise_frequency: cells per unit.
    """

    tone: Colour
    blush: Colour
    lips: Colour
    eyelids: Colour
    lips_amount: float = 0.75
    lips_edge: tuple[float, float] = (0.18, 0.5)
    blush_amount: float = 0.45
    nose_amount: float = 0.35
    ears_amount: float = 0.45
    eyelids_amount: float = 0.5
    stubble: Colour | None = None
    stubble_amount: float = 0.35
    freckles: int = 0
    freckle_colour: Colour = "#9a5230"
    mouth_interior: Colour = "#4a1216"
    specular: float = 0.035
    roughness: float = 0.44
    rim: float = 0.22
    noise_amount: float = 0.05
    noise_frequency: float = 14.0


@dataclass(frozen=True, slots=True)
class BrowPlan:
    """Eyebrows; lengths in eye radii.

    Attributes:
        points: (x outwards, y up) from the eye's centre, inner end first.
        half_width: of the roll at its thickest.
        colour: of the hair.
        follow: how much more the brow rises than the skin below it.
        thickness: over width.
        raggedness: random share of the width.
        profile: share of the width at 0, 6, 25, 60 and 100 % of the length.
        gap: least distance of the inner end from the middle of the face.
    """

    points: tuple[tuple[float, float], ...]
    half_width: float
    colour: Colour
    follow: float = 1.3
    thickness: float = 0.5
    raggedness: float = 0.10
    profile: tuple[float, float, float, float, float] = (0.55, 0.9, 1.0, 0.8, 0.12)
    gap: float = 0.30


@dataclass(frozen=True, slots=True)
class LashPlan:
    """Upper lid line and lashes; lengths in eye radii.

    Attributes:
        liner: width of the line.
        count: lashes an eye.
        length: of a lash.
        wing: how far the line runs past the outer corner.
        colour: of line and lashes.
    """

    liner: float
    count: int = 0
    length: float = 0.5
    wing: float = 0.0
    colour: Colour = "#1a1210"


@dataclass(frozen=True, slots=True)
class TeethPlan:
    """Teeth.

    Attributes:
        count: teeth a row.
        width: factor on the width of the jaw.
        shift: of the rows forwards.
        shortening: share of the upper row's height that is left out below.
        colour: of the teeth.
    """

    count: int = 10
    width: float = 0.92
    shift: float = -0.05
    shortening: float = 0.06
    colour: Colour = "#f4efe4"


@dataclass(frozen=True, slots=True)
class HairPlan:
    """Hair: how to make it, and how it shines.

    Attributes:
        make: builds the mesh on the character's skull.
        strands: whether highlights follow the strands ("hair") or not ("plain").
        specular: reflectance.
        roughness: 0 to 1.
        rim: brightness at grazing angles.
    """

    make: "HairMaker"
    strands: bool = True
    specular: float = 0.22
    roughness: float = 0.34
    rim: float = 0.15


@dataclass(frozen=True, slots=True)
class CharacterPlan:
    """One character on the MakeHuman head.

    Attributes:
        name: folder name.
        title: display name.
        description: one sentence.
        age_and_sex: weight of each MakeHuman macro target.
        details: weight of each detail target; "both:cheek/cheek-bones-incr" stands for
            the left and the right one.
        warps: bend the head into shape, one after the other.
        gains: factors on ARKit shapes, with or without side, beyond the common ones.
        resting: shapes that are part of the neutral face.
        neutral_smoothing: rounds of smoothing of the neutral face.
        shape_smoothing: rounds of smoothing of the shapes.
        eyes: eyeballs.
        skin: skin colours.
        brows: eyebrows.
        lashes: lid line and lashes.
        teeth: teeth.
        hair: hair.
        shirt: colours of cloth and collar.
        tongue: colour of the tongue.
        wrinkles: how deep they are.
        sway: share of the face's sideways motion that is taken back when the head
            turns; much of it shears a thin neck.
        accessories: meshes that ride on the head.
    """

    name: str
    title: str
    description: str
    age_and_sex: Mapping[str, float]
    details: Mapping[str, float]
    warps: tuple[Warp, ...]
    resting: Mapping[str, float]
    eyes: EyePlan
    skin: SkinPlan
    brows: BrowPlan
    lashes: LashPlan
    teeth: TeethPlan
    hair: HairPlan
    shirt: tuple[Colour, Colour]
    gains: Mapping[str, float] = field(default_factory=dict)
    neutral_smoothing: int = 12
    shape_smoothing: int = 14
    tongue: Colour = "#a8444a"
    wrinkles: float = 1.0
    sway: float = 0.7
    accessories: "tuple[AccessoryMaker, ...]" = ()


def both_sides(**weights: float) -> dict[str, float]:
    """Weights for "Left" and "Right" of each name."""
    return {
        name + side: weight
        for name, weight in weights.items()
        for side in ("Left", "Right")
    }
