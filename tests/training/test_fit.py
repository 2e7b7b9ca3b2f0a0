import numpy as np
import pytest

torch = pytest.importorskip("torch")

from deepexpr.training.augment import AugmentPreset  # noqa: E402
from deepexpr.training.checkpoint import load_network, save_network  # noqa: E402
from deepexpr.training.face_set import WHOLE_PICTURE, FaceSet  # noqa: E402
from deepexpr.training.fit import FitPreset, Lessons, Progress, fit  # noqa: E402
from deepexpr.training.processes import Processes  # noqa: E402

ALONE = Processes(torch.device("cpu"))
PRESET = FitPreset(
    "tiny",
    steps=6,
    people_per_batch=8,
    characters_per_batch=4,
    learning_rate=0.01,
    warmup_steps=2,
    mixup=0.4,
    alignment=0.1,
    balance=0.5,
    seed=3,
)


def make_faces(count: int, seed: int) -> FaceSet:
    """Faces whose expression is the height of a bright bar."""
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 7
    faces = rng.integers(0, 40, (count, 48, 48)).astype(np.uint8)
    for face, height in zip(faces, label, strict=True):
        face[height * 6 + 3 : height * 6 + 8] += 180
    return FaceSet(
        faces=faces,
        frames=np.broadcast_to(WHOLE_PICTURE, (count, 2, 2, 3)).copy(),
        targets=np.eye(7, dtype=np.float32)[label],
        label=label.astype(np.int64),
        weight=np.ones(count, np.float32),
        group=np.array([f"face-{index}" for index in range(count)]),
    )


def weights_of(network) -> list[np.ndarray]:
    return [value.numpy() for value in network.state_dict().values()]


def same(first, second) -> bool:
    pairs = zip(weights_of(first), weights_of(second), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.fixture
def lessons() -> Lessons:
    return Lessons(make_faces(28, seed=0), make_faces(21, seed=1))


def test_two_trainings_with_one_seed_give_the_same_weights(lessons, tmp_path):
    first = fit(PRESET, lessons, tmp_path / "a.safetensors", ALONE)
    second = fit(PRESET, lessons, tmp_path / "b.safetensors", ALONE)
    assert same(first, second)


def test_a_resumed_training_ends_where_an_uninterrupted_one_does(
    lessons, tmp_path, monkeypatch
):
    whole = fit(PRESET, lessons, tmp_path / "whole.safetensors", ALONE)
    stopped_at = 3

    class StopHere(Exception):  # noqa: N818
        pass

    saved = tmp_path / "stopped.safetensors"
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    drawn = torch.multinomial
    calls = {"count": 0}

    def stop(*arguments, **keywords):
        calls["count"] += 1
        if calls["count"] > 2 * stopped_at:
            raise StopHere
        return drawn(*arguments, **keywords)

    monkeypatch.setattr(torch, "multinomial", stop)
    with pytest.raises(StopHere):
        fit(PRESET, lessons, saved, ALONE)
    monkeypatch.setattr(torch, "multinomial", drawn)
    resumed = fit(PRESET, lessons, saved, ALONE)
    assert same(whole, resumed)


def test_a_network_learns_what_tells_its_faces_apart(tmp_path):
    faces = make_faces(70, seed=0)
    still = AugmentPreset(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    preset = FitPreset(
        "tiny",
        steps=60,
        people_per_batch=32,
        warmup_steps=5,
        average=0.9,
        augment=still,
    )
    network = fit(preset, Lessons(faces), tmp_path / "state.safetensors", ALONE)
    with torch.no_grad():
        views = torch.from_numpy(faces.faces[:, None].astype(np.float32))
        _, logits = network(torch.cat([views, views.flip(3)]))
    named = logits.argmax(dim=1).numpy()
    assert (named == np.tile(faces.label, 2)).mean() > 0.8


def test_progress_is_told_at_the_end(lessons, tmp_path):
    told: list[Progress] = []
    fit(PRESET, lessons, tmp_path / "state.safetensors", ALONE, told.append)
    assert [(progress.step, progress.steps) for progress in told] == [(6, 6)]
    assert np.isfinite(told[0].loss)


def test_a_saved_network_comes_back(lessons, tmp_path):
    network = fit(PRESET, lessons, tmp_path / "state.safetensors", ALONE)
    save_network(tmp_path / "network.safetensors", network, "tiny")
    assert same(network, load_network(tmp_path / "network.safetensors"))
