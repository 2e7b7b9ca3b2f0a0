import numpy as np
import pytest

from deepexpr.core.errors import ShapeError
from deepexpr.core.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_MOUTH_CORNER,
    NOSE_BASE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_MOUTH_CORNER,
)
from deepexpr.faces.locate import MESH_INDICES, landmarks_from_mesh
from deepexpr.faces.mesh import FaceMesh, MeshNetwork
from deepexpr.faces.warp import Region


def mirrored_points(mesh: FaceMesh, width: int) -> np.ndarray:
    return mesh.points[:, :2] * (-1, 1) + (width, 0)


def test_a_mesh_of_the_wrong_size_is_refused():
    with pytest.raises(ShapeError, match=r"mesh\.points"):
        FaceMesh(np.zeros((468, 3)), 1.0)


def test_the_second_look_makes_the_mesh_forget_a_loose_box(astronaut, astronaut_face):
    network = MeshNetwork.load()
    asked = astronaut_face.mesh.region
    loose = Region(
        asked.x + 0.1 * asked.side_px, asked.y, 1.15 * asked.side_px, asked.roll_deg + 8
    )
    expected = astronaut_face.mesh.points[list(MESH_INDICES), :2]

    def error(mesh: FaceMesh) -> float:
        apart = mesh.points[list(MESH_INDICES), :2] - expected
        return float(np.linalg.norm(apart, axis=1).mean())

    once = error(network.fit(astronaut, loose))
    twice = error(network.refine(astronaut, loose))
    assert twice < 0.7 * once
    assert twice < 0.02 * astronaut_face.landmarks.interocular_distance


def test_no_face_has_no_presence():
    wall = np.full((256, 256, 3), 128, np.uint8)
    assert MeshNetwork.load().fit(wall, Region(128, 128, 256)).presence < 0.1


def test_a_mirrored_photo_gives_the_mirrored_turn(finder, astronaut, astronaut_face):
    mirrored = finder.find(np.ascontiguousarray(astronaut[:, ::-1]))[0].mesh
    mesh = astronaut_face.mesh
    assert mirrored.roll_deg == pytest.approx(-mesh.roll_deg, abs=1.0)
    assert mirrored.yaw_deg == pytest.approx(-mesh.yaw_deg, abs=3.0)


def test_yaw_is_positive_when_the_left_cheek_is_farther_away(astronaut_face):
    points = astronaut_face.mesh.points.copy()
    left_half = points[:, 0] > points[1, 0]
    points[left_half, 2] += 200
    assert FaceMesh(points, 1.0).yaw_deg > 30


def test_the_region_follows_the_face_when_it_turns_and_grows(astronaut_face):
    mesh = astronaut_face.mesh
    angle = np.deg2rad(50)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = mesh.points.copy()
    points[:, :2] = 3 * points[:, :2] @ turn.T
    region = FaceMesh(points, 1.0).region
    assert region.side_px == pytest.approx(3 * mesh.region.side_px)
    assert region.roll_deg == pytest.approx(mesh.region.roll_deg + 50)
    middle = 3 * turn @ (mesh.region.x, mesh.region.y)
    assert (region.x, region.y) == pytest.approx(tuple(middle))


def test_landmarks_are_the_named_parts_of_the_face(astronaut_face):
    points = landmarks_from_mesh(astronaut_face.mesh).points
    heights = [
        points[part, 1].mean()
        for part in (RIGHT_BROW, RIGHT_EYE, NOSE_BASE, OUTER_LIPS)
    ]
    assert heights == sorted(heights)
    # The subject's right lies on the left of the picture.
    assert points[RIGHT_EYE, 0].max() < points[LEFT_EYE, 0].min()
    assert points[RIGHT_BROW, 0].max() < points[LEFT_BROW, 0].min()
    assert points[RIGHT_MOUTH_CORNER, 0] == points[OUTER_LIPS, 0].min()
    assert points[LEFT_MOUTH_CORNER, 0] == points[OUTER_LIPS, 0].max()
    upper, lower = points[INNER_LIPS][:3], points[INNER_LIPS][3:]
    assert upper[:, 1].max() < lower[:, 1].min()
    assert len(set(MESH_INDICES)) == 49
