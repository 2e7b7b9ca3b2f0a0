"""From a character folder to its gallery: render, register, encode, measure, write."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from deepexpr.characters.library import Character
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.characters.synthesis import LabelledPose, pose_sequence
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import RGBImage
from deepexpr.expression.encoder import Encoding, ExpressionEncoder
from deepexpr.faces.align import AlignedFace, align_face
from deepexpr.faces.geometry import geometric_features
from deepexpr.retrieval.gallery_table import GalleryPose
from deepexpr.retrieval.gallery_writer import GalleryContent, write_gallery

RENDER_SIZE_PX = 256
PICTURE_SIZE_PX = 192
PICTURE_QUALITY = 70
"""WebP quality of the gallery's pictures, 0 to 100."""

LEAST_CLARITY = 0.5
"""Probability of its label below which a weak or in-between pose is left out."""


def build_gallery(
    character: Character,
    encoder: ExpressionEncoder,
    folder: Path,
    report: Callable[[int, int], None] | None = None,
) -> int:
    """Render every pose of a character's gallery, encode it and write the gallery.

    Poses are registered by the rig's exact landmarks; the geometric measures are taken
    on the registered landmarks, as they are on photos. Key poses all stay; of the poses
    between them only those stay that still read as their label.

    Args:
        character: whose gallery to make.
        encoder: gives features and probabilities.
        folder: where to write; a gallery that is there is replaced.
        report: told how many poses of how many are rendered.

    Returns:
        How many poses the gallery has.

    Raises:
        OutputError: if the folder cannot be written.
    """
    poses = pose_sequence(character.key_poses)
    renderer = Renderer(character.model)
    faces: list[AlignedFace] = []
    landmarks, pictures = [], []
    for number, labelled in enumerate(poses, start=1):
        rendering = renderer.render(labelled.pose, size_px=RENDER_SIZE_PX)
        faces.append(align_face(rendering.image, rendering.landmarks))
        landmarks.append(rendering.landmarks.points)
        pictures.append(_picture(rendering.image))
        if report is not None:
            report(number, len(poses))
    encoding = encoder.encode([face.image for face in faces])
    kept = _clear(poses, encoding)
    content = GalleryContent(
        character=character.name,
        encoder_name=encoder.name,
        encoder_sha256=encoder.digest,
        controls=character.model.controls,
        poses=tuple(_gallery_poses([poses[row] for row in kept])),
        features=encoding.features[kept],
        probabilities=encoding.probabilities[kept],
        geometry=np.stack([geometric_features(faces[row].landmarks) for row in kept]),
        landmarks=np.stack([landmarks[row] for row in kept]),
    )
    write_gallery(folder, content, [pictures[row] for row in kept])
    return len(kept)


def _clear(poses: Sequence[LabelledPose], encoding: Encoding) -> list[int]:
    """Rows of the key poses and of the other poses that read as their label."""
    return [
        row
        for row, labelled in enumerate(poses)
        if labelled.sources == (labelled.id,)
        or encoding.probabilities[row, EXPRESSIONS.index(labelled.label)]
        >= LEAST_CLARITY
    ]


def _gallery_poses(poses: Sequence[LabelledPose]) -> Iterator[GalleryPose]:
    for labelled in poses:
        pose = labelled.pose
        yield GalleryPose(
            id=labelled.id,
            label=labelled.label,
            source=labelled.sources,
            strength=labelled.strength,
            weights=pose.weights,
            gaze=pose.gaze,
            head=pose.head,
            iris=pose.iris,
        )


def _picture(image: RGBImage) -> bytes:
    small = Image.fromarray(image).resize(
        (PICTURE_SIZE_PX, PICTURE_SIZE_PX), Image.Resampling.LANCZOS
    )
    stream = io.BytesIO()
    small.save(stream, "WEBP", quality=PICTURE_QUALITY, method=6)
    return stream.getvalue()
