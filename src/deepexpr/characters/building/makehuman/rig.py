"""One character of the cast, put together."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from deepexpr.characters.building.authored_key_poses import (
    authored_key_poses,
    spread,
)
from deepexpr.characters.building.makehuman.assembly import Piece, placed
from deepexpr.characters.building.makehuman.brows import Brows
from deepexpr.characters.building.makehuman.canonical import canonical_head, face_masks
from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.correctives import CORRECTIVES, OPEN_POSES
from deepexpr.characters.building.makehuman.creases import (
    face_coordinates,
    face_creases,
)
from deepexpr.characters.building.makehuman.culling import without_hidden
from deepexpr.characters.building.makehuman.extra_shapes import EXTRA_SHAPES
from deepexpr.characters.building.makehuman.eyes import eye_sources
from deepexpr.characters.building.makehuman.framing import portrait_camera
from deepexpr.characters.building.makehuman.geometry import (
    Floats,
    Mesh,
    coloured,
    joined,
    smooth_step,
    vertex_normals,
)
from deepexpr.characters.building.makehuman.hair.skull import Skull
from deepexpr.characters.building.makehuman.head_rig import SIDES, HeadRig
from deepexpr.characters.building.makehuman.landmarks import face_landmarks
from deepexpr.characters.building.makehuman.lashes import Lashes
from deepexpr.characters.building.makehuman.materials import materials
from deepexpr.characters.building.makehuman.mouth import TeethRow, Tongue
from deepexpr.characters.building.makehuman.mouth_pocket import mouth_pocket
from deepexpr.characters.building.makehuman.openings import lid_margins
from deepexpr.characters.building.makehuman.plan import CharacterPlan
from deepexpr.characters.building.makehuman.shirt import shirt
from deepexpr.characters.building.makehuman.shut_lids import ShutLids
from deepexpr.characters.building.makehuman.skin import skin_colours
from deepexpr.characters.building.rig_source import CardTexts, Points, RigPart
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES

AUTHOR = "DeepExpr"
LICENCE = "CC0-1.0"
SOURCES = (
    "MakeHuman base mesh and targets, CC0-1.0, https://www.makehumancommunity.org",
    "Face units for MakeHuman by Mika Suominen, CC0-1.0",
)

_PIVOT = (0.0, 6.52, 0.45)
_FACE_CENTRE = (0.0, 6.98, 1.3)
"""Canonical points about which the head turns and which stays in frame."""

_SKULL_CENTRE_DEPTH = 0.25
_SKULL_CENTRE_RISE = 0.18
_HAIR_SEED = 1
_SHUT_EYES = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}
_KEPT_WHOLE = ("mouth", "tongue")

_POSES_LOOKED_AT = 48
"""Key poses that show what no camera sees."""


class MakeHumanRig:
    """A character on the MakeHuman head; a `RigSource`.

    Attributes:
        name: folder name.
        controls: the 52 ARKit names, then the extra shapes.
        eyes: both eyes, left first.
        materials: by name.
        head_weights: (n,) 1 on the head, falling to 0 down the neck.
        pivot: (3,) top of the neck.
        face_centre: (3,) point that stays in frame.
        sway: share of the face centre's motion that is taken back.
        camera: portrait camera.
        landmarks: the 49 landmarks.
        creases: wrinkles of the skin.
        correctives: correctives worth storing.
        open_poses: poses on which some targets are taken.
        key_poses: those of its table.
        texts: what the card says.
    """

    def __init__(self, plan: CharacterPlan) -> None:
        """Build everything that does not depend on the pose."""
        self.name = plan.name
        self.controls = (*ARKIT_BLENDSHAPES, *EXTRA_SHAPES)
        self.materials = materials(plan)
        self.creases = replace(face_creases(), strength=plan.wrinkles)
        self.correctives = CORRECTIVES
        self.open_poses = OPEN_POSES
        self.key_poses = authored_key_poses(plan.name)
        self.texts = CardTexts(plan.title, plan.description, AUTHOR, LICENCE, SOURCES)
        self.sway = plan.sway

        self._head = HeadRig(plan)
        self.eyes = eye_sources(self._head, plan.eyes)
        self.pivot: Floats = self._head.warp(np.array([_PIVOT]))[0]
        self.face_centre: Floats = self._head.warp(np.array([_FACE_CENTRE]))[0]

        skin = self._head.refine(self._head.neutral)
        margins = lid_margins(self._head, skin)
        self._shut_lids = ShutLids(self._head, margins)
        shut = self._skin_at(_SHUT_EYES)
        self._lashes = Lashes(self._head, margins, shut, plan.lashes)
        self._brows = Brows(self._head, skin, plan.brows)
        self._upper_teeth = TeethRow(self._head, "upper", plan.teeth)
        self._lower_teeth = TeethRow(self._head, "lower", plan.teeth)
        self._tongue = Tongue(self._head)

        still = _still_pieces(plan, self._head, skin)
        self._still = np.concatenate([piece.mesh.vertices for piece in still])
        pieces = [*self._moving_pieces(plan, skin), *still]
        self._whole_parts, self.head_weights = placed(pieces)
        places = {part.name: part for part in self._whole_parts}
        self.camera = portrait_camera(skin, _hair_of(still))
        self.landmarks = face_landmarks(self._brows, places["brows"].start, margins)

    @cached_property
    def parts(self) -> list[RigPart]:
        """Skin first, then what moves with it, then what does not move.

        Triangles that no camera sees are left out, which takes a few seconds; the
        pocket of the mouth and the tongue stay whole.
        """
        cut = without_hidden(
            self._whole_parts,
            self.eyes,
            self.head_weights,
            self.vertices,
            [pose.pose.weights for pose in spread(self.key_poses, _POSES_LOOKED_AT)],
        )
        # the mouth stays closed: neither hair nor holes must show through it
        return [
            whole if whole.name in _KEPT_WHOLE else part
            for whole, part in zip(self._whole_parts, cut, strict=True)
        ]

    def vertices(self, weights: Mapping[str, float]) -> Points:
        """All vertices of the full rig, head not turned, eyes excluded.

        Args:
            weights: control values; a control that is not named is 0. Names that the
                rig does not know are ignored. `mouthClose` counts up to `jawOpen`.

        Returns:
            (n, 3) positions.
        """
        possible = _possible(weights)
        skin = self._skin_at(possible)
        normals = vertex_normals(skin, self._head.canonical.triangles)
        return np.concatenate(
            [
                skin,
                mouth_pocket().vertices(skin, normals),
                self._lashes.vertices(skin, possible),
                self._brows.vertices(skin, normals, possible),
                self._upper_teeth.vertices(possible),
                self._lower_teeth.vertices(possible),
                self._tongue.vertices(possible),
                self._still,
            ]
        )

    def _skin_at(self, weights: Mapping[str, float]) -> Points:
        cage = self._head.cage_at(weights, self._shut_lids.offsets(weights))
        return self._head.refine(cage)

    def _moving_pieces(self, plan: CharacterPlan, skin: Points) -> list[Piece]:
        """Pieces in the order of `vertices`."""
        lashes = self._lashes.vertices(skin, {}), self._lashes.triangles
        normals = vertex_normals(skin, self._head.canonical.triangles)
        brows = self._brows.vertices(skin, normals, {}), self._brows.triangles
        brow_colours = linear_rgb(plan.brows.colour) * self._brows.shades[:, None]
        tongue = self._tongue.vertices({}), self._tongue.triangles
        return [
            *_skin_pieces(plan, skin),
            Piece(
                "lashes",
                coloured(lashes, linear_rgb(plan.lashes.colour)),
                "lash",
                moving=True,
            ),
            _fitted("brows", coloured(brows, brow_colours), "brow"),
            Piece("upper teeth", self._upper_teeth.mesh, "teeth", moving=True),
            Piece("lower teeth", self._lower_teeth.mesh, "teeth", moving=True),
            Piece(
                "tongue",
                coloured(tongue, linear_rgb(plan.tongue)),
                "tongue",
                moving=True,
            ),
        ]


def _possible(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights that the parts know: lips close only an open jaw, brows have two ways."""
    possible = dict(weights)
    jaw = max(possible.get("jawOpen", 0.0), 0.0)
    if possible.get("mouthClose", 0.0) > jaw:
        possible["mouthClose"] = jaw
    for side, _ in SIDES:
        down = possible.pop("x_browOuterDown" + side, 0.0)
        if down:
            up = possible.get("browOuterUp" + side, 0.0)
            possible["browOuterUp" + side] = up - down
    return possible


