"""The mesh of a rig as plain arrays, read from a GLB.

Vertices are numbered once: the primitives of node "face", those of all other meshes,
then the left and the right eye. Lengths are in the rig's own unit, x to the subject's
left, y up, z towards the viewer; colours are linear RGB.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.material import Material

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MorphTarget:
    """Offsets of some vertices at weight 1.

    Attributes:
        name: control or corrective.
        rows: (k,) int64 vertex numbers.
        offsets: (k, 3) float32.
    """

    name: str
    rows: NDArray[np.int64]
    offsets: Floats


@dataclass(frozen=True, slots=True)
class CorrectiveRule:
    """When a corrective morph target acts.

    Attributes:
        name: its morph target.
        kind: "product" of the weights of its controls, or "inbetween", largest where
            its one control is 1/2.
        of: names of its controls.
    """

    name: str
    kind: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreaseChannel:
    """One wrinkle: a relief image and the controls that press it.

    Attributes:
        name: unique within the rig.
        drivers: control name to gain.
        row: first row of the relief on the face map; row 0 lies lowest on the face.
        column: first column of the relief on the face map.
        relief: (h, w, 3) float32: slope along x, slope along y (up), darkness.
    """

    name: str
    drivers: Mapping[str, float]
    row: int
    column: int
    relief: Floats


@dataclass(frozen=True, slots=True)
class CreaseMap:
    """All wrinkles of a face.

    Attributes:
        rows: height of the face map.
        columns: width of the face map.
        strength: factor on all amplitudes.
        channels: wrinkles; they add up.
    """

    rows: int
    columns: int
    strength: float
    channels: tuple[CreaseChannel, ...]


@dataclass(frozen=True, slots=True)
class Eye:
    """An eyeball: a ball mesh that turns in its socket.

    A vertex with direction d lies at `centre + basis @ rest @ turn(gaze) @ d`.

    Attributes:
        side: "Left" or "Right", the subject's own.
        start: number of its first vertex.
        stop: one past its last vertex.
        directions: (k, 3) float32; the iris lies around (0, 0, 1).
        centre: (3,) float64.
        basis: (3, 3) float64, the socket's rotation and half axes.
        rest: (3, 3) float64, rotation of the ball at rest within the socket.
        targets: morph targets of its own, rows counted from 0.
    """

    side: str
    start: int
    stop: int
    directions: Floats
    centre: NDArray[np.float64]
    basis: NDArray[np.float64]
    rest: NDArray[np.float64]
    targets: tuple[MorphTarget, ...]


@dataclass(frozen=True, slots=True)
class Paint:
    """Textures of a rig, and what its vertices say about them.

    Attributes:
        textures: (h, w, 4) uint8 each, sRGB and opacity, by number.
        coordinates: (n, 2) float32 place on a texture; (0, 0) is its upper left corner,
            and it repeats beyond [0, 1].
        opacities: (n,) float32 in [0, 1].
        seams: (n,) int32 number of the first vertex at the same place with the same
            normal; where a texture is cut, two vertices are one point of the surface.
    """

    textures: tuple[NDArray[np.uint8], ...]
    coordinates: Floats
    opacities: Floats
    seams: Integers


@dataclass(frozen=True, slots=True)
class RigMesh:
    """All vertices, triangles and morph targets of a rig.

    Attributes:
        neutral: (n, 3) vertices at rest, eyes included.
        triangles: (m, 3) int32 vertex numbers.
        triangle_materials: (m,) int32 numbers of `materials`.
        colours: (n, 3) linear RGB.
        aux: (n, 3) strand direction of hair, eye direction, else the place at rest,
            where the noise of a material is looked up.
        face_coordinates: (n, 2) place on the crease map; outside [0, 1] for none.
        head_weights: (n,) share of the head's motion, in [0, 1].
        face_count: number of vertices of node "face"; they come first.
        rigid_stop: one past the last vertex that is not an eye's.
        materials: by number.
        targets: morph targets of the face, controls before correctives.
        controls: names of the rig's controls in rig order.
        correctives: rules of the targets that no control names.
        creases: wrinkles, if the rig has any.
        eyes: left and right, or none.
        paint: textures, if the rig has any.
    """

    neutral: Floats
    triangles: Integers
    triangle_materials: Integers
    colours: Floats
    aux: Floats
    face_coordinates: Floats
    head_weights: Floats
    face_count: int
    rigid_stop: int
    materials: tuple[Material, ...]
    targets: tuple[MorphTarget, ...]
    controls: tuple[str, ...]
    correctives: tuple[CorrectiveRule, ...]
    creases: CreaseMap | None
    eyes: tuple[Eye, ...]
    paint: Paint | None = None
