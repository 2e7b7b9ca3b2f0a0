"""Trains a tiny network of the paper: python -m tests.training.fit_program FOLDER.

A program of its own, so that tests can kill it or start it several times together.
"""

import sys
from pathlib import Path

import numpy as np

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.datasets.base import ImageFile, Sample
from deepexpr.networks.paper import PaperNetwork
from deepexpr.training.checkpoint import save_network
from deepexpr.training.paper_fit import PaperLessons, PaperPreset, fit_paper
from deepexpr.training.processes import Processes, training_processes
from deepexpr.training.registered_store import RegisteredFaces

PRESET = PaperPreset("tiny", epochs=3, batch=5, views=4, drop_every=2, seed=1)
"""16 faces × 4 views: 13 batches an epoch, the last of 4 crops."""


def bright_bars(count: int) -> RegisteredFaces:
    """Faces whose expression is the height of a bright bar."""
    rng = np.random.default_rng(0)
    faces = rng.integers(0, 60, (count, 256, 256, 3)).astype(np.uint8)
    for index, face in enumerate(faces):
        top = 30 + 28 * (index % 7)
        face[top : top + 28] += 150
    samples = tuple(
        Sample(
            image=ImageFile(Path(f"{index}.png")),
            dataset="ferplus",
            label=EXPRESSIONS[index % 7],
        )
        for index in range(count)
    )
    place = np.stack([np.zeros(count, np.int64), np.arange(count)], axis=1)
    return RegisteredFaces(samples, (faces,), place, ())


def lessons(count: int = 16, start: PaperNetwork | None = None) -> PaperLessons:
    """All faces, each once."""
    order = np.arange(count)
    return PaperLessons(bright_bars(count), order, order % 7, start)


def trained(folder: Path, processes: Processes) -> PaperNetwork:
    """The network, a checkpoint written after every batch."""
    return fit_paper(
        PRESET, lessons(), folder / "state.safetensors", processes, save_every_s=0
    )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    with training_processes("cpu", threads=1) as together:
        network = trained(place, together)
        if together.first:
            save_network(place / "network.safetensors", network, "tiny")
