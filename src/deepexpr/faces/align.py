"""Registration of a face to the average frontal face.

Source of the step: Aneja et al. 2016, section 3.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import ShapeError
from deepexpr.core.images import RGBImage
from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.warp import warp

ALIGNED_SIZE_PX = 256

_AVERAGE_FACE = (
    # right brow
    (49.6, 66.2), (58.0, 57.8), (71.1, 53.0), (88.4, 53.8), (108.1, 56.8),
    # left brow
    (147.9, 56.8), (167.6, 53.8), (184.9, 53.0), (198.0, 57.8), (206.4, 66.2),
    # bridge of the nose
    (128.0, 80.5), (128.0, 100.0), (128.0, 117.6), (128.0, 128.8),
    # base of the nose
    (112.2, 143.4), (118.3, 147.6), (128.0, 147.9), (137.7, 147.6), (143.8, 143.4),
    # right eye
    (69.1, 86.7), (77.2, 80.7), (90.5, 79.8), (105.7, 89.3), (92.1, 91.4), (78.8, 91.6),
    # left eye
    (150.3, 89.3), (165.5, 79.8), (178.8, 80.7), (186.9, 86.7), (177.2, 91.6),
    (163.9, 91.4),
    # outer lips
    (94.8, 179.9), (108.9, 169.5), (118.5, 165.7), (128.0, 167.7), (137.5, 165.7),
    (147.1, 169.5), (161.2, 179.9), (146.1, 188.9), (137.5, 191.1), (128.0, 191.8),
    (118.5, 191.1), (109.9, 188.9),
    # inner lips
    (120.2, 177.5), (128.0, 177.7), (135.8, 177.5), (135.8, 177.6), (128.0, 177.8),
    (120.2, 177.6),
)  # fmt: skip

AVERAGE_FACE: NDArray[np.float64] = np.array(_AVERAGE_FACE)
"""(49, 2) landmarks of the average frontal face, in pixels of a 256×256 picture.

The mean of 12 neutral portraits and their mirror images after similarity registration,
so it is symmetric about x = 128; scaled so that the top of the forehead (mesh point 10)
lies at y = 12 and the chin (mesh point 152) at y = 242.

Source: landmarks measured on DeBruine & Jones 2017, "Face Research Lab London Set" v5,
CC BY 4.0, doi:10.6084/m9.figshare.5047666.v5.
"""
AVERAGE_FACE.setflags(write=False)

_LEAST_AREA_RATIO = 1e-3


@dataclass(frozen=True, slots=True)
class AlignedFace:
    """A face moved onto the average frontal face.

    Attributes:
        image: (S, S, 3) uint8, S = 256 unless asked otherwise.
        landmarks: the 49 landmarks in pixels of `image`.
        matrix: (2, 3) float64, from pixels of the photo to pixels of `image`.
    """

    image: RGBImage
    landmarks: Landmarks
    matrix: NDArray[np.float64]

    def __post_init__(self) -> None:
        check_shape("aligned.matrix", self.matrix, (2, 3))
        check_shape("aligned.image", self.image, (self.image.shape[0],) * 2 + (3,))


def registration_matrix(
    landmarks: Landmarks, size_px: int = ALIGNED_SIZE_PX
) -> NDArray[np.float64]:
    """Affine matrix that moves landmarks onto the average face, by least squares.

    Args:
        landmarks: the face, in pixels of its picture.
        size_px: sides of the aligned picture.

    Returns:
        (2, 3) float64 with six degrees of freedom, acting on (x, y, 1).

    Raises:
        ShapeError: if the landmarks lie on a line or a point, so that no such matrix
            exists.
    """
    points = landmarks.points
    centred = points - points.mean(axis=0)
    spread = np.linalg.svd(centred, compute_uv=False)
    if spread[1] <= _LEAST_AREA_RATIO * spread[0] or spread[0] == 0:
        raise ShapeError(
            "the landmarks of the face lie on one line; expected points spread over "
            "brows, eyes, nose and mouth"
        )
    average = AVERAGE_FACE * (size_px / ALIGNED_SIZE_PX)
    linear = np.linalg.lstsq(centred, average - average.mean(axis=0), rcond=None)[0].T
    shift = average.mean(axis=0) - linear @ points.mean(axis=0)
    return np.column_stack([linear, shift])


def align_face(
    image: RGBImage, landmarks: Landmarks, size_px: int = ALIGNED_SIZE_PX
) -> AlignedFace:
    """Register a face, of a photo or of a rendered character, to the average face.

    Args:
        image: (H, W, 3) uint8.
        landmarks: its 49 landmarks, in pixels of `image`.
        size_px: sides of the result.

    Returns:
        The face from forehead to chin; where the picture ends, its edge is repeated,
        because a black border would look like a contour of the face.

    Raises:
        ShapeError: if the picture is not (H, W, 3) or the landmarks lie on a line.
    """
    check_shape("image", image, (None, None, 3))
    matrix = registration_matrix(landmarks, size_px)
    return AlignedFace(
        image=warp(image, matrix, size_px, repeat_edges=True),
        landmarks=landmarks.transformed(matrix),
        matrix=matrix,
    )
