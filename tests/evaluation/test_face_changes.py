import numpy as np
import pytest

from deepexpr.evaluation.face_changes import (
    COVER_GREY,
    EYES,
    FACE_CHANGES,
    HALF,
    MOUTH,
    coarser,
    compressed,
    covered,
    flattened,
    lit_from_one_side,
    mirrored,
    noisy,
    reframed,
    toned,
)

FLAT = np.full((48, 48), 128, np.uint8)


@pytest.fixture
def face():
    """A drawn face: dark eyes and mouth on grey, and one bright cheek on the left."""
    drawn = np.full((48, 48), 120, np.uint8)
    drawn[16:20, 10:18] = drawn[16:20, 30:38] = 30
    drawn[36:40, 16:32] = 20
    drawn[24:30, 6:14] = 220
    return drawn


@pytest.mark.parametrize("change", FACE_CHANGES, ids=lambda c: f"{c.kind} {c.strength}")
def test_every_change_gives_the_same_new_crop_each_time(change, face):
    before = face.copy()
    once, again = change.apply(face), change.apply(face)
    assert (once.shape, once.dtype) == ((48, 48), np.uint8)
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(face, before)
    assert (once != face).any()


def test_changes_have_names_of_their_own_and_grow_in_strength():
    face = np.random.default_rng(0).integers(60, 200, (48, 48), np.uint8)
    names = [(change.kind, change.strength) for change in FACE_CHANGES]
    assert len(set(names)) == len(names)
    for kind in ("lower resolution", "blur", "noise", "darker", "less contrast"):
        apart = [
            np.abs(change.apply(face).astype(int) - face).mean()
            for change in FACE_CHANGES
            if change.kind == kind
        ]
        assert apart == sorted(apart)


def test_mirrored_twice_is_the_face_itself(face):
    assert mirrored(face)[24, 47 - 6] == 220
    np.testing.assert_array_equal(mirrored(mirrored(face)), face)


@pytest.mark.parametrize(
    ("band", "rows", "columns"),
    [
        (EYES, slice(9, 24), slice(0, 48)),
        (MOUTH, slice(28, 48), slice(0, 48)),
        (HALF, slice(0, 48), slice(24, 48)),
    ],
    ids=["eyes", "mouth", "half"],
)
def test_a_cover_covers_what_it_says_and_nothing_else(face, band, rows, columns):
    changed = covered(face, band)
    assert (changed[rows, columns] == COVER_GREY).all()
    changed[rows, columns] = face[rows, columns]
    np.testing.assert_array_equal(changed, face)


def test_a_flat_picture_has_nothing_to_lose():
    for changed in (
        coarser(FLAT, 16),
        compressed(FLAT, 30),
        flattened(FLAT, 0.2),
        reframed(FLAT, turn_deg=30, shift=0.1, zoom=0.7),
        mirrored(FLAT),
    ):
        np.testing.assert_array_equal(changed, FLAT)


def test_a_picture_of_half_the_size_has_lost_a_fine_pattern_to_its_mean():
    stripes = np.zeros((48, 48), np.uint8)
    stripes[:, ::2] = 200
    assert (coarser(stripes, 24) == 100).all()


def test_tone_keeps_black_and_white_and_moves_what_lies_between():
    levels = np.array([[0, 51], [102, 255]], np.uint8)
    assert toned(levels, 2).tolist() == [[0, 10], [41, 255]]  # 255·0.2², 255·0.4²
    assert toned(levels, 0.5).tolist() == [[0, 114], [161, 255]]  # 255·√0.2, 255·√0.4


def test_less_contrast_keeps_the_mean():
    levels = np.array([[50, 150], [50, 150]], np.uint8)
    assert flattened(levels, 0.5).tolist() == [[75, 125], [75, 125]]


def test_light_from_one_side_falls_off_evenly():
    row = lit_from_one_side(np.full((3, 3), 200, np.uint8), 0.6)[0]
    assert row.tolist() == [80, 140, 200]


def test_noise_has_the_level_it_says_and_belongs_to_the_face(face):
    noise = noisy(FLAT, 0.05) - FLAT.astype(float)
    assert noise.std() == pytest.approx(255 * 0.05, rel=0.05)
    assert abs(noise.mean()) < 1
    other = noisy(face, 0.05) - face.astype(float)
    assert abs(np.corrcoef(noise.ravel(), other.ravel())[0, 1]) < 0.1


def test_a_face_is_turned_clockwise_moved_left_and_up_and_enlarged():
    dot = np.zeros((48, 48), np.uint8)
    dot[8:12, 22:26] = 255  # its middle is 14 above the middle of the crop

    def middle(picture):
        rows, columns = np.nonzero(picture > 60)
        return rows.mean() + 0.5, columns.mean() + 0.5

    assert middle(reframed(dot)) == pytest.approx((10, 24))
    assert middle(reframed(dot, turn_deg=90)) == pytest.approx((24, 38))
    assert middle(reframed(dot, shift=1 / 8)) == pytest.approx((4, 18))
    assert middle(reframed(dot, zoom=1.5)) == pytest.approx((3, 24), abs=0.5)
