"""Batches of random views of faces, drawn on the training device."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from deepexpr.training.augment import AugmentPreset, random_views
from deepexpr.training.face_set import FaceSet


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step sees.

    Attributes:
        views: (B, 1, 48, 48) grey values in [0, 255].
        targets: (B, 7) label distributions.
        weight: (B,) weight of each face.
        domain: (B,) 0 for people, 1 for characters.
    """

    views: Tensor
    targets: Tensor
    weight: Tensor
    domain: Tensor


class Pool:
    """Faces of one domain on the training device, drawn with balance."""

    def __init__(
        self, faces: FaceSet, count: int, balance: float, device: torch.device
    ) -> None:
        self.count = count
        self.faces = torch.from_numpy(faces.faces).to(device)
        self.frames = torch.from_numpy(faces.frames).to(device)
        self.targets = torch.from_numpy(faces.targets).to(device)
        self.weight = torch.from_numpy(faces.weight).to(device)
        share = faces.targets.mean(axis=0).clip(1e-6)
        odds = faces.targets @ (share.max() / share) ** balance
        self.odds = torch.from_numpy((odds / odds.sum()).astype(np.float32)).to(device)

    def draw(
        self, domain: int, augment: AugmentPreset, generator: torch.Generator
    ) -> Batch:
        """Random views of `count` random faces, all of one domain."""
        chosen = torch.multinomial(
            self.odds, self.count, replacement=True, generator=generator
        )
        framing = torch.randint(
            2, (self.count,), device=self.odds.device, generator=generator
        )
        views = random_views(
            self.faces[chosen],
            self.frames[chosen, framing],
            augment,
            generator,
        )
        weight = self.weight[chosen]
        return Batch(
            views, self.targets[chosen], weight, torch.full_like(weight, float(domain))
        )


def draw_batch(
    pools: Sequence[Pool],
    augment: AugmentPreset,
    mixup: float,
    generator: torch.Generator,
) -> Batch:
    """Draw one batch, the pools one after another.

    Args:
        pools: people, then perhaps characters.
        augment: strength of the random views.
        mixup: parameter of the Beta distribution for mixing pairs of one domain in
            half of the batches; 0 switches it off.
        generator: seeded source of all randomness.
    """
    parts = [pool.draw(domain, augment, generator) for domain, pool in enumerate(pools)]
    if mixup:
        parts = [_mixed(part, mixup, generator) for part in parts]
    views = torch.cat([part.views for part in parts])
    return Batch(
        views.contiguous(memory_format=torch.channels_last),
        torch.cat([part.targets for part in parts]),
        torch.cat([part.weight for part in parts]),
        torch.cat([part.domain for part in parts]),
    )


def _mixed(batch: Batch, parameter: float, generator: torch.Generator) -> Batch:
    rng = np.random.default_rng(generator.initial_seed() + int(batch.domain[0]))
    if rng.random() < 0.5:
        return batch
    keep = float(rng.beta(parameter, parameter))
    return replace(
        batch,
        views=keep * batch.views + (1 - keep) * batch.views.roll(1, 0),
        targets=keep * batch.targets + (1 - keep) * batch.targets.roll(1, 0),
    )
