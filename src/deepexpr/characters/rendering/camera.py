"""The camera of a picture: perspective, square, around a target."""

from dataclasses import dataclass
from math import cos, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.card import PortraitCamera, Vector


@dataclass(frozen=True, slots=True)
class Camera:
    """A perspective camera that looks at a target.

    Attributes:
        target: point in the centre of the picture, in the rig's unit.
        distance: from the camera to the target, above 0.
        field_of_view_deg: full angle across the picture, in (0, 180) degrees.
        yaw_deg: degrees the camera walks round the target to the subject's left.
        pitch_deg: degrees it rises above the target.
        roll_deg: degrees it tilts; above 0 the picture turns clockwise.
    """

    target: Vector
    distance: float
    field_of_view_deg: float
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0

    @classmethod
    def of(cls, portrait: PortraitCamera) -> "Camera":
        """Return the camera that a character's card describes."""
        return cls(portrait.target, portrait.distance, portrait.field_of_view_deg)

    @property
    def axes(self) -> NDArray[np.float64]:
        """(3, 3) unit vectors: right in the picture, up in it, towards the camera."""
        yaw, pitch = radians(self.yaw_deg), radians(self.pitch_deg)
        roll = radians(self.roll_deg)
        near = np.array([sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch)])
        right = np.array([cos(yaw), 0.0, -sin(yaw)])
        up = np.cross(near, right)
        return np.stack(
            [
                right * cos(roll) + up * sin(roll),
                up * cos(roll) - right * sin(roll),
                near,
            ]
        )

    @property
    def position(self) -> NDArray[np.float64]:
        """(3,) where the camera stands."""
        place: NDArray[np.float64] = self.target + self.axes[2] * self.distance
        return place

    @property
    def zoom(self) -> float:
        """Picture widths that a unit length covers at unit distance."""
        return 0.5 / tan(radians(self.field_of_view_deg) / 2)

    def project(
        self, points: NDArray[np.floating], size_px: float
    ) -> NDArray[np.float64]:
        """Return where points lie in the picture.

        Args:
            points: (n, 3) in the rig's unit.
            size_px: side of the picture in pixels.

        Returns:
            (n, 3) x right and y down in pixels from the picture's corner, and the
            inverse of the distance along the view.
        """
        seen = (np.asarray(points, np.float64) - self.position) @ self.axes.T
        inverse = -1.0 / seen[:, 2]
        x = (seen[:, 0] * inverse * self.zoom + 0.5) * size_px
        y = (0.5 - seen[:, 1] * inverse * self.zoom) * size_px
        return np.column_stack([x, y, inverse])

    def pixel_size(self, size_px: float) -> float:
        """Side of a pixel at the target, in the rig's unit."""
        return self.distance / self.zoom / size_px
