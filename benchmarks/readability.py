"""Do key poses read as intended to a network made by others, for people?

    npm install --prefix out/judge @vladmandic/face-api @tensorflow/tfjs \
      @tensorflow/tfjs-backend-wasm
    python -m benchmarks.readability --judge out/judge

prints the share of each expression's key poses that face-api's expression network (MIT)
names as intended. It has seen no character; it knows people's faces only.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from PIL import Image

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.recognition import class_recognition, confusion_matrix
from deepexpr.evaluation.unseen import key_pose_rows
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.library import BUILT_IN_GALLERIES, GalleryLibrary

CROP_SIZE_PX = 112
RENDER_SIZE_PX = 256
MARGIN = 0.35
"""What a crop shows around the landmarks, as a share of their longer side."""


def main() -> None:
    """Crop the key poses, ask the network, print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--judge", type=Path, required=True, help="npm's folder")
    options.add_argument("--galleries", type=Path, default=BUILT_IN_GALLERIES)
    chosen = options.parse_args()
    library = GalleryLibrary(chosen.galleries)
    crops, labels = [], []
    for name in library.names:
        gallery = library.gallery(name)
        for row in np.flatnonzero(key_pose_rows(gallery)):
            crops.append(face_crop(gallery, int(row)))
            labels.append(EXPRESSIONS.index(gallery.pose(int(row)).label))
    named = [EXPRESSIONS.index(word) for word in judged(crops, chosen.judge)]
    confusion = confusion_matrix(np.array(labels), np.array(named))
    click.echo("| named as intended | share | key poses | 95 % interval |")
    click.echo("|---|---|---|---|")
    for entry in class_recognition(confusion):
        share = entry.recall
        interval = f"{share.low:.2f} to {share.high:.2f}"
        click.echo(
            f"| {entry.expression} | {share.value:.2f} | {share.count} | {interval} |"
        )
    click.echo(
        f"| all | {np.trace(confusion) / confusion.sum():.2f} | {len(labels)} | |"
    )


def face_crop(gallery: Gallery, row: int) -> bytes:
    """The face of a gallery's picture as 112×112 RGB bytes, framed by its landmarks."""
    picture = Image.fromarray(gallery.picture(row))
    points = np.asarray(gallery.landmarks[row]) * picture.width / RENDER_SIZE_PX
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) * (0.5 + MARGIN)
    x, y = (low + high) / 2
    box = (round(x - half), round(y - half), round(x + half), round(y + half))
    return picture.crop(box).resize((CROP_SIZE_PX, CROP_SIZE_PX)).tobytes()


def judged(crops: list[bytes], judge: Path) -> Iterator[str]:
    """What the network names in each crop."""
    modules = (judge / "node_modules").resolve()
    script = Path(__file__).with_name("readability_judge.cjs")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crops.rgb"
        path.write_bytes(b"".join(crops))
        models = modules / "@vladmandic" / "face-api" / "model"
        answer = subprocess.run(
            ["node", str(script), str(path), str(models)],
            env={"NODE_PATH": str(modules), "PATH": "/usr/bin:/usr/local/bin"},
            capture_output=True,
            check=True,
            text=True,
        )
    return iter(answer.stdout.split())


if __name__ == "__main__":
    main()
