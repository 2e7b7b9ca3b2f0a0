from dataclasses import replace

import numpy as np
import pytest

from deepexpr.characters.model import CharacterModel
from deepexpr.characters.pose import NEUTRAL_POSE, Pose
from deepexpr.characters.rendering.camera import Camera
from deepexpr.characters.rendering.creases import (
    NO_RELIEF,
    crease_amplitude,
    relief_map,
)
from deepexpr.characters.rendering.light import Light, light_frame, sky_directions
from deepexpr.characters.rendering.recent import Recent
from deepexpr.characters.rendering.renderer import Renderer
from deepexpr.characters.rendering.shadows import Shadows
from deepexpr.characters.rendering.variation import (
    CAMERA_YAW_DEG,
    KEY_STRENGTH,
    varied_camera,
    varied_light,
)
from tests.characters.tiny_rig import CAMERA_DISTANCE, FIELD_OF_VIEW_DEG

SIZE = 64
FRONT = Camera((0.0, 0.0, 0.0), CAMERA_DISTANCE, FIELD_OF_VIEW_DEG)
TURNED = Pose({"jawOpen": 0.5}, (10.0, 0.0), (12.0, -5.0, 4.0))
# Row and column of places on the neutral face, picture 4 units wide.
SKIN, SHIRT, HAIR, BACKDROP = (36, 32), (55, 32), (9, 32), (2, 2)


@pytest.fixture(scope="module")
def renderer(tiny):
    return Renderer(tiny.model)


def picture(renderer, pose=NEUTRAL_POSE, **settings):
    return renderer.render(pose, size_px=SIZE, **settings).image.astype(int)


def test_a_picture_is_square_rgb_bytes(renderer):
    image = renderer.render(NEUTRAL_POSE, size_px=40).image
    assert image.shape == (40, 40, 3)
    assert image.dtype == np.uint8


def test_every_part_is_where_the_camera_sees_it(renderer):
    image = picture(renderer)
    red, green, blue = image[SKIN]
    assert red > 60
    assert abs(green - blue) < 40
    assert image[HAIR].argmax() == 1
    assert image[SHIRT].argmax() == 2


def test_the_backdrop_is_what_the_light_says(renderer):
    grey = (0.2140411, 0.2140411, 0.2140411)  # sRGB 127.5
    light = Light(backdrop_centre=grey, backdrop_edge=grey)
    assert picture(renderer, light=light)[BACKDROP].tolist() == [127, 127, 127] or (
        picture(renderer, light=light)[BACKDROP].tolist() == [128, 128, 128]
    )


def test_landmarks_are_exact_projections(renderer):
    points = renderer.render(NEUTRAL_POSE, size_px=SIZE).landmarks.points
    # The first lies on the middle of the lower edge, y = -1: three quarters down.
    np.testing.assert_allclose(points[0], [32, 48], atol=1e-4)
    np.testing.assert_allclose(points[1], [16, 48], atol=1e-4)
    np.testing.assert_allclose(points[4], [48, 16], atol=1e-4)


def test_landmarks_follow_pose_and_size(renderer, tiny):
    rendering = renderer.render(TURNED, size_px=100)
    expected = FRONT.project(tiny.model.landmarks(TURNED), 100)[:, :2]
    np.testing.assert_allclose(rendering.landmarks.points, expected, atol=1e-3)


def test_a_picture_does_not_depend_on_what_was_drawn_before(tiny):
    fresh = Renderer(tiny.model)
    alone = fresh.render(TURNED, size_px=SIZE).image
    for pose in (NEUTRAL_POSE, TURNED, TURNED, Pose({}, head=(12.0, -5.0, 4.0))):
        fresh.render(pose, size_px=SIZE)
    np.testing.assert_array_equal(fresh.render(TURNED, size_px=SIZE).image, alone)


def test_remembered_hair_is_drawn_under_a_changed_face(renderer):
    first = picture(renderer)
    opened = picture(renderer, Pose({"jawOpen": 1.0}))
    again = picture(renderer)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[HAIR], opened[HAIR])
    assert np.abs(first - opened).max() > 30


def test_light_and_camera_change_the_picture(renderer):
    plain = picture(renderer)
    dark = picture(renderer, light=Light(key_strength=0.1))
    assert dark[SKIN].sum() < plain[SKIN].sum()
    aside = picture(renderer, camera=replace(FRONT, yaw_deg=30.0))
    assert np.abs(plain - aside).max() > 30


