import copy
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file  # noqa: E402
from torch import nn  # noqa: E402

from deepexpr.core.errors import SettingError  # noqa: E402
from deepexpr.training.checkpoint import load_network  # noqa: E402
from deepexpr.training.fit import fit  # noqa: E402
from deepexpr.training.processes import Processes  # noqa: E402
from deepexpr.training.shared_network import (  # noqa: E402
    SharedBatchNorm,
    SharedDropout,
    SharedNetwork,
)
from tests.training.shared_program import (  # noqa: E402
    SLOW,
    fresh_network,
    lessons,
    one_step,
)
from tests.training.test_fit import ALONE, same  # noqa: E402

ROOT = Path(__file__).parents[2]


def weights(network):
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> Path:
    """Folder of what two processes under torchrun did."""
    folder: Path = tmp_path_factory.mktemp("together")
    launcher = ["torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    program = ["-m", "tests.training.shared_program", str(folder)]
    command = [sys.executable, "-W", "ignore", "-m", *launcher, *program]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return folder


def test_more_processes_than_faces_are_refused():
    many = Processes(torch.device("cpu"), rank=0, count=12)
    with pytest.raises(SettingError, match="12 processes cannot share batches of 11"):
        SharedNetwork(fresh_network(), many, 11)


def test_statistics_of_all_rows_are_those_of_batch_normalisation():
    theirs = nn.BatchNorm2d(3)
    nn.init.uniform_(theirs.weight)
    ours = SharedBatchNorm(copy.deepcopy(theirs), ALONE, 4)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    answers = []
    for layer in (theirs, ours):
        torch.manual_seed(0)
        hidden = (5 + 2 * torch.randn(4, 3, 2, 2)).requires_grad_()
        answer = layer(hidden)
        answer.pow(3).sum().backward()
        answers.append([answer, hidden.grad, layer.weight.grad, *layer.buffers()])
    for mine, expected in zip(answers[1], answers[0], strict=True):
        assert torch.allclose(mine, expected, atol=1e-5)


def test_processes_drop_what_one_would_have_dropped():
    torch.manual_seed(0)
    features = torch.rand(5, 6)
    torch.manual_seed(1)
    whole = nn.Dropout(0.5)(features)
    for rank in (0, 1):
        processes = Processes(torch.device("cpu"), rank, 2)
        torch.manual_seed(1)
        mine = SharedDropout(nn.Dropout(0.5), processes, 5)(features[rank::2])
        assert torch.equal(mine, whole[rank::2])


@pytest.mark.slow
def test_two_processes_find_the_gradients_and_statistics_of_one(together):
    alone = one_step(ALONE)
    shared = load_file(together / "step.safetensors")
    assert shared.keys() == alone.keys()
    for name, expected in alone.items():
        apart = (shared[name] - expected).float().norm()
        assert apart <= 1e-4 * expected.float().norm(), name


@pytest.mark.slow
def test_two_processes_train_to_the_weights_of_one(together, tmp_path):
    alone = fit(SLOW, lessons(), tmp_path / "state.safetensors", ALONE)
    shared = load_network(together / "network-0.safetensors")
    moved = (weights(alone) - weights(fresh_network())).norm()
    assert (weights(shared) - weights(alone)).norm() < 1e-3 * moved


@pytest.mark.slow
def test_all_processes_end_with_the_same_weights(together):
    first, second = (
        load_network(together / f"network-{rank}.safetensors") for rank in (0, 1)
    )
    assert same(first, second)


@pytest.mark.slow
def test_processes_that_draw_different_faces_are_refused(together):
    told = (together / "refused.txt").read_text()
    assert told.startswith("the processes draw different faces")
