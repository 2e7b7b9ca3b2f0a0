"""Training alone, or with the other processes that `torchrun` started."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from deepexpr.core.errors import SettingError

_PATIENCE = timedelta(days=2)
"""How long a process waits, for example while the first one registers faces."""


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among those that train one network together.

    Attributes:
        device: where this one computes.
        rank: its number, from 0.
        count: how many there are.
    """

    device: torch.device
    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that writes and reports."""
        return self.rank == 0

    def shared(self, network: nn.Module) -> nn.Module:
        """The network, its gradients averaged over all processes."""
        if self.count == 1:
            return network
        devices = [self.device] if self.device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=devices)

    def total(self, value: Tensor) -> float:
        """Sum of a number over all processes."""
        if self.count > 1:
            distributed.all_reduce(value)
        return float(value)

    def joined(self, mine: Tensor, whole: int) -> Tensor:
        """Rows of all processes, through which gradients flow back to each.

        Args:
            mine: (rows of this process, …); the whole's rows are dealt in turn.
            whole: number of rows of all processes.

        Returns:
            (whole, …).
        """
        rows = mine.new_zeros(whole, *mine.shape[1:])
        rows[self.rank :: self.count] = mine
        return self.summed(rows)

    def summed(self, value: Tensor) -> Tensor:
        """Sum of a tensor over all processes, through which gradients flow back."""
        result: Tensor = _Sum.apply(value) if self.count > 1 else value
        return result

    def check_alike(self, value: Tensor) -> None:
        """Refuse to go on if a tensor is not the same in all processes.

        Raises:
            SettingError: if it is not.
        """
        if self.count == 1:
            return
        least, most = value.clone(), value.clone()
        distributed.all_reduce(least, distributed.ReduceOp.MIN)
        distributed.all_reduce(most, distributed.ReduceOp.MAX)
        if not torch.equal(least, most):
            raise SettingError(
                "the processes draw different faces; they need graphics cards of one "
                "kind, and folders that all of them see"
            )

    def wait(self) -> None:
        """Go on when all processes have come here."""
        if self.count > 1:
            distributed.barrier()


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(_context: Any, value: Tensor) -> Tensor:
        total = value.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_context: Any, gradient: Tensor) -> Tensor:
        total = gradient.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(total)
        return total


@contextmanager
def training_processes(device: str, threads: int) -> Iterator[Processes]:
    """Join the processes that `torchrun` started; alone without it.

    Args:
        device: "cpu" or "cuda"; under `torchrun` each process takes the graphics card
            of its number.
        threads: processor threads of this process.
    """
    torch.set_num_threads(threads)
    if not distributed.is_torchelastic_launched():
        yield Processes(torch.device(device))
        return
    kind = "nccl" if device == "cuda" else "gloo"
    distributed.init_process_group(kind, timeout=_PATIENCE)
    rank, count = distributed.get_rank(), distributed.get_world_size()
    place = torch.device(device)
    if device == "cuda":
        place = torch.device("cuda", rank % torch.cuda.device_count())
        torch.cuda.set_device(place)
    try:
        yield Processes(place, rank, count)
    finally:
        distributed.destroy_process_group()
