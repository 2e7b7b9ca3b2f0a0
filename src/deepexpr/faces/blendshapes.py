"""The 52 ARKit blendshape coefficients of a face, from its mesh.

Source: MediaPipe's face_blendshapes_graph, which also lists the 146 points. The network
never reports tongueOut; its first output, "neutral", is no ARKit name and is dropped.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.faces.mesh import FaceMesh
from deepexpr.faces.onnx_session import OnnxSession, open_face_network

MESH_INDICES: tuple[int, ...] = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61,
    63, 65, 66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127,
    132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160,
    161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251,
    263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308,
    310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365,
    373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397,
    398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476,
    477,
)  # fmt: skip
"""The mesh points that the network reads, in its order."""

_NOT_ESTIMATED = "tongueOut"
_ESTIMATED = tuple(name for name in ARKIT_BLENDSHAPES if name != _NOT_ESTIMATED)
_FIRST_BLENDSHAPE = 1


class BlendshapeNetwork:
    """Estimates blendshape coefficients."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session

    @classmethod
    def load(cls, threads: int = 1) -> Self:
        """Open the network that comes with the package.

        Raises:
            WeightsError: if its file is missing or another one.
        """
        return cls(open_face_network("face_blendshapes", threads=threads))

    def estimate(self, mesh: FaceMesh) -> NDArray[np.float64]:
        """Coefficients of one face.

        Args:
            mesh: the face; the network itself takes out size and place.

        Returns:
            (52,) float64 in [0, 1], in the order of ARKIT_BLENDSHAPES; tongueOut is 0.
        """
        points = mesh.points[list(MESH_INDICES), :2].astype(np.float32)
        found = self._session.run(points[None])[0].astype(np.float64)
        coefficients = dict(zip(_ESTIMATED, found[_FIRST_BLENDSHAPE:], strict=True))
        coefficients[_NOT_ESTIMATED] = np.float64(0)
        return np.array([coefficients[name] for name in ARKIT_BLENDSHAPES])
