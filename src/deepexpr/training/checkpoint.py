"""Training state and trained networks as safetensors files; nothing is pickled."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from deepexpr.core.errors import WeightsError
from deepexpr.core.files import whole_file
from deepexpr.networks.paper import PAPER_SHAPES, PaperNetwork
from deepexpr.networks.residual import RESIDUAL_PRESETS, ResidualNetwork

Shape = TypeVar("Shape")


def save_state(
    path: Path,
    network: nn.Module,
    averaged: nn.Module | None,
    optimiser: torch.optim.Optimizer,
    step: int,
) -> None:
    """Write everything that a fit needs to go on from `step`."""
    tensors = _prefixed("network", network.state_dict())
    if averaged is not None:
        tensors |= _prefixed("averaged", averaged.state_dict())
    for index, parameter in enumerate(_parameters(optimiser)):
        for name, value in optimiser.state.get(parameter, {}).items():
            if value is not None:
                tensors[f"optimiser.{index}.{name}"] = value.contiguous()
    _write(path, tensors, {"step": str(step)})


def load_state(
    path: Path,
    network: nn.Module,
    averaged: nn.Module | None,
    optimiser: torch.optim.Optimizer,
) -> int:
    """Restore a saved fit in place; return the step to go on from, 0 for a new one."""
    if not path.exists():
        return 0
    tensors, notes = _read(path)
    network.load_state_dict(_without_prefix("network", tensors))
    if averaged is not None:
        averaged.load_state_dict(_without_prefix("averaged", tensors))
    for index, parameter in enumerate(_parameters(optimiser)):
        for name, value in _without_prefix(f"optimiser.{index}", tensors).items():
            place = "cpu" if name == "step" else parameter.device
            optimiser.state[parameter][name] = value.to(place)
    return int(notes["step"])


def save_network(path: Path, network: nn.Module, preset: str) -> None:
    """Write a trained network's weights with the name of its shape."""
    tensors = {name: t.contiguous() for name, t in network.state_dict().items()}
    _write(path, tensors, {"network": preset})


def load_network(path: Path) -> ResidualNetwork:
    """Read a network written by `save_network`, in evaluation mode.

    Raises:
        WeightsError: if the file is missing, damaged or of an unknown shape.
    """
    tensors, shape = _tensors_and_shape(path, RESIDUAL_PRESETS)
    network = ResidualNetwork(shape)
    network.load_state_dict(tensors)
    return network.eval()


def load_paper_network(path: Path) -> PaperNetwork:
    """Read one of the paper's networks, written by `save_network`.

    Raises:
        WeightsError: if the file is missing, damaged or of an unknown shape.
    """
    tensors, shape = _tensors_and_shape(path, PAPER_SHAPES)
    network = PaperNetwork(shape)
    network.load_state_dict(tensors)
    return network.eval()


def _tensors_and_shape(
    path: Path, shapes: Mapping[str, Shape]
) -> tuple[dict[str, Tensor], Shape]:
    tensors, notes = _read(path)
    name = notes.get("network", "")
    if name not in shapes:
        raise WeightsError(
            f"{path}: holds no known network (found {name!r}); expected one of "
            f"{', '.join(shapes)}"
        )
    return tensors, shapes[name]


def _write(path: Path, tensors: dict[str, Tensor], notes: dict[str, str]) -> None:
    on_cpu = {name: tensor.detach().cpu() for name, tensor in tensors.items()}
    with whole_file(path) as partial:
        save_file(on_cpu, partial, metadata=notes)


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as stored:
            notes = stored.metadata() or {}
            return {name: stored.get_tensor(name) for name in stored.keys()}, notes  # noqa: SIM118  no dict
    except (OSError, SafetensorError, json.JSONDecodeError) as error:
        raise WeightsError(
            f"{path}: is no checkpoint that can be read ({error}); delete it to start "
            "again"
        ) from error


def _prefixed(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": t.contiguous() for name, t in tensors.items()}


def _without_prefix(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {n.removeprefix(start): t for n, t in tensors.items() if n.startswith(start)}


def _parameters(optimiser: torch.optim.Optimizer) -> list[Tensor]:
    return [p for group in optimiser.param_groups for p in group["params"]]
