import numpy as np
import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.evaluation.fit_chart import fit_chart
from deepexpr.evaluation.fitting import (
    GEOMETRY_WEIGHTS,
    SHARPNESSES,
    Trial,
    fit_preset,
    halves,
    largest_affordable,
    mildest,
)
from deepexpr.evaluation.results_page import fit_tables, fit_text
from deepexpr.evaluation.unseen import TrainingSplit
from deepexpr.retrieval.presets import RetrievalPreset
from tests.evaluation.drawn_galleries import HELD_OUT, drawn_faces, drawn_gallery


def trial(beta, score):
    return Trial(RetrievalPreset(1.0, beta), np.full(7, score), 0.5)


def test_an_encoder_that_has_seen_everything_has_nothing_to_fit_on(tmp_path):
    split = TrainingSplit(key_poses=False, characters=frozenset())
    with pytest.raises(DatasetError, match="nothing honest"):
        fit_preset(drawn_faces([0]), [drawn_gallery(tmp_path)], split)


def test_a_single_face_cannot_be_divided(tmp_path):
    with pytest.raises(DatasetError, match="too few"):
        fit_preset(drawn_faces([0]), [drawn_gallery(tmp_path)], HELD_OUT)


def test_the_largest_weight_within_a_fiftieth_of_the_best_is_chosen():
    # The limit is 0.0500 · 1.02 = 0.0510.
    tried = [trial(0, 0.0502), trial(0.1, 0.05), trial(0.2, 0.0509), trial(0.3, 0.052)]
    assert largest_affordable(tried).preset.geometry_weight == 0.2


def test_the_smallest_sharpness_within_a_fiftieth_of_the_best_is_chosen():
    tried = [
        Trial(RetrievalPreset(1.0, 0.0, sharpness=power), np.full(7, score), 0.5)
        for power, score in ((1, 0.06), (2, 0.0509), (3, 0.05), (4, 0.0501))
    ]
    assert mildest(tried).preset.sharpness == 2


def test_halves_share_no_person_and_every_expression_evenly():
    faces = drawn_faces([0] * 10 + [1] * 6 + [3] * 9)
    faces.subject[20:] = faces.subject[0]
    first, second = halves(faces, np.random.default_rng(0))
    assert not (first & second).any()
    assert not set(faces.subject[first]) & set(faces.subject[second])
    assert (first & (faces.label == 0)).sum() == 5
    assert (first & (faces.label == 1)).sum() == 3


def test_what_is_fitted_can_be_reported_and_drawn(tmp_path):
    galleries = [drawn_gallery(tmp_path, name) for name in ("mia", "pip")]
    faces = drawn_faces([*range(7)] * 4, unmeasured=[27])
    fit = fit_preset(faces, galleries, HELD_OUT)
    assert [trial.preset.sharpness for trial in fit.sharpness] == list(SHARPNESSES)
    weights = [trial.preset.geometry_weight for trial in fit.weights]
    assert weights == list(GEOMETRY_WEIGHTS)
    assert sum(fit.faces) == 27
    # Every face sees its own expression, so features alone make no mistake.
    assert fit.sharpness[0].score == 0
    assert fit.report.by_class.shape == (len(EXPRESSIONS),)
    assert "largest" in fit_text(fit)
    assert all("mean" in table for table in fit_tables(fit))
    assert fit_chart(fit).shape == (920, 1472, 3)