def test_the_iris_changes_its_size(renderer):
    def blue(pose):
        image = picture(renderer, pose)
        return int((image[..., 2] > image[..., 0] + 40)[:32].sum())

    assert blue(Pose({}, iris=0.6)) < blue(NEUTRAL_POSE) < blue(Pose({}, iris=1.4))


def test_the_eyes_follow_the_gaze(renderer):
    def middle(pose):
        image = picture(renderer, pose)
        columns = np.nonzero((image[..., 2] > image[..., 0] + 40)[:32])[1]
        return columns.mean()

    to_the_right = middle(Pose({}, gaze=(25.0, 0.0)))
    assert to_the_right > middle(Pose({}, gaze=(-25.0, 0.0))) + 1


def test_wrinkles_darken_the_skin_where_their_relief_lies(renderer):
    plain, wrinkled = picture(renderer), picture(renderer, Pose({"x_snarl": 1.0}))
    change = np.abs(plain - wrinkled).max(axis=2)
    assert change[32, 32] > 20
    assert not change[40:].any()


@pytest.mark.parametrize("kind", ["plain", "felt", "hair", "eye", "skin"])
def test_every_kind_of_material_can_be_drawn(tiny, kind):
    materials = tuple(
        replace(m, kind=kind, noise_amount=0.2, noise_frequency=9.0, bump=0.3, rim=0.2)
        for m in tiny.model.mesh.materials
    )
    mesh = replace(tiny.model.mesh, materials=materials)
    image = picture(Renderer(CharacterModel(tiny.card, mesh)))
    backdrop = picture(Renderer(tiny.model))[BACKDROP]
    assert np.abs(image[SKIN] - backdrop).max() > 10


def test_a_face_alone_can_be_drawn(tiny):
    mesh = tiny.model.mesh
    face = (mesh.triangles < mesh.face_count).all(axis=1)
    bare = replace(
        mesh,
        triangles=mesh.triangles[face],
        triangle_materials=mesh.triangle_materials[face],
        creases=None,
    )
    image = picture(Renderer(CharacterModel(tiny.card, bare)), TURNED)
    assert image.std() > 5


def shadows_under_a_fringe(tiny):
    """The hair, brought before the lower left corner of the face."""
    mesh = tiny.model.mesh
    neutral = mesh.neutral.copy()
    neutral[4:7] = [[-2.0, -1.8, 1.0], [0.5, -1.8, 1.0], [-1.0, 0.5, 1.0]]
    fringe, face = np.array([[4, 5, 6]], np.int32), mesh.triangles[:2]
    nothing = np.zeros((0, 3), np.int32)
    return Shadows(replace(mesh, neutral=neutral), face, fringe, nothing), neutral


def test_hair_before_the_face_keeps_the_key_light_off(tiny):
    shadows, neutral = shadows_under_a_fringe(tiny)
    normals = np.zeros_like(neutral)
    normals[:, 2] = 1.0
    front = np.array([[0.0, 0.0, 1.0]])
    arriving = shadows.key_light(neutral, normals, front)
    np.testing.assert_allclose(arriving[:4], [0, 1, 1, 1], atol=1e-6)


def test_hair_before_the_face_keeps_part_of_the_sky_off(tiny):
    shadows, neutral = shadows_under_a_fringe(tiny)
    normals = np.zeros_like(neutral)
    normals[:, 2] = 1.0
    ambient, full = shadows.ambient(neutral, normals, Light(), np.eye(3))
    assert 0 < ambient[0].sum() < ambient[3].sum() <= 1.2 * full


class TestCamera:
    def test_the_target_is_the_middle_of_the_picture(self):
        camera = replace(FRONT, target=(1.0, 2.0, 3.0), yaw_deg=20.0, pitch_deg=-10.0)
        x, y, inverse = camera.project(np.array([[1.0, 2.0, 3.0]]), 200)[0]
        assert (x, y) == pytest.approx((100, 100))
        assert inverse == pytest.approx(1 / CAMERA_DISTANCE)

    def test_a_step_to_the_right_in_the_picture_is_along_x(self):
        found = FRONT.project(np.array([[1.0, 1.0, 0.0]]), 200)[0]
        assert found[:2] == pytest.approx([150, 50])

    def test_walking_to_the_subjects_left_shows_its_left_side(self):
        camera = replace(FRONT, yaw_deg=90.0)
        np.testing.assert_allclose(camera.position, [10, 0, 0], atol=1e-12)
        nose = camera.project(np.array([[0.0, 0.0, 1.0]]), 200)[0]
        assert nose[0] == pytest.approx(50)

    def test_roll_turns_the_picture_clockwise(self):
        camera = replace(FRONT, roll_deg=90.0)
        top = camera.project(np.array([[0.0, 1.0, 0.0]]), 200)[0]
        assert top[:2] == pytest.approx([150, 100])

    def test_a_pixel_at_the_target_has_its_size(self):
        assert FRONT.pixel_size(200) == pytest.approx(4 / 200)


