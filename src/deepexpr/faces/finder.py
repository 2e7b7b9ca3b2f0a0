"""Photo to faces: the whole way from pixels to aligned faces, in one place."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from deepexpr.core.arrays import check_shape
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.align import AlignedFace, align_face
from deepexpr.faces.detect import FaceBox, FaceDetector
from deepexpr.faces.doubts import doubts
from deepexpr.faces.locate import landmarks_from_mesh
from deepexpr.faces.mesh import REGION_PER_FACE, FaceMesh, MeshNetwork
from deepexpr.faces.warp import Region

# A face as large (of the longer side) and as certain as this needs no search beside it.
_LARGE, _CLEAR_CERTAINTY = 0.15, 0.8
# A tilted one may be a lying face fitted half turned, unless it is more certain.
_TILTED_DEG, _TILTED_CLEAR_CERTAINTY = 40.0, 0.9
_LEAST_PRESENCE = 0.5
_SURE_CERTAINTY = 0.65
_LIKELY_PRESENCE = 0.1
_LIKELY_CERTAINTY = 0.6
_SAME_FACE = 0.4  # sizes of the larger face
_CROP_BLACK_BORDER = 0.1  # of a crop, on each side, when no box can be found in it


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a picture, ready to be encoded.

    Attributes:
        box: from the forehead to the chin, in pixels of the picture; its score tells
            how surely the detector knows it for a face.
        landmarks: the 49 landmarks, in pixels of the picture.
        mesh: the 478 points, in pixels of the picture.
        aligned: the face registered to the average frontal face.
        presence: how sure the mesh network is that this is a face, in [0, 1].
        notes: sentences that say why the result is unsure; empty when it is not.
    """

    box: FaceBox
    landmarks: Landmarks
    mesh: FaceMesh
    aligned: AlignedFace
    presence: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    mesh: FaceMesh
    certainty: float

    @property
    def size_px(self) -> float:
        return self.mesh.region.side_px / REGION_PER_FACE


class FaceFinder:
    """Finds, measures and aligns the faces of pictures."""

    def __init__(self, detector: FaceDetector, mesh_network: MeshNetwork) -> None:
        self._detector = detector
        self._mesh_network = mesh_network

    @classmethod
    def load(cls, threads: int = 1) -> Self:
        """Open the networks that come with the package.

        Args:
            threads: processor threads for one network run.

        Raises:
            WeightsError: if a network file is missing or another one.
        """
        return cls(FaceDetector.load(threads), MeshNetwork.load(threads))

    def find(self, image: RGBImage, limit: int | None = None) -> list[Face]:
        """Find the faces of a photo, the largest first.

        Args:
            image: (H, W, 3) uint8.
            limit: how many faces to return at most; all of them if not given.

        Returns:
            The faces; an empty list if there is none.

        Raises:
            ShapeError: if the picture is not (H, W, 3).
        """
        check_shape("image", image, (None, None, 3))
        found = self._fitted(image, self._detector.glance(image), [])
        if not any(_is_clear(face, image) for face in found):
            found = self._fitted(image, self._detector.search(image), found)
        sure = [face for face in found if _is_sure(face)]
        kept = sure or [face for face in found if _is_likely(face)][:1]
        kept.sort(key=lambda face: face.size_px, reverse=True)
        return [_completed(image, face) for face in kept[:limit]]

    def face_from_crop(self, image: RGBImage) -> Face | None:
        """Take a picture that was already cropped to one face, such as 48×48 grey ones.

        Here the detector only says where the face lies in the crop, however unsure it
        is; where it says nothing or misleads, the mesh is fitted to the crop itself.

        Args:
            image: (H, W, 3) uint8; grey crops have three equal channels.

        Returns:
            The face, or None if the mesh network sees none.

        Raises:
            ShapeError: if the picture is not (H, W, 3).
        """
        check_shape("image", image, (None, None, 3))
        box = self._detector.find_in_crop(image)
        candidate = self._candidate(image, box.region) if box else None
        if candidate is None or candidate.mesh.presence < _LEAST_PRESENCE:
            height, width = image.shape[:2]
            side_px = max(width, height) * (1 + 2 * _CROP_BLACK_BORDER)
            whole = Region(width / 2, height / 2, side_px)
            candidate = self._candidate(image, whole)
        if candidate.mesh.presence < _LEAST_PRESENCE:
            return None
        return _completed(image, candidate)

    def _fitted(
        self, image: RGBImage, boxes: list[FaceBox], known: list[_Candidate]
    ) -> list[_Candidate]:
        """Known candidates and those of the boxes, the surest first, each face once."""
        new = [self._candidate(image, box.region) for box in boxes]
        ordered = sorted([*known, *new], key=_trust, reverse=True)
        distinct: list[_Candidate] = []
        for candidate in ordered:
            if not any(_is_same_face(candidate, other) for other in distinct):
                distinct.append(candidate)
        return distinct

    def _candidate(self, image: RGBImage, region: Region) -> _Candidate:
        mesh = self._mesh_network.refine(image, region)
        return _Candidate(mesh, self._detector.certainty(image, mesh.region))


def _is_clear(face: _Candidate, image: RGBImage) -> bool:
    is_large = face.size_px >= _LARGE * max(image.shape[:2])
    is_tilted = abs(face.mesh.roll_deg) > _TILTED_DEG
    least = _TILTED_CLEAR_CERTAINTY if is_tilted else _CLEAR_CERTAINTY
    return is_large and face.certainty >= least and _is_sure(face)


def _is_sure(face: _Candidate) -> bool:
    return face.certainty >= _SURE_CERTAINTY and face.mesh.presence >= _LEAST_PRESENCE


def _is_likely(face: _Candidate) -> bool:
    """Whether to show it, with a note, where a picture has nothing surer."""
    return (
        face.certainty >= _LIKELY_CERTAINTY and face.mesh.presence >= _LIKELY_PRESENCE
    )


def _trust(face: _Candidate) -> float:
    return face.certainty * face.mesh.presence


def _is_same_face(one: _Candidate, other: _Candidate) -> bool:
    middles = [landmarks_from_mesh(c.mesh).points.mean(axis=0) for c in (one, other)]
    apart = float(np.linalg.norm(middles[0] - middles[1]))
    return apart < _SAME_FACE * max(one.size_px, other.size_px)


def _completed(image: RGBImage, found: _Candidate) -> Face:
    mesh = found.mesh
    landmarks = landmarks_from_mesh(mesh)
    box = FaceBox.around(mesh, found.certainty)
    height, width = image.shape[:2]
    return Face(
        box=box,
        landmarks=landmarks,
        mesh=mesh,
        aligned=align_face(image, landmarks),
        presence=mesh.presence,
        notes=doubts(box, mesh, landmarks, (width, height)),
    )
