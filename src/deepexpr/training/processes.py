"""Training alone, or with the other processes that `torchrun` started."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

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

    def wait(self) -> None:
        """Go on when all processes have come here."""
        if self.count > 1:
            distributed.barrier()


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
