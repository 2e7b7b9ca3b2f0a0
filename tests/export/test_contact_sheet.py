from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepexpr.core.errors import OutputError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.export.canvas import Canvas, shortened, text_width, wrapped
from deepexpr.export.contact_sheet import caption, contact_sheet
from deepexpr.export.sheet_files import write_contact_sheet
from deepexpr.export.sheet_layout import sheet_layout
from deepexpr.export.sheet_photo import portrait, portrait_window
from deepexpr.export.sheet_theme import (
    BACKGROUND,
    EXPRESSION_COLOURS,
    GUTTER,
    MARGIN,
    SCALE,
    font,
)
from tests.transfer.stand_ins import drawn_photo, drawn_transfer

PHOTO = drawn_photo((100, 120), (230, 120))


@pytest.fixture
def answered(tmp_path):
    transfer = drawn_transfer(tmp_path)
    return transfer, transfer.match(PHOTO, top=2)


def overlap(first, second):
    return all(
        first[axis] < second[axis] + second[axis + 2]
        and second[axis] < first[axis] + first[axis + 2]
        for axis in (0, 1)
    )


@pytest.mark.parametrize("characters", range(1, 11))
@pytest.mark.parametrize("top", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("text_height", [265.0, 420.0])
def test_cards_lie_on_the_sheet_and_never_on_each_other(characters, top, text_height):
    layout = sheet_layout([top] * characters, text_height)
    boxes = [layout.person, *layout.cards]
    assert len(layout.cards) == characters
    for number, box in enumerate(boxes):
        assert box[0] >= MARGIN
        assert box[1] >= MARGIN
        assert box[0] + box[2] <= layout.size[0] - MARGIN + 1e-6
        assert box[1] + box[3] <= layout.size[1] - MARGIN + 1e-6
        assert not any(overlap(box, other) for other in boxes[:number])
    assert layout.person[3] >= text_height
    assert list(layout.sides) == sorted(layout.sides, reverse=True)
    assert 0.4 < layout.size[0] / layout.size[1] < 3


def test_ten_characters_with_three_poses_fill_the_sheet():
    layout = sheet_layout([3] * 10, 265.0)
    area = (layout.size[0] - 2 * MARGIN + GUTTER) * (
        layout.size[1] - 2 * MARGIN + GUTTER
    )
    boxes = [layout.person, *layout.cards]
    assert sum((box[2] + GUTTER) * (box[3] + GUTTER) for box in boxes) == pytest.approx(
        area
    )


def test_a_sheet_shows_photo_bars_and_pictures(answered):
    transfer, result = answered
    sheet = contact_sheet(result, result.faces[0], transfer.picture)
    assert sheet.dtype == np.uint8
    assert tuple(sheet[2, 2]) == BACKGROUND

    def shows(colour):
        return bool((sheet == colour).all(axis=2).any())

    assert shows((90, 120, 140))  # the photo's ground
    assert shows((150, 160, 175))  # the poses' ground
    assert shows(EXPRESSION_COLOURS[EXPRESSIONS[3]])  # the bar of joy


def test_the_width_of_the_likeliest_bar_follows_its_probability(answered):
    transfer, result = answered
    face = result.faces[0]

    def bar_pixels(joy):
        shares = dict.fromkeys(EXPRESSIONS, (1 - joy) / 6) | {EXPRESSIONS[3]: joy}
        changed = replace(face, probabilities=shares, matches={})
        sheet = contact_sheet(result, changed, transfer.picture)
        return int((sheet == EXPRESSION_COLOURS[EXPRESSIONS[3]]).all(axis=2).sum())

    assert bar_pixels(0.8) == pytest.approx(2 * bar_pixels(0.4), rel=0.05)


def test_notes_make_the_sheet_taller(answered):
    transfer, result = answered
    face = replace(result.faces[0], matches={})
    doubtful = replace(face, notes=("The face is very small and far away. " * 3,))
    plain = contact_sheet(result, face, transfer.picture)
    noted = contact_sheet(result, doubtful, transfer.picture)
    assert noted.shape[0] > plain.shape[0]
    assert noted.shape[1] == plain.shape[1]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_sheet_is_written_as_its_suffix_says(answered, tmp_path, suffix):
    transfer, result = answered
    sheet = contact_sheet(result, result.faces[0], transfer.picture)
    path = tmp_path / f"new/sheet{suffix}"
    write_contact_sheet(path, sheet)
    with Image.open(path) as written:
        assert written.size == (sheet.shape[1], sheet.shape[0])
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_other_kinds_and_places_are_refused(tmp_path):
    sheet = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(OutputError, match="must end in"):
        write_contact_sheet(tmp_path / "sheet.pdf", sheet)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_contact_sheet(tmp_path / "file/sheet.png", sheet)


def test_the_window_is_centred_on_the_face_with_air_around():
    left, top, right, bottom = portrait_window(
        (1000, 1000), (400, 400, 120, 120), aspect=1.5
    )
    assert (right - left, bottom - top) == pytest.approx((300, 200))
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((460, 460))


@pytest.mark.parametrize(
    "box", [(0, 0, 90, 90), (-20, 210, 100, 100), (250, 0, 60, 60)]
)
def test_the_window_stays_inside_a_photo_that_is_large_enough(box):
    left, top, right, bottom = portrait_window((300, 280), box, aspect=1.0)
    assert left >= 0
    assert top >= 0
    assert right <= 300
    assert bottom <= 280


def test_a_face_that_fills_the_photo_is_shown_whole():
    left, top, right, bottom = portrait_window((100, 100), (0, 0, 100, 100), aspect=1.3)
    assert left < 0
    assert right > 100
    assert top < 0
    assert bottom > 100


@pytest.mark.parametrize("size_px", [(300, 200), (200, 300), (64, 64)])
@pytest.mark.parametrize(
    "box", [(40, 60, 120, 120), (-400, -400, 50, 50), (0, 0, 0, 0)]
)
def test_every_box_gives_a_portrait_of_the_size_asked_for(answered, box, size_px):
    face = replace(answered[1].faces[0], box=box)
    picture = portrait(PHOTO, face, size_px)
    assert picture.shape == (size_px[1], size_px[0], 3)


def test_landmarks_are_drawn_where_they_lie(answered):
    face = answered[1].faces[0]
    drawn = portrait(PHOTO, face, (480, 480)).astype(int)
    bare = portrait(PHOTO, replace(face, landmarks=None), (480, 480)).astype(int)
    left, top, right, _ = portrait_window((320, 240), face.box, 1.0)
    points = (face.landmarks.points - (left, top)) * 480 / (right - left)
    for x, y in points.round().astype(int):
        assert tuple(drawn[y, x]) == (255, 255, 255)
    assert (drawn != bare).any(axis=2).mean() < 0.2


def test_text_is_shortened_with_an_ellipsis():
    text = "neutral-straight-and-very-long"
    short = shortened(text, 60, 11)
    assert short.endswith("…")
    assert text_width(short, 11) <= 60
    assert shortened("joy", 60, 11) == "joy"


def test_text_is_wrapped_between_words():
    lines = wrapped("one two three four five six seven", 60, 11)
    assert " ".join(lines) == "one two three four five six seven"
    assert len(lines) > 1
    assert all(text_width(line, 11) <= 60 for line in lines)


@pytest.mark.parametrize(
    "letters", ["Zoë Çelik Łódź", "Юлия", "Αλέξης", "φ = α·JSD × 2…"]
)
def test_the_fonts_know_the_letters_of_european_names(letters):
    for bold in (False, True):
        unknown = font(11, bold=bold).getmask("\uffff").getbbox()
        assert unknown is not None
        for letter in letters.replace(" ", ""):
            image = bytes(font(11, bold=bold).getmask(letter))
            assert image != bytes(font(11, bold=bold).getmask("\uffff"))


def test_lengths_are_in_points():
    canvas = Canvas(30, 20)
    canvas.rounded((5, 5, 10, 10), 0, (1, 2, 3))
    assert canvas.pixels.shape == (20 * SCALE, 30 * SCALE, 3)
    assert tuple(canvas.pixels[10 * SCALE, 10 * SCALE]) == (1, 2, 3)
    assert tuple(canvas.pixels[17 * SCALE, 17 * SCALE]) == BACKGROUND


@pytest.mark.parametrize(
    ("pose_id", "expected"),
    [
        pytest.param("pose", "pose", id="a-name-of-its-own"),
        pytest.param("holiday-3@2x", "holiday-3@2x", id="of-a-file"),
        pytest.param("fear-scream", "fear · scream", id="key-pose"),
        pytest.param("fear-scream@0.85", "fear · scream 85%", id="weaker"),
        pytest.param("joy-grin~joy-beam@0.50", "joy · grin + beam", id="between"),
    ],
)
def test_a_caption_is_a_pose_id_as_a_person_reads_it(pose_id, expected):
    assert caption(pose_id) == expected
