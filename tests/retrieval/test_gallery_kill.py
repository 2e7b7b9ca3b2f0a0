"""A writer that is killed 200 times while it replaces a gallery loses nothing."""

import multiprocessing
import random
import sys

import numpy as np
import pytest

from deepexpr.retrieval.gallery import Gallery, Query
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS
from tests.retrieval.synthetic_gallery import write_synthetic_gallery

KILLS = 200
LONGEST_LIFE_S = 0.12
COUNTS = (7, 14, 21)


def rewrite_without_end(root, started):
    """Replace the gallery again and again; each has a seed and a count of its own."""
    write_synthetic_gallery(root, "mia", count=COUNTS[0], seed=0)
    started.set()
    seed = 0
    while True:
        seed += 1
        write_synthetic_gallery(root, "mia", count=COUNTS[seed % 3], seed=seed % 3)


def checked(root):
    """Open the gallery, read every part of it, and search it."""
    gallery = Gallery.load(root / "mia")
    assert len(gallery) in COUNTS
    for row in (0, len(gallery) - 1):
        assert gallery.pose(row).id == gallery.table.ids[row]
        assert gallery.picture(row).shape == (192, 192, 3)
        query = Query(
            gallery.features[row].astype(np.float32),
            gallery.geometry[row].astype(np.float64),
            gallery.table.labels[row],
        )
        ranking = gallery.search(query, 1, RETRIEVAL_PRESETS["features+geometry"])
        assert ranking.matches[0].index == row
        assert ranking.certificate.holds
    return gallery


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork server")
def test_two_hundred_kills_lose_nothing(tmp_path):
    write_synthetic_gallery(tmp_path, "mia", count=COUNTS[0])
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([__name__])
    lives = random.Random(4)
    seen: set[int] = set()
    for _ in range(KILLS):
        started = server.Event()
        writer = server.Process(target=rewrite_without_end, args=(tmp_path, started))
        writer.start()
        assert started.wait(60)
        writer.join(lives.uniform(0, LONGEST_LIFE_S))
        writer.kill()
        writer.join()
        assert writer.exitcode == -9
        writer.close()
        seen.add(len(checked(tmp_path)))
    assert seen == set(COUNTS)
    write_synthetic_gallery(tmp_path, "mia", count=COUNTS[1])
    assert len(checked(tmp_path)) == COUNTS[1]
