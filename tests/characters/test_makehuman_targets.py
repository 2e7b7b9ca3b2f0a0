"""What is written: parts without hidden triangles, and morph targets."""

import numpy as np
import pytest

from deepexpr.characters.building.makehuman import build
from deepexpr.characters.building.makehuman.canonical import canonical_head
from deepexpr.characters.building.makehuman.plan import both_sides
from deepexpr.characters.building.morph_targets import (
    control_delta,
    morph_targets,
    plain_sum,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gus():
    return build("gus")


@pytest.fixture(scope="module")
def targets(gus):
    return morph_targets(gus)


def test_parts_cover_all_vertices_without_gaps(gus):
    starts = [part.start for part in gus.parts]
    stops = [part.stop for part in gus.parts]
    assert starts == [0, *stops[:-1]]
    assert stops[-1] == len(gus.vertices({})) == len(gus.head_weights)
    assert len({part.name for part in gus.parts}) == len(gus.parts)
    assert {part.material for part in gus.parts} < set(gus.materials)


def test_parts_that_do_not_move_stay_where_they_are(gus):
    moved = gus.vertices(dict.fromkeys(gus.controls, 0.7)) - gus.vertices({})
    for part in gus.parts:
        assert moved[part.start : part.stop].any() == part.moving


def test_the_head_turns_with_its_hair_but_not_with_the_shirt(gus):
    shares = {p.name: gus.head_weights[p.start : p.stop] for p in gus.parts}
    assert (shares["hair"] == 1).all()
    assert (shares["shirt"] == 0).all()
    assert shares["skin"].min() == 0
    assert shares["skin"].max() == 1


def test_hidden_skin_is_left_out_but_never_the_face(gus):
    skin = gus.parts[0]
    vertices = gus.vertices({})[: skin.stop]
    used = np.unique(skin.triangles)
    assert 0.6 * skin.stop < len(used) < 0.95 * skin.stop
    nose = vertices[:, 2].argmax()
    assert nose in used
    unused = np.setdiff1d(np.arange(skin.stop), used)
    deep = canonical_head().fine_visibility[unused] < 0.10
    behind = vertices[unused, 2] < 0.6
    assert (deep | behind).all()


def test_teeth_stay_behind_closed_lips(gus):
    vertices = gus.vertices({})
    lip = vertices[gus.landmarks[34][0][0], 2]
    for part in gus.parts:
        if part.name.endswith("teeth"):
            assert vertices[part.start : part.stop, 2].max() < lip


def test_a_closing_mouth_is_taken_on_an_open_jaw(gus):
    closing = control_delta(gus, "mouthClose")
    lower_lip = gus.landmarks[46][0][0]
    assert closing[lower_lip, 1] > 0.05


def test_the_plain_sum_comes_close_to_the_rig_in_every_key_pose(gus, targets):
    head = np.ptp(targets.neutral[gus.parts[0].start : gus.parts[0].stop, 1]) * 0.6
    worst, mean = [], []
    face = np.unique(gus.parts[0].triangles)
    for key_pose in gus.key_poses[::3]:
        weights = key_pose.pose.weights
        posed = plain_sum(targets, gus.correctives, weights)
        error = np.linalg.norm(posed - gus.vertices(weights), axis=1)[face] / head
        worst.append(error.max())
        mean.append(error.mean())
    assert max(worst) < 0.01
    assert np.mean(mean) < 0.0005


def test_fitted_brows_are_nearer_than_targets_taken_one_by_one(gus, targets):
    brows = next(part for part in gus.parts if part.name == "brows")
    rows = slice(brows.start, brows.stop)
    weights = next(k for k in gus.key_poses if k.id == "anger-shout").pose.weights
    single = targets.neutral[rows] + sum(
        weight * control_delta(gus, name)[rows] for name, weight in weights.items()
    )
    fitted = plain_sum(targets, gus.correctives, weights)[rows]
    full = gus.vertices(weights)[rows]
    assert np.abs(fitted - full).max() < 0.5 * np.abs(single - full).max()


def test_brows_that_are_raised_and_lowered_at_once_stay_on_the_forehead(gus, targets):
    brows = next(part for part in gus.parts if part.name == "brows")
    rows = slice(brows.start, brows.stop)
    names = ("browDown", "browOuterUp", "x_browKnit")
    weights = {"browInnerUp": 1.0, **both_sides(**dict.fromkeys(names, 1.0))}
    single = targets.neutral[rows] + sum(
        weight * targets.controls[name][rows] for name, weight in weights.items()
    )
    shown = plain_sum(targets, gus.correctives, weights)[rows]
    full = gus.vertices(weights)[rows]
    # they are half as thick as 0.04, and the controls' own targets bury them
    assert (full - single)[:, 2].max() > 0.02
    assert (full - shown)[:, 2].max() < 0.02


def test_offsets_too_short_to_see_are_zero(targets):
    lengths = np.linalg.norm(targets.controls["jawOpen"], axis=1)
    assert lengths[lengths > 0].min() > 1e-3
