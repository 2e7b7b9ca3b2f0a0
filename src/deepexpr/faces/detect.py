"""Picture to face boxes, for faces from about 3 % of the picture to all of it.

One look of the network finds faces between an eighth of the square it sees and all of
it. A glance therefore looks at the whole picture twice, once with a wide border for
faces that fill the frame; a search looks at overlapping tiles of it, and at all of it
turned on its side. Whether a box is a face, a second look at the box itself tells best.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from PIL import Image

from deepexpr.core.images import RGBImage
from deepexpr.faces.blazeface import Detections, detect_in_region
from deepexpr.faces.mesh import REGION_PER_FACE, FaceMesh
from deepexpr.faces.onnx_session import OnnxSession, open_face_network
from deepexpr.faces.suppression import merged
from deepexpr.faces.warp import Region

_SEARCH_PX = 1024  # tiles of a quarter of this still have more pixels than is looked at
_OVERVIEWS = (1.0, 1.6)  # sides of the squares, in longer sides of the picture
_CROP_OVERVIEWS = (1.5, 2.0, 3.0)
_TILES_A_SIDE = (2, 5)
_LEAST_TILE_PX = 64  # a face in a smaller one has too few pixels to be read
_TURNS_DEG = (90.0, 180.0, 270.0)
_CERTAINTY_DISTANCES = (1.4, 2.0, 2.8)  # sides of the squares, in sizes of the face
_SAME_PLACE = 0.3  # sizes of the face
_SAME_SIZE = 1.6
_LEAST_SCORE = 0.3
_LEAST_TILE_SCORE = 0.5
_LEAST_CROP_SCORE = 0.05  # a crop is known to be a face; the question is only where
_TILE_SLACK = 0.05  # of the tile: a box reaching further out is cut by the tile's edge


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A square around a face, from the forehead to the chin.

    Attributes:
        x: left edge in pixels; may be negative where the face leaves the picture.
        y: upper edge in pixels.
        width: in pixels, measured along the face's own axis, as is the height.
        height: in pixels.
        score: how sure the detector is, in [0, 1].
        roll_deg: angle of the line through the eyes, positive when it falls right.
    """

    x: float
    y: float
    width: float
    height: float
    score: float
    roll_deg: float = 0.0

    @classmethod
    def around(cls, mesh: FaceMesh, score: float) -> Self:
        """Square box around the points of a mesh."""
        region = mesh.region
        side_px = region.side_px / REGION_PER_FACE
        corner = region.x - side_px / 2, region.y - side_px / 2
        return cls(*corner, side_px, side_px, score, region.roll_deg)

    @property
    def region(self) -> Region:
        """The square around the face that the mesh network wants to see."""
        return Region(
            self.x + self.width / 2,
            self.y + self.height / 2,
            REGION_PER_FACE * max(self.width, self.height),
            self.roll_deg,
        )


