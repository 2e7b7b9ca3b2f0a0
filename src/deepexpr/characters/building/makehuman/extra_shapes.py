"""Shapes beyond ARKit's 52: displacement fields over the canonical head.

They are what makes disgust, fear and sadness readable. Sided names end in Left or
Right, the character's own side. Action units (AU) after FACS:

    x_noseWrinkle   AU9: nose side up, cheek beside it bunched, lower lid up
    x_browKnit      AU4: brow drawn to the middle, its inner end down
    x_browOuterDown outer end of the brow down: browOuterUp the other way
    x_lipRaise      AU10: upper lip up in a square profile, teeth and gum bare
    x_fearMouth     AU20: corners back and sideways, lips flat
    x_cornerDown    AU15 that reads on wide mouths
    x_smileCheek    AU6: cheek apples up and forward, lower lid up
    x_lidSad        upper lid slants down to the outer corner
    x_lidAngry      upper lid slants down to the inner corner
    x_eyePop        upper lid drawn back beyond eyeWide, lower lid slightly down
    x_nostrilFlare  AU38: nostrils sideways
    x_chinBoss      AU17: chin up and forward, lower lip pushed up
    x_pout          lower lip out
    x_lipTremble    wavy lower lip
    x_bleh          lower lip turned out and down, room for the tongue
    x_lipsIn        lips pressed to a thin line
    x_squareMouth   the opening squared
    x_tongueOut     tongue only: longer and hanging, on top of tongueOut
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from deepexpr.characters.building.makehuman.canonical import canonical_head, window
from deepexpr.characters.building.makehuman.geometry import Floats, smooth_step
from deepexpr.characters.building.makehuman.pack import head_pack, target
from deepexpr.characters.building.rig_source import Points

_SIDED = (
    "x_noseWrinkle", "x_browKnit", "x_browOuterDown", "x_lipRaise", "x_fearMouth",
    "x_cornerDown", "x_smileCheek", "x_lidSad", "x_lidAngry", "x_eyePop",
    "x_nostrilFlare",
)  # fmt: skip
_CENTRAL = (
    "x_chinBoss", "x_pout", "x_lipTremble", "x_bleh", "x_lipsIn", "x_squareMouth",
)  # fmt: skip

EXTRA_SHAPES: tuple[str, ...] = (
    *(name + side for name in _SIDED for side in ("Left", "Right")),
    *_CENTRAL,
    "x_tongueOut",
)
"""Names of the extra shapes, in rig order."""

_Bump = tuple[Sequence[float], Sequence[float] | float, Sequence[float]]
"""Centre, radii (to 1/e) and displacement at the centre; x points outwards."""


@cache
def extra_shapes() -> dict[str, Points]:
    """Offsets (n, 3) of the canonical cage for the extra shapes that bend the skin.

    `x_browOuterDown` and `x_tongueOut` are not among them: the one is an ARKit shape
    turned round, the other moves the tongue alone.
    """
    fields = {**_central_shapes()}
    for side, sign in (("Left", 1), ("Right", -1)):
        fields |= _SideOfFace(side, sign).shapes()
    return {name: fields[name] for name in EXTRA_SHAPES if name in fields}


def _lip_sides() -> tuple[Floats, Floats]:
    """Weights (n,) of what belongs to the upper and to the lower lip."""
    drop = -target("faceunit/jawOpen")[head_pack().head][:, 1]
    upper = 1 - smooth_step(0.05, 0.14, drop)
    return upper, 1 - upper


def _frontness(cage: Points) -> Floats:
    return smooth_step(0.6, 1.0, cage[:, 2])


@dataclass(frozen=True, slots=True)
class _SideOfFace:
    """One half of the face; "outwards" is away from the middle.

    Attributes:
        side: "Left" or "Right".
        sign: of x on that side.
    """

    side: str
    sign: int

    def shapes(self) -> dict[str, Points]:
        """All sided shapes of this side."""
        fields = {
            "x_noseWrinkle": self._nose_wrinkle(),
            "x_browKnit": self._brow_knit(),
            "x_lipRaise": self._lip_raise(),
            "x_fearMouth": self._fear_mouth(),
            "x_cornerDown": self._corner_down(),
            "x_smileCheek": self._smile_cheek(),
            **self._lids(),
            "x_nostrilFlare": self._bumps(
                [([0.165, 6.85, 1.47], [0.06, 0.07, 0.12], [0.034, 0.010, 0.004])]
            ),
        }
        return {name + self.side: offsets for name, offsets in fields.items()}

    def _outwards(self) -> Floats:
        outwards: Floats = canonical_head().cage[:, 0] * self.sign
        return outwards

    def _bumps(
        self, bumps: Sequence[_Bump], mask: Floats | float | None = None
    ) -> Points:
        """Sum of Gaussian pushes; the mask is by default this half of the face."""
        cage = canonical_head().cage
        outwards = self._outwards()
        half = smooth_step(-0.05, 0.05, outwards)
        weight = (half if mask is None else mask) * _frontness(cage)
        folded = np.column_stack([outwards, cage[:, 1], cage[:, 2]])
        offsets = np.zeros_like(cage)
        for centre, radii, push in bumps:
            reach = ((folded - np.array(centre)) / np.array(radii)) ** 2
            amount = np.exp(-reach.sum(axis=1)) * weight
            offsets += amount[:, None] * np.array(push) * [self.sign, 1, 1]
        return offsets

    def _face_unit(self, name: str) -> Points:
        return target(f"faceunit/{name}{self.side}")[head_pack().head]

    def _nose_wrinkle(self) -> Points:
        upper, _ = _lip_sides()
        half = smooth_step(-0.05, 0.05, self._outwards())
        beside = self._bumps(
            [
                ([0.15, 6.85, 1.48], [0.085, 0.09, 0.16], [0.012, 0.062, -0.004]),
                ([0.13, 7.02, 1.5], [0.08, 0.13, 0.2], [0.004, 0.030, 0.020]),
                ([0.27, 6.97, 1.38], [0.12, 0.12, 0.25], [-0.012, 0.056, 0.040]),
                ([0.13, 7.43, 1.47], [0.12, 0.11, 0.2], [-0.012, -0.016, 0.010]),
            ]
        )
        tip = self._bumps(
            [([0, 6.90, 1.66], [0.10, 0.08, 0.2], [0, 0.022, -0.004])], 0.5
        )
        lip = self._bumps(
            [([0.11, 6.71, 1.55], [0.11, 0.07, 0.2], [0.004, 0.030, 0])], half * upper
        )
        return beside + tip + lip + 0.55 * self._face_unit("eyeSquint")

    def _brow_knit(self) -> Points:
        drawn = self._bumps(
            [([0.15, 7.46, 1.47], [0.15, 0.12, 0.2], [-0.045, -0.016, 0.012])]
        )
        glabella = self._bumps([([0.05, 7.42, 1.5], [0.05, 0.12, 0.2], [0, 0, 0.012])])
        return drawn + glabella

    def _lip_raise(self) -> Points:
        cage = canonical_head().cage
        upper, _ = _lip_sides()
        outwards, height = self._outwards(), cage[:, 1]
        plateau = (
            smooth_step(-0.06, 0.06, outwards)
            * (1 - smooth_step(0.10, 0.25, outwards))
            * smooth_step(1.25, 1.4, cage[:, 2])
            * upper
            * _frontness(cage)
        )
        mirror = np.array([self.sign, 1, 1])
        edge = plateau * np.exp(-(((height - 6.66) / 0.075) ** 2))
        above = plateau * np.exp(-(((height - 6.75) / 0.06) ** 2))
        raised: Points = (
            edge[:, None] * np.array([0.004, 0.078, 0.006]) * mirror
            + above[:, None] * np.array([0.002, 0.042, 0.014]) * mirror
            + self._bumps(
                [
                    ([0.27, 6.84, 1.38], [0.10, 0.11, 0.25], [0.006, 0.036, 0.020]),
                    ([0.15, 6.85, 1.47], [0.07, 0.07, 0.14], [0.008, 0.018, 0]),
                ]
            )
        )
        return raised

    def _fear_mouth(self) -> Points:
        upper, lower = _lip_sides()
        half = smooth_step(-0.05, 0.05, self._outwards())
        return (
            self._bumps(
                [
                    ([0.27, 6.60, 1.40], [0.15, 0.10, 0.25], [0.072, -0.018, -0.046]),
                    ([0.36, 6.42, 1.25], [0.14, 0.16, 0.3], [0.03, -0.020, -0.010]),
                ]
            )
            + self._bumps(
                [([0.15, 6.64, 1.50], [0.09, 0.07, 0.2], [0.03, 0.012, -0.022])],
                half * upper,
            )
            + self._bumps(
                [([0.16, 6.54, 1.48], [0.10, 0.07, 0.2], [0.03, -0.030, -0.030])],
                half * lower,
            )
        )

    def _corner_down(self) -> Points:
        corner = self._bumps(
            [
                ([0.265, 6.60, 1.40], [0.105, 0.085, 0.25], [0.014, -0.092, -0.008]),
                ([0.31, 6.46, 1.32], [0.10, 0.10, 0.25], [0.012, -0.030, 0.018]),
            ]
        )
        middle = self._bumps(
            [([0.0, 6.60, 1.55], [0.12, 0.10, 0.2], [0, 0.012, 0.006])], 0.5
        )
        return corner + middle

    def _smile_cheek(self) -> Points:
        apples = self._bumps(
            [
                ([0.40, 6.98, 1.32], [0.17, 0.13, 0.3], [0.006, 0.052, 0.055]),
                ([0.52, 7.22, 1.2], [0.09, 0.10, 0.25], [-0.012, 0.010, 0.010]),
            ]
        )
        return apples + 0.6 * self._face_unit("eyeSquint")

    def _lids(self) -> dict[str, Points]:
        outwards = self._outwards()
        blink = self._face_unit("eyeBlink")
        upper_lid = blink * (blink[:, 1:2] < 0)
        sad = smooth_step(0.20, 0.44, outwards) * 0.62 - 0.10 * (
            1 - smooth_step(0.16, 0.30, outwards)
        )
        angry = (1 - smooth_step(0.18, 0.42, outwards)) * 0.60
        below = self._bumps(
            [([0.31, 7.155, 1.36], [0.13, 0.045, 0.15], [0, -0.022, 0])]
        )
        return {
            "x_lidSad": upper_lid * sad[:, None],
            "x_lidAngry": upper_lid * angry[:, None],
            "x_eyePop": -0.30 * upper_lid + below,
        }


def _central_bump(bump: _Bump, mask: Floats | float = 1.0) -> Points:
    """Push around a point of the midline; x of the push would be mirrored."""
    cage = canonical_head().cage
    centre, radii, push = bump
    weight = window(cage, centre, radii) * mask * _frontness(cage)
    mirrored = np.column_stack([np.sign(cage[:, 0]), *np.ones((2, len(cage)))])
    offsets: Points = weight[:, None] * mirrored * np.array(push)
    return offsets


def _central_shapes() -> dict[str, Points]:
    upper, lower = _lip_sides()
    bump = _central_bump
    return {
        "x_chinBoss": bump(([0, 6.33, 1.47], [0.15, 0.09, 0.22], [0, 0.052, 0.040]))
        + bump(([0, 6.54, 1.5], [0.17, 0.07, 0.2], [0, 0.038, 0.022]), lower)
        + bump(([0, 6.70, 1.55], [0.2, 0.06, 0.2], [0, 0.012, 0.004]), upper),
        "x_pout": bump(([0, 6.53, 1.52], [0.13, 0.07, 0.2], [0, 0.022, 0.060]), lower),
        "x_lipTremble": _lip_tremble(lower),
        "x_bleh": bump(([0, 6.52, 1.50], [0.17, 0.08, 0.22], [0, -0.060, 0.050]), lower)
        + bump(([0, 6.40, 1.47], [0.16, 0.08, 0.2], [0, -0.030, 0.010]), lower),
        "x_lipsIn": _lips_in(),
        "x_squareMouth": bump(
            ([0.17, 6.67, 1.48], [0.085, 0.07, 0.2], [0.012, 0.038, -0.006]), upper
        )
        + bump(
            ([0.17, 6.54, 1.46], [0.085, 0.07, 0.2], [0.012, -0.042, -0.006]), lower
        ),
    }


def _lip_tremble(lower: Floats) -> Points:
    cage = canonical_head().cage
    across, height = cage[:, 0], cage[:, 1]
    lip = np.exp(-(((height - 6.56) / 0.06) ** 2) - (across / 0.22) ** 2)
    wave = 0.026 * np.cos(2 * np.pi * across / 0.135)
    amount = lower * _frontness(cage) * lip * wave
    offsets: Points = amount[:, None] * np.array([0, 1, 0.3])
    return offsets


def _lips_in() -> Points:
    cage = canonical_head().cage
    across, height, depth = cage.T
    line = np.exp(-(((height - 6.61) / 0.10) ** 2) - (across / 0.28) ** 2)
    line = line * smooth_step(1.2, 1.4, depth)
    still = np.zeros(len(cage))
    offsets: Points = line[:, None] * np.column_stack(
        [still, (6.61 - height) * 0.45, still - 0.035]
    )
    return offsets
