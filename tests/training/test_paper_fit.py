import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors import safe_open  # noqa: E402

from deepexpr.core.errors import SettingError, WeightsError  # noqa: E402
from deepexpr.training.checkpoint import (  # noqa: E402
    load_network,
    load_paper_network,
    save_network,
)
from deepexpr.training.fit import Progress  # noqa: E402
from deepexpr.training.paper_fit import PaperPreset, Plan, fit_paper  # noqa: E402
from deepexpr.training.processes import Processes  # noqa: E402
from tests.training.fit_program import PRESET, lessons, trained  # noqa: E402
from tests.training.test_fit import same  # noqa: E402

ALONE = Processes(torch.device("cpu"))
STEPS = 3 * 13
ROOT = Path(__file__).parents[2]


def program(folder: Path, *launcher: str) -> list[str]:
    python = [sys.executable, "-W", "ignore"]
    return [*python, *launcher, "-m", "tests.training.fit_program", str(folder)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    torch.set_num_threads(1)
    return trained(tmp_path_factory.mktemp("whole"), ALONE)


def test_two_trainings_with_one_seed_give_the_same_weights(whole, tmp_path):
    assert same(whole, trained(tmp_path, ALONE))


def test_another_seed_gives_other_weights(whole, tmp_path):
    preset = replace(PRESET, seed=2)
    other = fit_paper(preset, lessons(), tmp_path / "state.safetensors", ALONE)
    assert not same(whole, other)


@pytest.mark.slow
def test_a_run_killed_in_the_middle_of_an_epoch_ends_where_a_whole_one_does(
    whole, tmp_path
):
    running = subprocess.Popen(program(tmp_path), cwd=ROOT)
    state = tmp_path / "state.safetensors"
    deadline = time.monotonic() + 120
    while not state.exists() and time.monotonic() < deadline:
        time.sleep(0.002)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    with safe_open(state, framework="pt") as stored:
        step = int(stored.metadata()["step"])
    assert 0 < step < STEPS
    assert step % 13
    assert same(whole, trained(tmp_path, ALONE))


@pytest.mark.slow
def test_two_processes_under_torchrun_learn_what_one_does(whole, tmp_path):
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    subprocess.run(program(tmp_path, *launcher), cwd=ROOT, check=True, timeout=300)
    together = load_paper_network(tmp_path / "network.safetensors")
    for mine, theirs in zip(whole.parameters(), together.parameters(), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-4)


def test_a_network_learns_what_tells_its_faces_apart(tmp_path):
    preset = PaperPreset("tiny", epochs=24, batch=14, views=2, drop_every=100)
    learned = fit_paper(preset, lessons(28), tmp_path / "state.safetensors", ALONE)
    faces = lessons(28)
    crops = torch.from_numpy(faces.faces.pictures(faces.chosen)[:, 14:241, 14:241])
    with torch.no_grad():
        _, logits = learned(crops.permute(0, 3, 1, 2).float())
    assert (logits.argmax(dim=1).numpy() == faces.label).mean() > 0.8


def test_transfer_keeps_the_convolutions_and_makes_a_new_last_layer(whole, tmp_path):
    preset = replace(PRESET, epochs=1, frozen=True, head_rate=10.0, seed=5)
    tuned = fit_paper(preset, lessons(16, whole), tmp_path / "s.safetensors", ALONE)
    before, after = whole.state_dict(), tuned.state_dict()
    for name in before:
        kept = torch.equal(before[name], after[name])
        assert kept == name.startswith("convolutions"), name


def test_a_network_that_diverges_is_stopped_with_advice(tmp_path):
    preset = replace(PRESET, learning_rate=1e6)
    with pytest.raises(SettingError, match="diverged; lower learning_rate"):
        fit_paper(preset, lessons(), tmp_path / "state.safetensors", ALONE)
    assert not (tmp_path / "state.safetensors").exists()


def test_the_rate_falls_by_ten_after_the_epochs_named(tmp_path):
    told: list[Progress] = []
    fit_paper(PRESET, lessons(), tmp_path / "s.safetensors", ALONE, told.append)
    assert [(each.step, each.steps) for each in told] == [(20, STEPS), (STEPS, STEPS)]
    assert [each.learning_rate for each in told] == pytest.approx([0.01, 0.001])


def test_an_epoch_shows_every_view_of_every_face_once():
    preset = PaperPreset("tiny", batch=7)
    plan = Plan(preset, lessons(16))
    pairs = [plan.batch(step) for step in range(-(-160 // 7))]
    seen = [
        (int(i), int(v))
        for index, view in pairs
        for i, v in zip(index, view, strict=True)
    ]
    assert sorted(seen) == [(face, view) for face in range(16) for view in range(10)]


def test_networks_of_the_two_kinds_are_not_mistaken_for_each_other(whole, tmp_path):
    save_network(tmp_path / "network.safetensors", whole, "human")
    with pytest.raises(WeightsError, match="no known network \\(found 'human'\\)"):
        load_network(tmp_path / "network.safetensors")
