"""The 49 landmarks of the paper, picked from the 478 points of the mesh."""

from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.mesh import FaceMesh

MESH_INDICES: tuple[int, ...] = (
    70, 63, 105, 66, 107,  # right brow, from outside to inside
    336, 296, 334, 293, 300,  # left brow, from inside to outside
    168, 197, 5, 4,  # bridge of the nose, from above
    75, 97, 2, 326, 305,  # base of the nose, from its right
    33, 160, 158, 133, 153, 144,  # right eye, clockwise in the picture
    362, 385, 387, 263, 373, 380,  # left eye, clockwise in the picture
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,  # outer lips
    82, 13, 312, 317, 14, 87,  # inner lips without their corners
)  # fmt: skip
"""Mesh point of each landmark, in the order of deepexpr.core.landmarks."""


def landmarks_from_mesh(mesh: FaceMesh) -> Landmarks:
    """The 49 landmarks of a face, in pixels of the picture that the mesh lies on."""
    return Landmarks(mesh.points[list(MESH_INDICES), :2].copy())
