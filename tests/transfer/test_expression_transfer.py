import numpy as np
import pytest
from PIL import Image

from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.errors import (
    CharacterError,
    FaceNotFound,
    GalleryError,
    ImageError,
    ShapeError,
)
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.faces.finder import FaceFinder
from deepexpr.retrieval.presets import RETRIEVAL_PRESETS
from deepexpr.transfer import ExpressionTransfer
from tests.transfer.stand_ins import (
    DrawnFaceFinder,
    FixedEncoder,
    drawn_photo,
    drawn_transfer,
)

TWO_FACES = drawn_photo((100, 120), (230, 120))
NO_FACE = drawn_photo()


@pytest.fixture
def transfer(tmp_path):
    return drawn_transfer(tmp_path)


def test_the_largest_face_is_answered_by_every_character(transfer):
    result = transfer.match(TWO_FACES, top=2)
    (face,) = result.faces
    assert result.photo == "image"
    assert face.box == (40, 60, 120, 120)
    assert face.landmarks.points.shape == (49, 2)
    assert face.expression == Expression.JOY
    assert tuple(face.probabilities) == EXPRESSIONS
    assert sum(face.probabilities.values()) == pytest.approx(1)
    assert face.notes == ()
    assert list(face.matches) == ["gus", "mia"]
    for character, matches in face.matches.items():
        assert [match.match.rank for match in matches] == [1, 2]
        assert {match.pose.label for match in matches} == {Expression.JOY}
        assert face.certificates[character].holds


def test_a_match_carries_rig_weights_and_all_arkit_weights(transfer):
    (face,) = transfer.match(TWO_FACES, ["mia"], top=21).faces
    odd = next(match for match in face.matches["mia"] if match.match.index % 2)
    assert odd.pose.id == odd.match.pose_id
    assert odd.pose.weights == {"jawOpen": 0.25, "x_lipsIn": 0.5}
    assert tuple(odd.arkit_weights) == ARKIT_BLENDSHAPES
    assert odd.arkit_weights["jawOpen"] == 0.25
    assert odd.arkit_weights["mouthPressLeft"] > 0


def test_faces_are_chosen_by_size(transfer):
    every = transfer.match(TWO_FACES, ["mia"], faces="all").faces
    assert [face.box[0] for face in every] == [40, 180]
    (second,) = transfer.match(TWO_FACES, ["mia"], faces=2).faces
    assert second.box == every[1].box


def test_a_face_that_is_not_there_is_named(transfer):
    with pytest.raises(FaceNotFound, match="no face 3; faces are numbered from 1"):
        transfer.match(TWO_FACES, faces=3)
    with pytest.raises(FaceNotFound, match="shows no face"):
        transfer.match(NO_FACE)
    with pytest.raises(ValueError, match="numbered from 1"):
        transfer.match(TWO_FACES, faces=0)
    with pytest.raises(ValueError, match="top must be at least 1"):
        transfer.match(TWO_FACES, top=0)


def test_the_preset_decides_what_the_distance_is(transfer):
    for name in ("features", "geometry"):
        (face,) = transfer.match(
            TWO_FACES, ["mia"], preset=RETRIEVAL_PRESETS[name]
        ).faces
        best = face.matches["mia"][0].match
        wanted = best.divergence if name == "features" else best.geometry
        assert best.distance == wanted


def test_a_photo_on_disk_keeps_its_path(transfer, tmp_path):
    path = tmp_path / "zwei.png"
    Image.fromarray(TWO_FACES).save(path)
    result = transfer.match(str(path), ["mia"])
    assert result.photo == str(path)
    np.testing.assert_array_equal(result.image, TWO_FACES)


def test_doubts_of_finder_and_encoder_become_notes(tmp_path):
    transfer = drawn_transfer(
        tmp_path,
        finder=DrawnFaceFinder((100, 120), notes=("The face is very small.",)),
        encoder=FixedEncoder("fear", 0.4),
    )
    (face,) = transfer.recognise(TWO_FACES).faces
    assert face.notes == (
        "The face is very small.",
        "The expression is unsure: fear 40%, anger 10%.",
    )


def test_recognising_needs_no_galleries(tmp_path):
    transfer = drawn_transfer(tmp_path, characters=())
    (face,) = transfer.recognise(TWO_FACES).faces
    assert face.expression == Expression.JOY
    assert not face.matches
    with pytest.raises(GalleryError, match="holds no galleries"):
        transfer.match(TWO_FACES)


def test_what_the_package_ships_is_loaded_when_it_is_needed():
    transfer = ExpressionTransfer.load()
    assert isinstance(transfer.finder, FaceFinder)
    assert transfer.characters == transfer.library.names
    with pytest.raises(FaceNotFound):
        transfer.recognise(NO_FACE)


def test_a_crop_is_not_searched_for_faces(tmp_path):
    transfer = drawn_transfer(tmp_path, finder=DrawnFaceFinder())
    (face,) = transfer.recognise(np.zeros((48, 40, 3), np.uint8), cropped=True).faces
    assert face.box == (0, 0, 40, 48)
    assert face.landmarks is None
    assert face.geometry is None
    assert face.features.dtype == np.float32


def test_unknown_characters_are_named_before_the_photo_is_read(transfer):
    with pytest.raises(CharacterError, match="Did you mean 'mia'"):
        transfer.match("no such photo.jpg", ["miia"])


def test_a_gallery_of_another_encoder_is_refused(tmp_path):
    encoder = FixedEncoder()
    encoder.digest = "0" * 64
    transfer = drawn_transfer(tmp_path, encoder=encoder)
    with pytest.raises(GalleryError, match="made with the encoder drawn"):
        transfer.match(TWO_FACES)


@pytest.mark.parametrize(
    ("image", "error"),
    [
        pytest.param(np.zeros((50, 50), np.uint8), ShapeError, id="grey"),
        pytest.param(np.zeros((50, 50, 3)), ImageError, id="float"),
        pytest.param(np.zeros((1, 1, 3), np.uint8), ImageError, id="1x1"),
        pytest.param("nowhere.jpg", ImageError, id="missing"),
    ],
)
def test_what_is_no_photo_is_refused(transfer, image, error):
    with pytest.raises(error):
        transfer.match(image)
    with pytest.raises(error):
        transfer.recognise(image, cropped=True)


def test_the_picture_of_a_match_is_its_gallerys(transfer):
    (face,) = transfer.match(TWO_FACES, ["mia"]).faces
    best = face.matches["mia"][0]
    expected = transfer.library.gallery("mia").picture(best.match.index)
    np.testing.assert_array_equal(transfer.picture("mia", best), expected)


def test_a_persons_own_neutral_is_what_geometry_departs_from(tmp_path):
    transfer = drawn_transfer(tmp_path)
    photo = drawn_photo((100, 120))
    rest = transfer.neutral_of(photo)
    (face,) = transfer.match(photo, ["mia"], top=21, neutral=rest).faces
    # Who does not move measures as the character at rest; all else lies far away.
    nearest = min(each.match.geometry for each in face.matches["mia"])
    (other,) = transfer.match(photo, ["mia"], top=21, neutral=rest + 0.2).faces
    assert min(each.match.geometry for each in other.matches["mia"]) > nearest + 1
