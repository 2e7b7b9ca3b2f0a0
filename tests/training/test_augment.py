import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from deepexpr.training.augment import (  # noqa: E402
    AugmentPreset,
    compose,
    random_views,
    sample_frames,
)
from deepexpr.training.face_set import WHOLE_PICTURE  # noqa: E402

STILL = AugmentPreset(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def whole(count: int):
    return torch.from_numpy(np.repeat(WHOLE_PICTURE[None], count, axis=0))


def ramp(count: int):
    row = torch.linspace(40, 200, 48).to(torch.uint8)
    return row.repeat(count, 48, 1)


def test_the_whole_picture_is_seen_as_it_is():
    faces = ramp(2)
    assert torch.allclose(sample_frames(faces, whole(2))[:, 0], faces.float())


def test_a_coarse_view_shows_the_same_picture_with_fewer_pixels():
    generator = torch.Generator().manual_seed(0)
    view = random_views(ramp(1), whole(1), STILL, generator, size_px=32)[0, 0, 16]
    assert view.shape == (32,)
    ends = sorted((float(view[0]), float(view[-1])))
    assert ends == pytest.approx([40, 200], abs=6)


def test_a_frame_half_as_wide_shows_the_middle():
    frame = torch.tensor([[[0.5, 0, 0], [0, 1, 0]]])
    view = sample_frames(ramp(1), frame)[0, 0, 24]
    assert view[0] == pytest.approx(40 + 160 * 0.25, abs=3)
    assert view[-1] == pytest.approx(40 + 160 * 0.75, abs=3)


def test_composed_frames_apply_the_inner_one_first():
    turn = torch.tensor([[[0.0, -1, 0], [1, 0, 0]]])
    shift = torch.tensor([[[1.0, 0, 0.5], [0, 1, 0]]])
    both = compose(turn, shift)
    point = torch.tensor([0.2, 0.1, 1.0])
    moved = shift[0] @ point
    expected = turn[0] @ torch.tensor([moved[0], moved[1], 1.0])
    assert torch.allclose(both[0] @ point, expected)


def test_without_changes_a_view_is_the_face_or_its_mirror_image():
    generator = torch.Generator().manual_seed(0)
    views = random_views(ramp(16), whole(16), STILL, generator)[:, 0]
    faces = ramp(16).float()
    straight = (views - faces).abs().amax(dim=(1, 2)) < 1
    mirrored = (views - faces.flip(2)).abs().amax(dim=(1, 2)) < 1
    assert bool((straight ^ mirrored).all())
    assert 0 < int(straight.sum()) < 16


def test_views_stay_within_grey_values_and_differ():
    generator = torch.Generator().manual_seed(1)
    views = random_views(ramp(8), whole(8), AugmentPreset(), generator)
    assert views.shape == (8, 1, 48, 48)
    assert float(views.min()) >= 0
    assert float(views.max()) <= 255
    assert math.isfinite(float(views.sum()))
    assert not torch.allclose(views[0], views[1])


def test_one_seed_draws_one_set_of_views():
    drawn = [
        random_views(
            ramp(4), whole(4), AugmentPreset(), torch.Generator().manual_seed(5)
        )
        for _ in range(2)
    ]
    assert torch.equal(*drawn)
