"""What a character must offer to be written as a character folder.

A builder computes a `RigSource`; `deepexpr.characters.building.write_character` turns
it into the files that everything else reads. The vertices of a rig are numbered once:
part after part, each part a range. Eyes are kept apart, because they turn as balls.

Lengths are in the rig's own unit (about a tenth of a metre), x to the subject's left,
y up, z towards the viewer. Colours are linear RGB in [0, 1].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.building.crease_source import CreaseChannel as CreaseChannel
from deepexpr.characters.building.crease_source import CreaseSource as CreaseSource
from deepexpr.characters.pose import KeyPose
from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import ShapeError

Points = NDArray[np.float64]
"""(n, 3) float64, one row a point, direction or linear colour."""

Triangles = NDArray[np.int64]
"""(m, 3) int64 vertex numbers, counter-clockwise seen from outside."""

VertexWeights = tuple[tuple[int, float], ...]
"""A point of the surface: vertex numbers of the rig and weights that sum to 1."""


@dataclass(frozen=True, slots=True)
class RigPart:
    """A piece of the rig with one material.

    Attributes:
        name: unique within the rig, such as "skin" or "upper teeth".
        start: number of its first vertex in the rig.
        stop: one past its last vertex in the rig.
        triangles: (m, 3) vertex numbers within the part, from 0 to stop - start - 1.
        material: key into `RigSource.materials`.
        colours: (n, 3) linear RGB, n = stop - start.
        strands: (n, 3) direction of the strands for "hair", or None.
        face_coordinates: (n, 2) position on the crease images, or None; (0, 0) is the
            first cell of the first row, (1, 1) the last cell of the last row.
        moving: whether any control moves its vertices.
        fitted: whether its morph targets are fitted to the key poses, not taken singly.
    """

    name: str
    start: int
    stop: int
    triangles: Triangles
    material: str
    colours: Points
    strands: Points | None = None
    face_coordinates: NDArray[np.float64] | None = None
    moving: bool = True
    fitted: bool = False

    def __post_init__(self) -> None:
        count = self.stop - self.start
        check_shape(f"{self.name}.triangles", self.triangles, (None, 3))
        check_shape(f"{self.name}.colours", self.colours, (count, 3))
        if self.strands is not None:
            check_shape(f"{self.name}.strands", self.strands, (count, 3))
        places = self.face_coordinates
        if places is not None:
            check_shape(f"{self.name}.face_coordinates", places, (count, 2))
        low, high = self.triangles.min(initial=0), self.triangles.max(initial=0)
        if low < 0 or high >= max(count, 1):
            raise ShapeError(
                f"{self.name}.triangles must number the part's {count} vertices, but "
                f"reach from {low} to {high}"
            )


@dataclass(frozen=True, slots=True)
class EyeSource:
    """One eyeball: a unit-sphere mesh, stretched, turned and placed in the head.

    A vertex with direction d lies at `centre + axes @ (radii * d)`; gaze rotates d.

    Attributes:
        side: the subject's own side.
        centre: (3,) of the ball.
        radii: (3,) half axes.
        axes: (3, 3), columns are the eye's own axes; the iris looks along the third.
        directions: (k, 3) unit vectors; the iris lies around (0, 0, 1).
        triangles: (m, 3) numbers of directions.
        colours: (k, 3) linear RGB with the iris painted in, for plain viewers.
        sclera: (3,) linear RGB of the white, for shaders that paint their own iris.
        material: key into `RigSource.materials`.
        targets: morph targets of its own; name to (k, 3) directions at full weight.
    """

    side: Literal["Left", "Right"]
    centre: NDArray[np.float64]
    radii: NDArray[np.float64]
    axes: NDArray[np.float64]
    directions: Points
    triangles: Triangles
    colours: Points
    sclera: NDArray[np.float64]
    material: str = "eye"
    targets: Mapping[str, Points] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = f"eye{self.side}"
        count = len(self.directions)
        check_shape(f"{name}.centre", self.centre, (3,))
        check_shape(f"{name}.radii", self.radii, (3,))
        check_shape(f"{name}.axes", self.axes, (3, 3))
        check_shape(f"{name}.directions", self.directions, (count, 3))
        check_shape(f"{name}.colours", self.colours, (count, 3))
        check_shape(f"{name}.sclera", self.sclera, (3,))
        for target, directions in self.targets.items():
            check_shape(f"{name}.targets[{target!r}]", directions, (count, 3))


@dataclass(frozen=True, slots=True)
class MaterialSource:
    """How a surface meets light, by the names that `model.glb` stores.

    Attributes:
        kind: which shading it asks for.
        roughness: 0 mirror to 1 chalk.
        specular: reflectance at normal incidence.
        subsurface: 0 hard terminator to 1 soft skin.
        rim: brightness of the grazing-angle glow.
        noise_amount: relative strength of the colour noise.
        noise_frequency: noise cells per unit of length at rest.
        bump: strength of the noise in the surface normal.
        anisotropic_shift: how far hair highlights move along the normal.
        iris_angle: half angle of the iris seen from the eye's centre, radians.
        pupil_ratio: pupil radius over iris radius, in angle.
        iris_colour: linear RGB at the iris' rim.
        iris_inner_colour: linear RGB beside the pupil.
        highlight_cosine: cosine of the half angle of the eye's highlight.
        ambient_floor: light that reaches the surface however deep it lies.
        double_sided: whether the back of its triangles is seen too.
    """

    kind: Literal["skin", "eye", "hair", "felt", "plain"]
    roughness: float = 0.5
    specular: float = 0.04
    subsurface: float = 0.0
    rim: float = 0.0
    noise_amount: float = 0.0
    noise_frequency: float = 0.0
    bump: float = 0.0
    anisotropic_shift: float = 0.0
    iris_angle: float = 0.0
    pupil_ratio: float = 0.0
    iris_colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    iris_inner_colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    highlight_cosine: float = 0.0
    ambient_floor: float = 0.0
    double_sided: bool = False


@dataclass(frozen=True, slots=True)
class Corrective:
    """A morph target that no control names: it mends what a plain sum gets wrong.

    Its weight is the product of the weights of `of` (each clamped to >= 0) for
    "product", and 4 w (1 - w) clamped to >= 0 of the one control for "inbetween".
    """

    name: str
    kind: Literal["inbetween", "product"]
    of: tuple[str, ...]

    def __post_init__(self) -> None:
        fits = len(self.of) == 1 if self.kind == "inbetween" else len(self.of) > 1
        if not fits:
            raise ShapeError(
                f"corrective {self.name!r} of kind {self.kind!r} cannot combine "
                f"{len(self.of)} controls"
            )


@dataclass(frozen=True, slots=True)
class CameraSource:
    """Portrait camera: looks along -z at the target, y up.

    Attributes:
        target: point in the centre of the picture.
        distance: from the camera to the target.
        field_of_view_deg: full angle across the square picture, degrees.
    """

    target: tuple[float, float, float]
    distance: float
    field_of_view_deg: float


@dataclass(frozen=True, slots=True)
class CardTexts:
    """What the character's card says.

    Attributes:
        title: display name.
        description: one sentence.
        author: who made the character.
        licence: SPDX identifier of its own licence.
        sources: what it was made from, one line each.
    """

    title: str
    description: str
    author: str
    licence: str
    sources: tuple[str, ...]


class RigSource(Protocol):
    """A character as its builder computes it.

    `open_poses` names, for controls that do nothing at rest, the pose on which their
    morph target is to be taken: `{"mouthClose": {"jawOpen": 1.0}}`.
    """

    @property
    def name(self) -> str:
        """Folder name: lower-case letters."""

    @property
    def controls(self) -> tuple[str, ...]:
        """The 52 ARKit names in their order, then the rig's extra shapes."""

    @property
    def parts(self) -> Sequence[RigPart]:
        """All parts but the eyes; their ranges cover 0 to n - 1 without gaps."""

    @property
    def eyes(self) -> Sequence[EyeSource]:
        """The eyes; empty where a character paints them otherwise."""

    @property
    def materials(self) -> Mapping[str, MaterialSource]:
        """Materials of parts and eyes by name."""

    @property
    def head_weights(self) -> NDArray[np.float64]:
        """(n,) share of the head's motion that each vertex follows, in [0, 1]."""

    @property
    def pivot(self) -> NDArray[np.float64]:
        """(3,) point about which the head turns."""

    @property
    def face_centre(self) -> NDArray[np.float64]:
        """(3,) point that stays in frame when the head turns."""

    @property
    def sway(self) -> float:
        """Share of the face centre's motion that is taken back, in [0, 1]."""

    @property
    def camera(self) -> CameraSource:
        """The portrait camera."""

    @property
    def landmarks(self) -> tuple[VertexWeights, ...]:
        """The 49 landmarks in the order of `deepexpr.core.landmarks`."""

    @property
    def creases(self) -> CreaseSource | None:
        """Wrinkles of the skin, if it has any."""

    @property
    def correctives(self) -> tuple[Corrective, ...]:
        """Correctives that are worth storing."""

    @property
    def open_poses(self) -> Mapping[str, Mapping[str, float]]:
        """Poses on which the targets of some controls must be taken."""

    @property
    def key_poses(self) -> Sequence[KeyPose]:
        """The character's own poses."""

    @property
    def texts(self) -> CardTexts:
        """What the card says."""

    def vertices(self, weights: Mapping[str, float]) -> Points:
        """All vertices of the full rig, head not turned, eyes excluded.

        Args:
            weights: control values; a control that is not named is 0. Names that the
                rig does not know are ignored.

        Returns:
            (n, 3) positions.
        """
