"""A built-in character in a stranger's file becomes a character again."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba")

from deepexpr.characters.adding.add_rig import CHECK_PX, Wishes, add_rig
from deepexpr.characters.adding.landmark_file import read_landmarks, write_landmarks
from deepexpr.characters.key_pose_table import read_key_poses, write_key_poses
from deepexpr.characters.library import load_character
from deepexpr.characters.pose import Pose
from deepexpr.characters.rendering.camera import Camera
from deepexpr.core.errors import CharacterError
from deepexpr.faces.finder import FaceFinder
from tests.characters.adding.foreign_rig import (
    foreign_glb,
    short_sides,
    write_foreign_glb,
)
from tests.characters.adding.tiny_model import UP, model, written

pytestmark = pytest.mark.slow

WISHES = Wishes("stranger", author="Somebody", licence="CC-BY-4.0")


@pytest.fixture(scope="module")
def finder():
    return FaceFinder.load()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Kai, who looks along -z, in metres, with names as Blender spells them."""
    folder = tmp_path_factory.mktemp("models")
    glb = foreign_glb("kai", short_sides, turned=True)
    return write_foreign_glb(folder / "stranger.glb", glb)


@pytest.fixture(scope="module")
def added(file, finder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("library") / "stranger"
    return add_rig(file, folder, WISHES, finder)


def places_of(character, pose=None):
    camera = Camera.of(character.card.camera)
    points = character.model.landmarks(pose or Pose({}))
    return camera.project(points, CHECK_PX)[:, :2]


def test_a_model_whose_shapes_move_nothing_is_refused(tmp_path, finder):
    path = written(tmp_path / "still.glb", model({"jawOpen": 0 * UP}))
    with pytest.raises(CharacterError, match="no mapped shape moves a vertex"):
        add_rig(path, tmp_path / "still", WISHES, finder)
    assert not (tmp_path / "still" / "character.json").exists()


def test_the_folder_is_a_character_like_the_built_in_ones(added):
    character = load_character(added.character.folder)
    assert character.name == "stranger"
    assert character.card.author == "Somebody"
    assert character.model.controls[:3] == load_character("kai").model.controls[:3]
    assert "ARKit blendshapes: 52 of 52" in added.report
    assert (character.folder / "report.txt").read_text() == added.report


def test_the_face_is_turned_to_the_camera_and_fills_the_picture(added):
    places = places_of(added.character)
    low, high = places.min(axis=0), places.max(axis=0)
    assert 0.4 < (high - low).max() / CHECK_PX < 0.46
    eyes = places[19:31].mean(axis=0) / CHECK_PX
    assert eyes == pytest.approx([0.5, 0.53], abs=0.03)
    # The subject's right eye lies on the left of the picture.
    assert places[19, 0] < places[28, 0]


def test_proposed_landmarks_lie_near_the_modelled_ones(added):
    kai = load_character("kai")
    camera = Camera.of(kai.card.camera)
    known = camera.project(kai.model.landmarks(Pose({})), CHECK_PX)[:, :2]
    found = places_of(added.character)

    def framed(points):
        apart = np.linalg.norm(points[28] - points[19])
        return (points - points[[19, 28]].mean(axis=0)) / apart

    error = np.linalg.norm(framed(known) - framed(found), axis=1)
    # The finder follows the upper edge of brows; ours were modelled on their middle.
    assert error.mean() < 0.08
    assert error.max() < 0.2


def test_landmarks_move_with_lids_and_lips(added):
    rest = places_of(added.character)
    blink = places_of(added.character, Pose({"eyeBlinkLeft": 1.0}))
    opened = places_of(added.character, Pose({"jawOpen": 1.0}))
    upper_left_lid = [26, 27]
    assert (blink - rest)[upper_left_lid, 1].min() > 10
    assert np.abs((blink - rest)[19:25]).max() < 4
    assert np.abs((opened - rest)[43:46, 1]).max() < 12
    assert (opened - rest)[46:49, 1].min() > 30


def test_the_gaze_turns_the_eyes(added):
    mesh = added.character.model
    looking = mesh.unturned_vertices(Pose({}, gaze=(20.0, 0.0)))
    assert np.abs(looking - mesh.mesh.neutral).max() > 0.02


def test_a_second_run_keeps_what_was_adjusted(added, file, finder):
    folder = added.character.folder
    places = read_landmarks(folder / "landmarks.csv")
    shifted = places.copy()
    shifted[13] += [0.0, 20.0]
    write_landmarks(folder / "landmarks.csv", shifted)
    poses = read_key_poses(folder / "key_poses.csv")[:5]
    own = replace(poses[0], id="anger-mine", author="Ann")
    controls = added.character.model.controls
    write_key_poses(folder / "key_poses.csv", [own, *poses[1:]], controls)
    again = add_rig(file, folder, WISHES, finder)
    assert again.character.key_poses[0].id == "anger-mine"
    moved = places_of(again.character) - places_of(added.character)
    assert moved[13] == pytest.approx([0, 20], abs=2)
    assert np.abs(np.delete(moved, 13, axis=0)).max() < 2


def test_a_landmark_beside_the_face_is_refused(added, file, finder, tmp_path):
    places = read_landmarks(added.character.folder / "landmarks.csv")
    places[0] = [5.0, 5.0]
    write_landmarks(tmp_path / "mine.csv", places)
    wishes = replace(WISHES, landmarks=tmp_path / "mine.csv")
    with pytest.raises(CharacterError, match=r"landmark 1 at .* beside the face"):
        add_rig(file, added.character.folder, wishes, finder)
