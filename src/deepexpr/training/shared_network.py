"""A network that several processes compute together, as if one saw the whole batch.

Every process takes its rows of the batch through the network and receives the features
and logits of all rows, so the loss is calculated on the whole batch, alike in every
process; that holds for terms that compare faces with each other too. Two kinds of layer
look beyond a row and are replaced: batch normalisation takes its statistics over all
processes, and dropout draws for the whole batch. What remains is the order of sums.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from deepexpr.core.errors import SettingError
from deepexpr.networks.residual import ResidualNetwork
from deepexpr.training.processes import Processes


class SharedNetwork:
    """Answers for whole batches, of which every process computes its rows.

    Each process has the gradient of the sum of all processes' losses, which are alike;
    the mean over the processes is the gradient of the loss.
    """

    def __init__(
        self, network: ResidualNetwork, processes: Processes, whole: int
    ) -> None:
        """Replace the layers that look beyond a row; weights stay the same objects.

        Args:
            network: what is trained.
            processes: more than one.
            whole: number of rows of every batch.

        Raises:
            SettingError: if there are more processes than rows.
        """
        if processes.count > whole:
            raise SettingError(
                f"{processes.count} processes cannot share batches of {whole} faces; "
                "start fewer, or raise people_per_batch"
            )
        for layer in list(network.modules()):
            for name, part in layer.named_children():
                if isinstance(part, nn.BatchNorm2d):
                    setattr(layer, name, SharedBatchNorm(part, processes, whole))
                elif isinstance(part, nn.Dropout):
                    setattr(layer, name, SharedDropout(part, processes, whole))
        self._processes = processes
        self._whole = whole
        self._network = processes.shared(network)

    def __call__(self, views: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, 512) and logits (B, 7) of the whole batch (B, 1, S, S)."""
        mine = views[self._processes.rank :: self._processes.count]
        features, logits = self._network(mine)
        joined = self._processes.joined
        return joined(features, self._whole), joined(logits, self._whole)


class SharedBatchNorm(nn.Module):
    """Batch normalisation by the mean and variance over all processes.

    Unlike PyTorch's SyncBatchNorm it also runs on processors. For training only.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, norm: nn.BatchNorm2d, processes: Processes, whole: int) -> None:
        """Take over the weights and statistics of `norm`."""
        super().__init__()
        self.weight, self.bias = norm.weight, norm.bias
        for name, value in norm.named_buffers():
            self.register_buffer(name, value)
        self._eps, self._momentum = norm.eps, cast(float, norm.momentum)
        self._processes = processes
        self._whole = whole

    def forward(self, hidden: Tensor) -> Tensor:
        """Normalise this process's rows (rows, C, H, W)."""
        values = hidden.float()
        count = self._whole * hidden.shape[2] * hidden.shape[3]
        mean = self._processes.summed(values.sum(dim=(0, 2, 3))) / count
        centred = values - mean[:, None, None]
        squares = self._processes.summed(centred.square().sum(dim=(0, 2, 3)))
        with torch.no_grad():
            self.running_mean.lerp_(mean, self._momentum)
            self.running_var.lerp_(squares / (count - 1), self._momentum)
            self.num_batches_tracked.add_(1)
        scale = self.weight * (squares / count + self._eps).rsqrt()
        result = centred * scale[:, None, None] + self.bias[:, None, None]
        return result.to(hidden.dtype)


class SharedDropout(nn.Module):
    """Dropout that draws for the whole batch and applies this process's rows."""

    def __init__(self, dropout: nn.Dropout, processes: Processes, whole: int) -> None:
        super().__init__()
        self._probability = dropout.p
        self._mine = slice(processes.rank, None, processes.count)
        self._whole = whole

    def forward(self, features: Tensor) -> Tensor:
        """Drop features (rows, D) at random and raise the rest."""
        ones = features.new_ones(self._whole, features.shape[1])
        return features * functional.dropout(ones, self._probability)[self._mine]