class FaceDetector:
    """Finds faces in pictures of any size."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session

    @classmethod
    def load(cls, threads: int = 1) -> Self:
        """Open the network that comes with the package.

        Raises:
            WeightsError: if its file is missing or another one.
        """
        return cls(open_face_network("face_detector", threads=threads))

    def glance(self, image: RGBImage) -> list[FaceBox]:
        """Find faces from an eighth of the picture to more than all of it.

        Args:
            image: (H, W, 3) uint8.

        Returns:
            The boxes, the surest first, in pixels of the picture. Some may be no faces:
            ask `certainty`.
        """
        small, shrink = _shrunk(image)
        looks = _overviews(small, _OVERVIEWS)
        return _boxes_of(self._look(small, looks, _LEAST_SCORE), shrink)

    def search(self, image: RGBImage) -> list[FaceBox]:
        """Find small faces in overlapping tiles, and faces that lie or stand on a side.

        Args:
            image: (H, W, 3) uint8.

        Returns:
            As for `glance`; slower, and wrong more often.
        """
        small, shrink = _shrunk(image)
        seen = [self._look_into(small, tile) for tile in _tiles(small)]
        turned = (
            replace(look, roll_deg=roll_deg)
            for look in _overviews(small, _OVERVIEWS)
            for roll_deg in _TURNS_DEG
        )
        seen += self._look(small, turned, _LEAST_TILE_SCORE)
        return _boxes_of(seen, shrink)

    def certainty(self, image: RGBImage, region: Region) -> float:
        """Look again at one face, near and from afar.

        A face is seen again at any distance; what was mistaken for one mostly is not.

        Args:
            image: (H, W, 3) uint8.
            region: the face's own region, see `FaceBox.region`.

        Returns:
            The mean score of the looks, in [0, 1]: above 0.9 for nearly all frontal
            photographs, about 0.7 to 0.85 for covered, drawn or turned faces, mostly
            below 0.6 for anything else.
        """
        face_px = region.side_px / REGION_PER_FACE
        scores = []
        for distance in _CERTAINTY_DISTANCES:
            look = replace(region, side_px=face_px * distance)
            found = detect_in_region(self._session, image, look, 0.0)
            apart = np.abs(found.boxes[:, :2] - (region.x, region.y)).max(axis=1)
            sizes = found.boxes[:, 2] / face_px
            same = (apart / face_px < _SAME_PLACE) & (sizes > 1 / _SAME_SIZE)
            same &= sizes < _SAME_SIZE
            scores.append(float(found.scores[same].max(initial=0.0)))
        return float(np.mean(scores))

    def find_in_crop(self, image: RGBImage) -> FaceBox | None:
        """Find the face that a picture is known to show, cropped around it.

        Args:
            image: (H, W, 3) uint8, for example 48×48.

        Returns:
            The surest box, however unsure, or None.
        """
        looks = _overviews(image, _CROP_OVERVIEWS)
        boxes = _boxes_of(self._look(image, looks, _LEAST_CROP_SCORE))
        return boxes[0] if boxes else None

    def _look(
        self, image: RGBImage, regions: Iterable[Region], min_score: float
    ) -> list[Detections]:
        return [detect_in_region(self._session, image, r, min_score) for r in regions]

    def _look_into(self, image: RGBImage, tile: Region) -> Detections:
        """Detections wholly inside a tile; its neighbours show the others whole."""
        found = detect_in_region(self._session, image, tile, _LEAST_TILE_SCORE)
        middle = np.array([tile.x, tile.y])
        reach = np.abs(found.boxes[:, :2] - middle) + found.boxes[:, 2:] / 2
        whole = (reach <= tile.side_px * (0.5 + _TILE_SLACK)).all(axis=1)
        return Detections(found.boxes[whole], found.eyes[whole], found.scores[whole])


def _shrunk(image: RGBImage) -> tuple[RGBImage, int]:
    """A copy small enough to be searched quickly, and how often smaller it is."""
    shrink = max(1, max(image.shape[:2]) // _SEARCH_PX)
    if shrink == 1:
        return image, 1
    return np.asarray(Image.fromarray(image).reduce(shrink)), shrink


def _overviews(image: RGBImage, sides: Iterable[float]) -> Iterator[Region]:
    """Squares around the whole picture, sides in longer sides of the picture."""
    height, width = image.shape[:2]
    for side in sides:
        yield Region(width / 2, height / 2, side * max(width, height))


def _tiles(image: RGBImage) -> Iterator[Region]:
    """Overlapping squares that cover the picture, each half a side from the next."""
    height, width = image.shape[:2]
    for tiles in _TILES_A_SIDE:
        side = max(height, width) / tiles
        if side < _LEAST_TILE_PX:
            return
        for y in _centres(height, side):
            for x in _centres(width, side):
                yield Region(x, y, side)


def _centres(length: int, side: float) -> list[float]:
    """Centres of squares along one axis, from edge to edge of the picture."""
    count = max(1, int(np.ceil((length - side / 2) / (side / 2) - 1e-9)))
    if count == 1:
        return [length / 2]
    return [float(centre) for centre in np.linspace(side / 2, length - side / 2, count)]


def _boxes_of(found: list[Detections], enlarge: int = 1) -> list[FaceBox]:
    together = merged(
        Detections(
            np.concatenate([part.boxes for part in found]),
            np.concatenate([part.eyes for part in found]),
            np.concatenate([part.scores for part in found]),
        )
    )
    boxes = []
    for (x, y, width, height), (right, left), score in zip(
        together.boxes * enlarge, together.eyes, together.scores, strict=True
    ):
        roll_deg = float(np.rad2deg(np.arctan2(left[1] - right[1], left[0] - right[0])))
        corner = float(x - width / 2), float(y - height / 2)
        boxes.append(
            FaceBox(*corner, float(width), float(height), float(score), roll_deg)
        )
    return boxes
