from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.datasets.base import ImageFile, Sample, SampleSet
from deepexpr.datasets.combine import balance, combine


def picture(name, label, sequence=None, subject="S1"):
    return Sample(
        ImageFile(Path(name)), "disfa", label, subject=subject, sequence=sequence
    )


def one_of_each():
    return [picture(f"{each}.png", each) for each in EXPRESSIONS]


def labels_of(samples, chosen):
    return Counter(samples[index].label for index in chosen)


def test_combining_keeps_the_order_of_the_sets():
    first, second = one_of_each()[:2], one_of_each()[2:]
    sets = [SampleSet("a", tuple(first), {}), SampleSet("b", tuple(second), {})]
    assert combine(sets) == tuple(one_of_each())
    assert combine([]) == ()


def test_a_set_named_twice_is_refused():
    twice = SampleSet("a", tuple(one_of_each()), {})
    with pytest.raises(DatasetError, match=r"anger\.png.*twice \(7 pictures are\)"):
        combine([twice, twice])


def test_every_class_gets_the_mean_number_of_samples():
    samples = one_of_each() + [
        picture(f"n{n}.png", Expression.NEUTRAL) for n in range(14)
    ]
    chosen = balance(samples, seed=0)  # 21 samples, 7 classes
    assert labels_of(samples, chosen) == dict.fromkeys(EXPRESSIONS, 3)
    neutral = [i for i in chosen if samples[i].label is Expression.NEUTRAL]
    assert len(set(neutral)) == 3  # none twice while there are others


def test_small_classes_are_repeated_evenly():
    samples = [*one_of_each(), picture("second.png", Expression.FEAR)]
    chosen = balance(samples, seed=3, per_class=5)
    assert labels_of(samples, chosen) == dict.fromkeys(EXPRESSIONS, 5)
    fear = Counter(int(i) for i in chosen if samples[i].label is Expression.FEAR)
    assert sorted(fear.values()) == [2, 3]


def test_thinning_keeps_every_recording():
    long = [picture(f"l{n}.png", Expression.NEUTRAL, "long") for n in range(50)]
    short = [picture(f"s{n}.png", Expression.NEUTRAL, f"s{n}") for n in range(4)]
    samples = long + short + one_of_each()[:4] + one_of_each()[5:]
    for seed in range(5):
        chosen = balance(samples, seed=seed, per_class=5)
        kept = {samples[i].sequence for i in chosen}
        assert kept >= {"long", "s0", "s1", "s2", "s3"}


def test_the_same_recording_name_of_two_people_means_two_recordings():
    samples = [
        *(picture(f"a{n}.png", Expression.JOY, "A", "F01") for n in range(20)),
        picture("b.png", Expression.JOY, "A", "F02"),
        *(s for s in one_of_each() if s.label is not Expression.JOY),
    ]
    chosen = balance(samples, seed=1, per_class=2)
    joy = {samples[i].subject for i in chosen if samples[i].label is Expression.JOY}
    assert joy == {"F01", "F02"}


def test_samples_without_a_label_are_not_chosen():
    tie = Sample(ImageFile(Path("t.png")), "ferplus", votes=(5, 5, 0, 0, 0, 0, 0))
    samples = [tie, *one_of_each()]
    assert sorted(balance(samples, seed=0).tolist()) == [1, 2, 3, 4, 5, 6, 7]


def test_the_seed_decides_the_choice():
    samples = one_of_each() + [
        picture(f"n{n}.png", Expression.NEUTRAL) for n in range(100)
    ]
    same = [balance(samples, seed=5, per_class=9) for _ in range(2)]
    np.testing.assert_array_equal(same[0], same[1])
    assert (same[0] != balance(samples, seed=6, per_class=9)).any()


def test_a_class_without_samples_is_named():
    with pytest.raises(DatasetError, match="no sample of disgust, joy"):
        balance([s for s in one_of_each() if s.label not in ("disgust", "joy")], seed=0)
    with pytest.raises(DatasetError, match="no sample of anger"):
        balance([], seed=0)


def test_no_samples_a_class_cannot_be_chosen():
    with pytest.raises(DatasetError, match="0 samples a class"):
        balance(one_of_each(), seed=0, per_class=0)
