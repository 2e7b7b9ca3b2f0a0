"""Geometry only, layers, copied blendshapes: systems that measure the face."""

from dataclasses import replace

import numpy as np
import pytest

from deepexpr.baselines.blendshape_copy import BlendshapeCopy, gaze_of
from deepexpr.baselines.character_animator import MOUTH_LAYERS, CharacterAnimatorLike
from deepexpr.baselines.geometry_only import geometry_only
from deepexpr.baselines.photo_face import photo_face
from deepexpr.baselines.systems import compared_systems
from deepexpr.characters.pose import Pose
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import Expression
from deepexpr.expression.encoder import Encoding
from deepexpr.faces.align import AVERAGE_FACE
from deepexpr.faces.blendshapes import BlendshapeNetwork
from deepexpr.retrieval.gallery import Gallery
from tests.baselines.drawn_rig import drawn_character, face_like, key_pose
from tests.retrieval.synthetic_gallery import write_synthetic_gallery
from tests.transfer.stand_ins import DrawnFaceFinder, drawn_photo


@pytest.fixture
def gallery(tmp_path):
    return Gallery.load(write_synthetic_gallery(tmp_path, "mia"))


def test_geometry_only_answers_with_the_row_of_nearest_measures(gallery):
    rows = [label == Expression.NEUTRAL for label in gallery.table.labels]
    neutral = gallery.geometry[rows].mean(axis=0, dtype=float)
    for row in (0, 5, 20):
        # A face that has moved as the row has moved from the gallery's mean neutral.
        moved = gallery.geometry[row] - neutral
        face = replace(face_like(), geometry=face_like().geometry + moved)
        pose = geometry_only(gallery).pose(face)
        assert pose.weights == gallery.pose(row).weights
        assert pose.iris == gallery.pose(row).iris


@pytest.mark.parametrize(
    ("weights", "layer"),
    [
        ({}, "Neutral"),
        ({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9}, "Smile"),
        ({"jawOpen": 0.9}, "Ah"),
        ({"jawOpen": 0.6}, "Ah"),
        ({"mouthStretchLeft": -0.8, "mouthStretchRight": -0.8}, "W-Oo"),
        (
            {"mouthStretchLeft": -0.6, "mouthStretchRight": -0.6, "jawOpen": 0.5},
            "Oh",
        ),
        (
            {"mouthStretchLeft": -0.5, "mouthStretchRight": -0.5, "jawOpen": 1.2},
            "Surprised",
        ),
    ],
)
def test_the_mouth_snaps_to_the_nearest_layer(weights, layer):
    system = CharacterAnimatorLike(ARKIT_BLENDSHAPES)
    assert system.mouth_layer(face_like(pose=Pose(weights))).name == layer


def test_a_face_at_rest_moves_nothing():
    assert not CharacterAnimatorLike(ARKIT_BLENDSHAPES).pose(face_like()).weights


def test_lids_snap_shut_or_wide_each_for_itself():
    face = face_like(pose=Pose({"eyeBlinkLeft": 0.9, "eyeWideRight": 1.5}))
    weights = CharacterAnimatorLike(ARKIT_BLENDSHAPES).pose(face).weights
    assert weights == {"eyeBlinkLeft": 1.0, "eyeWideRight": 0.8}


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (
            {"browDownLeft": 1.0, "browDownRight": 1.0},
            {"browDownLeft", "browDownRight"},
        ),
        ({"browDownLeft": 0.05, "browDownRight": 0.05}, set()),
        (
            {"browInnerUp": 1.0, "browOuterUpLeft": 1.0, "browOuterUpRight": 1.0},
            {"browInnerUp", "browOuterUpLeft", "browOuterUpRight"},
        ),
    ],
)
def test_brows_move_in_steps(moved, expected):
    weights = (
        CharacterAnimatorLike(ARKIT_BLENDSHAPES)
        .pose(face_like(pose=Pose(moved)))
        .weights
    )
    assert set(weights) == expected
    assert all(weight in (0.5, 1.0) for weight in weights.values())


def test_controls_that_a_rig_lacks_are_left_out():
    face = face_like(pose=Pose({"eyeBlinkLeft": 1.0}))
    assert not CharacterAnimatorLike(["jawOpen"]).pose(face).weights


def test_layers_have_names_of_their_own():
    assert len({layer.name for layer in MOUTH_LAYERS}) == len(MOUTH_LAYERS)


def test_blendshapes_are_copied_by_name_and_looks_turn_the_eyes():
    seen = {"jawOpen": 0.4, "cheekPuff": 0.3, "eyeLookOutLeft": 0.5, "browInnerUp": 0.0}
    pose = BlendshapeCopy(["jawOpen", "browInnerUp"]).pose(face_like(blendshapes=seen))
    assert pose.weights == {"jawOpen": 0.4}
    assert pose.gaze == pytest.approx((7.5, 0.0))


def test_both_eyes_give_the_gaze():
    assert gaze_of({"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0}) == (-30.0, 0.0)
    assert gaze_of({"eyeLookDownLeft": 1.0, "eyeLookDownRight": 1.0}) == (0.0, 25.0)
    assert gaze_of({}) == (0.0, 0.0)


class HalfNetwork(BlendshapeNetwork):
    """Sees every coefficient at a half."""

    def __init__(self):
        pass

    def estimate(self, mesh):
        return np.full(52, 0.5)


def test_a_face_of_a_photo_is_measured_in_every_way():
    (face,) = DrawnFaceFinder((100, 120)).find(drawn_photo((100, 120)))
    probabilities = np.full((2, 7), 0.1, np.float32)
    probabilities[1, 3] = 0.4
    encoding = Encoding(np.ones((2, 8), np.float32), probabilities)
    seen = photo_face(face, encoding, 1, HalfNetwork())
    assert seen.expression == Expression.JOY
    assert seen.blendshapes == dict.fromkeys(ARKIT_BLENDSHAPES, 0.5)
    assert seen.geometry.shape == (9,)
    np.testing.assert_allclose(seen.landmarks.points, AVERAGE_FACE, atol=1e-6)


def test_all_systems_answer_every_face(gallery):
    character = drawn_character(
        key_pose("joy-a", "joy", jawOpen=0.5), key_pose("anger-a", "anger", jawOpen=0.1)
    )
    systems = compared_systems(character, gallery)
    assert systems[0].name == "DeepExpr"
    assert len({system.name for system in systems}) == len(systems) == 8
    for system in systems:
        assert isinstance(system.pose(face_like("joy")), Pose)
