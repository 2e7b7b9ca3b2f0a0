"""Predictions and galleries whose figures can be worked out by hand."""

import numpy as np
from PIL import Image

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.predictions import PredictionCard, Predictions
from deepexpr.evaluation.unseen import TrainingSplit
from deepexpr.expression.card import WeightsCard
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.gallery_table import GalleryPose
from deepexpr.retrieval.gallery_writer import GalleryContent, write_gallery
from deepexpr.retrieval.library import BUILT_IN_GALLERIES

ENCODER_SHA256 = "e" * 64
HELD_OUT = TrainingSplit(key_poses=True, characters=frozenset())
KEY_POSES = 3


def pose(label, number, *, weak=False):
    name = f"{label}-{number}"
    suffix = "@0.50" if weak else ""
    return GalleryPose(f"{name}{suffix}", label, (name,), 0.5 if weak else 1.0, {})


def drawn_card(metrics):
    """Card of an encoder with these metrics: title to figures."""
    return WeightsCard(
        name="drawn",
        file="drawn.onnx",
        sha256=ENCODER_SHA256,
        input_size_px=48,
        channels=1,
        crops=True,
        feature_count=7,
        details={"metrics": metrics},
    )


def drawn_gallery(root, name="mia"):
    """Three key poses an expression, the third held out, each with a weak one.

    Every pose has all of its activation in the column of its expression.
    """
    poses = [
        each
        for label in EXPRESSIONS
        for number in range(KEY_POSES)
        for each in (pose(label, number), pose(label, number, weak=True))
    ]
    labels = [EXPRESSIONS.index(each.label) for each in poses]
    rng = np.random.default_rng(len(name))
    write_gallery(
        root / name,
        GalleryContent(
            character=name,
            encoder_name="drawn",
            encoder_sha256=ENCODER_SHA256,
            controls=(),
            poses=poses,
            features=np.eye(7)[labels],
            probabilities=0.88 * np.eye(7)[labels] + 0.02 * (1 - np.eye(7)[labels]),
            geometry=rng.normal(0.3, 0.05, (len(poses), 9)),
            landmarks=np.zeros((len(poses), 49, 2)),
        ),
        None,
    )
    return Gallery.load(root / name)


def drawn_faces(labels, seen=None, unmeasured=()):
    """Faces that raters call `labels` and the encoder sees as `seen`."""
    seen = labels if seen is None else seen
    count = len(labels)
    geometry = np.random.default_rng(0).normal(0.3, 0.05, (count, 9))
    geometry[list(unmeasured)] = np.nan
    names = np.array([f"face-{number}" for number in range(count)])
    # The most probable first, then a little of the next expression.
    features = np.eye(7)[list(seen)] + 0.1 * np.eye(7)[[(k + 1) % 7 for k in seen]]
    return Predictions(
        card=PredictionCard("drawn faces", "d" * 64, "here", "drawn", ENCODER_SHA256),
        names=names,
        subject=names,
        label=np.array(labels),
        votes=10 * np.eye(7)[[max(label, 0) for label in labels]],
        features=features.astype(np.float32),
        probabilities=(0.88 * np.eye(7) + 0.02 * (1 - np.eye(7)))[list(seen)].astype(
            np.float32
        ),
        geometry=geometry,
    )


def mia_database(folder):
    """Three pictures of Mia with their exact landmarks, as `synthesise` writes them."""
    gallery = Gallery.load(BUILT_IN_GALLERIES / "mia")
    columns = [f"landmark_{n:02d}_{axis}" for n in range(49) for axis in "xy"]
    lines = [",".join(["path", "label", "key_poses", *columns])]
    for label in ("joy", "anger", "surprise"):
        row = gallery.table.labels.index(label)
        path = f"mia/mia_{label}/{row:06d}.webp"
        (folder / path).parent.mkdir(parents=True)
        picture = Image.fromarray(gallery.picture(row))
        picture.save(folder / path, lossless=True)
        points = gallery.landmarks[row].ravel() * (192 / 256)
        numbers = [f"{value:.2f}" for value in points]
        lines.append(",".join([path, label, gallery.table.ids[row], *numbers]))
    (folder / "samples.csv").write_text("\n".join(lines) + "\n")
    return folder
