"""Mouths: what a camera sees of teeth in all key poses of four characters."""

import numpy as np
import pytest

from deepexpr.characters.building.authored_key_poses import authored_key_poses
from deepexpr.characters.building.makehuman import build
from deepexpr.characters.building.makehuman.mouth_pocket import mouth_pocket
from deepexpr.characters.building.makehuman.rasterising import TriangleMap
from deepexpr.characters.model import look_rotation
from deepexpr.core.landmarks import INNER_LIPS, OUTER_LIPS

pytestmark = pytest.mark.slow

SIZE_PX = 360
MOUTHS_WIDE = 1.6
"""Side of the picture, in widths of the mouth."""

PINHOLE_PX = 2
"""Pixels that two neighbouring triangles may both miss."""

BULGE_PX = 8.0
"""How far a rounded lip may bulge past the straight lines between its landmarks."""

CLOSED = 0.012
"""Lips nearer to each other than this, in widths of the mouth, are closed."""


@pytest.fixture(scope="module", params=["mia", "leo", "gus", "zuri"])
def rig(request):
    return build(request.param)


class Look:
    """A picture of skin, mouth, teeth and tongue, as the head is turned.

    Attributes:
        teeth: (size, size) whether a pixel shows a tooth.
        outer: (12, 2) outline of the lips in pixels.
        inner: (6, 2) inner landmarks of the lips in pixels.
    """

    def __init__(self, rig, pose):
        turn = look_rotation(pose.head[:2])
        turned = rig.vertices(pose.weights) @ turn.T
        marks = np.array(
            [sum(w * turned[v] for v, w in point) for point in rig.landmarks]
        )
        lips = marks[OUTER_LIPS]
        scale = SIZE_PX / (MOUTHS_WIDE * np.ptp(lips[:, 0]))
        middle = (lips.min(axis=0) + lips.max(axis=0)) / 2
        screen = (turned - middle) * scale + [SIZE_PX / 2, SIZE_PX / 2, 10 * SIZE_PX]
        parts = [p for p in rig.parts if p.material in ("skin", "mouth", "teeth")]
        parts += [p for p in rig.parts if p.material == "tongue"]
        triangles = np.concatenate([p.triangles + p.start for p in parts])
        tooth = np.concatenate(
            [np.full(len(p.triangles), p.material == "teeth") for p in parts]
        )
        first, second, third = screen[triangles].transpose(1, 0, 2)
        facing = np.cross(second - first, third - first)[:, 2] > 0
        picture = TriangleMap(screen.astype(np.float32), triangles[facing], SIZE_PX)
        shown = picture.triangle
        self.teeth = (shown >= 0) & tooth[facing][np.maximum(shown, 0)]
        placed = (marks[:, :2] - middle[:2]) * scale + SIZE_PX / 2
        self.outer, self.inner = placed[OUTER_LIPS], placed[INNER_LIPS]

    @property
    def opening(self):
        """Largest distance between the lips, in widths of the mouth."""
        upper, lower = self.inner[:3], self.inner[:2:-1]
        gap = (upper - lower)[:, 1].max()
        return float(gap / np.ptp(self.outer[:, 0]))


def beyond(teeth, outline, margin_px=3.0):
    """Tooth pixels (k, 2) more than a margin outside the hull of an outline."""
    pixels = np.argwhere(teeth)[:, ::-1] + 0.5
    outside = np.zeros(len(pixels), bool)
    for towards in np.linspace(0, 2 * np.pi, 72, endpoint=False):
        direction = np.array([np.cos(towards), np.sin(towards)])
        outside |= pixels @ direction > (outline @ direction).max() + margin_px
    return pixels[outside]


def test_a_pixel_beside_a_square_is_beyond_it_and_one_inside_is_not():
    teeth = np.zeros((20, 20), bool)
    teeth[10, 10] = teeth[10, 18] = True
    square = np.array([[5, 5], [15, 5], [15, 15], [5, 15]])
    assert beyond(teeth, square).tolist() == [[18.5, 10.5]]


def test_teeth_show_neither_outside_the_lips_nor_between_closed_ones(rig):
    outside, between, closed = {}, {}, 0
    for key_pose in authored_key_poses(rig.name):
        look = Look(rig, key_pose.pose)
        stray = len(beyond(look.teeth, look.outer, BULGE_PX))
        if stray > PINHOLE_PX:
            outside[key_pose.id] = stray
        if look.opening < CLOSED:
            closed += 1
            if look.teeth.sum() > PINHOLE_PX:
                between[key_pose.id] = int(look.teeth.sum())
    assert closed > 10
    assert outside == {}
    assert between == {}


def test_the_pocket_of_the_mouth_is_closed_but_for_the_lips():
    pocket = mouth_pocket()
    sides = np.sort(pocket.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    edges, counts = np.unique(sides, axis=0, return_counts=True)
    rim = np.unique(edges[counts == 1])
    assert (pocket.sunk[rim] > 0).all()
    assert counts.max() == 2


def test_the_pocket_is_kept_whole(rig):
    kept = next(part for part in rig.parts if part.name == "mouth")
    assert len(kept.triangles) == len(mouth_pocket().triangles)
