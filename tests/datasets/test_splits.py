from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.datasets.base import ImageFile, Sample
from deepexpr.datasets.splits import (
    key_pose_folds,
    leave_one_subject_out,
    subject_folds,
)


def sample(number, subject=None, sequence=None, label=Expression.JOY, **rest):
    image = ImageFile(Path(f"{number:05d}.png"))
    dataset = rest.pop("dataset", "kdef")
    return Sample(image, dataset, label, None, subject, sequence, **rest)


def people(count, pictures_each=7):
    return [
        sample(person * 100 + n, f"P{person:02d}", label=EXPRESSIONS[n % 7])
        for person in range(count)
        for n in range(pictures_each)
    ]


def sides(fold):
    return fold.train, fold.validation, fold.test


@settings(max_examples=40, deadline=None)
@given(
    owners=st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.none() | st.integers(0, 9).map("P{}".format),
            st.none() | st.integers(0, 3).map("q{}".format),
        ),
        min_size=1,
        max_size=60,
    ),
    seed=st.integers(0, 5),
)
def test_no_person_and_no_recording_is_on_two_sides(owners, seed):
    samples = [
        sample(number, subject, sequence, dataset=dataset)
        for number, (dataset, subject, sequence) in enumerate(owners)
    ]
    try:
        folds = subject_folds(samples, seed=seed, count=3)
    except DatasetError:
        return
    for fold in folds:
        assert sorted(np.concatenate(sides(fold)).tolist()) == list(range(len(samples)))
        where: dict[tuple[object, ...], set[int]] = {}
        for side, indices in enumerate(sides(fold)):
            for index in indices:
                each = samples[index]
                if each.subject is not None:
                    key: tuple[object, ...] = (each.dataset, each.subject)
                elif each.sequence is not None:
                    key = (each.dataset, None, each.sequence)
                else:
                    continue
                where.setdefault(key, set()).add(side)
        assert all(len(found) == 1 for found in where.values())


def test_every_sample_is_tested_once_and_validated_once():
    samples = people(13)
    folds = subject_folds(samples, seed=0)
    assert len(folds) == 5
    for part in ("test", "validation"):
        together = np.concatenate([getattr(fold, part) for fold in folds])
        assert sorted(together.tolist()) == list(range(len(samples)))


def test_folds_are_of_nearly_the_same_size():
    sizes = [len(fold.test) for fold in subject_folds(people(20), seed=1)]
    assert sizes == [28] * 5


def test_rare_classes_are_spread_over_the_folds():
    samples = people(20)
    samples += [
        sample(9000 + person, f"P{person:02d}", label=Expression.FEAR)
        for person in range(5)
    ]
    for seed in range(5):
        for fold in subject_folds(samples, seed=seed):
            labels = Counter(samples[index].label for index in fold.test)
            assert labels[Expression.FEAR] == 5  # 4 people, and one of the extra


def test_folds_do_not_depend_on_the_order_of_the_samples():
    samples = people(12)
    turned = samples[::-1]
    for fold, other in zip(
        subject_folds(samples, seed=2), subject_folds(turned, seed=2), strict=True
    ):
        assert {samples[i].subject for i in fold.test} == {
            turned[i].subject for i in other.test
        }


def test_the_seed_decides_the_folds():
    samples = people(30)
    first, again, other = (subject_folds(samples, seed=s)[0].test for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.tolist() != other.tolist()


def test_the_same_name_in_two_sets_means_two_people():
    samples = [
        *(sample(n, "S001", dataset="ckplus") for n in range(3)),
        *(sample(n + 10, "S001", dataset="mmi") for n in range(3)),
        *(sample(n + 20, "S002", dataset="mmi") for n in range(3)),
    ]
    folds = subject_folds(samples, seed=0, count=3)
    assert sorted(tuple(fold.test.tolist()) for fold in folds) == [
        (0, 1, 2),
        (3, 4, 5),
        (6, 7, 8),
    ]


def test_too_few_people_or_folds_are_refused():
    with pytest.raises(DatasetError, match="4 subjects cannot be divided into 5"):
        subject_folds(people(4), seed=0)
    with pytest.raises(DatasetError, match="2 folds cannot be made"):
        subject_folds(people(9), seed=0, count=2)
    with pytest.raises(DatasetError, match="0 subjects"):
        subject_folds([], seed=0)


def test_each_subject_is_left_out_once():
    samples = people(3, pictures_each=2)
    folds = leave_one_subject_out(samples)
    assert list(folds) == ["P00", "P01", "P02"]
    assert folds["P01"].test.tolist() == [2, 3]
    assert folds["P01"].train.tolist() == [0, 1, 4, 5]
    assert len(folds["P01"].validation) == 0


def test_leaving_out_needs_two_known_subjects():
    with pytest.raises(DatasetError, match="subject of every sample"):
        leave_one_subject_out([sample(0, "P1"), sample(1)])
    with pytest.raises(DatasetError, match="found 1"):
        leave_one_subject_out(people(1))


def rendered(number, label, *key_poses, subject="mia"):
    return sample(number, subject, label=Expression(label), key_poses=key_poses)


def test_a_tested_key_pose_is_not_learned_from():
    samples = [
        rendered(0, "joy", "joy-a", "neutral-a"),
        rendered(1, "joy", "joy-a", "joy-b"),
        rendered(2, "joy", "joy-b", "neutral-a"),
        rendered(3, "joy", "joy-c", "neutral-a"),
        rendered(4, "neutral", "neutral-a"),
    ]
    for seed in range(8):
        for fold in key_pose_folds(samples, seed=seed, count=4):
            tested = {samples[i].key_poses[0] for i in fold.test} - {"neutral-a"}
            learned = {p for i in fold.train for p in samples[i].key_poses}
            chosen = {p for i in fold.validation for p in samples[i].key_poses}
            assert not tested & learned
            assert not tested & chosen
            assert len(fold.test) > 0
            if "joy-b" in tested:
                assert 1 not in fold.train
                assert 1 not in fold.validation


def test_a_neutral_pose_at_the_far_end_does_not_bar_an_expression():
    samples = [
        rendered(0, "neutral", "neutral-a"),
        *(rendered(n, "joy", f"joy-{n}", "neutral-a") for n in range(1, 5)),
    ]
    folds = key_pose_folds(samples, seed=0, count=5)
    (tests_neutral,) = [fold for fold in folds if 0 in fold.test]
    assert len(tests_neutral.train) == 3


def test_the_same_pose_name_of_two_characters_means_two_poses():
    samples = [
        rendered(n, "joy", "joy-a", subject=name) for n, name in enumerate("abc")
    ]
    folds = key_pose_folds(samples, seed=0, count=3)
    assert sorted(fold.test.tolist() for fold in folds) == [[0], [1], [2]]


def test_pictures_without_key_poses_cannot_be_divided_by_them():
    with pytest.raises(DatasetError, match=r"00000\.png: key poses are not known"):
        key_pose_folds(people(1), seed=0)
