"""The face of a webcam: found once, then followed from frame to frame.

Following takes one run of one network, a tenth of what finding faces in a photo takes.
"""

from typing import Self

from deepexpr.core.images import RGBImage
from deepexpr.faces.align import align_face
from deepexpr.faces.detect import FaceBox, FaceDetector
from deepexpr.faces.doubts import doubts
from deepexpr.faces.finder import Face
from deepexpr.faces.locate import landmarks_from_mesh
from deepexpr.faces.mesh import FaceMesh, MeshNetwork

LEAST_PRESENCE = 0.5
"""Below this the face is taken for lost."""

LEAST_CERTAINTY = 0.65
"""A new face must be as sure as this."""

CHECKED_EVERY = 60
"""Frames after which a followed face is looked at again with the detector."""

SMALLEST_SIDE_PX = 24.0


class FaceTracker:
    """Follows the largest face of a stream; stands in for a `FaceFinder`.

    Args:
        detector: finds a face that is not yet followed.
        mesh_network: fits the points to it.
    """

    def __init__(self, detector: FaceDetector, mesh_network: MeshNetwork) -> None:
        self._detector = detector
        self._mesh_network = mesh_network
        self._last: FaceMesh | None = None
        self._certainty = 0.0
        self._age = 0

    @classmethod
    def load(cls) -> Self:
        """Open the networks that come with the package.

        Raises:
            WeightsError: if a network file is missing or another one.
        """
        return cls(FaceDetector.load(), MeshNetwork.load())

    def find(self, image: RGBImage, limit: int | None = None) -> list[Face]:
        """Return the face that is followed, or one that comes into sight.

        Args:
            image: (H, W, 3) uint8, the next frame.
            limit: of no effect, as one face is followed.
        """
        del limit
        mesh = self._followed(image) or self._found(image)
        self._last = mesh
        if mesh is None:
            return []
        landmarks = landmarks_from_mesh(mesh)
        box = FaceBox.around(mesh, self._certainty)
        height, width = image.shape[:2]
        face = Face(
            box=box,
            landmarks=landmarks,
            mesh=mesh,
            aligned=align_face(image, landmarks),
            presence=mesh.presence,
            notes=doubts(box, mesh, landmarks, (width, height)),
        )
        return [face]

    def face_from_crop(self, image: RGBImage) -> Face | None:
        """Return the face of a picture that belongs to no stream, or None."""
        self._last = None
        faces = self.find(image)
        self._last = None
        return faces[0] if faces else None

    def _followed(self, image: RGBImage) -> FaceMesh | None:
        if self._last is None:
            return None
        region = self._last.region
        if region.side_px < SMALLEST_SIDE_PX:
            return None
        mesh = self._mesh_network.fit(image, region)
        if mesh.presence < LEAST_PRESENCE:
            return None
        self._age += 1
        if self._age % CHECKED_EVERY == 0:
            self._certainty = self._detector.certainty(image, mesh.region)
            if self._certainty < LEAST_CERTAINTY:
                return None
        return mesh

    def _found(self, image: RGBImage) -> FaceMesh | None:
        boxes = self._detector.glance(image)
        for box in sorted(boxes, key=lambda box: -box.width)[:3]:
            mesh = self._mesh_network.refine(image, box.region)
            certainty = self._detector.certainty(image, mesh.region)
            if mesh.presence >= LEAST_PRESENCE and certainty >= LEAST_CERTAINTY:
                self._certainty, self._age = certainty, 0
                return mesh
        return None
