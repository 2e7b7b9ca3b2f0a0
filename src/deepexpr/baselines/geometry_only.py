"""Geometry only: the gallery pose whose nine measures are nearest.

Measures are compared as departures from neutral, as in our own search, so that only the
expression features are missing.

Source: Aneja, Colburn, Faigin, Shapiro and Mones (2016), "Modeling Stylized Character
Expressions via Deep Learning", Table 1, "Geometry".
"""

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.pose import Pose
from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS, RetrievalPreset
from deepexpr.transfer.neutral import query_of_character
from deepexpr.transfer.result import rig_pose


class GalleryPoseBaseline:
    """The best match of a gallery under given weights of features and geometry."""

    def __init__(self, name: str, gallery: Gallery, preset: RetrievalPreset) -> None:
        """Rank a gallery by a preset."""
        self.name = name
        self._gallery = gallery
        self._preset = preset

    def pose(self, face: PhotoFace) -> Pose:
        """Return the pose of the nearest row."""
        query = Query(face.features, face.geometry, face.expression)
        moved = query_of_character(query, self._gallery)
        (best,) = self._gallery.search(moved, 1, self._preset).matches
        return rig_pose(self._gallery.pose(best.index))


def geometry_only(gallery: Gallery) -> GalleryPoseBaseline:
    """The baseline of the paper's Table 1."""
    return GalleryPoseBaseline("Geometry only", gallery, RETRIEVAL_PRESETS["geometry"])