def _fitted(name: str, mesh: Mesh, material: str) -> Piece:
    """A piece that rides on the skin with rules of its own."""
    return Piece(name, mesh, material, moving=True, fitted=True)


def _skin_pieces(plan: CharacterPlan, skin: Points) -> list[Piece]:
    """The skin that is seen, and the pocket of the mouth."""
    canonical, pocket = canonical_head(), mouth_pocket()
    fine, colours = canonical.fine, skin_colours(plan.skin)
    triangles = canonical.triangles[~pocket.inside]
    normals = vertex_normals(skin, canonical.triangles)
    below_jaw = fine[:, 1] + 0.22 * np.clip(fine[:, 2] - 0.7, 0, 0.7)
    inside = pocket.vertices(skin, normals), pocket.triangles
    return [
        Piece(
            "skin",
            coloured((skin, triangles), colours),
            "skin",
            head_weight=smooth_step(5.86, 6.30, below_jaw),
            moving=True,
            face_coordinates=face_coordinates(fine),
        ),
        Piece(
            "mouth",
            coloured(inside, pocket.colours(colours)),
            "mouth",
            head_weight=smooth_step(5.86, 6.30, below_jaw)[pocket.rows],
            moving=True,
        ),
    ]


def _still_pieces(plan: CharacterPlan, head: HeadRig, skin: Points) -> list[Piece]:
    normals = vertex_normals(skin, head.canonical.triangles)
    return [
        Piece("hair", _hair(plan, head, skin), "hair"),
        Piece("shirt", shirt(skin, normals, plan.shirt), "cloth", head_weight=0.0),
        *(
            Piece(f"accessory {number}", make(skin), "jewellery")
            for number, make in enumerate(plan.accessories, start=1)
        ),
    ]


def _hair(plan: CharacterPlan, head: HeadRig, skin: Points) -> Mesh:
    centre = np.array(
        [0, head.eye_centres["Left"][1] + _SKULL_CENTRE_RISE, _SKULL_CENTRE_DEPTH]
    )
    ears = head.refine(face_masks().ears)
    skull = Skull(skin, head.canonical.triangles, centre, ears)
    return joined(plan.hair.make(skull, np.random.RandomState(_HAIR_SEED)))


def _hair_of(still: list[Piece]) -> Points:
    return next(piece.mesh.vertices for piece in still if piece.name == "hair")
