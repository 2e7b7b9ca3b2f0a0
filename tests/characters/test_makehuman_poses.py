import numpy as np
import pytest

from deepexpr.characters.building.makehuman.cast import CAST
from deepexpr.characters.building.makehuman.colour import linear_rgb
from deepexpr.characters.building.makehuman.correctives import CORRECTIVES, OPEN_POSES
from deepexpr.characters.building.makehuman.creases import (
    face_coordinates,
    face_creases,
)
from deepexpr.characters.building.makehuman.extra_shapes import EXTRA_SHAPES
from deepexpr.characters.building.makehuman.pack import head_pack, target
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES

CONTROLS = {*ARKIT_BLENDSHAPES, *EXTRA_SHAPES}


def test_every_plan_has_the_name_of_its_character():
    assert all(plan.name == name for name, plan in CAST.items())


@pytest.mark.parametrize("plan", CAST.values(), ids=CAST)
def test_plans_name_targets_and_shapes_that_exist(plan):
    # an average build is the base mesh itself, so its target may be zero
    assert any(target(f"macrodetails/{name}").any() for name in plan.age_and_sex)
    for name in plan.details:
        for side in ("l-", "r-") if name.startswith("both:") else ("",):
            group, detail = name.removeprefix("both:").split("/")
            assert target(f"{group}/{side}{detail}").any()
    assert set(plan.resting) <= CONTROLS
    sided = {name.removesuffix("Left").removesuffix("Right") for name in CONTROLS}
    assert set(plan.gains) <= sided


def test_the_pack_holds_every_arkit_shape():
    for name in ARKIT_BLENDSHAPES:
        rows = head_pack().tongue if name == "tongueOut" else head_pack().head
        assert target(f"faceunit/{name}")[rows].any()


def test_unknown_targets_are_refused():
    with pytest.raises(KeyError):
        target("faceunit/earWiggle")


def test_correctives_and_open_poses_combine_known_controls():
    assert {name for rule in CORRECTIVES for name in rule.of} <= CONTROLS
    assert len({rule.name for rule in CORRECTIVES}) == len(CORRECTIVES) <= 32
    assert set(OPEN_POSES) <= CONTROLS


def test_srgb_grey_becomes_linear():
    assert linear_rgb("#ffffff").tolist() == [1, 1, 1]
    assert linear_rgb("#808080") == pytest.approx([0.2159] * 3, abs=1e-3)


def test_creases_are_driven_by_known_controls_and_fade_before_the_border():
    for channel in face_creases().channels:
        assert set(channel.drivers) <= CONTROLS
        assert channel.relief[..., 2].max() > 0.3
        for edge in (channel.relief[0], channel.relief[-1]):
            assert np.abs(edge).max() < 0.02
        for edge in (channel.relief[:, 0], channel.relief[:, -1]):
            assert np.abs(edge).max() < 0.02


def test_left_creases_mirror_right_ones():
    channels = {c.name: c.relief for c in face_creases().channels}
    left, right = channels["crowLeft"], channels["crowRight"]
    assert np.allclose(left[..., 2], right[:, ::-1, 2], atol=1e-6)
    assert np.allclose(left[..., 0], -right[:, ::-1, 0], atol=1e-4)


def test_face_coordinates_run_over_the_front_and_leave_it_sideways():
    front = np.array([[-0.8, 5.95, 1.2], [0, 7.05, 1.5], [0.8, 8.15, 1.0]])
    assert face_coordinates(front) == pytest.approx(
        np.array([[0, 0], [0.5, 0.5], [1, 1]])
    )
    back = np.array([[0.1, 7.05, -1.0], [-0.1, 7.05, -1.0]])
    assert face_coordinates(back)[:, 0].tolist() == [1, 0]
