"""A finder and an encoder for drawn pictures: no networks, the same shapes."""

import numpy as np
from PIL import Image, ImageDraw

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.landmarks import Landmarks
from deepexpr.expression.encoder import Encoding
from deepexpr.faces.align import AVERAGE_FACE, align_face
from deepexpr.faces.detect import FaceBox
from deepexpr.faces.finder import Face
from deepexpr.faces.mesh import FaceMesh
from deepexpr.retrieval.library import GalleryLibrary
from deepexpr.transfer import ExpressionTransfer
from tests.retrieval.synthetic_gallery import (
    ENCODER_NAME,
    ENCODER_SHA256,
    WIDTH,
    write_synthetic_gallery,
)

SKIN = (250, 205, 160)


def drawn_photo(*centres, size=(320, 240), radius=60):
    """A picture with a disc for each face; the first one is the largest."""
    picture = Image.new("RGB", size, (90, 120, 140))
    draw = ImageDraw.Draw(picture)
    for number, (x, y) in enumerate(centres):
        reach = radius - 10 * number
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=SKIN)
    return np.array(picture)


class DrawnFaceFinder:
    """Says where the faces are that the test drew; the picture must show one there."""

    def __init__(self, *centres, radius=60, notes=()):
        self.centres, self.radius, self.notes = centres, radius, notes

    def find(self, image, limit=None):
        faces = [
            self._face(image, centre, self.radius - 10 * number)
            for number, centre in enumerate(self.centres)
            if tuple(image[centre[1], centre[0]]) == SKIN
        ]
        return faces[:limit]

    def face_from_crop(self, image):
        return None

    def _face(self, image, centre, radius):
        points = (AVERAGE_FACE - 128) / 128 * radius * 0.8 + np.array(centre)
        landmarks = Landmarks(points)
        x, y = centre
        return Face(
            box=FaceBox(x - radius, y - radius, 2 * radius, 2 * radius, 0.9),
            landmarks=landmarks,
            mesh=FaceMesh(np.zeros((478, 3)), 0.9),
            aligned=align_face(image, landmarks),
            presence=0.9,
            notes=self.notes,
        )


class FixedEncoder:
    """Sees the same expression in every face."""

    name, digest = ENCODER_NAME, ENCODER_SHA256

    def __init__(self, label="joy", probability=0.88):
        self.label, self.probability = EXPRESSIONS.index(label), probability

    def encode(self, faces):
        rest = (1 - self.probability) / 6
        probabilities = np.full((len(faces), 7), rest, np.float32)
        probabilities[:, self.label] = self.probability
        features = np.zeros((len(faces), WIDTH), np.float32)
        features[:, 4 * self.label : 4 * self.label + 4] = 3
        return Encoding(features, probabilities)

    def encode_crops(self, crops, registered):
        return self.encode(crops)


def drawn_transfer(root, *, finder=None, encoder=None, characters=("gus", "mia")):
    for seed, name in enumerate(characters):
        write_synthetic_gallery(root, name, seed=seed)
    return ExpressionTransfer(
        GalleryLibrary(root),
        finder or DrawnFaceFinder((100, 120), (230, 120)),
        encoder or FixedEncoder(),
    )
