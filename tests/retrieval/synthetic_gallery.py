"""Small galleries made in a test: drawn faces, random features."""

import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.retrieval.gallery_table import GalleryPose
from deepexpr.retrieval.gallery_writer import GalleryContent, write_gallery

ENCODER_NAME = "drawn"
ENCODER_SHA256 = "e" * 64
WIDTH = 32


@cache
def drawn_picture(index: int) -> bytes:
    picture = Image.new("RGB", (192, 192), (150, 160, 175))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((26, 16, 166, 176), fill=(250, 205, 160))
    for x in (66, 110):
        draw.ellipse((x, 70, x + 16, 90), fill=(40, 40, 60))
    bend = 10 * (index % 5 - 2)
    draw.line([(66, 130), (96, 130 + bend), (126, 130)], fill=(160, 40, 50), width=6)
    stream = io.BytesIO()
    picture.save(stream, "webp", lossless=True)
    return stream.getvalue()


def synthetic_features(rng: np.random.Generator, label: int) -> np.ndarray:
    """Sparse activations with a peak at the label's own columns."""
    row = np.maximum(rng.normal(-0.3, 0.5, WIDTH), 0)
    row[4 * label : 4 * label + 4] += 3
    return row


def synthetic_content(character: str, count: int = 21, seed: int = 0) -> GalleryContent:
    rng = np.random.default_rng(seed)
    labels = [index % 7 for index in range(count)]
    poses = [
        GalleryPose(
            id=f"{EXPRESSIONS[label]}-{index}",
            label=EXPRESSIONS[label],
            source=(f"{EXPRESSIONS[label]}-a", "neutral-b"),
            strength=0.5,
            weights={"jawOpen": 0.25, "x_lipsIn": 0.5} if index % 2 else {},
            gaze=(3.0, -2.0),
            head=(0.0, 5.0, -1.5),
            iris=1.0 if index else 0.8,
        )
        for index, label in enumerate(labels)
    ]
    probabilities = np.full((count, 7), 0.02)
    probabilities[np.arange(count), labels] = 0.88
    return GalleryContent(
        character=character,
        encoder_name=ENCODER_NAME,
        encoder_sha256=ENCODER_SHA256,
        controls=("jawOpen", "x_lipsIn", "earLeft"),
        poses=poses,
        features=np.array([synthetic_features(rng, label) for label in labels]),
        probabilities=probabilities,
        geometry=rng.normal(0.3, 0.05, (count, 9)),
        landmarks=rng.uniform(20, 230, (count, 49, 2)),
    )


def write_synthetic_gallery(
    root: Path, character: str, count: int = 21, seed: int = 0
) -> Path:
    folder = root / character
    content = synthetic_content(character, count, seed)
    write_gallery(folder, content, (drawn_picture(index) for index in range(count)))
    return folder
