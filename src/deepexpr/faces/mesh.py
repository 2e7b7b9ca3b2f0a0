"""The 478-point face mesh of one face.

Input of the network: (1, 256, 256, 3) RGB in [0, 1], a square one and a half times as
large as the face, with the eyes level. Outputs: 478 × (x, y, z) in pixels of that
square, z growing away from the camera on about the scale of x, and a logit that says
whether a face was there at all.

Source: Kartynnik et al. 2019, "Real-time facial surface geometry from monocular video
on mobile GPUs"; MediaPipe's face_landmarks_detector_graph.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.images import RGBImage
from deepexpr.faces.onnx_session import OnnxSession, open_face_network
from deepexpr.faces.warp import Region, inverted, transformed, warp

MESH_POINT_COUNT = 478
INPUT_SIZE_PX = 256
REGION_PER_FACE = 1.5
"""Side of the square that the network sees, in sizes of the face."""

_RIGHT_EYE_OUTER_CORNER, _LEFT_EYE_OUTER_CORNER = 33, 263
_RIGHT_CHEEK_EDGE, _LEFT_CHEEK_EDGE = 234, 454
_POINTS_OUTPUT, _PRESENCE_OUTPUT = 0, 1


@dataclass(frozen=True, slots=True)
class FaceMesh:
    """The dense points of one face.

    Attributes:
        points: (478, 3) float64; x right and y down in pixels of the picture, z away
            from the camera in about the same unit, its zero at the head's centre.
            Points 468 to 477 are the irises.
        presence: how sure the network is that this is a face, in [0, 1].
    """

    points: NDArray[np.float64]
    presence: float

    def __post_init__(self) -> None:
        check_shape("mesh.points", self.points, (MESH_POINT_COUNT, 3))

    @property
    def roll_deg(self) -> float:
        """Angle of the line through the outer eye corners; positive falls right."""
        corners = self.points[[_RIGHT_EYE_OUTER_CORNER, _LEFT_EYE_OUTER_CORNER], :2]
        along = corners[1] - corners[0]
        return float(np.rad2deg(np.arctan2(along[1], along[0])))

    @property
    def yaw_deg(self) -> float:
        """How far the head is turned; positive to the subject's left (image right)."""
        edges = self.points[[_RIGHT_CHEEK_EDGE, _LEFT_CHEEK_EDGE]]
        across = edges[1] - edges[0]
        width = float(np.hypot(across[0], across[1]))
        return float(np.rad2deg(np.arctan2(across[2], width)))

    @property
    def region(self) -> Region:
        """The square around the face that the mesh network wants to see."""
        roll_deg = self.roll_deg
        flat = self.points[:, :2]
        level = Region(0.0, 0.0, 1.0, roll_deg).to_crop(1)
        turned = transformed(flat, level)
        low, high = turned.min(axis=0), turned.max(axis=0)
        middle = transformed((low + high)[None] / 2, inverted(level))[0]
        side_px = REGION_PER_FACE * float((high - low).max())
        return Region(float(middle[0]), float(middle[1]), side_px, roll_deg)


class MeshNetwork:
    """Fits the face mesh to a square of a picture."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self._outputs = session.output_names[: _PRESENCE_OUTPUT + 1]

    @classmethod
    def load(cls, threads: int = 1) -> Self:
        """Open the network that comes with the package.

        Raises:
            WeightsError: if its file is missing or another one.
        """
        return cls(open_face_network("face_landmarks_detector", threads=threads))

    def fit(self, image: RGBImage, region: Region) -> FaceMesh:
        """Fit the mesh once.

        Args:
            image: (H, W, 3) uint8.
            region: about one and a half times the face, eyes level.

        Returns:
            The mesh, in pixels of the picture; its presence says whether to trust it.
        """
        matrix = region.to_crop(INPUT_SIZE_PX)
        crop = warp(image, matrix, INPUT_SIZE_PX).astype(np.float32) / 255.0
        outputs = self._session.run(crop[None], self._outputs)
        placed = outputs[_POINTS_OUTPUT].reshape(MESH_POINT_COUNT, 3).astype(np.float64)
        placed[:, :2] = transformed(placed[:, :2], inverted(matrix))
        placed[:, 2] *= region.side_px / INPUT_SIZE_PX
        logit = float(outputs[_PRESENCE_OUTPUT].item())
        return FaceMesh(placed, float(1 / (1 + np.exp(-logit))))

    def refine(self, image: RGBImage, region: Region) -> FaceMesh:
        """Fit the mesh twice, the second time in the square that the first one asks.

        The detector's box is loose; the second square is centred on the points
        themselves, so that the result hardly depends on the box.

        Returns:
            The second mesh, or the first one if the second lost the face.
        """
        first = self.fit(image, region)
        second = self.fit(image, first.region)
        return second if second.presence >= min(first.presence, 0.5) else first
