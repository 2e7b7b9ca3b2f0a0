"""The 49 landmarks of a new character: found in its picture, put on its mesh.

A landmark on an eyelid must move with the lid and not lie on the eyeball behind it; one
on the inner lips must lie on its own lip, though the two touch. Both are told by what
the rig's own controls move.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.adding.visible_face import Flags, VisibleFace
from deepexpr.characters.card import MeshPoint
from deepexpr.characters.model import CharacterModel
from deepexpr.core.errors import CharacterError
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import LANDMARK_COUNT, LEFT_EYE, RIGHT_EYE
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.finder import FaceFinder

NEAR = 0.12
"""How far a landmark may be moved to find its lid, as a share of the eyes' distance."""

FAR = 0.5
"""How far it may be moved to find any face at all."""

UPPER_LIP, LOWER_LIP = range(43, 46), range(46, 49)
"""Landmarks of the inner lips."""

DOUBTFUL = 0.35
"""Distance between an eye as found and as blinked, in distances of the eyes, from which
the landmarks are doubted."""

_MOUTH_CONTROLS = ("mouthPucker", "mouthFunnel", "mouthSmileLeft", "mouthSmileRight",
                   "mouthFrownLeft", "mouthFrownRight", "jawOpen")  # fmt: skip

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Landmarks in a picture.

    Attributes:
        places: (49, 2) in pixels.
        notes: sentences that say why they need a closer look; empty for none.
    """

    places: Places
    notes: tuple[str, ...]


def proposed_places(
    image: RGBImage, model: CharacterModel, corners: Places, finder: FaceFinder
) -> Proposal:
    """Return where the landmarks of a picture seem to be.

    Args:
        image: the neutral pose.
        model: the rig.
        corners: (n, 2) where its vertices are in the picture.
        finder: looks for the face.
    """
    faces = finder.find(image, limit=1)
    anchors = _anchors(model, corners)
    if not faces:
        template = _template(anchors, corners[: model.mesh.face_count])
        return Proposal(
            template,
            (
                "the face finder sees no face in the neutral pose; the landmarks are "
                "those of an average face laid over the eyes and the mouth, so adjust "
                "each of them",
            ),
        )
    places = faces[0].landmarks.points
    return Proposal(places, tuple(_doubts(places, anchors)))


def landmarks_on_mesh(
    places: Places, model: CharacterModel, face: VisibleFace
) -> tuple[MeshPoint, ...]:
    """Return the mesh points of 49 places in a picture.

    Raises:
        CharacterError: naming the first landmark that lies far beside the face.
    """
    eyes = places[RIGHT_EYE].mean(axis=0) - places[LEFT_EYE].mean(axis=0)
    apart = float(np.linalg.norm(eyes))
    points: list[MeshPoint] = []
    for number in range(LANDMARK_COUNT):
        place = (float(places[number, 0]), float(places[number, 1]))
        point = None
        wanted = _wanted(model, number)
        if wanted is not None:
            point = face.point(place, NEAR * apart, wanted)
        if point is None:
            point = face.point(place, FAR * apart)
        if point is None:
            raise CharacterError(
                f"landmark {number + 1} at ({place[0]:.0f}, {place[1]:.0f}) lies "
                "beside the face; move it onto the face in the landmark file"
            )
        points.append(point)
    return tuple(points)


def movement(model: CharacterModel, controls: Iterable[str]) -> NDArray[np.float64]:
    """Return (n,) how far controls move each vertex at most."""
    wanted = set(controls)
    reach = np.zeros(len(model.mesh.neutral))
    for target in model.mesh.targets:
        if target.name in wanted:
            lengths = np.linalg.norm(target.offsets, axis=1)
            reach[target.rows] = np.maximum(reach[target.rows], lengths)
    return reach


def _wanted(model: CharacterModel, number: int) -> Flags | None:
    """(n,) vertices on which a landmark has to lie, or None if any will do."""
    if RIGHT_EYE.start <= number < LEFT_EYE.stop:
        side = "Right" if number < RIGHT_EYE.stop else "Left"
        reach = movement(model, [f"eyeBlink{side}", f"eyeSquint{side}"])
        return None if not reach.any() else np.asarray(reach > 0.02 * reach.max(), bool)
    if number in UPPER_LIP or number in LOWER_LIP:
        reach = movement(model, ["jawOpen"])
        if not reach.any():
            return None
        low = reach > 0.5 * reach.max()
        return np.asarray(low if number in LOWER_LIP else ~low, bool)
    return None


def _anchors(model: CharacterModel, corners: Places) -> dict[str, Places]:
    """Middle of what moves at each eye and at the mouth, where the rig tells."""
    found: dict[str, Places] = {}
    for name, controls in (
        ("right eye", ["eyeBlinkRight"]),
        ("left eye", ["eyeBlinkLeft"]),
    ):
        centre = _centre(movement(model, controls), corners)
        if centre is not None:
            found[name] = centre
    for control in _MOUTH_CONTROLS:
        centre = _centre(movement(model, [control]), corners)
        if centre is not None:
            found["mouth"] = centre
            break
    return found


def _centre(reach: NDArray[np.float64], corners: Places) -> Places | None:
    if not reach.any():
        return None
    most = reach > 0.3 * reach.max()
    middle: Places = (corners[most].min(axis=0) + corners[most].max(axis=0)) / 2
    return middle


def _doubts(places: Places, anchors: dict[str, Places]) -> list[str]:
    eyes = {"right eye": places[RIGHT_EYE], "left eye": places[LEFT_EYE]}
    middles = {name: points.mean(axis=0) for name, points in eyes.items()}
    apart = np.linalg.norm(middles["right eye"] - middles["left eye"])
    return [
        f"the {name} was found away from where the rig blinks; check its landmarks"
        for name, middle in middles.items()
        if name in anchors and np.linalg.norm(middle - anchors[name]) > DOUBTFUL * apart
    ]


def _template(anchors: dict[str, Places], corners: Places) -> Places:
    """The average face over the eyes and mouth, or over the middle of the mesh."""
    average = {
        "right eye": AVERAGE_FACE[RIGHT_EYE].mean(axis=0),
        "left eye": AVERAGE_FACE[LEFT_EYE].mean(axis=0),
        "mouth": AVERAGE_FACE[31:43].mean(axis=0),
    }
    names = [name for name in average if name in anchors]
    if len(names) < 2:
        low, high = corners.min(axis=0), corners.max(axis=0)
        size = float(np.min(high - low)) / 256
        centred: Places = (AVERAGE_FACE - 128) * size + (low + high) / 2
        return centred
    return _similar(
        AVERAGE_FACE, [average[n] for n in names], [anchors[n] for n in names]
    )


def _similar(points: Places, of: Sequence[Places], to: Sequence[Places]) -> Places:
    """Points moved by the similarity that carries `of` to `to` most nearly."""
    source = np.array(of) @ [1, 1j]
    target = np.array(to) @ [1, 1j]
    centred, aimed = source - source.mean(), target - target.mean()
    turn = (np.conj(centred) @ aimed) / (np.conj(centred) @ centred)
    moved = turn * (points @ [1, 1j] - source.mean()) + target.mean()
    return np.column_stack([moved.real, moved.imag])
