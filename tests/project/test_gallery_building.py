"""From a built-in character to a gallery that can be searched, all of it real."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba")

from deepexpr.characters.library import load_character
from deepexpr.core.expression import Expression
from deepexpr.expression.encoder import ExpressionEncoder
from deepexpr.faces.align import align_face
from deepexpr.gallery_building import build_gallery
from deepexpr.retrieval.gallery import Gallery, Query


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("galleries") / "pip"
    pip = load_character("pip")
    by_label = {key_pose.label: key_pose for key_pose in pip.key_poses}
    little = replace(
        pip, key_poses=(by_label[Expression.JOY], by_label[Expression.NEUTRAL])
    )
    reported: list[tuple[int, int]] = []
    count = build_gallery(
        little,
        ExpressionEncoder.load(),
        folder,
        lambda done, total: reported.append((done, total)),
    )
    return Gallery.load(folder), count, reported


def test_a_key_pose_stands_with_its_weaker_ones(built):
    gallery, count, reported = built
    labels = [gallery.pose(row).label for row in range(count)]
    strengths = [gallery.pose(row).strength for row in range(count)]
    assert labels == ["joy"] * 4 + ["neutral"]
    assert strengths == [1.0, 0.4, 0.6, 0.8, 1.0]
    assert reported[-1] == (5, 5)


def test_a_pose_of_the_gallery_finds_itself(built):
    gallery, count, _ = built
    for row in range(count):
        query = Query(
            np.asarray(gallery.features[row], np.float32),
            np.asarray(gallery.geometry[row], np.float64),
            gallery.pose(row).label,
        )
        first = gallery.search(query, 1).matches[0]
        assert first.index == row
        assert first.distance == pytest.approx(0, abs=1e-6)


def test_pictures_and_landmarks_show_the_same_face(built):
    from deepexpr.core.landmarks import Landmarks

    gallery, _, _ = built
    picture = gallery.picture(0)
    assert picture.shape == (192, 192, 3)
    points = np.asarray(gallery.landmarks[0], np.float64) * (192 / 256)
    assert points.min() > 0
    assert points.max() < 192
    # Pip's face is light; where its landmarks are registered, the picture is its face.
    aligned = align_face(picture, Landmarks(points)).image
    assert aligned.mean() > picture[:10].mean()
