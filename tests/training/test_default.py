from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from deepexpr.core.errors import SettingError  # noqa: E402
from deepexpr.training.default import (  # noqa: E402
    DefaultRecipe,
    chosen_views,
    train_default,
)
from deepexpr.training.fit import FitPreset, Lessons  # noqa: E402
from deepexpr.training.settings import configured  # noqa: E402
from tests.training.test_fit import ALONE, make_faces, same  # noqa: E402

TINY = FitPreset(
    "tiny", steps=2, people_per_batch=4, characters_per_batch=4, warmup_steps=1
)
RECIPE = DefaultRecipe(people=TINY, joint=TINY)


@pytest.fixture
def lessons() -> Lessons:
    return Lessons(make_faces(14, seed=0), make_faces(14, seed=1))


def test_a_recipe_without_any_steps_is_refused(lessons, tmp_path):
    recipe = configured(RECIPE, assignments=["people.steps=0", "joint.steps=0"])
    with pytest.raises(SettingError, match="nothing is trained"):
        train_default(recipe, lessons, tmp_path, ALONE)


def test_stages_run_in_order_and_one_of_no_steps_is_left_out(lessons, tmp_path):
    told = []
    train_default(RECIPE, lessons, tmp_path, ALONE, lambda stage, _: told.append(stage))
    assert told == ["people", "joint"]
    kept = {path.name for path in tmp_path.glob("*.safetensors")}
    assert {"people.safetensors", "joint.safetensors"} <= kept
    assert "refined.safetensors" not in kept


def test_a_finished_run_is_not_trained_again(lessons, tmp_path):
    told = []
    first = train_default(RECIPE, lessons, tmp_path, ALONE)
    again = train_default(
        RECIPE, lessons, tmp_path, ALONE, lambda stage, _: told.append(stage)
    )
    assert told == []
    assert same(first, again)


def test_a_network_to_start_from_takes_the_place_of_the_first_stage(lessons, tmp_path):
    people = train_default(
        configured(RECIPE, assignments=["joint.steps=0"]),
        lessons,
        tmp_path / "a",
        ALONE,
    )
    told = []
    train_default(
        RECIPE,
        replace(lessons, start=people),
        tmp_path / "b",
        ALONE,
        lambda stage, _: told.append(stage),
    )
    assert told == ["joint"]


def test_ingredients_of_the_data_can_be_switched_off():
    faces = make_faces(7, seed=0)
    votes = np.full((7, 7), 1 / 7, np.float32)
    label = np.array([0, 1, 2, 3, 4, 5, -1])
    faces = replace(faces, targets=votes, label=label)
    plain = chosen_views(DefaultRecipe(votes=False, registered=False), faces)
    assert plain.targets[:6].argmax(axis=1).tolist() == [0, 1, 2, 3, 4, 5]
    assert plain.weight.tolist() == [1, 1, 1, 1, 1, 1, 0]
    assert (plain.frames[:, 1] == faces.frames[:, 0]).all()
    assert chosen_views(DefaultRecipe(), faces) is faces