class TestLight:
    def test_axes_of_a_light_are_right_handed_and_unit(self):
        for direction in ([0.0, 1.0, 0.0], [0.3, 0.2, 0.9]):
            frame = light_frame(np.array(direction))
            np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
            assert np.linalg.det(frame) == pytest.approx(1.0)

    def test_the_sky_is_around_the_front(self):
        directions = sky_directions()
        np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1.0)
        assert directions[:, 2].min() > -0.35

    def test_sky_light_comes_from_above_and_ground_light_from_below(self):
        light = Light()
        up, down = light.sky_light(np.array([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]]))
        np.testing.assert_allclose(up / up[2], np.array(light.sky_colour))
        np.testing.assert_allclose(down / down[0], np.array(light.ground_colour) / 0.55)

    def test_key_rays_lie_around_the_key_light(self):
        light = Light(key_spread=0.2)
        cosines = light.key_rays @ light.directions[0]
        np.testing.assert_allclose(cosines, np.cos(np.arctan(0.2)))

    def test_equal_lights_are_one_key(self):
        assert len({Light(), Light(), Light(rim_strength=0.1)}) == 2


class TestCreases:
    @pytest.mark.parametrize(
        ("weights", "expected"),
        [({}, 0.0), ({"x_snarl": 0.25}, 0.5), ({"x_snarl": 2.0}, 1.25),
         ({"x_snarl": 0.5, "jawOpen": 0.25}, 0.75), ({"jawOpen": -1.0}, 0.0)],
    )  # fmt: skip
    def test_amplitudes_are_clamped_sums(self, tiny, weights, expected):
        (channel,) = tiny.model.mesh.creases.channels
        assert crease_amplitude(channel, weights) == pytest.approx(expected)

    def test_the_relief_lies_where_the_channel_says(self, tiny):
        relief = relief_map(tiny.model.mesh.creases, {"x_snarl": 0.25})
        assert relief.shape == (20, 20, 3)
        np.testing.assert_allclose(relief[9:11], 0.5, atol=0.01)
        assert not relief[:9].any()
        assert not relief[11:].any()

    def test_a_smooth_face_has_no_relief(self, tiny):
        creases = tiny.model.mesh.creases
        assert relief_map(None, {"x_snarl": 1.0}) is NO_RELIEF
        assert relief_map(creases, {"x_snarl": 0.01}) is NO_RELIEF
        assert relief_map(replace(creases, strength=0.0), {"x_snarl": 1}) is NO_RELIEF


def test_only_the_last_values_are_remembered():
    recent: Recent[str] = Recent(2)
    made: list[str] = []

    def value(key):
        def make():
            made.append(key)
            return key

        return recent.get(key, make)

    for key in "abacab":
        assert value(key) == key
    assert made == ["a", "b", "c", "b"]
    assert "a" in recent
    assert "c" not in recent


class TestVariation:
    def test_the_same_stream_gives_the_same_light_and_camera(self):
        first, second = (np.random.default_rng(5) for _ in range(2))
        assert varied_light(first) == varied_light(second)
        assert varied_camera(FRONT, first) == varied_camera(FRONT, second)

    def test_light_and_camera_stay_within_their_ranges(self):
        rng = np.random.default_rng(1)
        for _ in range(200):
            light, camera = varied_light(rng), varied_camera(FRONT, rng)
            assert KEY_STRENGTH[0] <= light.key_strength <= KEY_STRENGTH[1]
            assert light.key_direction[1] > 0
            assert min(light.backdrop_edge) > 0
            assert abs(camera.yaw_deg) <= CAMERA_YAW_DEG
            middle = camera.project(np.zeros((1, 3)), 1.0)[0]
            assert abs(middle[0] - 0.5) < 0.05
